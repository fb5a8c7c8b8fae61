import type { Header } from '../../../../model/traffic.ts';
import { importedRecord, type LineParser, type ParsedLine } from '../record.ts';
import { findClosingQuote, splitFields, unescapeText, unescapeToTarget } from './log-escape.ts';
import { parseLogTime, rememberLast } from './log-time.ts';
import { splitRequestLine } from './request-line.ts';

/** Where a log writes how long a request took, found from its first lines. */
interface RequestTimeField {
  /** Position among the fields after the user agent (or after the bytes, in a common log). */
  index: number;
  /** What one unit is in milliseconds. */
  unitMs: number;
  /** nginx logs when the response has ended; Apache stamps the arrival. */
  stampedAtEnd: boolean;
}

interface Parsed {
  record: ParsedLine;
  /** Fields after those of the combined format, quotes removed. */
  extra: string[];
}

const noFields: string[] = [];

/** Apache and nginx, common or combined, with an optional virtual host in front and further fields behind. */
function createFieldParser(): (line: string) => Parsed {
  const timeOf = rememberLast(parseLogTime);
  const damaged = (reason: string): Parsed => ({ record: reason, extra: noFields });
  return (line) => {
    const open = line.indexOf(' [');
    if (open < 0) return damaged('no [time]');
    const close = line.indexOf('] "', open);
    if (close < 0) return damaged('no "request" after the time');
    const stamp = timeOf(line.slice(open + 2, close));
    if (stamp === undefined) return damaged('time is not like 10/Oct/2000:13:55:36 -0700');

    const requestStart = close + 3;
    const requestEnd = findClosingQuote(line, requestStart);
    if (requestEnd < 0) return damaged('request has no closing quote');
    const status = Number(line.slice(requestEnd + 2, requestEnd + 5));
    if (!(status >= 100 && status <= 999)) return damaged('no status after the request');
    const bytesEnd = line.indexOf(' ', requestEnd + 6);
    const bytes = Number(bytesEnd < 0 ? line.slice(requestEnd + 6) : line.slice(requestEnd + 6, bytesEnd));

    const requestLine = splitRequestLine(line.slice(requestStart, requestEnd));
    const record = importedRecord(stamp.time, requestLine.method, unescapeToTarget(requestLine.target));
    record.resolutionMs = stamp.resolutionMs;
    record.status = status;
    if (bytes >= 0) record.responseBytes = bytes;
    readClient(line, open, record);

    let rest = bytesEnd < 0 ? line.length : bytesEnd + 1;
    if (line.charCodeAt(rest) === 34) {
      const refererEnd = findClosingQuote(line, rest + 1);
      if (refererEnd > 0 && line.charCodeAt(refererEnd + 2) === 34) {
        const agentEnd = findClosingQuote(line, refererEnd + 3);
        if (agentEnd > 0) {
          const headers: Header[] = [];
          const agent = line.slice(refererEnd + 3, agentEnd);
          const referer = line.slice(rest + 1, refererEnd);
          if (agent !== '-' && agent !== '') headers.push(['user-agent', unescapeText(agent)]);
          if (referer !== '-' && referer !== '') headers.push(['referer', unescapeText(referer)]);
          record.headers = headers;
          rest = agentEnd + 2;
        }
      }
    }
    return { record, extra: rest >= line.length ? noFields : splitFields(line.slice(rest), 20) };
  };
}

function readClient(line: string, end: number, record: ReturnType<typeof importedRecord>): void {
  const first = line.indexOf(' ');
  const second = line.indexOf(' ', first + 1);
  if (second < 0 || second >= end) return;
  let clientStart = 0;
  let clientEnd = first;
  let userStart = second + 1;
  const third = line.indexOf(' ', second + 1);
  // Four words before the time: a virtual host is in front when the second word looks like an address.
  if (third < end && /[.:]/.test(line.slice(first + 1, second))) {
    readVirtualHost(line.slice(0, first), record);
    clientStart = first + 1;
    clientEnd = second;
    userStart = third + 1;
  }
  record.client = line.slice(clientStart, clientEnd);
  const user = line.slice(userStart, end);
  if (user !== '-' && user !== '""' && user !== '') record.user = user;
}

function readVirtualHost(host: string, record: ReturnType<typeof importedRecord>): void {
  record.host = host;
  if (host.endsWith(':443')) record.scheme = 'https';
}

/** Finds the request time in the fields behind the combined format, from sample lines; undefined when there is none. */
function findRequestTime(lines: readonly string[]): RequestTimeField | undefined {
  const parse = createFieldParser();
  const rows = lines.map((line) => parse(line)).filter((row) => typeof row.record !== 'string');
  const width = Math.min(...rows.map((row) => row.extra.length));
  if (rows.length === 0 || !Number.isFinite(width)) return undefined;
  let integers: RequestTimeField | undefined;
  for (let index = 0; index < width; index++) {
    const values = rows.map((row) => stripName(row.extra[index] ?? '')).filter((value) => value !== '-');
    if (values.length === 0) continue;
    if (values.every((value) => /^\d+(?:\.\d+)?ms$/.test(value))) return { index, unitMs: 1, stampedAtEnd: false };
    if (values.every((value) => /^\d+\.\d+$/.test(value))) return { index, unitMs: 1000, stampedAtEnd: true };
    if (values.every((value) => /^\d+$/.test(value))) {
      // %D counts microseconds, %T whole seconds; nothing on a network is served in under 20 µs.
      const sorted = values.map(Number).sort((a, b) => a - b);
      const micros = (sorted[sorted.length >> 1] ?? 0) >= 20;
      integers ??= { index, unitMs: micros ? 0.001 : 1000, stampedAtEnd: false };
    }
  }
  return integers;
}

/** `rt=0.005` → `0.005`. */
function stripName(field: string): string {
  const equals = field.indexOf('=');
  return equals < 0 ? field : field.slice(equals + 1).replaceAll('"', '');
}

/** Parser for Apache and nginx common and combined logs; `sample` decides where the request time is. */
export function createAccessLogParser(sample: readonly string[]): LineParser {
  const parse = createFieldParser();
  const field = findRequestTime(sample);
  return (line) => {
    const { record, extra } = parse(line);
    if (typeof record === 'string' || field === undefined) return record;
    const value = Number.parseFloat(stripName(extra[field.index] ?? ''));
    if (value >= 0) {
      record.durationMs = value * field.unitMs;
      record.stampedAtEnd = field.stampedAtEnd;
    }
    return record;
  };
}
