import { unescapeMarkup } from './walk/markup.ts';

const deepest = 3;
const shortestRun = 12;
const longestDecoded = 2_000_000;

/** Six bits of a character of base64 or base64url; -1 for others. */
const sextet = new Int8Array(128).fill(-1);
for (const [value, unit] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries())
  sextet[unit.charCodeAt(0)] = value;
sextet['-'.charCodeAt(0)] = 62;
sextet['_'.charCodeAt(0)] = 63;
const sextetAt = (text: string, at: number): number => sextet[text.charCodeAt(at)] ?? -1;

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

/** Whether the first nine bytes of base64 can begin a UTF-8 text without control characters. */
function beginsReadably(text: string, from: number): boolean {
  let following = 0;
  for (let at = from; at < from + shortestRun; at += 4) {
    const bits =
      (sextetAt(text, at) << 18) |
      (sextetAt(text, at + 1) << 12) |
      (sextetAt(text, at + 2) << 6) |
      sextetAt(text, at + 3);
    for (let shift = 16; shift >= 0; shift -= 8) {
      const byte = (bits >>> shift) & 255;
      if (following > 0) {
        if (byte >> 6 !== 2) return false;
        following--;
      } else if (byte >= 128) {
        if (byte < 0xc2 || byte > 0xf4) return false;
        following = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
      } else if (isControl(byte)) return false;
    }
  }
  return true;
}

const isControl = (byte: number) => byte < 9 || (byte > 13 && byte < 32) || byte === 127;

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

/** As text, when the bytes are UTF-8 without control characters. */
function readable(bytes: Buffer): string | undefined {
  for (let i = 0; i < bytes.length && i < 64; i++) if (isControl(bytes[i] ?? 0)) return undefined;
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') ? undefined : text;
}
