import { clue } from './clues.ts';
import { type Detector, spansOf } from './detector.ts';

const pattern = /(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])/g;

/** Areas 000, 666 and 900 to 999, group 00 and serial 0000 are never issued (US Social Security Administration). */
const isIssued = (text: string) => !/^(?:000|666|9\d\d)|-00-|-0000$/.test(text);

export const socialSecurityNumber: Detector = {
  kind: 'ssn',
  needs: { length: 11, digits: 9, anyOf: '-' },
  clues: clue.ssn,
  find: (text) => spansOf(pattern, text, isIssued),
  matches: (value) => value.length === 11 && /^\d{3}-\d{2}-\d{4}$/.test(value) && isIssued(value),
};
