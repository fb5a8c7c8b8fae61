/** Whether a cache answered: of itself, and not the server behind it. null: nothing says. */
export type CacheStatus = 'hit' | 'miss' | null;

const hits = /\bhit\b|_hit\b|refresh_?hit|\bstale\b|\bupdating\b|\brevalidated\b/i;
const misses = /miss|pass|bypass|dynamic|expired|none|uncacheable|refresh/i;

/**
 * From the headers of an answer: `cache-status` (RFC 9211), what CDNs had before it, and `age` (RFC 9111), which only shows a hit where it is
 * above 0.
 * @param headers names in lower case
 */
export function cacheStatusOf(headers: Iterable<readonly [name: string, value: string]>): CacheStatus {
  const by = new Map(headers);
  const standard = by.get('cache-status');
  if (standard !== undefined) {
    // Each member is a cache on the way; `fwd` says that it asked further on.
    const members = standard.split(',').map((member) => member.split(';').map((part) => part.trim().toLowerCase()));
    if (members.some((parts) => parts.slice(1).some((part) => part === 'hit' || part === 'hit=?1'))) return 'hit';
    if (members.some((parts) => parts.some((part) => part.startsWith('fwd')))) return 'miss';
  }
  for (const name of ['cf-cache-status', 'x-cache', 'x-cache-status', 'x-proxy-cache', 'x-varnish-cache']) {
    const said = by.get(name);
    if (said === undefined) continue;
    if (hits.test(said)) return 'hit';
    if (misses.test(said)) return 'miss';
  }
  const age = by.get('age');
  if (age === undefined || !/^\d{1,9}$/.test(age.trim())) return null;
  return Number(age) > 0 ? 'hit' : 'miss';
}
