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
  readonly #hash: TextHash;
  readonly #orders = new Map<string, number>();
  readonly #routes = new Map<string, number>();
  readonly #lengths = new Map<number, number>();
  #sessions = 0;
  #long = longAtLeast;
  readonly #found: RareSession[] = [];
  count = 0;

  constructor(hash: TextHash) {
    this.#hash = hash;
  }

  learn(session: RecordedSession): void {
    this.#sessions++;
    const { length } = session.requests;
    this.#lengths.set(length, (this.#lengths.get(length) ?? 0) + 1);
    for (const route of routesOf(session)) this.#routes.set(route, (this.#routes.get(route) ?? 0) + 1);
    const order = this.#orderOf(session);
    if (this.#orders.has(order) || this.#orders.size < mostSignatures)
      this.#orders.set(order, (this.#orders.get(order) ?? 0) + 1);
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

  judge(session: RecordedSession, index: number, pseudonym: string): void {
    const reasons: RareSession['reasons'] = [];
    if (session.requests.length >= this.#long && this.#orders.get(this.#orderOf(session)) === 1) {
      reasons.push('route order of its own, and long');
    }
    if (this.#sessions > 1 && [...routesOf(session)].some((route) => this.#routes.get(route) === 1))
      reasons.push('route of its own');
    if (reasons.length === 0) return;
    this.count++;
    this.#found.push({ index, session: pseudonym, requests: session.requests.length, reasons });
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

  #orderOf(session: RecordedSession): string {
    const { lo, hi } = this.#hash.of(
      session.requests.map((request) => `${request.method} ${request.route}`).join('\n'),
      9,
    );
    return `${lo},${hi}`;
  }
}

function routesOf(session: RecordedSession): Set<string> {
  return new Set(session.requests.map((request) => `${request.method} ${request.route}`));
}
