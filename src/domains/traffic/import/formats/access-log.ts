import type { Header } from '../../../../model/traffic.ts';
import { forwardedList, plainAddress } from '../client-address.ts';
import { type ImportedRecord, importedRecord } from '../record.ts';
import { type ExtraFields, findExtraFields, readExtraFields } from './extra-fields.ts';
import { findClosingQuote, splitFields, unescapeText, unescapeToTarget } from './log-escape.ts';
import { parseLogTime, rememberLast } from './log-time.ts';
import { splitRequestLine } from './request-line.ts';

interface Parsed {
  record: ImportedRecord | string;
  /** Fields after those of the combined format, with their quotes. */
  extra: string[];
}

const noFields: string[] = [];
const maxExtraFields = 24;
/** Between the end of the time and the first letter of the request. */
const maxBetween = 80;

/** Apache and nginx, common or combined, with an optional virtual host or proxies in front and further fields behind. */
function createFieldParser(): (line: string) => Parsed {
  const timeOf = rememberLast(parseLogTime);
  const damaged = (reason: string): Parsed => ({ record: reason, extra: noFields });
  return (line) => {
    let open = line.indexOf(' [');
    // ingress-nginx once wrote the address a second time in brackets: `203.0.113.9 - [203.0.113.9] - - [10/Oct/…`.
    while (open >= 0 && line.charCodeAt(open + 4) !== 47 && line.indexOf(' [', open + 2) > 0) {
      open = line.indexOf(' [', open + 2);
    }
    if (open < 0) return damaged('no [time]');
    const close = line.indexOf(']', open);
    const requestStart = close < 0 ? 0 : line.indexOf('"', close) + 1;
    // Some write a host or a duration between the two.
    if (requestStart === 0 || requestStart > close + maxBetween) return damaged('no "request" after the time');
    const stamp = timeOf(line.slice(open + 2, close).trimEnd());
    if (stamp === undefined) return damaged('time is not like 10/Oct/2000:13:55:36 -0700');

    const requestEnd = findClosingQuote(line, requestStart);
    if (requestEnd < 0) return damaged('request has no closing quote');
    // A dash stands for a request that was given up before it had a status.
    const hasStatus = line.charCodeAt(requestEnd + 2) !== 45;
    const status = hasStatus ? Number(line.slice(requestEnd + 2, requestEnd + 5)) : undefined;
    if (status !== undefined && !(status >= 100 && status <= 999)) return damaged('no status after the request');
    const bytesStart = requestEnd + (hasStatus ? 6 : 4);
    const bytesEnd = line.indexOf(' ', bytesStart);
    const bytes = Number(bytesEnd < 0 ? line.slice(bytesStart) : line.slice(bytesStart, bytesEnd));

    const requestLine = splitRequestLine(line.slice(requestStart, requestEnd));
    const record = importedRecord(stamp.time, requestLine.method, unescapeToTarget(requestLine.target));
    record.resolutionMs = stamp.resolutionMs;
    record.status = status;
    if (bytes >= 0) record.responseBytes = bytes;

    const headers: Header[] = [];
    let rest = bytesEnd < 0 ? line.length : bytesEnd + 1;
    if (line.charCodeAt(rest) === 34) {
      const refererEnd = findClosingQuote(line, rest + 1);
      if (refererEnd > 0 && line.charCodeAt(refererEnd + 2) === 34) {
        const agentEnd = findClosingQuote(line, refererEnd + 3);
        if (agentEnd > 0) {
          const agent = line.slice(refererEnd + 3, agentEnd);
          const referer = line.slice(rest + 1, refererEnd);
          if (agent !== '-' && agent !== '') headers.push(['user-agent', unescapeText(agent)]);
          if (referer !== '-' && referer !== '') headers.push(['referer', unescapeText(referer)]);
          rest = agentEnd + 2;
        }
      }
    }
    readClient(line.slice(0, open), record, headers);
    if (requestStart > close + 3) readVirtualHost(line.slice(close + 1, requestStart - 1).trim(), record);
    if (headers.length > 0) record.headers = headers;
    return { record, extra: rest >= line.length ? noFields : splitFields(line.slice(rest), maxExtraFields, true) };
  };
}

/**
 * What stands before the time: `[virtual host] client identity user`, where the client may be a list of proxies (`203.0.113.9,
 * 10.0.0.1`, from `%{X-Forwarded-For}i`), and a syslog's or a collector's prefix may stand in front of it all.
 */
function readClient(text: string, record: ImportedRecord, headers: Header[]): void {
  const { list, rest } = leadingList(text);
  let words = rest.split(' ');
  if (list !== '') {
    headers.push(['x-forwarded-for', list]);
    // The connection's address may stand behind the list.
    if (words.length > 2 && plainAddress(words[0] ?? '') !== undefined) {
      record.client = words[0];
      words = words.slice(1);
    }
  } else if (words.length === 3 || plainAddress(words[0] ?? '') !== undefined) {
    record.client = words[0];
    words = words.slice(1);
  } else {
    const at = words.findIndex((word) => plainAddress(word) !== undefined);
    const client = at > 0 && at + 2 < words.length ? at : words.length > 3 && /[.:]/.test(words[1] ?? '') ? 1 : 0;
    if (client === 1) readVirtualHost(words[0] ?? '', record);
    record.client = words[client];
    words = words.slice(client + 1);
  }
  // A further field may stand before the user, such as the request's id: `- 95386da8 -`.
  const user = words.length > 2 && words.at(-1) === '-' ? '-' : words.slice(1).join(' ');
  if (user !== '-' && user !== '""' && user !== '') record.user = user;
}

/** A list of proxies in front, in quotes or not. */
function leadingList(text: string): { list: string; rest: string } {
  if (text.startsWith('"')) {
    const end = findClosingQuote(text, 1);
    const list = end < 0 ? '' : text.slice(1, end);
    return forwardedList(list).length > 0 ? { list, rest: text.slice(end + 2) } : { list: '', rest: text };
  }
  const words = text.split(' ');
  const end = words.findIndex((word) => !word.endsWith(','));
  return end > 0
    ? { list: words.slice(0, end + 1).join(' '), rest: words.slice(end + 1).join(' ') }
    : { list: '', rest: text };
}

const hostName = /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?$/;

function readVirtualHost(host: string, record: ImportedRecord): void {
  if (!hostName.test(host)) return;
  record.host = host;
  if (host.endsWith(':443')) record.scheme = 'https';
}

export interface AccessLog {
  parse: (line: string) => ImportedRecord | string;
  extra: ExtraFields;
}

/** Parser for Apache and nginx common and combined logs; `sample` decides what the fields behind the user agent are. */
export function createAccessLogParser(sample: readonly string[]): AccessLog {
  const parse = createFieldParser();
  const rows = sample.map((line) => parse(line)).filter((row) => typeof row.record !== 'string');
  const extra = findExtraFields(rows as { record: ImportedRecord; extra: string[] }[]);
  return {
    extra,
    parse: (line) => {
      const { record, extra: fields } = parse(line);
      if (typeof record !== 'string' && fields.length > 0) readExtraFields(fields, extra, record);
      return record;
    },
  };
}
