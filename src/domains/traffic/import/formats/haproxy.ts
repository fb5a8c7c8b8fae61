import type { Header } from '../../../../model/traffic.ts';
import { plainAddress } from '../client-address.ts';
import { type ImportedRecord, importedRecord, type LineParser, noRecord } from '../record.ts';
import { findClosingQuote, unescapeText } from './log-escape.ts';
import { parseLogTime } from './log-time.ts';
import { splitRequestLine } from './request-line.ts';

const line =
  /(?:^|\s)(\S+):(\d+) \[(\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2}\.\d{3,6})\] (\S+) \S+((?: \S+)*?) (-?\d+\/-?\d+\/-?\d+\/-?\d+\/\+?-?\d+) (-?\d+) \+?(\d+) (.*)$/s;
const hostName = /^(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?$/i;
/** A connection that came to nothing (8.2.5 there): `198.51.100.4:50033 [06/Feb/2009:12:12:51.443] fnt/bnd: SSL handshake failure`. */
const brokenConnection = /(?:^|\s)\S+:\d+ \[\d{2}\/[A-Z][a-z]{2}\/\d{4}:[\d:.]+\] \S+: /;
/** A line of a TCP frontend (8.2.2 there): three times, and no request. */
const tcpLine = /(?:^|\s)\S+:\d+ \[\d{2}\/[A-Z][a-z]{2}\/\d{4}:[\d:.]+\] \S+ \S+ -?\d+\/-?\d+\/\+?-?\d+ \+?\d+ \S\S /;
const ownWords =
  /\b(?:Proxy \S+ (?:started|stopped)|Server \S+ is |backend \S+ has no server|Connect from |Health check |Pausing |Stopping |SSL handshake failure|Loading |New worker)/;

/**
 * Parser for HAProxy's HTTP log (HAProxy, "Configuration Manual", 8.2.3), also `option httpslog`, with or without a syslog in front. The stamp is
 * the moment at which the request's first byte came; HAProxy writes it in its own time zone, unnamed, taken for UTC. The last of the five
 * times is the request's whole time in milliseconds; −1 stands for a step that was never reached.
 */
export function createHaproxyParser(): LineParser {
  return (text) => {
    const found = line.exec(text);
    if (found === null) {
      const other = tcpLine.test(text)
        ? 'TCP connection'
        : brokenConnection.test(text)
          ? 'broken connection'
          : undefined;
      if (other !== undefined) return Object.assign(importedRecord(0, '', ''), { notReplayable: other });
      return ownWords.test(text) ? noRecord : 'not like HAProxy’s HTTP log';
    }
    const [, client = '', , time = '', frontend = '', between = '', times = '', status = '', bytes = '', rest = ''] =
      found;
    const stamp = parseLogTime(time);
    if (stamp === undefined) return 'time is not like 06/Feb/2009:12:14:14.655';
    const open = rest.indexOf(' "');
    if (open < 0) return 'no "request" at the end';
    // HAProxy cuts long lines, and the quote with them.
    const close = findClosingQuote(rest, open + 2);
    const { method, target } = splitRequestLine(rest.slice(open + 2, close < 0 ? rest.length : close));
    const record = importedRecord(stamp.time, method, target);
    record.resolutionMs = stamp.resolutionMs;
    if (close < 0) record.notReplayable = 'request cut off by the log';
    record.client = client === '-' ? undefined : client;
    // Formats of people's own have the host here, such as `%[ssl_fc_sni]`.
    if (hostName.test(between.trim())) record.host = between.trim();
    // A TLS frontend is marked with a tilde.
    if (frontend.endsWith('~')) record.scheme = 'https';
    const tookMs = Number(times.split('/')[4]?.replace('+', ''));
    if (tookMs >= 0) record.durationMs = tookMs;
    const code = Number(status);
    if (code >= 100 && code <= 999) record.status = code;
    record.responseBytes = Number(bytes);
    readCaptures(rest.slice(0, open), record);
    return record;
  };
}

/** Captured request headers stand in the first braces, by configured order and without names: known by what they look like. */
function readCaptures(text: string, record: ImportedRecord): void {
  const captured = /\{([^}]*)\}/.exec(text)?.[1];
  if (captured === undefined) return;
  const headers: Header[] = [];
  for (const value of captured.split('|')) {
    const parts = value.split(',').map((part) => part.trim());
    if (parts.every((part) => plainAddress(part) !== undefined)) headers.push(['x-forwarded-for', value]);
    else if (/^Mozilla\/|^[\w.-]+\/\d[\w.]*(?: |$)/.test(value)) headers.push(['user-agent', unescapeText(value)]);
    else if (hostName.test(value)) record.host ??= value;
  }
  if (headers.length > 0) record.headers = headers;
}
