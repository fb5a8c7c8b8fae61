import type { Body, Header, RecordedResponse } from '../../../../model/traffic.ts';
import { type ImportedRecord, importedRecord, type LineParser } from '../record.ts';
import { headerValue } from './body.ts';
import { multipartBody } from './form-bodies.ts';
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

function listAt(value: Json, key: string): Json[] {
  const inner = value[key];
  if (!Array.isArray(inner)) return [];
  return (inner as unknown[]).filter((one): one is Json => typeof one === 'object' && one !== null);
}

function pairsAt(value: Json, key: string): [string, string][] {
  return listAt(value, key).map((pair) => [textAt(pair, 'name'), textAt(pair, 'value')]);
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
  if (params.length === 0) return undefined;
  if (!mime.toLowerCase().startsWith('multipart/'))
    return { mime, encoding: 'utf8', data: new URLSearchParams(params).toString() };
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(mime);
  return multipartBody(partsOf(post), boundary?.[1] ?? boundary?.[2]);
}

function partsOf(post: Json) {
  return listAt(post, 'params').map((param) => {
    const fileName = textAt(param, 'fileName');
    return {
      name: textAt(param, 'name'),
      value: textAt(param, 'value'),
      mime: textAt(param, 'contentType'),
      ...(fileName === '' ? {} : { fileName }),
    };
  });
}

/** Browsers list an uploaded file by its name and leave its content out. */
function lacksFile(request: Json): boolean {
  const post = objectAt(request, 'postData');
  return textAt(post, 'text') === '' && partsOf(post).some((part) => 'fileName' in part && part.value === '');
}

function responseOf(response: Json): RecordedResponse {
  const content = objectAt(response, 'content');
  const text = textAt(content, 'text');
  const headers = headersAt(response);
  const mime = textAt(content, 'mimeType') || headerValue(headers, 'content-type');
  return { headers, ...(text === '' ? {} : { body: { mime, encoding: encodingOf(content), data: text } }) };
}

/** Safari's Web Inspector says where it got an answer from. */
const cacheFetches = new Set(['memory cache', 'disk cache', 'service worker']);

/** Whether the entry has any timing, or lacks the field altogether, as some recorders do. */
function hasTimings(entry: Json): boolean {
  if (typeof entry.timings !== 'object' || entry.timings === null) return true;
  const { blocked: _, ...network } = entry.timings as Record<string, unknown>;
  return Object.values(network).some((value) => typeof value === 'number' && value > 0);
}

/** Answers that never left the browser: its cache, also where it shows the 304 or 200 that it once was given. */
function isFromCache(entry: Json): boolean {
  if (textAt(entry, '_fromCache') !== '' || cacheFetches.has(textAt(entry, '_fetchType').toLowerCase())) return true;
  const response = objectAt(entry, 'response');
  if (response._fetchedViaServiceWorker === true) return true;
  if (numberAt(response, 'status') === 304 && response._transferSize === 0) return true;
  const request = objectAt(entry, 'request');
  return request.httpVersion === '' && !textAt(response, 'httpVersion').startsWith('HTTP') && !hasTimings(entry);
}

/** Kinds of exchange that browsers list beside what went over HTTP. */
function otherKind(entry: Json): string | undefined {
  const type = textAt(entry, '_resourceType').toLowerCase();
  if (type === 'websocket' || entry._webSocketMessages !== undefined) return 'WebSocket';
  if (type === 'eventsource') return 'server-sent events';
  if (isFromCache(entry)) return 'served from the browser cache';
  const response = objectAt(entry, 'response');
  const error = textAt(response, '_error') || textAt(entry, '_error');
  if (error !== '' && (numberAt(response, 'status') ?? 0) === 0) return 'blocked or broken off in the browser';
  return undefined;
}

/**
 * Parser for an entry of an HTTP Archive 1.2. Arrival is `startedDateTime`; entries without one follow the one before them, in their order, for the
 * recorder listed them so.
 */
export function createHarParser(): LineParser {
  let before: ImportedRecord | undefined;
  return (text) => {
    let entry: Json;
    try {
      entry = JSON.parse(text) as Json;
    } catch (error) {
      return (error as Error).message;
    }
    if (typeof entry !== 'object' || entry === null) return 'not an object';
    const record = toRecord(entry, before);
    if (typeof record !== 'string') before = record;
    return record;
  };
}

const untimedStepMs = 1000;

function toRecord(entry: Json, before: ImportedRecord | undefined): ImportedRecord | string {
  const started = textAt(entry, 'startedDateTime');
  const stamp = parseIsoTime(started);
  if (stamp === undefined && started !== '') return 'startedDateTime is not ISO 8601';
  const request = objectAt(entry, 'request');
  const method = textAt(request, 'method');
  const url = textAt(request, 'url');
  if (method === '' || url === '') return 'request.method or request.url is missing';
  const isUntimed = stamp === undefined && (before === undefined || before.untimed === true);
  const follows = before === undefined ? 0 : isUntimed ? before.time + untimedStepMs : before.time + 0.001;
  const record = importedRecord(stamp?.time ?? follows, method, url);
  record.resolutionMs = stamp?.resolutionMs ?? 1;
  if (isUntimed) record.untimed = true;
  record.headers = requestHeaders(request);
  record.body = requestBody(request, record.headers);
  record.durationMs = numberAt(entry, 'time');
  record.notReplayable = otherKind(entry) ?? (lacksFile(request) ? 'upload whose file the recording lacks' : undefined);
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
