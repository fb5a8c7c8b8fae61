import { clue } from './clues.ts';
import { type Detector, spansOf } from './detector.ts';

const pattern = /(?<![\w.+])\d(?:[ -]?\d){12,18}(?![\w]|\.\d)/g;
// Ranges that issuers use (ISO/IEC 7812): Visa, Mastercard, American Express, Discover, Diners, JCB, UnionPay, Maestro.
const issuer = /^(?:4|5[0-8]|2[2-7]|3[0-9]|6)/;

/** Luhn's check (ISO/IEC 7812-1, annex B) over digits only. */
export function luhnDigit(payload: string): number {
  let sum = 0;
  for (let i = payload.length - 1, double = true; i >= 0; i--, double = !double) {
    const digit = payload.charCodeAt(i) - 48;
    const twice = digit * 2;
    sum += double ? (twice > 9 ? twice - 9 : twice) : digit;
  }
  return (10 - (sum % 10)) % 10;
}

function isCard(text: string): boolean {
  const digits = text.replace(/[ -]/g, '');
  if (digits.length < 13 || digits.length > 19 || !issuer.test(digits)) return false;
  return luhnDigit(digits.slice(0, -1)) === digits.charCodeAt(digits.length - 1) - 48;
}

export const card: Detector = {
  kind: 'card',
  needs: { length: 13, digits: 13, anyOf: '' },
  clues: clue.card,
  find: (text) => spansOf(pattern, text, isCard),
  matches: (value) => value.length <= 37 && /^\d(?:[ -]?\d){12,18}$/.test(value) && isCard(value),
};

/** Card numbers that card schemes and payment providers publish for tests begin with these; ours do too. */
export const testCardPrefixes: readonly (readonly [issuer: RegExp, prefix: string])[] = [
  [/^4/, '400000'],
  [/^5/, '555555'],
  [/^2/, '222300'],
  [/^3[47]/, '378282'],
  [/^35/, '353011'],
  [/^3/, '305693'],
  [/^62/, '620000'],
  [/^6/, '601111'],
];

/** A number in a published test range. */
export function isTestCard(text: string): boolean {
  const digits = text.replace(/[ -]/g, '');
  return testCardPrefixes.some(([, prefix]) => digits.startsWith(prefix));
}
