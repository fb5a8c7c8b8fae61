/**
 * AES-256 (FIPS 197) of single blocks in plain code: a permutation asks for ten one after the other, and a call into OpenSSL takes
 * ten times as long as the block. Its time depends on the data, which is the user's own; it is held against OpenSSL by a test.
 */
export class BlockCipher {
  readonly #schedule = new Int32Array(60);

  /** @param key 32 bytes */
  constructor(key: Buffer) {
    const words = this.#schedule;
    for (let i = 0; i < 8; i++) words[i] = key.readInt32BE(i * 4);
    let constant = 1;
    for (let i = 8; i < words.length; i++) {
      let word = words[i - 1] ?? 0;
      if (i % 8 === 0) {
        word = substituted((word << 8) | (word >>> 24)) ^ (constant << 24);
        constant = doubled(constant);
      } else if (i % 8 === 4) word = substituted(word);
      words[i] = (words[i - 8] ?? 0) ^ word;
    }
  }

  /** Encrypts a block of four words, the first byte of each its highest, in place. */
  encrypt(block: Int32Array): void {
    const k = this.#schedule;
    let a = at(block, 0) ^ at(k, 0);
    let b = at(block, 1) ^ at(k, 1);
    let c = at(block, 2) ^ at(k, 2);
    let d = at(block, 3) ^ at(k, 3);
    for (let i = 4; i < 56; i += 4) {
      const e = mixed(a, b, c, d) ^ at(k, i);
      const f = mixed(b, c, d, a) ^ at(k, i + 1);
      const g = mixed(c, d, a, b) ^ at(k, i + 2);
      d = mixed(d, a, b, c) ^ at(k, i + 3);
      a = e;
      b = f;
      c = g;
    }
    block[0] = last(a, b, c, d) ^ at(k, 56);
    block[1] = last(b, c, d, a) ^ at(k, 57);
    block[2] = last(c, d, a, b) ^ at(k, 58);
    block[3] = last(d, a, b, c) ^ at(k, 59);
  }
}

const at = (words: Int32Array, index: number): number => words[index] as number;
const doubled = (byte: number): number => ((byte << 1) ^ (byte & 0x80 ? 0x11b : 0)) & 0xff;

const box = new Int32Array(256);
const columns = [new Int32Array(256), new Int32Array(256), new Int32Array(256), new Int32Array(256)] as const;
const [column0, column1, column2, column3] = columns;
fillTables();

/** Multiplicative inverses by walking the field from a generator and from its inverse at once, then the affine map (section 5.1.1). */
function fillTables(): void {
  let power = 1;
  let inverse = 1;
  box[0] = 0x63;
  do {
    power ^= doubled(power);
    inverse ^= inverse << 1;
    inverse ^= inverse << 2;
    inverse = (inverse ^ (inverse << 4)) & 0xff;
    if (inverse & 0x80) inverse ^= 0x09;
    let value = inverse;
    for (let turn = 1; turn <= 4; turn++) value ^= ((inverse << turn) | (inverse >>> (8 - turn))) & 0xff;
    box[power] = value ^ 0x63;
  } while (power !== 1);
  for (const [byte, value] of box.entries()) {
    const twice = doubled(value);
    const column = (twice << 24) | (value << 16) | (value << 8) | (twice ^ value);
    for (const [turn, table] of columns.entries())
      table[byte] = turn === 0 ? column : (column >>> (8 * turn)) | (column << (32 - 8 * turn));
  }
}

/** A column of the state after SubBytes, ShiftRows and MixColumns (section 5.1). */
function mixed(a: number, b: number, c: number, d: number): number {
  return at(column0, a >>> 24) ^ at(column1, (b >>> 16) & 255) ^ at(column2, (c >>> 8) & 255) ^ at(column3, d & 255);
}

/** The same in the last round, which does not mix columns. */
function last(a: number, b: number, c: number, d: number): number {
  return (
    (at(box, a >>> 24) << 24) | (at(box, (b >>> 16) & 255) << 16) | (at(box, (c >>> 8) & 255) << 8) | at(box, d & 255)
  );
}

function substituted(word: number): number {
  return last(word, word, word, word);
}
