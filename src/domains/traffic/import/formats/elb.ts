import { importedRecord, type LineParser } from '../record.ts';
import { splitFields, unescapeText, unescapeToTarget } from './log-escape.ts';
import { parseIsoTime, parseLogTime } from './log-time.ts';
import { splitRequestLine } from './request-line.ts';

function addressOf(field: string): string | undefined {
  const port = field.lastIndexOf(':');
  return port > 0 ? field.slice(0, port) : undefined;
}

/** Parser for access logs of AWS classic load balancers (AWS, "Access logs for your Classic Load Balancer"); the stamp is the arrival. */
export function createElbParser(): LineParser {
  return (line) => {
    const fields = splitFields(line, 15);
    const [time = '', , client = '', , first = '', second = '', third = '', status = ''] = fields;
    const stamp = parseIsoTime(time);
    if (stamp === undefined || !time.includes('T')) return 'time is not ISO 8601';
    if (fields.length < 12 || addressOf(client) === undefined) return 'too few fields';
    const { method, target } = splitRequestLine(fields[11] ?? '');
    const record = importedRecord(stamp.time, method, unescapeToTarget(target));
    record.resolutionMs = stamp.resolutionMs;
    record.client = addressOf(client);
    // −1 stands for a step that was never reached.
    const seconds = [first, second, third].map(Number);
    if (seconds.some((part) => Number.isNaN(part))) return 'no processing times';
    if (seconds.every((part) => part >= 0)) record.durationMs = seconds.reduce((sum, part) => sum + part, 0) * 1000;
    if (Number(status) >= 100) record.status = Number(status);
    if (Number(fields[10]) >= 0) record.responseBytes = Number(fields[10]);
    const agent = fields[12] ?? '-';
    if (agent !== '-' && agent !== '') record.headers = [['user-agent', unescapeText(agent)]];
    if (/^- - -/.test(fields[11] ?? '')) record.notReplayable = 'TCP connection';
    return record;
  };
}

const s3Line = /^[0-9a-f]{16,} (\S+) \[([^\]]+)\] (\S+) (\S+) \S+ ([A-Z]+)\.([A-Z0-9]+)\.(\S+) (\S+) (".*)$/s;

/** Parser for access logs of AWS S3 (AWS, "Amazon S3 server access log format"); the stamp is the arrival, in whole seconds. */
export function createS3Parser(): LineParser {
  return (line) => {
    const found = s3Line.exec(line);
    if (found === null) return 'not like an S3 access log';
    const [, , time = '', client = '', requester = '', kind = '', , , , rest = ''] = found;
    const stamp = parseLogTime(time);
    if (stamp === undefined) return 'time is not like 06/Feb/2019:00:00:38 +0000';
    const fields = splitFields(rest, 20);
    const [request = '', status = '', , bytes = '', , total = '', , referer = '-', agent = '-'] = fields;
    const { method, target } = splitRequestLine(request);
    const record = importedRecord(stamp.time, method, target);
    record.resolutionMs = stamp.resolutionMs;
    // What S3 does by itself (lifecycle, batches) has no request.
    if (kind !== 'REST' && kind !== 'WEBSITE') record.notReplayable = 'operation without a request';
    record.client = client;
    if (requester !== '-') record.user = requester;
    if (Number(status) >= 100) record.status = Number(status);
    if (Number(bytes) >= 0) record.responseBytes = Number(bytes);
    if (/^\d+$/.test(total)) record.durationMs = Number(total);
    if (agent !== '-' && agent !== '') record.headers = [['user-agent', unescapeText(agent)]];
    if (referer !== '-' && referer !== '') record.headers = [...(record.headers ?? []), ['referer', referer]];
    const host = fields.slice(10).find((field) => /^[a-z0-9.-]+\.amazonaws\.com/.test(field));
    if (host !== undefined) {
      record.host = host;
      record.scheme = fields.some((field) => field.startsWith('TLSv')) ? 'https' : 'http';
    }
    return record;
  };
}
