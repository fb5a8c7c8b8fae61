import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { digest } from '../../evidence/manifest.ts';
import { readBundle } from '../../signing/bundle.ts';
import { type Envelope, envelopeText, inTotoType, readEnvelope } from '../../signing/dsse.ts';
import { type CertificateKey, isSignedWith, type TrustedKey } from '../../signing/pem-key.ts';
import { type PredicateName, readStatement, type Statement } from '../../signing/statement.ts';

/** Folder of a run that holds what was issued for it. */
export const certificateFolder = 'certificate';

/** Its page, beside the others of the run. */
export const certificatePage = 'certificate.html';

const stems: Record<PredicateName, string> = {
  release: 'certificate',
  summary: 'verification-summary',
  tests: 'test-result',
};

export const envelopeName = (kind: PredicateName) => `${stems[kind]}.dsse.json`;
export const bundleName = (kind: PredicateName) => `${stems[kind]}.sigstore.json`;

const mostBytes = 4_000_000;
const mostRuns = 20_000;

/** A file of `certificate/`, as it could be read. */
export interface ReadCertificate {
  envelope: Envelope;
  /** Of the envelope as it is written, in a bundle too: its name among certificates. */
  sha256: string;
  statement: Statement;
  /** An answer by RFC 3161 on the signature; null: there is none. */
  timeStamp: Buffer | null;
}

/** Text of a file of a run; null: there is none, or it is no regular file, or too large. Links within a run are not followed. */
export function textOf(path: string): string | null {
  return textIf(path, lstatSync);
}

/** The same of a file that a user names, who may name a link. */
export function textOfNamed(path: string): string | null {
  return textIf(path, statSync);
}

function textIf(path: string, statOf: typeof lstatSync): string | null {
  try {
    const stat = statOf(path);
    return stat.isFile() && stat.size <= mostBytes ? readFileSync(path, 'utf8') : null;
  } catch {
    return null;
  }
}

/** Reads an envelope, or a Sigstore bundle with one; nothing is verified. @returns what is wrong with it, a few words, where it is none */
export function readCertificate(text: string): ReadCertificate | string {
  const isBundle = text.includes('"dsseEnvelope"');
  const bundle = isBundle ? readBundle(text) : null;
  if (typeof bundle === 'string') return bundle;
  const envelope = bundle?.envelope ?? readEnvelope(text);
  if (typeof envelope === 'string') return envelope;
  if (envelope.payloadType !== inTotoType) return `its payload is of another type, ${envelope.payloadType}`;
  const statement = readStatement(envelope.payload);
  if (typeof statement === 'string') return statement;
  return { envelope, sha256: digest(envelopeText(envelope)), statement, timeStamp: bundle?.timeStamp ?? null };
}

/** The same with the time stamp of the bundle beside an envelope, where that holds the same envelope. */
export function stampBeside(read: ReadCertificate, file: string): ReadCertificate {
  if (!file.endsWith('.dsse.json')) return read;
  const bundle = readBundle(textOf(file.replace(/\.dsse\.json$/, '.sigstore.json')) ?? '');
  const isSame = typeof bundle !== 'string' && envelopeText(bundle.envelope) === envelopeText(read.envelope);
  return isSame ? { ...read, timeStamp: bundle.timeStamp } : read;
}

/** The key that made the signature; null: none of these did. */
export function signerOf<K extends CertificateKey | TrustedKey>(envelope: Envelope, keys: readonly K[]): K | null {
  return keys.find((key) => isSignedWith(envelope, key)) ?? null;
}

/** A certificate of a run beside others. */
export interface StoredCertificate {
  run: string;
  sha256: string;
  release: Extract<Statement, { kind: 'release' }>;
}

/**
 * Certificates of the runs in a folder, as far as one of these keys signed them: what anybody may have put there says nothing.
 * @param except name of a run that is passed over
 */
export function certificatesIn(
  base: string,
  keys: readonly CertificateKey[],
  except: string | null,
): StoredCertificate[] {
  let names: string[];
  try {
    names = readdirSync(base);
  } catch {
    return [];
  }
  return names.slice(-mostRuns).flatMap((run) => {
    const path = join(base, run, certificateFolder, envelopeName('release'));
    if (run === except || !existsSync(path)) return [];
    const read = readCertificate(textOf(path) ?? '');
    if (typeof read === 'string' || read.statement.kind !== 'release' || signerOf(read.envelope, keys) === null)
      return [];
    return [{ run, sha256: read.sha256, release: read.statement }];
  });
}

/** Whether one certificate is of the same release as another, so that the later of both counts. */
export function isSameRelease(
  one: Extract<Statement, { kind: 'release' }>['predicate'],
  other: Pick<Extract<Statement, { kind: 'release' }>['predicate'], 'candidate' | 'environment'>,
): boolean {
  return (
    one.candidate.name === other.candidate.name &&
    one.candidate.version === other.candidate.version &&
    one.environment.name === other.environment.name
  );
}
