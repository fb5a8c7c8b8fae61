import type { Evidence, SessionBy } from './evidence.ts';

const maxOpenSessions = 100_000;
/** A session is held in memory as a whole by its reader. */
const maxSessionBytes = 32 * 1024 * 1024;

/** What identified a request's session. */
export type SessionSign = 'cookie' | 'token' | 'user' | 'client' | 'nothing';

interface OpenSession {
  number: number;
  lastMs: number;
  startMs: number;
  requests: number;
  bytes: number;
  /** A session cookie, a token or a user is known to belong to it. */
  isKnown: boolean;
  address: string;
  user: string;
  keys: string[];
  /** Neighbours in order of last activity. A Map would have to step over every entry deleted at its front. */
  older: OpenSession | undefined;
  newer: OpenSession | undefined;
}

export interface SessionPlace {
  /** From 0, in order of the sessions' starts. */
  session: number;
  startMs: number;
  sign: SessionSign;
  /** Address and user of the session, where this request is the first to show them; else empty. */
  newAddress: string;
  newUser: string;
}

export interface SessionLimits {
  by: SessionBy;
  inactivityGapMs: number;
  maxSessionRequests: number;
  /** Session cookies by how often they were seen, most first: where a request has several, the usual one decides. */
  cookieNames: readonly string[];
}

const clientKeyOf = ({ address, agent }: Pick<Evidence, 'address' | 'agent'>): string => `client ${address}\t${agent}`;
const nobody = clientKeyOf({ address: '', agent: '' });

/**
 * Finds which session each request belongs to. Requests come in order of time. Memory is bounded by the number of sessions
 * open at once; past 100,000 the one that was quiet longest is closed early, and counted.
 */
export class SessionTable {
  readonly #limits: SessionLimits;
  readonly #rank: Map<string, number>;
  readonly #byKey = new Map<string, OpenSession>();
  #oldest: OpenSession | undefined;
  #newest: OpenSession | undefined;
  #open = 0;
  #started = 0;
  closedEarly = 0;
  split = 0;

  constructor(limits: SessionLimits) {
    this.#limits = limits;
    this.#rank = new Map(limits.cookieNames.map((name, rank) => [name, rank]));
  }

  get started(): number {
    return this.#started;
  }

  place(timeMs: number, evidence: Evidence, bytes: number): SessionPlace {
    this.#closeQuiet(timeMs);
    const { sign, key } = this.#keyOf(evidence);
    const clientKey = sign === 'client' || sign === 'nothing' ? key : clientKeyOf(evidence);
    let session = this.#byKey.get(key) ?? this.#anonymousOf(clientKey);
    const given = [
      ...evidence.setCookies.map((cookie) => `cookie ${cookie}`),
      ...evidence.givenTokens.map((token) => `token ${token}`),
    ];
    // A client that is given a cookie or a token and sent none is new, even where address and agent are shared with somebody else.
    if (session?.isKnown && given.length > 0 && sign === 'client') session = undefined;
    if (session !== undefined && this.#isFull(session, bytes)) {
      this.#close(session);
      this.split++;
      session = undefined;
    }
    session ??= this.#begin(timeMs);
    this.#link(key, session);
    session.lastMs = timeMs;
    session.requests++;
    session.bytes += bytes;
    if (sign === 'cookie' || sign === 'token' || sign === 'user' || given.length > 0) session.isKnown = true;
    // What the same browser then asks for without showing who it is (pictures, pages beside an API) belongs there too.
    if (clientKey !== key && this.#joinsAnonymous(clientKey)) this.#link(clientKey, session);
    for (const key of given) this.#link(key, session);
    if (session !== this.#newest) {
      this.#unlink(session);
      this.#append(session);
    }
    const newAddress = session.address === '' ? evidence.address : '';
    const newUser = session.user === '' ? evidence.user : '';
    if (newAddress !== '') session.address = newAddress;
    if (newUser !== '') session.user = newUser;
    return { session: session.number, startMs: session.startMs, sign, newAddress, newUser };
  }

  /** The open session of a client that has not yet shown who it is: the first cookie, token or user of that client is its own. */
  #anonymousOf(clientKey: string): OpenSession | undefined {
    const session = this.#joinsAnonymous(clientKey) ? this.#byKey.get(clientKey) : undefined;
    return session?.isKnown ? undefined : session;
  }

  /** Only where what identifies a session was not prescribed, and something is known of the client. */
  #joinsAnonymous(clientKey: string): boolean {
    return this.#limits.by === 'auto' && clientKey !== nobody;
  }

  #keyOf(evidence: Evidence): { sign: SessionSign; key: string } {
    if (evidence.cookies.length > 0) {
      let best = evidence.cookies[0] ?? '';
      for (const cookie of evidence.cookies) if (this.#rankOf(cookie) < this.#rankOf(best)) best = cookie;
      return { sign: 'cookie', key: `cookie ${best}` };
    }
    if (evidence.token !== '') return { sign: 'token', key: `token ${evidence.token}` };
    const { by } = this.#limits;
    if (evidence.user !== '' && (by === 'auto' || by === 'user')) return { sign: 'user', key: `user ${evidence.user}` };
    const key = clientKeyOf(evidence);
    return { sign: key === nobody ? 'nothing' : 'client', key };
  }

  #rankOf(cookie: string): number {
    return this.#rank.get(cookie.slice(0, cookie.indexOf('='))) ?? Number.POSITIVE_INFINITY;
  }

  #isFull(session: OpenSession, bytes: number): boolean {
    return session.requests >= this.#limits.maxSessionRequests || session.bytes + bytes > maxSessionBytes;
  }

  #begin(timeMs: number): OpenSession {
    if (this.#open >= maxOpenSessions && this.#oldest !== undefined) {
      this.#close(this.#oldest);
      this.closedEarly++;
    }
    const number = this.#started++;
    const session: OpenSession = {
      number,
      lastMs: timeMs,
      startMs: timeMs,
      requests: 0,
      bytes: 0,
      isKnown: false,
      address: '',
      user: '',
      keys: [],
      older: undefined,
      newer: undefined,
    };
    this.#append(session);
    return session;
  }

  #append(session: OpenSession): void {
    session.older = this.#newest;
    session.newer = undefined;
    if (this.#newest === undefined) this.#oldest = session;
    else this.#newest.newer = session;
    this.#newest = session;
    this.#open++;
  }

  #unlink(session: OpenSession): void {
    if (session.older === undefined) this.#oldest = session.newer;
    else session.older.newer = session.newer;
    if (session.newer === undefined) this.#newest = session.older;
    else session.newer.older = session.older;
    this.#open--;
  }

  #link(key: string, session: OpenSession): void {
    if (this.#byKey.get(key) === session) return;
    this.#byKey.set(key, session);
    session.keys.push(key);
    if (session.keys.length > 64) {
      const oldest = session.keys.shift();
      if (oldest !== undefined && this.#byKey.get(oldest) === session) this.#byKey.delete(oldest);
    }
  }

  #closeQuiet(nowMs: number): void {
    for (let session = this.#oldest; session !== undefined; session = this.#oldest) {
      if (nowMs - session.lastMs <= this.#limits.inactivityGapMs) return;
      this.#close(session);
    }
  }

  #close(session: OpenSession): void {
    this.#unlink(session);
    for (const key of session.keys) if (this.#byKey.get(key) === session) this.#byKey.delete(key);
  }
}
