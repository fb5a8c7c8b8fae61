import { decodePercent } from '../../../model/percent-encoding.ts';
import type { RecordedRequest, RecordedSession } from '../../../model/traffic.ts';
import { email } from './detectors/email.ts';
import { isPersonalName } from './names.ts';
import type { TextHash } from './text-hash.ts';

const looked = 20;

const mostLinked = 1_000_000;

/** What a session shows of whose it is; hashes, 0 for what it does not show. */
interface Identity {
  client: number;
  user: number;
  other: number;
}

/**
 * What a session shows of whom it belongs to: the user whom the source names, or an e-mail address that is sent as her own; the client's address, as
 * the importer or a proxy's header has it; where it has neither, credentials or a cookie named like a session or user, else itself.
 */
export function identityOf(session: RecordedSession, hash: TextHash): Identity {
  const requests = session.requests.slice(0, looked);
  const client =
    session.client ?? first(requests, (request) => header(request, 'x-forwarded-for') ?? header(request, 'x-real-ip'));
  const user = session.user ?? first(requests, sentAddress);
  const other =
    client !== undefined || user !== undefined
      ? undefined
      : (first(requests, (request) => header(request, 'authorization')) ??
        first(requests, identityCookie) ??
        session.id);
  return { client: numberOf(client, hash), user: numberOf(user, hash), other: numberOf(other, hash) };
}

/** Never 0 for a text, and unsigned, as tables hold it. */
const numberOf = (text: string | undefined, hash: TextHash) =>
  text === undefined ? 0 : (hash.of(text, 1).lo | 1) >>> 0;

/**
 * Whom sessions belong to, for counting distinct clients: a person with ten sessions must not make her own values vocabulary. A session that
 * shows its client only counts for the user who was seen at that address first, if any. One person with nothing in common between her
 * sessions still counts more than once; people behind one address whom nothing else tells apart count once: the error is on the side of
 * replacing.
 */
export class Clients {
  readonly #userAt = new Map<number, number>();

  /**
   * Whom the sessions of a batch belong to.
   * @param identities client, user and other of each session
   */
  of(identities: Uint32Array): Uint32Array {
    for (let at = 0; at < identities.length; at += 3) {
      const [client = 0, user = 0] = identities.subarray(at, at + 2);
      if (client !== 0 && user !== 0 && !this.#userAt.has(client) && this.#userAt.size < mostLinked)
        this.#userAt.set(client, user);
    }
    return Uint32Array.from({ length: identities.length / 3 }, (_, session) => {
      const [client = 0, user = 0, other = 0] = identities.subarray(session * 3, session * 3 + 3);
      if (user !== 0) return user;
      return client === 0 ? other : (this.#userAt.get(client) ?? client);
    });
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

/** Mailboxes of an application or a company (RFC 2142, and usual ones), which any visitor may write to. */
const ofNoOne =
  /^(?:info|contact|kontakt|support|sales|service|office|hello|hallo|help|mail|post|press|presse|jobs|marketing|no-?reply|admin|webmaster|postmaster|hostmaster|abuse|security|privacy|datenschutz)@/;

/**
 * Whether what stands before an address calls it the sender's own: `email=`, `"userMail":"`, `/users/`. Others are those that many visitors write to, or
 * of someone whom they know.
 */
function isOwn(before: string): boolean {
  const name = /([\w.-]{2,40})[^\w.-]{1,8}$/.exec(before)?.[1] ?? '';
  return (
    isPersonalName(name) &&
    !/recipient|contact|friend|invit|refer|assignee|(?:^|[_.-])(?:to|cc)$|(?:To|Cc)$/i.test(name)
  );
}

/** An e-mail address that is sent as the visitor's own. */
function sentAddress(request: RecordedRequest): string | undefined {
  for (const text of [request.path, request.body?.encoding === 'utf8' ? request.body.data : '']) {
    if (text.length > 20_000 || !(text.includes('@') || text.includes('%40'))) continue;
    const plain = decodePercent(text);
    for (const [from, to] of email.find(plain)) {
      const address = plain.slice(from, to).toLowerCase();
      if (!ofNoOne.test(address) && isOwn(plain.slice(Math.max(0, from - 60), from))) return address;
    }
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
