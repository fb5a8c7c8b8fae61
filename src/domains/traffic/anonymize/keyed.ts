import { createCipheriv, createHmac, hash } from 'node:crypto';
import { ShakedownError } from '../../../model/error.ts';
import { BlockCipher } from './block-cipher.ts';

/** Everything that depends on the key. Two subkeys are derived from it, so that the key itself never meets data. */
export interface Keyed {
  /** HMAC-SHA-256 over label and text, 32 bytes. */
  mac(label: string, text: string): Buffer;
  /** AES-256 in ECB mode over whole blocks: a pseudorandom function for single blocks, never a cipher for text. */
  blocks(input: Buffer): Buffer;
  /** The same for one block, of four words with their first byte highest, in place. */
  block(words: Int32Array): void;
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
  const hmac = createShortHmac(derive('pseudonyms'));
  const permutations = derive('permutations');
  const single = new BlockCipher(permutations);
  const cipher = createCipheriv('aes-256-ecb', permutations, null);
  cipher.setAutoPadding(false);
  const mac = (label: string, text: string) => hmac(`${label}\0${text}`);
  return {
    mac,
    blocks: (input) => cipher.update(input),
    block: (words) => single.encrypt(words),
    stream(label, text, length) {
      const seed = mac(label, text);
      if (length <= seed.length) return seed.subarray(0, length);
      if (length <= seed.length * 2) {
        return Buffer.concat([seed, hmac(seed)]).subarray(0, length);
      }
      const expand = createCipheriv('aes-256-ctr', seed, Buffer.alloc(16));
      return expand.update(Buffer.alloc(length));
    },
  };
}

const blockBytes = 64;
const longestKept = 4096;

/**
 * HMAC-SHA-256 (RFC 2104) for short messages: two hashes in one call each take a third of the time of an HMAC object, whose
 * making costs more than its hashing.
 * @param key at most 64 bytes
 */
function createShortHmac(key: Buffer): (message: string | Buffer) => Buffer {
  const pad = (byte: number) => {
    const padded = Buffer.alloc(blockBytes, byte);
    for (const [index, unit] of key.entries()) padded[index] = unit ^ byte;
    return padded;
  };
  const kept = Buffer.alloc(blockBytes + longestKept);
  pad(0x36).copy(kept);
  const outer = Buffer.concat([pad(0x5c), Buffer.alloc(32)]);
  return (message) => {
    let inner = kept;
    let length: number;
    if (typeof message === 'string' && message.length * 3 <= longestKept) length = kept.write(message, blockBytes);
    else {
      const bytes = typeof message === 'string' ? Buffer.from(message, 'utf8') : message;
      inner = Buffer.concat([kept.subarray(0, blockBytes), bytes]);
      length = bytes.length;
    }
    hash('sha256', inner.subarray(0, blockBytes + length), 'buffer').copy(outer, blockBytes);
    return hash('sha256', outer, 'buffer');
  };
}
