import { createHash } from 'node:crypto';

/** What an SSH signature says of itself (OpenSSH, PROTOCOL.sshsig); who made it, it cannot say. */
export interface SshSignature {
  /** `SHA256:…`, as `ssh-keygen -l` prints it. */
  key: string;
  namespace: string;
}

const begin = '-----BEGIN SSH SIGNATURE-----\n';
const end = '-----END SSH SIGNATURE-----\n';
const magic = 'SSHSIG';
const lineLength = 70;

/**
 * Reads a signature in its armour. Strictly: one byte that could be written otherwise makes it none, so that every change is one.
 * @returns null where it is none
 */
export function readSshSignature(text: string): SshSignature | null {
  if (!text.startsWith(begin) || !text.endsWith(end) || text.length > 16_384) return null;
  const blob = Buffer.from(text.slice(begin.length, -end.length), 'base64');
  if (armoured(blob) !== text || blob.toString('latin1', 0, magic.length) !== magic) return null;
  const fields: Buffer[] = [];
  // After the magic and the version: the key, the namespace, a reserved field, the name of the digest, the signature itself.
  for (let at = magic.length + 4; at < blob.length; ) {
    if (at + 4 > blob.length) return null;
    const length = blob.readUInt32BE(at);
    if (at + 4 + length > blob.length) return null;
    fields.push(blob.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  const [key, namespace, reserved] = fields;
  if (blob.readUInt32BE(magic.length) !== 1 || fields.length !== 5 || key === undefined || namespace === undefined)
    return null;
  // Control characters are in no name that anybody chose.
  if (/\p{Cc}/u.test(namespace.toString('utf8'))) return null;
  // What is reserved is not covered by the signature.
  if (reserved?.length !== 0) return null;
  const fingerprint = createHash('sha256').update(key).digest('base64').replace(/=+$/, '');
  return { key: `SHA256:${fingerprint}`, namespace: namespace.toString('utf8') };
}

function armoured(blob: Buffer): string {
  const lines = blob.toString('base64').match(new RegExp(`.{1,${lineLength}}`, 'g')) ?? [];
  return `${begin}${lines.map((line) => `${line}\n`).join('')}${end}`;
}
