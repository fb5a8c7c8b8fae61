import type { RecordedSession } from '../../../model/traffic.ts';
import type { TextHash } from './text-hash.ts';

const mostSignatures = 500_000;
const mostListed = 50;
const longAtLeast = 20;
const longTimesMedian = 3;

export interface RareSession {
  /** Position in the recording, from 0, and pseudonymous id. */
  index: number;
  session: string;
  requests: number;
  reasons: ('route order of its own, and long' | 'route of its own')[];
}

/**
 * Finds sessions that stand out by what they did, which pseudonyms do not hide: someone who knows the behaviour may know the
 * person. Reported to the user, who may take them out.
 */
export class RareSessions {
  readonly #orders = new Map<number, number>();
  readonly #routes = new Map<string, number>();
  readonly #lengths = new Map<number, number>();
  #sessions = 0;
  #long = longAtLeast;
  readonly #found: RareSession[] = [];
  count = 0;

  /** @param order of its routes, as a hash; see orderOf */
  learn(requests: number, lo: number, hi: number): void {
    this.#sessions++;
    this.#lengths.set(requests, (this.#lengths.get(requests) ?? 0) + 1);
    const order = hi * 2 ** 21 + (lo >>> 11);
    if (this.#orders.has(order) || this.#orders.size < mostSignatures)
      this.#orders.set(order, (this.#orders.get(order) ?? 0) + 1);
  }

  learnRoute(route: string, sessions: number): void {
    this.#routes.set(route, (this.#routes.get(route) ?? 0) + sessions);
  }

  settle(): void {
    let left = this.#sessions / 2;
    for (const [length, count] of [...this.#lengths].sort((a, b) => a[0] - b[0])) {
      left -= count;
      if (left > 0) continue;
      this.#long = Math.max(longAtLeast, length * longTimesMedian);
      return;
    }
  }

  /** What another thread must know to see which sessions may stand out. */
  get criteria(): RareCriteria {
    const routes = [...this.#routes].filter(([, sessions]) => sessions === 1).map(([route]) => route);
    return { long: this.#long, routesOfOne: this.#sessions > 1 ? routes : [] };
  }

  judge({ index, session, requests, hasOwnRoute, lo, hi }: RareCandidate): void {
    const reasons: RareSession['reasons'] = [];
    if (requests >= this.#long && this.#orders.get(hi * 2 ** 21 + (lo >>> 11)) === 1)
      reasons.push('route order of its own, and long');
    if (hasOwnRoute) reasons.push('route of its own');
    if (reasons.length === 0) return;
    this.count++;
    this.#found.push({ index, session, requests, reasons });
    if (this.#found.length >= mostListed * 2) this.#trim();
  }

  /** The longest first. */
  listed(): RareSession[] {
    this.#trim();
    return this.#found;
  }

  /** Routes that a single session used. */
  routesOfOne(): number {
    let count = 0;
    for (const sessions of this.#routes.values()) if (sessions === 1) count++;
    return this.#sessions > 1 ? count : 0;
  }

  #trim(): void {
    this.#found.sort((a, b) => b.requests - a.requests || a.index - b.index);
    this.#found.length = Math.min(this.#found.length, mostListed);
  }
}

export interface RareCriteria {
  /** So many requests are many for a session. */
  long: number;
  /** Methods and routes that a single session used. */
  routesOfOne: readonly string[];
}

/** A session that may stand out. */
export interface RareCandidate {
  index: number;
  session: string;
  requests: number;
  hasOwnRoute: boolean;
  /** Of the order of its routes. */
  lo: number;
  hi: number;
}

/** Hash of the order of a session's routes, left in `hash`. */
export function orderOf(session: RecordedSession, hash: TextHash): TextHash {
  return hash.of(session.requests.map((request) => `${request.method} ${request.route}`).join('\n'), 9);
}

export function routesOf(session: RecordedSession): Set<string> {
  return new Set(session.requests.map((request) => `${request.method} ${request.route}`));
}
