import { isEastAsianName, namesOfPeople } from './names-of-people.ts';

const shortest = 3;
const longest = Math.max(...Array.from(namesOfPeople, (name) => name.length));
/** With the signs that are written over, under or behind letters, as in Hindi and Thai. */
const letter = /[\p{L}\p{M}]/u;

/** Kana, Han and Hangul begin here, but for a few signs. */
const eastAsian = 0x3040;

/**
 * True when a word of the text is a common given name, or a family name. A list cannot know every name: fields that hold names are known by their
 * own names too. A value that holds one is never vocabulary.
 */
export function holdsGivenName(text: string): boolean {
  if (text.length > 2000) return false;
  const lower = text.toLowerCase();
  let from = 0;
  for (let i = 0; i <= lower.length; i++) {
    const unit = i < lower.length ? lower.charCodeAt(i) : 0;
    if (unit < 128) {
      if (unit >= 97 && unit <= 122) continue;
    } else if (isOtherLetter(lower, i)) continue;
    if (i > from && isName(lower, from, i)) return true;
    from = i + 1;
  }
  return false;
}

function isName(lower: string, from: number, to: number): boolean {
  if (lower.charCodeAt(from) >= eastAsian) return isEastAsianName(lower.slice(from, to));
  return to - from >= shortest && to - from <= longest && namesOfPeople.has(lower.slice(from, to));
}

/** Either half of a surrogate pair that is a letter is one too. */
function isOtherLetter(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  const isSecond = unit >= 0xdc00 && unit <= 0xdfff && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
  return letter.test(String.fromCodePoint(text.codePointAt(isSecond ? at - 1 : at) ?? 0));
}
