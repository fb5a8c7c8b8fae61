import { rangeAt, rangeOf, type ValuePseudonyms } from '../../traffic/public.ts';

const astral = /[\ud800-\udbff][\udc00-\udfff]/g;
const letterOrDigit = /[\p{L}\p{N}]/u;

/** A longer text does not fit into one call. */
const mostAtOnce = 8192;

let units = new Uint16Array(4096);
let bytes = Buffer.from(units.buffer);

/**
 * A text as long as this one, in the same scripts, with other letters and digits; spaces and punctuation stay. Each value has its own key, so
 * no word says what it was in another text, and the same text becomes the same. The letters come from a generator that is seeded by a keyed hash of the
 * value: who finds its state out knows no more of the value than a hash says.
 */
export function otherLetters(pseudonyms: ValuePseudonyms, value: string, turn: number): string {
  const text = astral.test(value) ? value.replace(astral, (pair) => (letterOrDigit.test(pair) ? 'x' : pair)) : value;
  const seed = pseudonyms.keyed.mac(`text ${turn}`, value);
  let a = seed.readInt32LE(0) | 1;
  let b = seed.readInt32LE(4);
  let c = seed.readInt32LE(8);
  let d = seed.readInt32LE(12);
  if (units.length < text.length) {
    units = new Uint16Array(text.length * 2);
    bytes = Buffer.from(units.buffer);
  }
  let highest = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    highest |= unit;
    // Marsaglia's xorshift of 128 bits (2003).
    const t = a ^ (a << 11);
    a = b;
    b = c;
    c = d;
    d = d ^ (d >>> 19) ^ t ^ (t >>> 8);
    const draw = (d >>> 8) & 0xffffff;
    if (unit >= 97 && unit <= 122) units[i] = 97 + (draw % 26);
    else if (unit >= 65 && unit <= 90) units[i] = 65 + (draw % 26);
    else if (unit >= 48 && unit <= 57) units[i] = 48 + (draw % 10);
    else if (unit < 128 || (unit >= 0xd800 && unit <= 0xdfff)) units[i] = unit;
    else units[i] = otherUnit(unit, draw);
  }
  return highest < 128 && text.length <= mostAtOnce
    ? String.fromCharCode.apply(null, units.subarray(0, text.length) as unknown as number[])
    : bytes.ucs2Slice(0, text.length * 2);
}

function otherUnit(unit: number, draw: number): number {
  const range = rangeOf(unit);
  if (range === -1) return unit;
  const [first, size] = rangeAt(range);
  return first + (draw % size);
}

declare global {
  interface Buffer {
    /** Of Node, which its types leave out. */
    ucs2Slice(from: number, to: number): string;
  }
}
