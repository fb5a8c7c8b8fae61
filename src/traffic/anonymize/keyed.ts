import { createCipheriv, createHmac, createSecretKey } from 'node:crypto';
import { ShakedownError } from '../../model/error.ts';

/** Everything that depends on the key. Two subkeys are derived from it, so that the key itself never meets data. */
export interface Keyed {
  /** HMAC-SHA-256 over label and text, 32 bytes. */
  mac(label: string, text: string): Buffer;
  /** AES-256 in ECB mode over whole blocks: a pseudorandom function for single blocks, never a cipher for text. */
  blocks(input: Buffer): Buffer;
  /** As many keyed bytes as asked for, the same for the same label and text. */
  stream(label: string, text: string, bytes: number): Buffer;
}

const shortestKeyBytes = 16;

/**
 * @param key at least 16 bytes; a string is taken as UTF-8
 * @throws ShakedownError ANONYMIZE_KEY when the key is too short to keep pseudonyms from being guessed
 */
export function createKeyed(key: Buffer | string): Keyed {
  const bytes = Buffer.from(key);
  if (bytes.length < shortestKeyBytes) {
    throw new ShakedownError('ANONYMIZE_KEY', `The anonymization key has ${bytes.length} bytes; 16 are the least.`, {
      hint: 'Use 32 random bytes, for instance from `openssl rand -hex 32`, or give no key.',
    });
  }
  const derive = (purpose: string) => createHmac('sha256', bytes).update(`shakedown.anonymize/1 ${purpose}`).digest();
  const macKey = createSecretKey(derive('pseudonyms'));
  const cipher = createCipheriv('aes-256-ecb', derive('permutations'), null);
  cipher.setAutoPadding(false);
  const mac = (label: string, text: string) =>
    createHmac('sha256', macKey).update(label).update('\0').update(text).digest();
  return {
    mac,
    blocks: (input) => cipher.update(input),
    stream(label, text, length) {
      const seed = mac(label, text);
      if (length <= seed.length) return seed.subarray(0, length);
      if (length <= seed.length * 2) {
        return Buffer.concat([seed, createHmac('sha256', macKey).update(seed).digest()]).subarray(0, length);
      }
      const expand = createCipheriv('aes-256-ctr', seed, Buffer.alloc(16));
      return expand.update(Buffer.alloc(length));
    },
  };
}
