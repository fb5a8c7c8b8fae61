import { unescapeMarkup } from './walk/markup.ts';
import { beginsReadably, readable, sextetAt, shortestRun } from './walk/readable.ts';

const deepest = 3;
const longestDecoded = 2_000_000;

/**
 * Calls back with a text, and with what it reads as when its encodings are taken off: percent encoding, JSON and HTML escapes,
 * base64 and hexadecimal, up to three layers deep.
 */
export function eachForm(text: string, visit: (form: string) => void, depth = 0): void {
  visit(text);
  if (depth >= deepest) return;
  if (text.includes('%')) {
    const decoded = withoutPercent(text);
    if (decoded !== text) eachForm(decoded, visit, depth + 1);
  }
  if (text.includes('\\')) {
    const decoded = text.replace(
      /\\(?:u([0-9a-f]{4})|(["\\/bfnrt]))/gi,
      (_, hex: string | undefined, unit: string | undefined) =>
        hex === undefined ? (escapes.get(unit ?? '') ?? ' ') : String.fromCharCode(Number.parseInt(hex, 16)),
    );
    if (decoded !== text) eachForm(decoded, visit, depth + 1);
  }
  if (text.includes('&') && text.includes(';')) {
    const decoded = unescapeMarkup(text);
    if (decoded !== text) eachForm(decoded, visit, depth + 1);
  }
  if (text.length < shortestRun || text.length > longestDecoded) return;
  let from = 0;
  for (let i = 0; i <= text.length; i++) {
    if (i < text.length && sextetAt(text, i) >= 0) continue;
    if (i - from >= shortestRun) decodeRun(text, from, i, visit, depth);
    from = i + 1;
  }
}

/** A run of letters, digits and such, taken for base64 and for hexadecimal. */
function decodeRun(text: string, from: number, end: number, visit: (form: string) => void, depth: number): void {
  let to = end;
  while (to < end + 2 && text.charCodeAt(to) === 61) to++;
  // Most runs are no encoded text, which their first bytes show.
  if (beginsReadably(text, from)) {
    const decoded = readable(Buffer.from(text.slice(from, to), 'base64'));
    if (decoded !== undefined) eachForm(decoded, visit, depth + 1);
  }
  if ((to - from) % 2 === 0 && isHexadecimal(text, from, to)) {
    const decoded = readable(Buffer.from(text.slice(from, to), 'hex'));
    if (decoded !== undefined) eachForm(decoded, visit, depth + 1);
  }
}

/** Of one case. */
function isHexadecimal(text: string, from: number, to: number): boolean {
  let cases = 0;
  for (let i = from; i < to; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 48 && unit <= 57) continue;
    if (unit >= 97 && unit <= 102) cases |= 1;
    else if (unit >= 65 && unit <= 70) cases |= 2;
    else return false;
    if (cases === 3) return false;
  }
  return true;
}

/** Bytes in percent encoding, read as UTF-8 run by run; what is malformed stays. */
function withoutPercent(text: string): string {
  let out = '';
  let copied = 0;
  for (let at = text.indexOf('%'); at >= 0; ) {
    let to = at;
    while (text.charCodeAt(to) === 37 && isHexDigit(text.charCodeAt(to + 1)) && isHexDigit(text.charCodeAt(to + 2)))
      to += 3;
    if (to === at) {
      at = text.indexOf('%', at + 1);
      continue;
    }
    const hex = text.slice(at, to).replaceAll('%', '');
    const byte = hex.length === 2 ? Number.parseInt(hex, 16) : 128;
    out += text.slice(copied, at) + (byte < 128 ? String.fromCharCode(byte) : Buffer.from(hex, 'hex').toString('utf8'));
    copied = to;
    at = text.indexOf('%', to);
  }
  return copied === 0 ? text : out + text.slice(copied);
}

const isHexDigit = (unit: number) =>
  (unit >= 48 && unit <= 57) || (unit >= 97 && unit <= 102) || (unit >= 65 && unit <= 70);

const escapes = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
]);
