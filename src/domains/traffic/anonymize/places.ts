import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { RecordedSession } from '../../../model/traffic.ts';

/** Where a text of a session stands; its name is made only where it is reported. */
export interface Place {
  request: number;
  parent: string;
  name: string;
  /** Name of the header whose value it is. */
  header?: string;
}

/** Name of a place: `headers.cookie`, `response.body.data`. */
export function fieldOf({ parent, name, header }: Place): string {
  const field = below(parent, name);
  return header === undefined ? field : `${field.replace(/\.\d+$/, '')}.${header}`;
}

const below = (parent: string, name: string) => (parent === '' ? name : `${parent}.${name}`);

/**
 * Calls back with every text of a recorded session, whatever it holds: the whole object is walked, not the fields that the
 * rewriting knows, so that what the rewriting forgets is seen here.
 */
export function eachText(session: RecordedSession, visit: (text: string, place: Place) => void): void {
  visit(session.id, { request: -1, parent: '', name: 'id' });
  for (const [request, recorded] of session.requests.entries()) {
    const waiting: [parent: string, name: string, value: unknown][] = [['', '', recorded]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [parent, name, value] = next;
      if (typeof value === 'string') visit(value, { request, parent, name });
      else if (isHeader(value)) {
        visit(value[0], { request, parent, name });
        visit(value[1], { request, parent, name, header: value[0] });
      } else if (typeof value === 'object' && value !== null) {
        const field = below(parent, name);
        for (const [inner, held] of Object.entries(value)) {
          if (typeof held === 'string' || (typeof held === 'object' && held !== null))
            waiting.push([field, inner, held]);
        }
      }
    }
    for (const [parent, body] of [
      ['body', recorded.body],
      ['response.body', recorded.response?.body],
    ] as const) {
      if (body?.encoding !== 'base64') continue;
      for (const text of textsOf(Buffer.from(body.data, 'base64'))) visit(text, { request, parent, name: 'data' });
    }
  }
}

const isHeader = (value: unknown): value is [string, string] =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && typeof value[1] === 'string';

const mostUnpackedBytes = 256 * 1024 * 1024;
const openers = [gunzipSync, brotliDecompressSync, inflateSync];

/** Bytes as they are, and what they unpack to by whichever coding they are of. */
function textsOf(bytes: Buffer): string[] {
  const texts = [bytes.toString('latin1')];
  for (const open of openers) {
    try {
      const opened = open(bytes, { maxOutputLength: mostUnpackedBytes });
      if (opened.length > 0) texts.push(opened.toString('utf8'));
    } catch {
      // Not of this coding.
    }
  }
  return texts;
}
