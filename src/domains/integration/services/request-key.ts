import { createHash } from 'node:crypto';
import type { Exchange } from './recording.ts';
import { keptPath } from './secrets.ts';

/** What a request is found by. */
export function keyOf(method: string, url: string, body: Buffer): Pick<Exchange, 'method' | 'path' | 'body'> {
  return { method, path: keptPath(url), body: body.length === 0 ? '' : digestOf(body) };
}

/** JSON that says the same has the same. */
function digestOf(body: Buffer): string {
  const text = body.toString('utf8');
  // Where it is no UTF-8, its bytes tell it apart and its text does not.
  const alike = /^\s*[{[]/.test(text) && Buffer.from(text).equals(body) ? canonical(text) : null;
  return createHash('sha256')
    .update(alike ?? body)
    .digest('hex');
}

/** In order of its fields, with each number as it is written: 9007199254740993 is not 9007199254740992. null: no JSON, or a field stands twice. */
function canonical(text: string): string | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  let names = 0;
  // Each text and number is marked as what it is, so that numbers can be read as texts.
  const marked = text.replace(/"((?:[^"\\]|\\.)*)"(\s*:)?|-?\d[\d.eE+-]*/g, (token, inner?: string, colon?: string) => {
    if (colon !== undefined) names++;
    return inner === undefined ? `"n${token}"` : `"s${inner}"${colon ?? ''}`;
  });
  let read = 0;
  const sorted = JSON.stringify(JSON.parse(marked), (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    read += fields.length;
    return Object.fromEntries(fields);
  });
  if (read !== names) return null;
  return sorted.replace(/"([ns])((?:[^"\\]|\\.)*)"/g, (_, kind: string, inner: string) =>
    kind === 'n' ? inner : `"${inner}"`,
  );
}
