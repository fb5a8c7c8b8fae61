/** Letters that are exchanged among themselves: [first, last] code points, case and script kept. */
const ranges: readonly (readonly [first: number, last: number])[] = [
  [0x30, 0x39],
  [0x61, 0x7a],
  [0x41, 0x5a],
  [0xe0, 0xf6],
  [0xf8, 0xff],
  [0xc0, 0xd6],
  [0xd8, 0xde],
  [0x100, 0x17e],
  [0x3b1, 0x3c1],
  [0x3c3, 0x3c9],
  [0x391, 0x3a1],
  [0x3a3, 0x3a9],
  [0x430, 0x44f],
  [0x410, 0x42f],
  [0x5d0, 0x5ea],
  [0x620, 0x64a],
  [0x905, 0x939],
  [0xe01, 0xe2e],
  [0x3041, 0x3096],
  [0x30a1, 0x30fa],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
];

const asciiRange = new Int8Array(128).fill(-1);
for (const [index, [first, last]] of ranges.slice(0, 3).entries()) asciiRange.fill(index, first, last + 1);

const otherLetter = /[\p{L}\p{N}]/u;

/**
 * The range of a code point, -1 for what is no letter or digit (kept, as format), and -2 for a letter or digit of a script
 * without a range here (replaced by an ASCII letter).
 */
export function rangeOf(codePoint: number): number {
  if (codePoint < 128) return asciiRange[codePoint] ?? -1;
  for (let index = 3; index < ranges.length; index++) {
    const range = ranges[index];
    if (range !== undefined && codePoint >= range[0] && codePoint <= range[1]) return index;
  }
  return otherLetter.test(String.fromCodePoint(codePoint)) ? -2 : -1;
}

const lowerCase = 1;

/** First code point of a range, and how many it has. */
export function rangeAt(index: number): readonly [first: number, size: number] {
  const range = ranges[index < 0 ? lowerCase : index] ?? [0x61, 0x7a];
  return [range[0], range[1] - range[0] + 1];
}
