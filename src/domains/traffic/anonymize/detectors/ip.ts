import { isIPv4, isIPv6 } from 'node:net';
import { clue, cluesOf } from './clues.ts';
import { type Detector, spansOf } from './detector.ts';

// Not behind `/` (a version, as in `Chrome/120.0.0.0`), unless the `/` ends a scheme.
const v4 = /(?<![\w.-])(?<!(?<!\/)\/)\d{1,3}(?:\.\d{1,3}){3}(?![\w-]|\.\d)/g;
const v6 = /(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:(?:\.\d{1,3}){3})?(?![\w:])/gi;

/** Addresses that stand for no one: this host, any host, broadcast. A version such as 120.0.0.0 is none either. */
const isNobody = (text: string) => /^(?:127\.|0\.|255\.255\.255\.255$)|\.0\.0\.0$|^:?:1?$/.test(text);

export const ip: Detector = {
  kind: 'ip',
  needs: { length: 3, digits: 0, anyOf: '.:' },
  clues: clue.ipv4 | clue.ipv6,
  *find(text, clues = cluesOf(text)) {
    if ((clues & clue.ipv4) !== 0) yield* spansOf(v4, text, (found) => isIPv4(found) && !isNobody(found));
    if ((clues & clue.ipv6) !== 0) yield* spansOf(v6, text, (found) => isIPv6(found) && !isNobody(found));
  },
  matches: (value) => value.length <= 45 && (isIPv4(value) || isIPv6(value)),
};
