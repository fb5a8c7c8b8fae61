import type { Body, Header, RecordedResponse } from '../../../../model/traffic.ts';
import { importedRecord, type ParsedLine, type RecordBatch } from '../record.ts';
import { headerValue } from './body.ts';
import { EntryScanner, type JsonEntry } from './json-entries.ts';
import { parseIsoTime } from './log-time.ts';

type Json = Record<string, unknown>;

function objectAt(value: Json, key: string): Json {
  const inner = value[key];
  return typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? (inner as Json) : {};
}

function textAt(value: Json, key: string): string {
  const inner = value[key];
  return typeof inner === 'string' ? inner : '';
}

function numberAt(value: Json, key: string): number | undefined {
  const inner = value[key];
  return typeof inner === 'number' && inner >= 0 ? inner : undefined;
}

function pairsAt(value: Json, key: string): [string, string][] {
  const inner = value[key];
  if (!Array.isArray(inner)) return [];
  return (inner as unknown[])
    .filter((pair): pair is Json => typeof pair === 'object' && pair !== null)
    .map((pair) => [textAt(pair, 'name'), textAt(pair, 'value')]);
}

/** Names in lower case; without the pseudo-headers of HTTP/2. */
function headersAt(message: Json): Header[] {
  return pairsAt(message, 'headers')
    .filter(([name]) => name !== '' && !name.startsWith(':'))
    .map(([name, value]) => [name.toLowerCase(), value]);
}

function requestHeaders(request: Json): Header[] {
  const headers = headersAt(request);
  if (headerValue(headers, 'cookie') !== '') return headers;
  // Some recorders list cookies only beside the headers.
  const cookies = pairsAt(request, 'cookies').map(([name, value]) => `${name}=${value}`);
  return cookies.length === 0 ? headers : [...headers, ['cookie', cookies.join('; ')]];
}

function encodingOf(content: Json): 'utf8' | 'base64' {
  return textAt(content, 'encoding').toLowerCase() === 'base64' ? 'base64' : 'utf8';
}

function requestBody(request: Json, headers: readonly Header[]): Body | undefined {
  const post = objectAt(request, 'postData');
  const mime = textAt(post, 'mimeType') || headerValue(headers, 'content-type');
  const text = textAt(post, 'text');
  if (text !== '') return { mime, encoding: encodingOf(post), data: text };
  const params = pairsAt(post, 'params');
  if (params.length === 0 || mime.toLowerCase().startsWith('multipart/')) return undefined;
  return { mime, encoding: 'utf8', data: new URLSearchParams(params).toString() };
}

function responseOf(response: Json): RecordedResponse {
  const content = objectAt(response, 'content');
  const text = textAt(content, 'text');
  const headers = headersAt(response);
  const mime = textAt(content, 'mimeType') || headerValue(headers, 'content-type');
  return { headers, ...(text === '' ? {} : { body: { mime, encoding: encodingOf(content), data: text } }) };
}

/** Kinds of exchange that browsers list beside what went over HTTP. */
function otherKind(entry: Json): string | undefined {
  const type = textAt(entry, '_resourceType').toLowerCase();
  if (type === 'websocket' || entry._webSocketMessages !== undefined) return 'WebSocket';
  if (type === 'eventsource') return 'server-sent events';
  if (textAt(entry, '_fromCache') !== '') return 'served from the browser cache';
  return undefined;
}

function toRecord(entry: Json): ParsedLine {
  const stamp = parseIsoTime(textAt(entry, 'startedDateTime'));
  if (stamp === undefined) return 'startedDateTime is missing or not ISO 8601';
  const request = objectAt(entry, 'request');
  const method = textAt(request, 'method');
  const url = textAt(request, 'url');
  if (method === '' || url === '') return 'request.method or request.url is missing';
  const record = importedRecord(stamp.time, method, url);
  record.resolutionMs = stamp.resolutionMs;
  record.headers = requestHeaders(request);
  record.body = requestBody(request, record.headers);
  record.durationMs = numberAt(entry, 'time');
  record.notReplayable = otherKind(entry);
  const response = objectAt(entry, 'response');
  const status = numberAt(response, 'status') ?? 0;
  // 0 stands for a response that never came.
  if (status >= 100) {
    record.status = status;
    record.response = responseOf(response);
    record.responseBytes = numberAt(response, 'bodySize') ?? numberAt(objectAt(response, 'content'), 'size');
  }
  return record;
}

function parseEntry(entry: JsonEntry): ParsedLine {
  if (entry.bytes === undefined) return 'longer than 64 MB';
  try {
    return toRecord(JSON.parse(entry.bytes.toString('utf8')) as Json);
  } catch (error) {
    return (error as Error).message;
  }
}

/** Streams the entries of an HTTP Archive 1.2, one in memory at a time. Arrival is `startedDateTime`. */
export async function* parseHar(chunks: AsyncIterable<Buffer>): AsyncGenerator<RecordBatch> {
  const scanner = new EntryScanner();
  for await (const chunk of chunks) {
    const batch: RecordBatch = { records: [], damaged: [] };
    for (const entry of scanner.feed(chunk)) {
      const parsed = parseEntry(entry);
      if (typeof parsed !== 'string') {
        batch.records.push(parsed);
        continue;
      }
      const text = entry.bytes?.toString('utf8', 0, 200) ?? '';
      batch.damaged.push({ line: entry.line, reason: `entry ${entry.number}: ${parsed}`, text });
    }
    yield batch;
  }
  const end = { line: scanner.line, text: '', truncated: true };
  if (scanner.unfinished) yield { records: [], damaged: [{ ...end, reason: 'file ends before log.entries does' }] };
  else if (!scanner.found) yield { records: [], damaged: [{ ...end, reason: 'no log.entries', truncated: false }] };
}
