const quote = 34;
const backslash = 92;

/** Index of the quote that ends a quoted field starting at `from`; a quote behind a backslash does not. -1 when there is none. */
export function findClosingQuote(line: string, from: number): number {
  let at = line.indexOf('"', from);
  while (at > 0 && line.charCodeAt(at - 1) === backslash) {
    let slashes = 1;
    while (at - 1 - slashes >= from && line.charCodeAt(at - 1 - slashes) === backslash) slashes++;
    if (slashes % 2 === 0 || at - slashes < from) break;
    at = line.indexOf('"', at + 1);
  }
  return line.charCodeAt(at) === quote ? at : -1;
}

/** Fields between spaces, those in quotes without them (or with them, on request; escapes untouched); at most `max`. */
export function splitFields(text: string, max: number, keepQuotes = false): string[] {
  const fields: string[] = [];
  let at = 0;
  while (at < text.length && fields.length < max) {
    const code = text.charCodeAt(at);
    if (code === 32) {
      at++;
    } else if (code === quote) {
      const end = findClosingQuote(text, at + 1);
      if (end < 0) break;
      fields.push(keepQuotes ? text.slice(at, end + 1) : text.slice(at + 1, end));
      at = end + 1;
    } else {
      const space = text.indexOf(' ', at);
      const end = space < 0 ? text.length : space;
      fields.push(text.slice(at, end));
      at = end;
    }
  }
  return fields;
}

const escapes = /\\(?:x([0-9A-Fa-f]{2})|(.))/gs;
const named = new Map([
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['b', 0x08],
  ['f', 0x0c],
  ['v', 0x0b],
]);

function byteOf(hex: string | undefined, letter: string | undefined): number | undefined {
  return hex !== undefined ? Number.parseInt(hex, 16) : named.get(letter ?? '');
}

/** Undoes `\xHH`, `\"` and `\n` of Apache and nginx in a path: bytes become percent-encoded. */
export function unescapeToTarget(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(escapes, (_, hex?: string, letter?: string) => {
    const byte = byteOf(hex, letter);
    if (byte === undefined) return letter ?? '';
    return byte > 0x20 && byte < 0x7f
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

/** Undoes the same escapes in text, whose bytes are UTF-8. */
export function unescapeText(text: string): string {
  if (!text.includes('\\')) return text;
  const bytes = text.replace(escapes, (_, hex?: string, letter?: string) => {
    const byte = byteOf(hex, letter);
    return byte === undefined ? (letter ?? '') : String.fromCharCode(byte);
  });
  // Characters past one byte were written as they are: such a line is no byte string.
  return /[^\0-\xff]/.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');
}
