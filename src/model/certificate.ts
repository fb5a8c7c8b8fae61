/** What certificates are signed with, and whose signatures count; paths are absolute. */
export interface CertificateSettings {
  /** PEM file of the private key; null: nothing can be issued. */
  key: string | null;
  /** Variable of the environment that has its passphrase; null: none is named. */
  passphraseEnv: string | null;
  /** Hours after which a certificate counts no more. */
  validHours: number;
  /** Who verified, as a URI. */
  verifier: string;
  /** What the certificate is about, as a URI; null: `pkg:generic/<name>@<version>`. */
  resourceUri: string | null;
  /** Server by RFC 3161, and the PEM file of the certificates that its own must come from; null: no time stamp is asked for. */
  timeStamp: { url: string; caFile: string } | null;
  /** Public keys whose certificates count, each with the time for which it does. */
  trustedKeys: TrustedKeyFile[];
}

export interface TrustedKeyFile {
  file: string;
  /** ISO 8601; absent: no bound. */
  from?: string;
  until?: string;
}

/** What was issued for a run. */
export interface Certified {
  run: string;
  /** `fail`: no certificate, but a test result that says FAILED. */
  verdict: 'pass' | 'fail';
  /** Envelopes, each with a Sigstore bundle beside it; absolute paths. */
  files: { path: string; bundle: string; predicateType: string; sha256: string }[];
  /** `certificate.html`, for people; null where nothing is certified. */
  page: string | null;
  /** ISO 8601. */
  issued: string;
  expires: string | null;
  /** Certificates of the same candidate and environment that count no more since. */
  supersedes: { run: string; sha256: string }[];
}
