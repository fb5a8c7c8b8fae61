import type { RecordedRequest, RecordedSession } from '../../../model/traffic.ts';
import { email } from './detectors/email.ts';
import { isPersonalName } from './names.ts';
import { decodePercent } from './walk/percent.ts';

const looked = 20;

const mostLinked = 1_000_000;

/**
 * Whom a session belongs to, for counting distinct clients: a person with ten sessions must not make her own values vocabulary. The
 * first of: the user whom the source names, an e-mail address that was sent; the client's address, as the importer or a proxy's header
 * has it; credentials, a cookie named like a session or user; else the session. A session that shows its client only counts for the user
 * who was seen at that address before, if any. One person with none of these in common between her sessions still counts more than
 * once; people behind one address whom nothing else tells apart count once: the error is on the side of replacing.
 */
export class Clients {
  readonly #userAt = new Map<string, string>();

  of(session: RecordedSession): string {
    const requests = session.requests.slice(0, looked);
    const client =
      session.client ??
      first(requests, (request) => header(request, 'x-forwarded-for') ?? header(request, 'x-real-ip'));
    const user = session.user ?? first(requests, sentAddress);
    if (client === undefined) {
      return (
        user ??
        first(requests, (request) => header(request, 'authorization')) ??
        first(requests, identityCookie) ??
        session.id
      );
    }
    if (user === undefined) return this.#userAt.get(client) ?? client;
    if (!this.#userAt.has(client) && this.#userAt.size < mostLinked) this.#userAt.set(client, user);
    return user;
  }
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
