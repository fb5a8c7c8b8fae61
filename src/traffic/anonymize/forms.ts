import { unescapeMarkup } from './walk/markup.ts';

const deepest = 3;
const base64 = /[A-Za-z0-9+/_-]{12,}={0,2}/g;
const longestDecoded = 2_000_000;

/**
 * A text, and what it reads as when its encodings are taken off: percent encoding, JSON and HTML escapes, base64 and
 * hexadecimal, up to three layers deep.
 */
export function* formsOf(text: string, depth = 0): Generator<string> {
  yield text;
  if (depth >= deepest) return;
  if (text.includes('%')) {
    const decoded = text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
      Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
    );
    if (decoded !== text) yield* formsOf(decoded, depth + 1);
  }
  if (text.includes('\\')) {
    const decoded = text.replace(
      /\\(?:u([0-9a-f]{4})|(["\\/bfnrt]))/gi,
      (_, hex: string | undefined, unit: string | undefined) =>
        hex === undefined ? (escapes.get(unit ?? '') ?? ' ') : String.fromCharCode(Number.parseInt(hex, 16)),
    );
    if (decoded !== text) yield* formsOf(decoded, depth + 1);
  }
  if (text.includes('&')) {
    const decoded = unescapeMarkup(text);
    if (decoded !== text) yield* formsOf(decoded, depth + 1);
  }
  if (text.length > longestDecoded) return;
  for (const match of text.matchAll(base64)) {
    const run = match[0];
    // Most runs are no encoded text, which their first bytes show.
    const decoded =
      readable(Buffer.from(run.slice(0, 16), 'base64'), true) === undefined
        ? undefined
        : readable(Buffer.from(run, 'base64'));
    if (decoded !== undefined) yield* formsOf(decoded, depth + 1);
    if (run.length % 2 === 0 && /^(?:[0-9a-f]+|[0-9A-F]+)$/.test(run)) {
      const bytes = readable(Buffer.from(run, 'hex'));
      if (bytes !== undefined) yield* formsOf(bytes, depth + 1);
    }
  }
}

const escapes = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
]);

/** As text, when the bytes are UTF-8 without control characters. */
function readable(bytes: Buffer, isStart = false): string | undefined {
  for (let i = 0; i < bytes.length && i < 64; i++) {
    const byte = bytes[i] ?? 0;
    if (byte < 9 || (byte > 13 && byte < 32) || byte === 127) return undefined;
  }
  if (isStart) return '';
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') ? undefined : text;
}
