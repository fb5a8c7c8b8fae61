import type { Header } from '../../../../model/traffic.ts';
import { importedRecord, type LineParser } from '../record.ts';
import { findClosingQuote, splitFields, unescapeText } from './log-escape.ts';
import { parseIsoTime } from './log-time.ts';
import { splitRequestLine } from './request-line.ts';

// Ambassador puts a word in front.
const start = /^(?:ACCESS )?\[(\d{4}-[^\]]+)\] "/;
const number = /^\d+$/;

/**
 * Parser for Envoy's default text log and Istio's (Envoy, "Access logging", default format string): after the code stand flags, in Istio's
 * also details, then bytes received, bytes sent, milliseconds, the upstream's milliseconds, and in quotes the forwarded addresses, agent, request id,
 * authority and upstream.
 */
export function createEnvoyParser(): LineParser {
  return (line) => {
    const begin = start.exec(line);
    if (begin === null) return 'does not begin with [time] "request"';
    const stamp = parseIsoTime(begin[1] ?? '');
    if (stamp === undefined) return 'time is not ISO 8601';
    const end = findClosingQuote(line, begin[0].length);
    if (end < 0) return 'request has no closing quote';
    const fields = splitFields(line.slice(end + 1), 30, true);
    const status = Number(fields[0]);
    // Received, sent and duration are the first three whole numbers in a row after the flags.
    const at = fields.findIndex(
      (_, index) => index >= 2 && [0, 1, 2].every((next) => number.test(fields[index + next] ?? '')),
    );
    if (!Number.isInteger(status) || at < 0) return 'no bytes and duration after the code';
    const { method, target } = splitRequestLine(line.slice(begin[0].length, end));
    const record = importedRecord(stamp.time, method, target);
    record.resolutionMs = stamp.resolutionMs;
    if (status >= 100 && status <= 999) record.status = status;
    record.responseBytes = Number(fields[at + 1]);
    record.durationMs = Number(fields[at + 2]);
    const quoted = fields
      .slice(at + 3)
      .filter((field) => field.startsWith('"'))
      .map((field) => field.slice(1, -1));
    const [forwarded = '-', agent = '-', , authority = '-'] = quoted;
    const headers: Header[] = [];
    if (agent !== '-' && agent !== '') headers.push(['user-agent', unescapeText(agent)]);
    if (forwarded !== '-' && forwarded !== '') headers.push(['x-forwarded-for', forwarded]);
    if (headers.length > 0) record.headers = headers;
    if (authority !== '-' && authority !== '') record.host = authority;
    // Istio's line ends with the downstream's local and remote address, unquoted.
    const remote = fields.slice(at + 4).filter((field) => /^(?:\d+\.\d+\.\d+\.\d+|\[[\da-f:]+\]):\d+$/i.test(field));
    if (remote.length >= 2) record.client = remote[2] ?? remote[1];
    return record;
  };
}
