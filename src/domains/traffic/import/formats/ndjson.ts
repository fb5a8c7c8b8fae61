import type { Body, Header } from '../../../../model/traffic.ts';
import { importedRecord, type LineParser, type ParsedLine } from '../record.ts';

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

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

/** Headers as `[name, value]` pairs with names in lower case; undefined where absent, a string where wrong. */
function headersOf(value: unknown, field: string): Header[] | undefined | string {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) return `${field} is not a list of [name, value]`;
  const headers: Header[] = [];
  for (const pair of value as unknown[]) {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string' || typeof pair[1] !== 'string') {
      return `${field} is not a list of [name, value]`;
    }
    headers.push([pair[0].toLowerCase(), pair[1]]);
  }
  return headers;
}

function bodyOf(value: unknown, field: string): Body | undefined | string {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value) || typeof value.data !== 'string') return `${field} is not {mime, encoding, data}`;
  const encoding = value.encoding ?? 'utf8';
  if (encoding !== 'utf8' && encoding !== 'base64') return `${field}.encoding is neither utf8 nor base64`;
  return { mime: typeof value.mime === 'string' ? value.mime : '', encoding, data: value.data };
}

function toRecord(row: Record<string, unknown>, wholeSeconds: boolean): ParsedLine {
  const { time, method, url } = row;
  if (typeof time !== 'number' || !Number.isFinite(time) || time < 0) return 'time is not milliseconds since the epoch';
  if (typeof method !== 'string') return 'method is missing';
  if (typeof url !== 'string') return 'url is missing';
  const headers = headersOf(row.requestHeaders, 'requestHeaders');
  const body = bodyOf(row.requestBody, 'requestBody');
  const responseHeaders = headersOf(row.responseHeaders, 'responseHeaders');
  const responseBody = bodyOf(row.responseBody, 'responseBody');
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
