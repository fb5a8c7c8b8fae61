import { isIPv4 } from 'node:net';
import type { Keyed } from '../keyed.ts';

/**
 * Prefix-preserving: two addresses that share their first n bits share n bits afterwards, and no two become one. Each bit is
 * flipped by a pseudorandom function of the bits before it, as in Crypto-PAn (Xu, Fan, Ammar, Moon: "Prefix-Preserving IP
 * Address Anonymization", ICNP 2002), with AES under a key derived from ours.
 */
export function pseudonymIp(keyed: Keyed, text: string): string {
  if (isIPv4(text)) return [...flip(keyed, Uint8Array.from(text.split('.'), Number), 4)].join('.');
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (embedded?.[1] !== undefined && embedded[2] !== undefined) return embedded[1] + pseudonymIp(keyed, embedded[2]);
  const bytes = flip(keyed, bytesOf(text), 6);
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[i * 2] ?? 0) << 8) | (bytes[i * 2 + 1] ?? 0)).toString(16),
  );
  return groups.join(':');
}

function flip(keyed: Keyed, address: Uint8Array, version: number): Uint8Array {
  const bits = address.length * 8;
  const input = Buffer.alloc(bits * 32);
  for (let bit = 0; bit < bits; bit++) {
    const block = bit * 32;
    // The bits before this one, the rest zero, and how many there are.
    for (let i = 0; i < address.length; i++) {
      const known = Math.min(8, Math.max(0, bit - i * 8));
      input[block + i] = (address[i] ?? 0) & (0xff00 >> known);
    }
    input[block + 16] = version;
    input[block + 17] = bit;
  }
  const out = prefixFunction(keyed, input, bits);
  const flipped = Uint8Array.from(address);
  for (let bit = 0; bit < bits; bit++) {
    const at = bit >> 3;
    flipped[at] = (flipped[at] ?? 0) ^ ((((out[bit] ?? 0) & 1) << 7) >> (bit & 7));
  }
  return flipped;
}

/** One pseudorandom bit for every 32 bytes of input: two blocks chained (CBC-MAC over a fixed length). */
function prefixFunction(keyed: Keyed, input: Buffer, bits: number): Uint8Array {
  const firsts = Buffer.alloc(bits * 16);
  for (let bit = 0; bit < bits; bit++) input.copy(firsts, bit * 16, bit * 32 + 16, bit * 32 + 32);
  const chained = keyed.blocks(firsts);
  for (let bit = 0; bit < bits; bit++) {
    for (let i = 0; i < 16; i++) {
      const at = bit * 16 + i;
      chained[at] = (chained[at] ?? 0) ^ (input[bit * 32 + i] ?? 0);
    }
  }
  const out = keyed.blocks(chained);
  return Uint8Array.from({ length: bits }, (_, bit) => out[bit * 16] ?? 0);
}

function bytesOf(text: string): Uint8Array {
  const [head = '', tail] = text.replace(/%.*$/, '').split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  return Uint8Array.from({ length: 16 }, (_, i) => {
    const group = Number.parseInt(groups[i >> 1] ?? '0', 16);
    return i % 2 === 0 ? group >> 8 : group & 255;
  });
}
