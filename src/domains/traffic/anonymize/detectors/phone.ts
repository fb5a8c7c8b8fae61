import { clue } from './clues.ts';
import { type Detector, spansOf } from './detector.ts';

const international = /(?<![\w+-])(?:\+|00)[1-9]\d?(?:[ ()./-]{0,3}\d){6,13}(?![\w])/g;
const northAmerican = /(?<![\w.-])(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])/g;
const national = /^0\d{1,5}(?:[ /-]{1,3}\d{1,8}){1,5}$/;

const digitsOf = (text: string) => text.replace(/\D/g, '');
const isLong = (text: string) => {
  const digits = digitsOf(text).length;
  return digits >= 8 && digits <= 15;
};

export const phone: Detector = {
  kind: 'phone',
  needs: { length: 8, digits: 8, anyOf: '' },
  clues: clue.phone,
  *find(text) {
    yield* spansOf(international, text, isLong);
    yield* spansOf(northAmerican, text, isLong);
  },
  matches(value) {
    if (value.length > 32 || !/^[+(\d]/.test(value)) return false;
    if (national.test(value)) return isLong(value);
    for (const [from, to] of phone.find(value)) if (from === 0 && to === value.length) return true;
    return false;
  },
};

/**
 * A number that no one can be called at: exchange 555 in North America; elsewhere a national number that begins with 0
 * behind the country's code, which E.164 does not assign.
 */
export function isUnassignedPhone(text: string): boolean {
  const parts = phoneParts(text);
  return parts.northAmerican ? parts.rest.slice(3, 6) === '555' : parts.prefix !== '' && parts.rest.startsWith('0');
}

const oneDigitCodes = '17';
const twoDigitCodes = new Set(
  '20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98'.split(
    ' ',
  ),
);

/** Country code with its `+` or `00`, and the digits behind it. Codes have one, two or three digits (ITU-T E.164). */
export function phoneParts(text: string): { prefix: string; rest: string; northAmerican: boolean } {
  const digits = digitsOf(text);
  const lead = text.startsWith('+') ? '' : text.startsWith('00') ? '00' : undefined;
  if (lead === undefined) {
    return { prefix: '', rest: digits, northAmerican: digits.length === 10 && !digits.startsWith('0') };
  }
  const code = digits.slice(lead.length);
  const length = oneDigitCodes.includes(code[0] ?? '') ? 1 : twoDigitCodes.has(code.slice(0, 2)) ? 2 : 3;
  const prefix = lead + code.slice(0, length);
  const rest = code.slice(length);
  return { prefix, rest, northAmerican: code.startsWith('1') && rest.length === 10 };
}
