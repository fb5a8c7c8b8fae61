/** Rows in the text format of COPY: fields between tabs, `\N` for null, a backslash before what would be read otherwise. */

const letters: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const signs = new Map(Object.entries(letters).map(([letter, sign]) => [sign, `\\${letter}`]));
signs.set('\\', '\\\\');
const special = /[\\\b\f\n\r\t\v]/;
const everySpecial = /[\\\b\f\n\r\t\v]/g;

/** The fields of one line; null for a null. */
export function fieldsOf(line: string): (string | null)[] {
  const fields: (string | null)[] = line.split('\t');
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i] as string;
    if (!field.includes('\\')) continue;
    fields[i] = field === '\\N' ? null : unescaped(field);
  }
  return fields;
}

export function lineOf(fields: readonly (string | null)[]): string {
  let line = '';
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i];
    if (i > 0) line += '\t';
    line += field === null || field === undefined ? '\\N' : special.test(field) ? escaped(field) : field;
  }
  return line;
}

const escaped = (text: string) => text.replace(everySpecial, (sign) => signs.get(sign) ?? sign);
const unescaped = (text: string) => text.replace(/\\(.)/gs, (_, letter: string) => letters[letter] ?? letter);

/**
 * Cuts a stream of bytes into whole lines, some at a time.
 * @throws TypeError where they are no UTF-8
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(10);
    if (end < 0) {
      rest.push(chunk);
      continue;
    }
    const whole = rest.length === 0 ? chunk.subarray(0, end) : Buffer.concat([...rest, chunk.subarray(0, end)]);
    rest = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
    yield decoder.decode(whole).split('\n');
  }
  if (rest.length > 0) yield decoder.decode(Buffer.concat(rest)).split('\n');
}
