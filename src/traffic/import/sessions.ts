import type { Evidence } from './evidence.ts';

const maxOpenSessions = 100_000;

/** What told a request's session. */
export type SessionSign = 'cookie' | 'token' | 'user' | 'client' | 'nothing';

interface OpenSession {
  number: number;
  lastMs: number;
  startMs: number;
  requests: number;
  /** A session cookie is known to belong to it. */
  hasCookie: boolean;
  keys: string[];
}

export interface SessionPlace {
  /** From 0, in order of the sessions' starts. */
  session: number;
  startMs: number;
  sign: SessionSign;
}

export interface SessionLimits {
  inactivityGapMs: number;
  maxSessionRequests: number;
  /** Session cookies by how often they were seen, most first: where a request has several, the usual one decides. */
  cookieNames: readonly string[];
}

/**
 * Tells which session each request belongs to. Requests come in order of time. Memory is bounded by the number of sessions
 * open at once; past 100,000 the one that was quiet longest is closed early, and counted.
 */
export class SessionTable {
  readonly #limits: SessionLimits;
  readonly #rank: Map<string, number>;
  readonly #byKey = new Map<string, OpenSession>();
  /** In order of last activity. */
  readonly #open = new Map<number, OpenSession>();
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

  place(timeMs: number, evidence: Evidence): SessionPlace {
    this.#closeQuiet(timeMs);
    const { sign, key } = this.#keyOf(evidence);
    let session = this.#byKey.get(key);
    const setsCookie = evidence.setCookies.length > 0;
    // A visitor without a cookie who is given one is new, even where address and agent are shared with somebody else.
    if (session?.hasCookie && evidence.cookies.length === 0 && setsCookie && sign === 'client') session = undefined;
    if (session !== undefined && session.requests >= this.#limits.maxSessionRequests) {
      this.#close(session);
      this.split++;
      session = undefined;
    }
    session ??= this.#begin(timeMs);
    this.#link(key, session);
    session.lastMs = timeMs;
    session.requests++;
    if (sign === 'cookie') session.hasCookie = true;
    for (const cookie of evidence.setCookies) {
      this.#link(`cookie ${cookie}`, session);
      session.hasCookie = true;
    }
    this.#open.delete(session.number);
    this.#open.set(session.number, session);
    return { session: session.number, startMs: session.startMs, sign };
  }

  #keyOf(evidence: Evidence): { sign: SessionSign; key: string } {
    if (evidence.cookies.length > 0) {
      let best = evidence.cookies[0] ?? '';
      for (const cookie of evidence.cookies) if (this.#rankOf(cookie) < this.#rankOf(best)) best = cookie;
      return { sign: 'cookie', key: `cookie ${best}` };
    }
    if (evidence.token !== '') return { sign: 'token', key: `token ${evidence.token}` };
    if (evidence.user !== '') return { sign: 'user', key: `user ${evidence.user}` };
    return { sign: evidence.client === '' ? 'nothing' : 'client', key: `client ${evidence.client}` };
  }

  #rankOf(cookie: string): number {
    return this.#rank.get(cookie.slice(0, cookie.indexOf('='))) ?? Number.POSITIVE_INFINITY;
  }

  #begin(timeMs: number): OpenSession {
    const number = this.#started++;
    const session = { number, lastMs: timeMs, startMs: timeMs, requests: 0, hasCookie: false, keys: [] };
    this.#open.set(number, session);
    return session;
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
    for (const session of this.#open.values()) {
      const quiet = nowMs - session.lastMs > this.#limits.inactivityGapMs;
      if (!quiet && this.#open.size < maxOpenSessions) return;
      if (!quiet) this.closedEarly++;
      this.#close(session);
    }
  }

  #close(session: OpenSession): void {
    this.#open.delete(session.number);
    for (const key of session.keys) if (this.#byKey.get(key) === session) this.#byKey.delete(key);
  }
}
