import type { Header } from '../../../../model/traffic.ts';
import { importedRecord, type LineParser } from '../record.ts';
import { splitFields, unescapeText, unescapeToTarget } from './log-escape.ts';
import { parseIsoTime } from './log-time.ts';
import { splitRequestLine } from './request-line.ts';

/** Positions of the documented fields (AWS, "Access logs for your Application Load Balancer"). */
const field = {
  type: 0,
  time: 1,
  client: 3,
  requestSeconds: 5,
  targetSeconds: 6,
  responseSeconds: 7,
  status: 8,
  sentBytes: 11,
  request: 12,
  userAgent: 13,
  createdAt: 21,
} as const;

const webSocketTypes = ['ws', 'wss'];
const types = new Set(['http', 'https', 'h2', 'grpcs', ...webSocketTypes]);

/** Parser for access logs of AWS application load balancers; older ones without a creation time too. */
export function createAlbParser(): LineParser {
  return (line) => {
    const fields = splitFields(line, field.createdAt + 1);
    const text = (index: number) => fields[index] ?? '';
    if (!types.has(text(field.type))) return 'type is none of http, https, h2, grpcs, ws, wss';
    if (fields.length <= field.userAgent) return 'too few fields';
    const ended = parseIsoTime(text(field.time));
    if (ended === undefined) return 'time is not ISO 8601';
    const created = parseIsoTime(text(field.createdAt));

    const { method, target } = splitRequestLine(text(field.request));
    const record = importedRecord((created ?? ended).time, method, unescapeToTarget(target));
    record.resolutionMs = (created ?? ended).resolutionMs;
    record.stampedAtEnd = created === undefined;
    const seconds = [field.requestSeconds, field.targetSeconds, field.responseSeconds].map((index) => text(index));
    // −1 stands for a step that was never reached.
    if (seconds.every((part) => /^\d+(?:\.\d+)?$/.test(part))) {
      record.durationMs = seconds.reduce((sum, part) => sum + Number(part), 0) * 1000;
    }
    const status = Number(text(field.status));
    if (status >= 100 && status <= 999) record.status = status;
    const sent = Number(text(field.sentBytes));
    if (sent >= 0) record.responseBytes = sent;
    const port = text(field.client).lastIndexOf(':');
    if (port > 0) record.client = text(field.client).slice(0, port);
    const agent = text(field.userAgent);
    if (agent !== '' && agent !== '-') record.headers = [['user-agent', unescapeText(agent)] satisfies Header];
    if (text(field.type) === 'grpcs') record.notReplayable = 'gRPC';
    if (webSocketTypes.includes(text(field.type))) record.notReplayable = 'WebSocket';
    return record;
  };
}
