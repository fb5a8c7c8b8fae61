/** Escapes within escapes are undone this often: JSON within JSON within an address is three. */
const mostReadings = 5;
/** One character: percent-encoded (RFC 3986, as UTF-8, or a byte), an HTML reference, or an escape of JSON or of Python. */
const escapes =
  /%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-4](?:%[89ab][0-9a-f]){3}|%[cd][0-9a-f]%[89ab][0-9a-f]|%[0-9a-f]{2}|&(?:#\d{1,7}|#x[0-9a-f]{1,6}|amp|lt|gt|quot|apos);|\\(?:u[0-9a-f]{4}|x[0-9a-f]{2}|["'\\/bfnrt])/gi;
const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const single: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** From and to, in characters of the text that was given. */
export type Span = readonly [from: number, to: number];

/** A text as it was given, or with its escapes undone. */
export interface Reading {
  text: string;
  /** Where each character came from; null: from the same place. */
  from: Int32Array | null;
  to: Int32Array | null;
  /** In lower case; ASCII only, so that each character stays where it is. */
  lower(): string;
  /** Without what separates hexadecimal digits: `5A:71`, `5a 71`, `0x5a, 0x71`. */
  hexadecimal(): Reading;
  /** Without line ends and blanks, base64url read as base64. */
  base64(): Reading;
}

/** A text as it is, and with its escapes undone once, twice, and so on; in time proportional to its length. */
export function readingsOf(text: string): Reading[] {
  const readings = [reading(text, null, null)];
  while (readings.length < mostReadings) {
    const last = readings[readings.length - 1] as Reading;
    const next = rewritten(last, escapes, unescaped);
    if (next === last) break;
    readings.push(next);
  }
  return readings;
}

/** Where characters of a reading stand in the text that was given. */
export function spanOf({ from, to }: Reading, first: number, end: number): Span {
  return [from?.[first] ?? first, to?.[end - 1] ?? end];
}

function reading(text: string, from: Int32Array | null, to: Int32Array | null): Reading {
  const made: Reading = {
    ...{ text, from, to },
    lower: once(() => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())),
    hexadecimal: once(() => rewritten(made, /[\s:,;-]+|0x(?=[0-9a-f]{2})/gi, () => '')),
    base64: once(() =>
      rewritten(made, /[\s_-]/g, (sign) => {
        if (sign === '-') return '+';
        return sign === '_' ? '/' : '';
      }),
    ),
  };
  return made;
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** @returns the same where nothing is to be replaced */
function rewritten(given: Reading, pattern: RegExp, replacement: (found: string) => string): Reading {
  const { text } = given;
  const parts: string[] = [];
  const from = new Int32Array(text.length);
  const to = new Int32Array(text.length);
  let [length, done] = [0, 0];
  const copy = (end: number) => {
    for (let at = done; at < end; at++, length++) {
      from[length] = given.from?.[at] ?? at;
      to[length] = given.to?.[at] ?? at + 1;
    }
    parts.push(text.slice(done, end));
  };
  for (const { 0: found, index } of text.matchAll(pattern)) {
    copy(index);
    done = index + found.length;
    const instead = replacement(found);
    const [start, end] = spanOf(given, index, done);
    from.fill(start, length, length + instead.length);
    to.fill(end, length, length + instead.length);
    length += instead.length;
    parts.push(instead);
  }
  if (parts.length === 0) return given;
  copy(text.length);
  return reading(parts.join(''), from.subarray(0, length), to.subarray(0, length));
}

function unescaped(found: string): string {
  if (found.startsWith('%')) {
    try {
      return decodeURIComponent(found);
    } catch {
      return Buffer.from(found.replaceAll('%', ''), 'hex').toString('latin1');
    }
  }
  const rest = found.slice(1).toLowerCase();
  if (found.startsWith('\\')) {
    return /^[ux]/.test(rest) ? String.fromCharCode(Number.parseInt(rest.slice(1), 16)) : (single[rest] ?? rest);
  }
  const reference = rest.slice(0, -1);
  if (!reference.startsWith('#')) return named[reference] ?? found;
  const code = reference.startsWith('#x') ? Number.parseInt(reference.slice(2), 16) : Number(reference.slice(1));
  return code <= 0x10ffff ? String.fromCodePoint(code) : found;
}
