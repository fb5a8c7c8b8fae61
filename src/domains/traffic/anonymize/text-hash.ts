/** A 64-bit hash in two 32-bit lanes, left in `lo` and `hi` so that hashing makes no garbage. Seeded, not cryptographic. */
export class TextHash {
  lo = 0;
  hi = 0;
  readonly #seedA: number;
  readonly #seedB: number;

  /** 8 bytes; who has them can compute the hashes. */
  readonly seed: Buffer;

  constructor(seed: Buffer) {
    this.seed = seed.subarray(0, 8);
    this.#seedA = seed.readUInt32LE(0);
    this.#seedB = seed.readUInt32LE(4);
  }

  /** Hashes UTF-16 units `from` to `to`; `salt` separates hashes that must not be the same. */
  of(text: string, salt = 0, from = 0, to = text.length): this {
    let a = this.#seedA ^ Math.imul(salt, 0x9e3779b1);
    let b = this.#seedB ^ Math.imul(salt + 1, 0x85ebca77);
    for (let i = from; i < to; i++) {
      const unit = text.charCodeAt(i);
      a = Math.imul(a ^ unit, 0x85ebca6b);
      b = Math.imul(b ^ unit, 0xc2b2ae35);
      a ^= a >>> 15;
      b ^= b >>> 13;
    }
    a = Math.imul(a ^ (a >>> 16) ^ (to - from), 0x2c1b3c6d);
    b = Math.imul(b ^ (b >>> 15), 0x297a2d39);
    a ^= b >>> 12;
    b = Math.imul(b ^ (a >>> 13), 0x1b873593);
    this.lo = (a ^ (a >>> 14)) >>> 0;
    this.hi = (b ^ (b >>> 16)) >>> 0;
    return this;
  }

  /** Turns a hash into that of the same text at one place, so that a text is read once for all that is counted of it. */
  placed(lo: number, hi: number, place: number): this {
    let a = Math.imul(lo ^ Math.imul(place + 1, 0x9e3779b1), 0x85ebca6b);
    a ^= a >>> 15;
    let b = Math.imul(hi ^ Math.imul(a, 0x2c1b3c6d) ^ place, 0xc2b2ae35);
    b ^= b >>> 13;
    a = Math.imul(a ^ b, 0x297a2d39);
    this.lo = (a ^ (a >>> 14)) >>> 0;
    this.hi = (b ^ Math.imul(a, 0x1b873593)) >>> 0;
    return this;
  }
}
