import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BlockCipher } from '../../../../src/domains/traffic/anonymize/block-cipher.ts';
import { createKeyed } from '../../../../src/domains/traffic/anonymize/keyed.ts';

describe('the keyed hash', () => {
  it.each([
    ['nothing', ''],
    ['a word', 'Wilhelmina'],
    ['other scripts and half a pair', 'Łódź 李 😀 \ud800'],
    ['a long text', 'Łx'.repeat(5000)],
  ])('is HMAC-SHA-256 over label and text, of %s', (_, text) => {
    const given = Buffer.alloc(32, 9);
    const key = createHmac('sha256', given).update('shakedown.anonymize/1 pseudonyms').digest();
    const wanted = createHmac('sha256', key).update('label').update('\0').update(text).digest('hex');
    const { mac, stream } = createKeyed(given);
    expect(mac('label', text).toString('hex')).toBe(wanted);
    expect(stream('label', text, 20).toString('hex')).toBe(wanted.slice(0, 40));
    const more = createHmac('sha256', key).update(Buffer.from(wanted, 'hex')).digest('hex');
    expect(stream('label', text, 50).toString('hex')).toBe((wanted + more).slice(0, 100));
  });
});

describe('the block cipher', () => {
  it('is AES-256', () => {
    // FIPS 197, appendix C.3.
    const published = new BlockCipher(
      Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex'),
    );
    const block = Int32Array.of(0x00112233, 0x44556677, 0x8899aabb | 0, 0xccddeeff | 0);
    published.encrypt(block);
    expect(bytesOf(block).toString('hex')).toBe('8ea2b7ca516745bfeafc49904b496089');
    for (let n = 0; n < 300; n++) {
      const random = (label: string) => createHash('sha256').update(`${label} ${n}`).digest();
      const key = random('key');
      const plain = random('block').subarray(0, 16);
      const words = Int32Array.from({ length: 4 }, (_, i) => plain.readInt32BE(i * 4));
      new BlockCipher(key).encrypt(words);
      expect(bytesOf(words)).toEqual(createCipheriv('aes-256-ecb', key, null).update(plain));
    }
  });
});

function bytesOf(words: Int32Array): Buffer {
  const bytes = Buffer.alloc(16);
  for (const [index, word] of words.entries()) bytes.writeInt32BE(word, index * 4);
  return bytes;
}
