import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto';
import { statSync } from 'node:fs';
import { type NotRead, readBoundedSync } from '../evidence/bounded-file.ts';
import { ShakedownError } from '../model/error.ts';
import { type Envelope, preAuthenticationEncoding } from './dsse.ts';

const mostBytes = 65_536;
const make = 'Make one with `openssl genpkey -algorithm ed25519 -aes256 -out certificate.key`, readable by you only.';

export type KeyKind = 'Ed25519' | 'P-256';

/** A key that certificates are signed with, or that they may be signed with. */
export interface CertificateKey {
  key: KeyObject;
  kind: KeyKind;
  /** SHA-256 of the public key in its DER form (SubjectPublicKeyInfo), base64: by it a Sigstore bundle names its key. */
  hint: string;
}

/** A public key whose signatures count, and for what time; null: no bound. */
export interface TrustedKey extends CertificateKey {
  file: string;
  fromMs: number | null;
  untilMs: number | null;
}

/**
 * Reads a private key: Ed25519, or ECDSA on P-256, in a PEM file.
 * @param passphraseEnv variable of the environment that holds its passphrase; null: none was named
 * @throws ShakedownError CERTIFICATE_KEY, whose message never holds the passphrase
 */
export function readSigningKey(file: string, passphraseEnv: string | null, env = process.env): CertificateKey {
  const pem = textOf(file);
  const mode = process.platform === 'win32' ? 0 : statSync(file).mode & 0o077;
  if (mode !== 0) throw refused(file, 'others may read it', `Close it to others: \`chmod 600 ${file}\`.`);
  const label = labelOf(pem);
  if (label.includes('PUBLIC KEY') || label === 'CERTIFICATE')
    throw refused(file, 'it is a public key, which cannot sign', 'Name the private one.');
  if (!['PRIVATE KEY', 'ENCRYPTED PRIVATE KEY', 'EC PRIVATE KEY'].includes(label)) throw refusedKind(file, label);
  const isEncrypted = label.startsWith('ENCRYPTED') || /^Proc-Type: 4,ENCRYPTED$/m.test(pem);
  const passphrase = isEncrypted ? passphraseFrom(file, passphraseEnv, env) : undefined;
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, format: 'pem', ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (cause) {
    if (isEncrypted)
      throw refused(
        file,
        `the passphrase in ${passphraseEnv} does not open it`,
        'Set that variable to the passphrase of this key.',
        cause,
      );
    throw refused(file, 'it is damaged', make, cause);
  }
  return described(file, key);
}

function passphraseFrom(file: string, name: string | null, env: NodeJS.ProcessEnv): string {
  if (name === null)
    throw refused(
      file,
      'it is encrypted, and nothing says where its passphrase is',
      'Name a variable of the environment in certificate.passphraseEnv.',
    );
  const passphrase = env[name];
  if (passphrase === undefined || passphrase === '')
    throw refused(
      file,
      `it is encrypted, and the variable ${name} is not set`,
      'Set it to the passphrase of this key.',
    );
  return passphrase;
}

/**
 * Reads a key whose signatures count: a public key, or an X.509 certificate, whose own time of validity then counts too.
 * @param from, until ISO 8601; absent: no bound
 * @throws ShakedownError CERTIFICATE_KEY
 */
export function readTrustedKey(file: string, { from, until }: { from?: string; until?: string } = {}): TrustedKey {
  const pem = textOf(file);
  const label = labelOf(pem);
  if (label.includes('PRIVATE KEY'))
    throw refused(
      file,
      'it is a private key',
      `Name its public half, which may be given away: \`openssl pkey -in ${file} -pubout\`.`,
    );
  if (label !== 'PUBLIC KEY' && label !== 'CERTIFICATE') throw refusedKind(file, label);
  try {
    const certificate = label === 'CERTIFICATE' ? new X509Certificate(pem) : null;
    const bounds = (given: string | undefined, own: string | undefined) =>
      [given, own].flatMap((text) => (text === undefined ? [] : [Date.parse(text)]));
    const starts = bounds(from, certificate?.validFrom);
    const ends = bounds(until, certificate?.validTo);
    return {
      file,
      ...described(file, certificate?.publicKey ?? createPublicKey(pem)),
      fromMs: starts.length === 0 ? null : Math.max(...starts),
      untilMs: ends.length === 0 ? null : Math.min(...ends),
    };
  } catch (cause) {
    if (cause instanceof ShakedownError) throw cause;
    throw refused(file, 'it is damaged', 'Export it anew: `openssl pkey -in certificate.key -pubout`.', cause);
  }
}

function described(file: string, key: KeyObject): CertificateKey {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const kind = type === 'ed25519' ? 'Ed25519' : type === 'ec' && details?.namedCurve === 'prime256v1' ? 'P-256' : null;
  if (kind === null) {
    const found = type === 'ec' ? `ECDSA on ${details?.namedCurve ?? 'another curve'}` : String(type).toUpperCase();
    throw refused(file, `it is of the kind ${found}; only Ed25519 and ECDSA on P-256 are taken`, make);
  }
  const half = key.type === 'private' ? createPublicKey(key) : key;
  const der = half.export({ type: 'spki', format: 'der' });
  return { key, kind, hint: createHash('sha256').update(der).digest('base64') };
}

/** The bytes are signed as they are by Ed25519, and by their SHA-256 on P-256. */
const digestOf = (kind: KeyKind) => (kind === 'Ed25519' ? null : 'sha256');

/** Signs a payload with its type. */
export function signEnvelope(payloadType: string, payload: Buffer, { key, kind }: CertificateKey): Envelope {
  const signature = sign(digestOf(kind), preAuthenticationEncoding(payloadType, payload), key);
  return { payloadType, payload, signature };
}

/** Whether the envelope's signature is this key's. */
export function isSignedWith({ payloadType, payload, signature }: Envelope, { key, kind }: CertificateKey): boolean {
  try {
    return verify(digestOf(kind), preAuthenticationEncoding(payloadType, payload), key, signature);
  } catch {
    return false;
  }
}

function labelOf(pem: string): string {
  return /^-----BEGIN ([A-Z0-9 ]+)-----\r?$/m.exec(pem)?.[1] ?? '';
}

function textOf(file: string): string {
  try {
    return readBoundedSync(file, mostBytes).toString('utf8');
  } catch (cause) {
    throw refused(file, (cause as NotRead).message, 'Name a key in a PEM file.', cause);
  }
}

function refusedKind(file: string, label: string): ShakedownError {
  if (label === '') return refused(file, 'it is no PEM file of one key', make);
  if (label.startsWith('OPENSSH'))
    return refused(file, 'it is in the form of OpenSSH, which other tools for certificates do not read', make);
  if (label.includes('SIGSTORE') || label.includes('COSIGN'))
    return refused(
      file,
      'it is in the form of cosign, which only cosign opens',
      `${make} \`cosign import-key-pair\` reads it.`,
    );
  return refused(file, `it is of another kind (${label.toLowerCase()})`, make);
}

function refused(file: string, why: string, hint: string, cause?: unknown): ShakedownError {
  return new ShakedownError('CERTIFICATE_KEY', `The key ${file} cannot be used: ${why}.`, { hint, cause });
}
