import { rangeOf } from './pseudonyms/characters.ts';

/** Shorter ones meet by chance. */
export const shortestToken = 5;
const longestToken = 400;

const delimiters = new Uint8Array(128);
for (const unit of '"\'<>&=;,?/{}[]()|\n\r\t\\ ') delimiters[unit.charCodeAt(0)] = 1;

/**
 * The pieces of a text that are looked for: its runs of letters and digits, its pieces between delimiters (an e-mail address, a
 * number with dashes), and short texts as a whole. Called with positions in the text.
 */
export function eachToken(text: string, found: (from: number, to: number) => void): void {
  let atom = -1;
  let piece = -1;
  let piecesAreAtoms = true;
  for (let i = 0; i <= text.length; i++) {
    const unit = i < text.length ? text.charCodeAt(i) : 32;
    const isLetter = isLetterUnit(unit);
    if (isLetter) {
      if (atom < 0) atom = i;
    } else {
      if (atom >= 0 && i - atom >= shortestToken && i - atom <= longestToken) found(atom, i);
      atom = -1;
    }
    if (unit < 128 && delimiters[unit] === 1) {
      if (piece >= 0 && !piecesAreAtoms && i - piece >= shortestToken && i - piece <= longestToken) found(piece, i);
      piece = -1;
      piecesAreAtoms = true;
    } else {
      if (piece < 0) piece = i;
      if (!isLetter) piecesAreAtoms = false;
    }
  }
}

function isLetterUnit(unit: number): boolean {
  if (unit < 128) return (unit >= 97 && unit <= 122) || (unit >= 48 && unit <= 57) || (unit >= 65 && unit <= 90);
  return (unit >= 0xd800 && unit <= 0xdfff) || rangeOf(unit) !== -1;
}
