import type { Body, Header } from '../../../../model/traffic.ts';
import { importedRecord, type LineParser, type ParsedLine } from '../record.ts';
import { headerValue } from './body.ts';
import { isObject } from './json-fields.ts';

/** A JSON object, or undefined. */
export function parseJsonObject(line: string): Record<string, unknown> | undefined {
  if (!/^\s*\{/.test(line)) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Headers as `[name, value]` pairs with names in lower case, of a list of pairs or an object; undefined where absent, a string where wrong. */
function headersOf(value: unknown, field: string): Header[] | undefined | string {
  if (value === undefined || value === null) return undefined;
  const wrong = `${field} is neither a list of [name, value] nor an object of them`;
  if (!Array.isArray(value) && !isObject(value)) return wrong;
  const pairs: unknown[] = Array.isArray(value)
    ? value
    : Object.entries(value).flatMap(([name, of]) => pairsOf(name, of));
  const headers: Header[] = [];
  for (const pair of pairs) {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string' || typeof pair[1] !== 'string') return wrong;
    headers.push([pair[0].toLowerCase(), pair[1]]);
  }
  return headers;
}

/** As Node's and browsers' objects have them: a number may stand for its text, a list for a header that is there several times. */
function pairsOf(name: string, value: unknown): unknown[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.map((one) => [name, typeof one === 'number' ? String(one) : one]);
}

/** A body, or its text alone, whose type is then the headers' word or what it looks like. */
function bodyOf(value: unknown, field: string, headers: readonly Header[]): Body | undefined | string {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') {
    if (value === '') return undefined;
    const mime = headerValue(headers, 'content-type') || (isJsonText(value) ? 'application/json' : 'text/plain');
    return { mime, encoding: 'utf8', data: value };
  }
  if (!isObject(value) || typeof value.data !== 'string') return `${field} is neither text nor {mime, encoding, data}`;
  const encoding = value.encoding ?? 'utf8';
  if (encoding !== 'utf8' && encoding !== 'base64') return `${field}.encoding is neither utf8 nor base64`;
  return { mime: typeof value.mime === 'string' ? value.mime : '', encoding, data: value.data };
}

function isJsonText(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

/** Fields that other logs do not have: with them a line is meant for this format, whatever else is wrong with it. */
const ownFields = ['requestHeaders', 'requestBody', 'responseHeaders', 'responseBody'];

/** Whether most lines are meant as our own NDJSON, so that what is wrong in them is said, not read as another log without its headers and bodies. */
export function isMeantAsNdjson(sample: readonly string[]): boolean {
  const own = sample.filter((line) => {
    const row = parseJsonObject(line);
    if (row === undefined || typeof row.time !== 'number' || typeof row.method !== 'string') return false;
    return typeof row.url === 'string' && ownFields.some((name) => name in row);
  });
  return own.length * 2 > sample.length;
}

function toRecord(row: Record<string, unknown>, wholeSeconds: boolean): ParsedLine {
  const { time, method, url } = row;
  if (typeof time !== 'number' || !Number.isFinite(time) || time < 0) return 'time is not milliseconds since the epoch';
  if (typeof method !== 'string') return 'method is missing';
  if (typeof url !== 'string') return 'url is missing';
  const headers = headersOf(row.requestHeaders, 'requestHeaders');
  const responseHeaders = headersOf(row.responseHeaders, 'responseHeaders');
  const listOf = (found: Header[] | undefined | string) => (typeof found === 'object' ? found : []);
  const body = bodyOf(row.requestBody, 'requestBody', listOf(headers));
  const responseBody = bodyOf(row.responseBody, 'responseBody', listOf(responseHeaders));
  for (const part of [headers, body, responseHeaders, responseBody]) if (typeof part === 'string') return part;

  const record = importedRecord(time, method, url);
  record.resolutionMs = time % 1000 === 0 && wholeSeconds ? 1000 : Number.isInteger(time) ? 1 : 0.001;
  record.headers = headers as Header[] | undefined;
  record.body = body as Body | undefined;
  record.host = record.headers?.find(([name]) => name === 'host')?.[1];
  if (typeof row.status === 'number') record.status = row.status;
  if (typeof row.durationMs === 'number') record.durationMs = row.durationMs;
  if (typeof row.responseBytes === 'number') record.responseBytes = row.responseBytes;
  if (typeof row.client === 'string') record.client = row.client;
  if (typeof row.user === 'string') record.user = row.user;
  if (responseHeaders !== undefined || responseBody !== undefined) {
    record.response = {
      ...(responseHeaders === undefined ? {} : { headers: responseHeaders as Header[] }),
      ...(responseBody === undefined ? {} : { body: responseBody as Body }),
    };
  }
  return record;
}

/** Our own NDJSON; whether its times are in whole seconds is seen from its first lines. */
export function createNdjsonParser(sample: readonly string[]): LineParser {
  const times = sample.map((line) => parseJsonObject(line)?.time).filter((time) => typeof time === 'number');
  // One or two round times are chance; of eight or more, all round, one is not.
  const wholeSeconds = times.length >= 8 && times.every((time) => time % 1000 === 0);
  return (line) => {
    const row = parseJsonObject(line);
    return row === undefined ? 'not a JSON object' : toRecord(row, wholeSeconds);
  };
}
