import type { Keyed } from './keyed.ts';

const rounds = 10;
const largestHalf = 2 ** 46;
const singlePosition = 0xffff;
/** The scope of what is the same everywhere. Another one is any 32-bit number, of a session or of a value. */
export const wholeRecording = 0;

/**
 * A keyed permutation of all strings of one format: position i takes one of `radices[i]` values, and no two inputs share an
 * output; in another scope it is another permutation. An alternating Feistel network with modular addition, as FF1 of NIST SP 800-38G is built, over mixed radices, with
 * AES as the round function. `digits` is changed in place.
 * @returns false, and leaves `digits` alone, where the domain is too large for it: a hash cannot collide there in practice
 */
export function permute(
  keyed: Keyed,
  tweak: number,
  digits: number[],
  radices: readonly number[],
  scope = wholeRecording,
): boolean {
  const n = digits.length;
  if (n === 0) return true;
  if (n === 1) {
    const radix = radices[0] ?? 1;
    // A table for each scope would cost more than one value of it is worth: there a single position is turned like a dial.
    if (scope !== wholeRecording) {
      digits[0] = ((digits[0] ?? 0) + pseudorandom(keyed, tweak, singlePosition, radix & 0xffff, 0, scope)) % radix;
    } else digits[0] = shuffled(keyed, tweak, radices[0] ?? 1)[digits[0] ?? 0] ?? 0;
    return true;
  }
  const middle = n >> 1;
  const sizeA = product(radices, 0, middle);
  const sizeB = product(radices, middle, n);
  if (sizeA > largestHalf || sizeB > largestHalf) return false;
  let a = encode(digits, radices, 0, middle);
  let b = encode(digits, radices, middle, n);
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) a = (a + pseudorandom(keyed, tweak, round, n, b, scope)) % sizeA;
    else b = (b + pseudorandom(keyed, tweak, round, n, a, scope)) % sizeB;
  }
  decode(a, digits, radices, 0, middle);
  decode(b, digits, radices, middle, n);
  return true;
}

const block = new Int32Array(4);

/** Uniform over 52 bits; the sum with a half stays an exact integer. The block holds tweak, round, length and half, lowest bytes first. */
function pseudorandom(
  keyed: Keyed,
  tweak: number,
  round: number,
  n: number,
  half: number,
  scope = wholeRecording,
): number {
  block[0] = turned(tweak ^ scope);
  block[1] = turned(round | (n << 16));
  block[2] = turned(half | 0);
  block[3] = turned(Math.floor(half / 2 ** 32));
  keyed.block(block);
  return (turned(block[0]) & 0xfffff) * 2 ** 32 + (turned(block[1]) >>> 0);
}

/** The same bytes in the other order. */
function turned(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}

const shuffles = new WeakMap<Keyed, Map<string, number[]>>();

/** A single position is too small for a Feistel network: its values are sorted by a keyed number each. */
function shuffled(keyed: Keyed, tweak: number, radix: number): number[] {
  let known = shuffles.get(keyed);
  if (known === undefined) {
    known = new Map();
    shuffles.set(keyed, known);
  }
  const name = `${tweak} ${radix}`;
  let order = known.get(name);
  if (order === undefined) {
    const weight = Array.from({ length: radix }, (_, value) =>
      pseudorandom(keyed, tweak, singlePosition, radix & 0xffff, value),
    );
    order = weight.map((_, value) => value).sort((x, y) => (weight[x] ?? 0) - (weight[y] ?? 0));
    known.set(name, order);
  }
  return order;
}

function product(radices: readonly number[], from: number, to: number): number {
  let size = 1;
  for (let i = from; i < to; i++) size *= radices[i] ?? 1;
  return size;
}

function encode(digits: readonly number[], radices: readonly number[], from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) value = value * (radices[i] ?? 1) + (digits[i] ?? 0);
  return value;
}

function decode(value: number, digits: number[], radices: readonly number[], from: number, to: number): void {
  let rest = value;
  for (let i = to - 1; i >= from; i--) {
    const radix = radices[i] ?? 1;
    digits[i] = rest % radix;
    rest = Math.floor(rest / radix);
  }
}
