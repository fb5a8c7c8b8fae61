import { clue } from './clues.ts';
import { type Detector, spansOf } from './detector.ts';

const ssnForm = /(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])/g;

/** Areas 000, 666 and 900 to 999, group 00 and serial 0000 are never issued (US Social Security Administration). */
const isIssued = (text: string) => !/^(?:000|666|9\d\d)|-00-|-0000$/.test(text);

export const socialSecurityNumber: Detector = {
  kind: 'ssn',
  needs: { length: 11, digits: 9, anyOf: '-' },
  clues: clue.ssn,
  find: (text) => spansOf(ssnForm, text, isIssued),
  matches: (value) => value.length === 11 && /^\d{3}-\d{2}-\d{4}$/.test(value) && isIssued(value),
};

const digitsOf = (text: string) => text.replace(/\D/g, '');

/** A detector of one form, and of its check, that knows a whole value by the same form. */
function ofForm(
  kind: string,
  clues: number,
  form: RegExp,
  digits: number,
  check: (found: string) => boolean,
): Detector {
  return {
    kind,
    needs: { length: digits, digits, anyOf: '' },
    clues,
    find: (text) => spansOf(form, text, check),
    matches(value) {
      if (value.length > 20) return false;
      for (const [from, to] of spansOf(form, value, check)) return from === 0 && to === value.length;
      return false;
    },
  };
}

/** The two check digits of a Brazilian CPF, each the weighted sum of all before it modulo 11. */
export function cpfDigits(base: string): string {
  let digits = base;
  for (let turn = 0; turn < 2; turn++) {
    let sum = 0;
    for (const [index, digit] of [...digits].entries()) sum += Number(digit) * (digits.length + 1 - index);
    digits += String(((sum * 10) % 11) % 10);
  }
  return digits.slice(-2);
}

const isCpf = (text: string) => {
  const digits = digitsOf(text);
  return !/^(\d)\1{10}$/.test(digits) && cpfDigits(digits.slice(0, 9)) === digits.slice(9);
};

/** CPF of Brazil, as it is written: `123.456.789-09`. */
export const cpf = ofForm('cpf', clue.cpf, /(?<![\w.-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w-])/g, 11, isCpf);

const verhoeffProducts = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
  [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
  [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
  [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
  [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
  [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
  [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
  [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
  [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
];
const verhoeffOrder = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/** The check value of a number with its check digit, 0 when it is right (Verhoeff, 1969). */
export function verhoeff(digits: string): number {
  let value = 0;
  for (const [index, unit] of [...digits].reverse().entries()) {
    let digit = Number(unit);
    for (let turn = 0; turn < index % 8; turn++) digit = verhoeffOrder[digit] ?? 0;
    value = verhoeffProducts[value]?.[digit] ?? 0;
  }
  return value;
}

/** Aadhaar of India, in groups of four; it never begins with 0 or 1. */
export const aadhaar = ofForm(
  'aadhaar',
  clue.aadhaar,
  /(?<![\w-]|\d )[2-9]\d{3}([ -])\d{4}\1\d{4}(?![\w-]| \d)/g,
  12,
  (text) => verhoeff(digitsOf(text)) === 0,
);

/** PAN of India's tax office: the fourth letter says who holds it. */
export const pan = ofForm('pan', clue.pan, /(?<!\w)[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z](?!\w)/g, 4, () => true);

/** National Insurance number of the United Kingdom (HMRC's rules for its prefix). QQ is never issued. */
export const nino = ofForm(
  'nino',
  clue.nino,
  /(?<!\w)(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)/g,
  6,
  () => true,
);

/** The last digit of a German tax number by ISO 7064 MOD 11,10. */
export function taxDigit(base: string): number {
  let product = 10;
  for (const digit of base) {
    const sum = (Number(digit) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10;
}

/** Steuer-Identifikationsnummer of Germany in its groups; it never begins with 0. */
export const steuerId = ofForm(
  'steuerid',
  clue.steuerId,
  /(?<![\w-]|\d )[1-9]\d \d{3} \d{3} \d{3}(?![\w-]| \d)/g,
  11,
  (text) => taxDigit(digitsOf(text).slice(0, 10)) === Number(text.at(-1)),
);

/** Burgerservicenummer of the Netherlands as it is grouped, with its test by 11. Bare, any number of nine digits may be one. */
export const bsn = ofForm('bsn', clue.bsn, /(?<![\w.-])\d{4}\.\d{2}\.\d{3}(?![\w-]|\.\d)/g, 9, (text) =>
  isBsn(digitsOf(text)),
);

const isBsn = (digits: string) => {
  let sum = -Number(digits[8]);
  for (let index = 0; index < 8; index++) sum += Number(digits[index]) * (9 - index);
  return sum % 11 === 0;
};
