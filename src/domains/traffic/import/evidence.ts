import { createHash } from 'node:crypto';
import { ShakedownError } from '../../../model/error.ts';
import type { Body, Header } from '../../../model/traffic.ts';
import type { ClientAddress } from './client-address.ts';
import type { ImportedRecord } from './record.ts';

/** How sessions are distinguished: `cookie:<name>`, `header:<name>`, by user, by client address and agent, or what is best. */
export type SessionBy = 'auto' | `cookie:${string}` | `header:${string}` | 'user' | 'client';

/** What a request says about whose it is. Values are as short as they need to be. */
export interface Evidence {
  /** Session cookies sent, `name=value`. */
  cookies: string[];
  /** Session cookies the response set, `name=value`. */
  setCookies: string[];
  /** What the request was authorized with, without its scheme. */
  token: string;
  /** Tokens that the response handed out. */
  givenTokens: string[];
  /** The user that the source names; not a sign of the session unless `by` asks for it. */
  user: string;
  /** Address of the client, as `clientAddress` finds it; empty when unknown. */
  address: string;
  agent: string;
}

const sessionCookie =
  /^(?:__(?:Host|Secure)-)?(?:.*(?:sess|session)(?:[_.-]?(?:id|token|key))?|(?:.*[_.-])?sid|phpsessid|jsessionid|asp\.net_sessionid|aspsessionid[a-z]*|connect\.sid|cfid|cftoken|laravel_session|_[a-z0-9]+_session|\.aspnetcore\.(?:session|cookies)|auth[_-]?token|remember_user_token)$/i;

function isSessionCookie(name: string, by: SessionBy): boolean {
  if (by === 'auto') return name.length <= 64 && sessionCookie.test(name);
  return by.startsWith('cookie:') && name === by.slice('cookie:'.length);
}

const maxRemembered = 10_000;
const digests = new Map<string, string>();

/** Long values are only compared, never shown: a digest does. A few agents stand in most lines, so digests are remembered. */
function short(value: string): string {
  if (value.length <= 48) return value;
  let digest = digests.get(value);
  if (digest === undefined) {
    digest = createHash('sha256').update(value).digest('base64').slice(0, 24);
    if (digests.size >= maxRemembered) digests.clear();
    if (value.length < 500) digests.set(value, digest);
  }
  return digest;
}

/** `Bearer abc` and the `abc` that a login gave are one token. */
function tokenOf(authorization: string): string {
  return short(authorization.slice(authorization.indexOf(' ') + 1).trim());
}

// Not every token identifies a session: `nextPageToken` and `csrfToken` are given over and over.
const tokenField =
  /"((?:(?:access|id|auth|bearer|session|api|user|login)[_-]?)?(?:token|jwt))"\s*:\s*"([^"\\]{16,8192})"/gi;
const tokenBodyAtMost = 256 * 1024;

/** Tokens in a JSON answer, under names such as `token`, `access_token` or `idToken`. */
function tokensGivenIn(body: Body | undefined): string[] {
  if (body === undefined || body.encoding !== 'utf8' || body.data.length > tokenBodyAtMost) return [];
  if (!/\bjson\b/i.test(body.mime)) return [];
  return [...body.data.matchAll(tokenField)].slice(0, 8).map((found) => short(found[2] ?? ''));
}

function cookiesIn(header: string, by: SessionBy, found: string[]): void {
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals < 0) continue;
    const name = pair.slice(0, equals).trim();
    const value = pair.slice(equals + 1).trim();
    if (value !== '' && isSessionCookie(name, by)) found.push(`${name}=${short(value)}`);
  }
}

function setCookiesIn(headers: readonly Header[], by: SessionBy): string[] {
  const found: string[] = [];
  for (const [name, value] of headers) {
    if (name !== 'set-cookie') continue;
    // Some recorders join several with line ends.
    for (const line of value.split('\n')) {
      const end = line.indexOf(';');
      const removed = /;\s*max-age=(?:0|-\d+)\s*(?:;|$)/i.test(line) || /^[^=]*=(?:deleted)?\s*(?:;|$)/i.test(line);
      if (!removed) cookiesIn(end < 0 ? line : line.slice(0, end), by, found);
    }
  }
  return found;
}

/** Checks what the user wrote. @throws ShakedownError TRAFFIC_SESSION_BY */
export function checkSessionBy(by: string): SessionBy {
  if (by === 'auto' || by === 'user' || by === 'client' || /^(?:cookie|header):./.test(by)) return by as SessionBy;
  throw new ShakedownError('TRAFFIC_SESSION_BY', `Sessions cannot be distinguished by ${JSON.stringify(by)}.`, {
    hint: 'Use auto, cookie:<name>, header:<name>, user or client.',
  });
}

/** What Nexus, Jenkins, Spring and loggers write as the user of a request that has none. */
const noUser =
  /^(?:-|anonymous(?:[ _-]?user)?|anon|unauthenticated|not[ _-]authenticated|unknown|null|nil|none|undefined|n\/a)$/i;

/** The user's name; empty for what only stands where a user would. */
function userOf(text: string): string {
  const bare = text.trim().replace(/^\((.*)\)$|^<(.*)>$/, '$1$2');
  return noUser.test(bare) ? '' : short(text);
}

/** Reads from a record what identifies its session, as far as `by` asks for it, and its client and user. */
export function evidenceOf(record: ImportedRecord, by: SessionBy, client: ClientAddress): Evidence {
  const evidence: Evidence = {
    cookies: [],
    setCookies: [],
    token: '',
    givenTokens: [],
    user: userOf(record.user ?? ''),
    address: short(client.address),
    agent: '',
  };
  const wantedHeader = by.startsWith('header:') ? by.slice('header:'.length).toLowerCase() : '';
  for (const [name, value] of record.headers ?? []) {
    if (name === 'user-agent') evidence.agent = short(value);
    else if (name === 'cookie') cookiesIn(value, by, evidence.cookies);
    else if (name === 'authorization' && by === 'auto') evidence.token = tokenOf(value);
    if (name === wantedHeader) evidence.token = short(value);
  }
  if (record.response?.headers !== undefined) evidence.setCookies = setCookiesIn(record.response.headers, by);
  if (by === 'auto') evidence.givenTokens = tokensGivenIn(record.response?.body);
  return evidence;
}

/** Evidence as it is written to disk between sorting by time and assigning sessions. */
export function encodeEvidence(evidence: Evidence): string {
  const { cookies, setCookies, token, givenTokens, user, address, agent } = evidence;
  const onlyClient = cookies.length + setCookies.length + givenTokens.length === 0 && token === '' && user === '';
  return onlyClient ? `${address}\t${agent}` : `\n${JSON.stringify(evidence)}`;
}

export function decodeEvidence(text: string): Evidence {
  if (text.startsWith('\n')) return JSON.parse(text.slice(1)) as Evidence;
  const tab = text.indexOf('\t');
  const [address, agent] = [text.slice(0, tab), text.slice(tab + 1)];
  return { cookies: [], setCookies: [], token: '', givenTokens: [], user: '', address, agent };
}
