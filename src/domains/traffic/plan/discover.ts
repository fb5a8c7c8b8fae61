import type { RecordedRequest } from '../../../model/traffic.ts';
import { visitLinks } from './links.ts';

/** Which response gives what later requests use: user key → giver keys, best first. */
export interface LearnedLinks {
  byUser: Map<string, string[]>;
  giverRoutes: Set<string>;
}

interface Use {
  sessions: Set<number>;
  values: Set<string>;
}

interface Pair {
  /** Of the giver. */
  route: string;
  matches: number;
  chances: number;
  sessions: Set<number>;
  values: Set<string>;
}

const mostRemembered = 1_000;

/**
 * Learns from a sample of sessions which values are given by responses and used by later requests, and are worth being taken from
 * the live response. A link counts when
 * - the value is not one and the same in all sessions (a category's name),
 * - most values belong to one session each (a token, an order just made; not an article that everybody reads, which the target's
 *   data has under the recorded id), and
 * - the values look random, or the link holds in most cases where it could, in several sessions: a page number equals some id on
 *   the page before now and then, an order's id equals the one just given always.
 *
 * Validators (If-None-Match from ETag, If-Modified-Since from Last-Modified; RFC 9110, 13.1) count by their meaning.
 */
export function learnLinks(sessions: readonly (readonly RecordedRequest[])[]): LearnedLinks {
  const pairs = new Map<string, Map<string, Pair>>();
  const uses = new Map<string, Use>();
  for (const [number, requests] of sessions.entries()) {
    visitLinks(requests, {
      placed(userKey, value) {
        const use = uses.get(userKey) ?? { sessions: new Set(), values: new Set() };
        uses.set(userKey, use);
        use.sessions.add(number);
        if (use.values.size < mostRemembered) use.values.add(value);
      },
      link({ giver, userKey, giverKey, value }) {
        const byGiver = pairs.get(userKey) ?? new Map<string, Pair>();
        pairs.set(userKey, byGiver);
        const route = `${requests[giver]?.method} ${requests[giver]?.route}`;
        const pair = byGiver.get(giverKey) ?? { route, matches: 0, chances: 0, sessions: new Set(), values: new Set() };
        byGiver.set(giverKey, pair);
        pair.matches++;
        pair.sessions.add(number);
        pair.values.add(value);
      },
    });
  }
  for (const requests of sessions) {
    visitLinks(requests, {
      placed(userKey, _value, given) {
        for (const [giverKey, pair] of pairs.get(userKey) ?? []) if (given.has(giverKey)) pair.chances++;
      },
      link() {},
    });
  }

  const learned: LearnedLinks = { byUser: new Map(), giverRoutes: new Set() };
  for (const [userKey, byGiver] of pairs) {
    const use = uses.get(userKey);
    const good = [...byGiver].filter(
      ([giverKey, pair]) => use !== undefined && isWorthIt(userKey, giverKey, use, pair),
    );
    if (good.length === 0) continue;
    good.sort(([a, one], [b, other]) => other.matches - one.matches || (a < b ? -1 : 1));
    learned.byUser.set(
      userKey,
      good.map(([giverKey]) => giverKey),
    );
    for (const [, { route }] of good) learned.giverRoutes.add(route);
  }
  return learned;
}

function isWorthIt(userKey: string, giverKey: string, use: Use, pair: Pair): boolean {
  if (userKey.endsWith(' header if-none-match')) return giverKey.endsWith(' header etag');
  if (userKey.endsWith(' header if-modified-since')) return giverKey.endsWith(' header last-modified');
  if (use.sessions.size > 1 && use.values.size === 1) return false;
  if (pair.values.size < 0.8 * pair.sessions.size) return false;
  const held = pair.matches / Math.max(pair.chances, 1);
  const values = [...pair.values];
  if (values.every(looksRandom)) return held >= 0.2;
  if (pair.sessions.size < 3 || pair.values.size < 3) return false;
  return held >= (values.some((value) => value.length < 6) ? 0.9 : 0.5);
}

/** Tokens, UUIDs, digests: no one types them. */
function looksRandom(value: string): boolean {
  if (/\s/.test(value)) return false;
  return (
    /^[0-9a-f]{16,}$/i.test(value) ||
    value.length >= 32 ||
    (value.length >= 12 && /\d/.test(value) && /[a-z]/i.test(value))
  );
}
