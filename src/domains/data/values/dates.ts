import type { ValuePseudonyms } from '../../traffic/public.ts';

const dayMs = 86_400_000;
const form = /^(\d{4,6})-(\d\d)-(\d\d)(.*)$/s;
const caches = new WeakMap<ValuePseudonyms, Map<string, string>>();
const mostCached = 50_000;

/**
 * A day or a moment, moved by whole weeks, as the traffic is, so that times of day, weekdays and what lies between two of them stay. One of someone's life is moved
 * by days of its own. What is no date (`infinity`) stays.
 */
export function movedDate(pseudonyms: ValuePseudonyms, value: string, isOfLife: boolean): string {
  const [, year, month, day, rest = ''] = form.exec(value) ?? [];
  if (year === undefined || rest.endsWith('BC')) return value;
  const date = `${year}-${month}-${day}`;
  let cache = caches.get(pseudonyms);
  if (cache === undefined) {
    cache = new Map();
    caches.set(pseudonyms, cache);
  }
  const name = isOfLife ? `b${date}` : date;
  let moved = cache.get(name);
  if (moved === undefined) {
    if (cache.size >= mostCached) cache.clear();
    moved = (isOfLife ? pseudonyms.dates.shift(date) : undefined) ?? shifted(pseudonyms, date);
    cache.set(name, moved);
  }
  return moved + rest;
}

function shifted(pseudonyms: ValuePseudonyms, date: string): string {
  const ms = pseudonyms.dates.shiftMs(Date.parse(`${date}T00:00:00Z`));
  const moved = new Date(ms);
  if (Number.isNaN(ms) || ms < -62_135_596_800_000 + 400 * dayMs || moved.getUTCFullYear() > 9999) return date;
  return moved.toISOString().slice(0, 10);
}
