import { ShakedownError } from '../../../../model/error.ts';
import type { Header } from '../../../../model/traffic.ts';
import { importedRecord, type LineParser } from '../record.ts';
import { parseEpoch, parseIsoTime, parseLogTime, type Stamp } from './log-time.ts';
import { parseJsonObject } from './ndjson.ts';
import { splitRequestLine } from './request-line.ts';

/** Our fields, and the names under which they usually stand, the most exact first. */
const usualNames = {
  time: ['msec', 'time_iso8601', 'time_local', 'time', 'timestamp', '@timestamp', 'ts', 'date'],
  request: ['request', 'request_line'],
  method: ['request_method', 'method', 'verb', 'http_method'],
  url: ['request_uri', 'url', 'uri', 'path'],
  args: ['args', 'query_string', 'query'],
  status: ['status', 'status_code', 'response_status'],
  responseBytes: ['body_bytes_sent', 'bytes_sent', 'bytes', 'size'],
  /** Seconds. */
  requestTime: ['request_time'],
  durationMs: ['duration_ms', 'request_time_ms', 'latency_ms'],
  client: ['remote_addr', 'client_ip', 'clientip', 'remote_ip', 'client'],
  user: ['remote_user', 'user'],
  host: ['http_host', 'host', 'server_name'],
  scheme: ['scheme', 'http_x_forwarded_proto'],
  userAgent: ['http_user_agent', 'user_agent', 'agent'],
  referer: ['http_referer', 'http_referrer', 'referer', 'referrer'],
  cookie: ['http_cookie', 'cookie'],
  contentType: ['content_type', 'http_content_type'],
  requestBody: ['request_body'],
} as const;

type FieldName = keyof typeof usualNames;

const notHeaders = new Set(['http_host', 'http_method']);
/** nginx writes these into `http_<name>` variables only through another of our fields. */
const headerFields: [FieldName, string][] = [
  ['userAgent', 'user-agent'],
  ['referer', 'referer'],
  ['cookie', 'cookie'],
  ['contentType', 'content-type'],
];

function isFieldName(name: string): name is FieldName {
  return Object.hasOwn(usualNames, name);
}

/** Checks a field map as given by the user. @throws ShakedownError TRAFFIC_FIELD_MAP */
export function checkFieldMap(fieldMap: Readonly<Record<string, string>>): void {
  const wrong = Object.keys(fieldMap).find((name) => !isFieldName(name));
  if (wrong === undefined) return;
  throw new ShakedownError(
    'TRAFFIC_FIELD_MAP',
    `The field map names ${JSON.stringify(wrong)}, which is no field here.`,
    {
      hint: `Fields are ${Object.keys(usualNames).join(', ')}.`,
    },
  );
}

function stampOf(value: unknown): Stamp | undefined {
  if (typeof value === 'number') return parseEpoch(value);
  if (typeof value !== 'string') return undefined;
  return parseIsoTime(value) ?? parseLogTime(value) ?? parseEpoch(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? (value === '-' ? '' : value) : typeof value === 'number' ? String(value) : '';
}

function numberOf(value: unknown): number | undefined {
  const text = textOf(value);
  const number = text === '' ? Number.NaN : Number(text);
  return number >= 0 ? number : undefined;
}

/** Which of a log's own fields stands for each of ours. */
function resolveFields(rows: readonly Record<string, unknown>[], fieldMap: Readonly<Record<string, string>>) {
  const present = new Set(rows.flatMap((row) => Object.keys(row)));
  const resolved = new Map<FieldName, string>();
  for (const [name, usual] of Object.entries(usualNames)) {
    if (!isFieldName(name)) continue;
    const theirs = fieldMap[name] ?? usual.find((candidate) => present.has(candidate));
    if (theirs !== undefined) resolved.set(name, theirs);
  }
  const taken = new Set(resolved.values());
  const headers = [...present].filter((key) => key.startsWith('http_') && !taken.has(key) && !notHeaders.has(key));
  return { resolved, headers: headers.slice(0, 50) };
}

/**
 * Parser for JSON access logs as nginx writes them with `log_format … escape=json`. The time is taken for the end of the
 * request, as it is in nginx, and the request time is subtracted. Fields called `http_<name>` become headers.
 */
export function createNginxJsonParser(
  sample: readonly string[],
  fieldMap: Readonly<Record<string, string>>,
): LineParser {
  const rows = sample.map(parseJsonObject).filter((row) => row !== undefined);
  const { resolved, headers: headerKeys } = resolveFields(rows, fieldMap);
  return (line) => {
    const row = parseJsonObject(line);
    if (row === undefined) return 'not a JSON object';
    const value = (name: FieldName): unknown => {
      const key = resolved.get(name);
      return key === undefined ? undefined : row[key];
    };
    const stamp = stampOf(value('time'));
    if (stamp === undefined) return 'no time that can be read';
    let { method, target } = splitRequestLine(textOf(value('request')));
    if (!resolved.has('request') || target === '') {
      method = textOf(value('method'));
      target = textOf(value('url'));
      const args = textOf(value('args'));
      if (args !== '' && !target.includes('?')) target += `?${args}`;
    }
    if (method === '' && target === '') {
      // nginx writes empty variables for what was no HTTP request; a line without any such field is another kind of log.
      if (!['request', 'method', 'url'].some((name) => value(name as FieldName) !== undefined)) return 'no request';
    }
    const record = importedRecord(stamp.time, method, target);
    record.resolutionMs = stamp.resolutionMs;
    record.stampedAtEnd = true;
    const seconds = numberOf(value('requestTime'));
    record.durationMs = numberOf(value('durationMs')) ?? (seconds === undefined ? undefined : seconds * 1000);
    const status = numberOf(value('status'));
    if (status !== undefined && status >= 100 && status <= 999) record.status = status;
    record.responseBytes = numberOf(value('responseBytes'));
    record.client = textOf(value('client')) || undefined;
    record.user = textOf(value('user')) || undefined;
    record.host = textOf(value('host')) || undefined;
    const scheme = textOf(value('scheme')).toLowerCase();
    if (scheme === 'http' || scheme === 'https') record.scheme = scheme;
    const headers: Header[] = [];
    for (const [name, header] of headerFields) {
      const text = textOf(value(name));
      if (text !== '') headers.push([header, text]);
    }
    for (const key of headerKeys) {
      const text = textOf(row[key]);
      if (text !== '') headers.push([key.slice('http_'.length).replaceAll('_', '-'), text]);
    }
    if (headers.length > 0) record.headers = headers;
    const body = textOf(value('requestBody'));
    if (body !== '') record.body = { mime: textOf(value('contentType')), encoding: 'utf8', data: body };
    return record;
  };
}
