import type { Header } from '../../../model/traffic.ts';
import type { ImportedRecord } from './record.ts';

function mediaType(headers: readonly Header[] | undefined): string {
  return headers?.find(([name]) => name === 'content-type')?.[1].toLowerCase() ?? '';
}

/** What a record is, in a few words, when it is not a plain HTTP request and response that can be sent again. */
export function notReplayableKind(record: ImportedRecord): string | undefined {
  if (record.notReplayable !== undefined) return record.notReplayable;
  if (record.status === 101) return 'WebSocket';
  for (const [name, value] of record.headers ?? []) {
    if (name === 'upgrade' && /websocket/i.test(value)) return 'WebSocket';
    if (name === 'content-type' && /^application\/grpc/i.test(value)) return 'gRPC';
    if (name === 'accept' && value === 'text/event-stream') return 'server-sent events';
  }
  if (record.response !== undefined) {
    const type = mediaType(record.response.headers) || (record.response.body?.mime.toLowerCase() ?? '');
    if (type.startsWith('text/event-stream')) return 'server-sent events';
    if (type.startsWith('application/grpc')) return 'gRPC';
  }
  return undefined;
}
