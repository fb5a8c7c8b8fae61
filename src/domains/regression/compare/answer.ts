import { createHash } from 'node:crypto';
import { FieldReader, type Fields } from './field.ts';
import { readHeaders } from './headers.ts';
import { readHtml } from './html.ts';
import type { SeenIds } from './ids.ts';
import { readJson } from './json.ts';

/** What a system answered to one request. */
export interface Answer {
  /** 0: nothing. */
  status: number;
  /** Why there was no whole answer; empty: there was. */
  error: string;
  /** Names in lower case. */
  headers: readonly (readonly [name: string, value: string])[];
  /** Without content coding. */
  body: Buffer;
  /** The body was longer than what is kept, or did not end: only its beginning is here. */
  cut: 'size' | 'time' | null;
  /** Until its last byte. */
  ms: number;
  /** Wall clock. */
  sentAtMs: number;
}

/** An answer as it is compared. */
export interface ReadAnswer extends Fields {
  /** `200`, or why there was none. */
  status: string;
  kind: string;
  ms: number;
}

/** @param request place in the session */
export function readAnswer(answer: Answer, request: number, ids: SeenIds): ReadAnswer {
  const reader = new FieldReader(ids, request, answer.sentAtMs);
  readHeaders(answer.headers, reader);
  const kind = readBody(answer, reader);
  const status =
    answer.status === 0
      ? `none: ${answer.error}`
      : `${answer.status}${answer.cut === null ? answer.error && ` ${answer.error}` : ''}`;
  return { ...reader.done(), status, kind, ms: answer.ms };
}

function readBody({ headers, body, cut }: Answer, reader: FieldReader): string {
  if (cut !== null) {
    reader.scalar('body (beginning)', digest(body.subarray(0, 65_536)));
    return cut === 'size' ? 'too large' : 'endless';
  }
  if (body.length === 0) return 'empty';
  const type = headers.find(([name]) => name === 'content-type')?.[1].toLowerCase() ?? '';
  const [media = ''] = type.split(';');
  const isJson = /[/+]json$/.test(media.trim());
  const isText = isJson || /^text\/|[/+]xml$|javascript|x-www-form-urlencoded|^$/.test(media.trim());
  if (!isText) {
    reader.scalar('body (digest)', digest(body));
    reader.scalar('body (bytes)', body.length);
    return 'bytes';
  }
  const decoded = decode(body, /charset="?([\w.:-]+)/.exec(type)?.[1] ?? 'utf-8');
  if (isJson) {
    const lines = /ndjson|jsonl|json-seq/.test(media);
    try {
      readJson(
        lines
          ? decoded.text
              .split('\n')
              .filter((line) => line.trim() !== '')
              .map((line) => JSON.parse(line))
          : JSON.parse(decoded.text),
        reader,
      );
      return decoded.kind === '' ? 'JSON' : `JSON, ${decoded.kind}`;
    } catch {
      reader.scalar('text', decoded.text);
      return 'not JSON, and said to be';
    }
  }
  if (/html|xml/.test(media) || /^\s*<(!doctype|html|\?xml)/i.test(decoded.text.slice(0, 200))) {
    readHtml(decoded.text, reader);
    return decoded.kind === '' ? 'markup' : `markup, ${decoded.kind}`;
  }
  for (const line of decoded.text.split(/\r?\n/)) reader.scalar('text', line);
  return decoded.kind === '' ? 'text' : `text, ${decoded.kind}`;
}

/** @returns kind: what is wrong with its characters; empty */
function decode(body: Buffer, charset: string): { text: string; kind: string } {
  try {
    return { text: new TextDecoder(charset, { fatal: true }).decode(body), kind: '' };
  } catch (error) {
    const kind = error instanceof RangeError ? 'characters unknown' : 'characters broken';
    return { text: body.toString('latin1'), kind };
  }
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
