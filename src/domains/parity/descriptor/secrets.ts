import { createHash, createHmac } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { readBounded } from '../../../evidence/bounded-file.ts';
import { ShakedownError } from '../../../model/error.ts';

/** Secrets are compared by a keyed hash, so that neither side can guess the other's and equal ones are seen to be equal. */
export interface SecretKey {
  /** Shows which key it is, and nothing of it. */
  readonly id: string;
  hash(secret: string): string;
}

export const keyVariable = 'SHAKEDOWN_PARITY_KEY';
const minKeyCharacters = 16;

export function secretKey(text: string): SecretKey {
  const key = createHash('sha256').update(`${'shakedown.parity/1 key'}\0${text}`).digest();
  const id = createHmac('sha256', key).update('id').digest('hex').slice(0, 8);
  return {
    id,
    hash: (secret) => `hmac-sha256:${createHmac('sha256', key).update(`value\0${secret}`).digest('hex').slice(0, 40)}`,
  };
}

/**
 * @param file absolute; null: the environment's variable
 * @returns null: none was given
 * @throws ShakedownError PARITY_KEY
 */
export async function findSecretKey(
  file: string | null,
  env: NodeJS.ProcessEnv = process.env,
): Promise<SecretKey | null> {
  const text = file === null ? (env[keyVariable] ?? '').trim() : await keyOf(file);
  if (text === '' && file === null) return null;
  if (text.length < minKeyCharacters) {
    throw new ShakedownError(
      'PARITY_KEY',
      `The key of ${file ?? keyVariable} has ${text.length} characters: it could be guessed.`,
      {
        hint: 'Make one with `openssl rand -hex 32`, and give the same one to both environments.',
      },
    );
  }
  return secretKey(text);
}

const mostBytes = 10_000;

async function keyOf(file: string): Promise<string> {
  try {
    const bytes = await readBounded(file, mostBytes);
    const { mode } = await stat(file);
    // Windows has no such bits.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw new Error('others can read it');
    return bytes.toString('utf8').trim();
  } catch (cause) {
    throw new ShakedownError('PARITY_KEY', `The key file ${file} cannot be used: ${(cause as Error).message}.`, {
      hint: `Name a file that only you can read (\`chmod 600\`), or set ${keyVariable}.`,
      cause,
    });
  }
}

const secretName =
  /(^|[^a-z])(pass|passwd|password|passphrase|pwd|secret|secrets|token|tokens|credential|credentials|creds|apikey|privatekey|accesskey|signingkey|encryptionkey|sessionkey|licensekey|connectionstring|dsn|salt|pepper|otp|pin|bearer|authorization|cookie|kubeconfig)([^a-z]|$)/;
const joinedName =
  /(password|passwd|secret|apikey|api_key|api-key|privatekey|private_key|private-key|accesskey|access_key|access-key|signing_key|signing-key|encryption_key|encryption-key|auth_token|authtoken|accesstoken|refreshtoken|clientsecret|connection_string|connection-string|credential)/;
/** Names that speak of secrets and hold none. */
const harmlessName =
  /(name|path|file|dir|directory|mount|ref|reference|version|ttl|expiry|expires|expiration|lifetime|length|size|rotation|days|hours|minutes|seconds|enabled|policy|type|url|uri|endpoint|store|provider|manager|algorithm|samesite|httponly|secure|domain|id|arn)$/;

/** Whether what has this name is a secret, by its name: `DB_PASSWORD`, `apiKey`. */
export function isSecretName(name: string): boolean {
  const spaced = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  if (!secretName.test(spaced) && !joinedName.test(spaced)) return false;
  const last = spaced.split(/[^a-z0-9]+/).at(-1) ?? '';
  // `secret_access_key_id` is none; `client_secret` is one.
  return !harmlessName.test(last) || secretName.test(last);
}

const secretValues = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /^eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*$/,
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\b(ghp|gho|ghs|ghr|github_pat|glpat|xox[abprs]|sk_live|rk_live|npm|dop_v1|shpat|hvs)[_-][A-Za-z0-9_-]{16,}/,
  /\bAIza[A-Za-z0-9_-]{35}\b/,
  /\b(Bearer|Basic) [A-Za-z0-9+/=._-]{12,}/,
  /\b(password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key)\s*[=:]\s*[^\s&;,"']{4,}/i,
];

/** Whether a value is a secret by what it looks like, whatever its name. */
export function isSecretValue(value: string): boolean {
  return secretValues.some((pattern) => pattern.test(value));
}

/** A URL with a password: `//user:password@host`. The user is shown with neither. null: it has none. */
export function urlWithCredentials(value: string): { shown: string; credentials: string } | null {
  const match = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#\s]*)@([^@]*)$/is.exec(value);
  if (match === null) return null;
  const [, scheme = '', credentials = '', rest = ''] = match;
  return { shown: `${scheme}(credentials)@${rest}`, credentials };
}
