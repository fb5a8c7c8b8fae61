import type { RecordedRequest } from '../../../model/traffic.ts';
import type { ImportedRecord } from './record.ts';
import type { ReplayTarget } from './target.ts';

/**
 * A request on its way through the sorts: JSON that begins with method and path, which are read from it without parsing the
 * whole, and lacks offset and route, which are put in at the end. Parsing and writing every request again would cost more
 * than all the rest of the second half of an import.
 */
export type EncodedRequest = string;

const beforeMethod = '{"method":"';
const beforePath = '","path":"';

/** Methods and paths hold no character that JSON escapes; `replayTarget` sees to that. */
export function encodeRequest(record: ImportedRecord, { origin, path }: ReplayTarget): EncodedRequest {
  const { method, headers, body, status, durationMs, responseBytes, response } = record;
  const rest = {
    origin,
    headers,
    body,
    status,
    durationMs: durationMs === undefined ? undefined : Math.round(durationMs * 1000) / 1000,
    responseBytes,
    response,
  };
  return `${beforeMethod}${method}${beforePath}${path}",${JSON.stringify(rest).slice(1)}`;
}

export function methodAndPath(encoded: EncodedRequest): { method: string; path: string } {
  const methodEnd = encoded.indexOf('"', beforeMethod.length);
  const pathStart = methodEnd + beforePath.length;
  return {
    method: encoded.slice(beforeMethod.length, methodEnd),
    path: encoded.slice(pathStart, encoded.indexOf('"', pathStart)),
  };
}

const beforeStatus = '"status":';

/** The recorded status; 0 where it is unknown. Within texts the quotes of such a key are escaped, and the response comes after it. */
export function statusOf(encoded: EncodedRequest): number {
  const at = encoded.indexOf(beforeStatus);
  return at < 0 ? 0 : Number.parseInt(encoded.slice(at + beforeStatus.length, at + beforeStatus.length + 3), 10) || 0;
}

/** JSON of a RecordedRequest. */
export function completeRequest(
  encoded: EncodedRequest,
  offsetMs: string,
  route: RecordedRequest['route'],
): EncodedRequest {
  return `{"offsetMs":${offsetMs},"route":${JSON.stringify(route)},${encoded.slice(1)}`;
}
