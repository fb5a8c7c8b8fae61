import type { RecordedRequest, RecordedSession } from '../../../model/traffic.ts';
import { email } from './detectors/email.ts';
import { isPersonalName } from './names.ts';
import { decodePercent } from './walk/percent.ts';

const looked = 20;

/**
 * Whom a session belongs to, for counting distinct clients: a person with ten sessions must not make her own values vocabulary. The
 * first of: an e-mail address the client sent, credentials, a cookie named like a session or user, a forwarded address; else
 * the session itself. One person with none of these in common between her sessions still counts more than once.
 */
export function clientOf(session: RecordedSession): string {
  const requests = session.requests.slice(0, looked);
  return (
    first(requests, sentAddress) ??
    first(requests, (request) => header(request, 'authorization')) ??
    first(requests, identityCookie) ??
    first(requests, (request) => header(request, 'x-forwarded-for') ?? header(request, 'x-real-ip')) ??
    session.id
  );
}

function first(requests: readonly RecordedRequest[], read: (request: RecordedRequest) => string | undefined) {
  for (const request of requests) {
    const found = read(request);
    if (found !== undefined && found !== '') return found;
  }
  return undefined;
}

function header(request: RecordedRequest, wanted: string): string | undefined {
  return request.headers?.find(([name]) => name === wanted)?.[1];
}

function sentAddress(request: RecordedRequest): string | undefined {
  for (const text of [request.path, request.body?.encoding === 'utf8' ? request.body.data : '']) {
    if (text.length > 20_000 || !(text.includes('@') || text.includes('%40'))) continue;
    const plain = decodePercent(text);
    for (const [from, to] of email.find(plain)) return plain.slice(from, to).toLowerCase();
  }
  return undefined;
}

function identityCookie(request: RecordedRequest): string | undefined {
  for (const pair of (header(request, 'cookie') ?? '').split(';')) {
    const [name = '', value = ''] = pair.trim().split('=');
    if (value.length >= 8 && (isPersonalName(name) || /sess|sid$/i.test(name))) return value;
  }
  return undefined;
}
