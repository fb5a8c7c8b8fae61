import type { RecordedRequest, RecordedSession } from '../../../../src/model/traffic.ts';

export function request(path: string, rest: Partial<RecordedRequest> = {}): RecordedRequest {
  const route = rest.route ?? path.split('?')[0] ?? path;
  return { offsetMs: 0, method: 'GET', origin: '', path, ...rest, route };
}

export function session(n: number, ...requests: RecordedRequest[]): RecordedSession {
  return { id: `visit-${n}`, startMs: n, requests };
}

export const json = (value: unknown) => ({
  mime: 'application/json',
  encoding: 'utf8' as const,
  data: typeof value === 'string' ? value : JSON.stringify(value),
});
