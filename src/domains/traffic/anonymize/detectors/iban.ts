import { clue } from './clues.ts';
import type { Detector, Span } from './detector.ts';

// Lengths by country, from the SWIFT IBAN registry.
const lengths = new Map(
  Object.entries({
    AD: 24,
    AE: 23,
    AL: 28,
    AT: 20,
    AZ: 28,
    BA: 20,
    BE: 16,
    BG: 22,
    BH: 22,
    BR: 29,
    BY: 28,
    CH: 21,
    CR: 22,
    CY: 28,
    CZ: 24,
    DE: 22,
    DK: 18,
    DO: 28,
    EE: 20,
    EG: 29,
    ES: 24,
    FI: 18,
    FO: 18,
    FR: 27,
    GB: 22,
    GE: 22,
    GI: 23,
    GL: 18,
    GR: 27,
    GT: 28,
    HR: 21,
    HU: 28,
    IE: 22,
    IL: 23,
    IQ: 23,
    IS: 26,
    IT: 27,
    JO: 30,
    KW: 30,
    KZ: 20,
    LB: 28,
    LC: 32,
    LI: 21,
    LT: 20,
    LU: 20,
    LV: 21,
    LY: 25,
    MC: 27,
    MD: 24,
    ME: 22,
    MK: 19,
    MR: 27,
    MT: 31,
    MU: 30,
    NL: 18,
    NO: 15,
    PK: 24,
    PL: 28,
    PS: 29,
    PT: 25,
    QA: 29,
    RO: 24,
    RS: 22,
    SA: 24,
    SC: 31,
    SE: 24,
    SI: 19,
    SK: 24,
    SM: 27,
    ST: 25,
    SV: 28,
    TL: 23,
    TN: 24,
    TR: 26,
    UA: 29,
    VA: 22,
    VG: 24,
    XK: 20,
  }),
);

const start = /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?= ?[A-Z0-9])/gu;

/** Remainder by 97 of the rearranged number (ISO 13616, ISO 7064 MOD 97-10). */
export function mod97(text: string): number {
  let rest = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    rest = code < 58 ? (rest * 10 + code - 48) % 97 : (rest * 100 + code - 55) % 97;
  }
  return rest;
}

function isIban(compact: string): boolean {
  return (
    lengths.get(compact.slice(0, 2)) === compact.length &&
    /^[A-Z0-9]+$/.test(compact) &&
    mod97(compact.slice(4) + compact.slice(0, 4)) === 1
  );
}

function* find(text: string): Generator<Span> {
  for (const match of text.matchAll(start)) {
    const wanted = lengths.get(match[0].slice(0, 2));
    if (wanted === undefined) continue;
    let compact = '';
    let to = match.index;
    while (to < text.length && compact.length < wanted) {
      const unit = text[to] ?? '';
      if (unit !== ' ') compact += unit;
      to++;
    }
    if (isIban(compact) && !/[A-Za-z0-9]/.test(text[to] ?? '')) yield [match.index, to];
  }
}

export const iban: Detector = {
  kind: 'iban',
  needs: { length: 15, digits: 4, anyOf: '' },
  clues: clue.iban,
  find,
  matches: (value) => value.length >= 15 && value.length <= 42 && isIban(value.replaceAll(' ', '')),
};
