import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { clockChangesWithin, shareOfYear } from '../alertmanager/clock-changes.ts';
import type { AlertmanagerModel } from '../alertmanager/model.ts';
import { allRoutes, routesOf } from '../alertmanager/routing.ts';
import { timeIntervalsOf } from '../alertmanager/time-interval.ts';
import type { Server } from '../server.ts';
import type { KnownAlert } from './bench.ts';
import type { Kind } from './evidence.ts';

/** What the time intervals of a configuration come to in the year after a moment. */
export function timesEvidence(
  model: AlertmanagerModel,
  alerts: readonly (KnownAlert & { isPage: boolean })[],
  sinceMs: number,
): Kind<'times'> {
  const routes = allRoutes(model.route);
  const all = timeIntervalsOf(model);
  const mutes = (name: string) => routes.filter((one) => one.muteTimes.includes(name)).map(({ path }) => path);
  const activates = (name: string) => routes.filter((one) => one.activeTimes.includes(name)).map(({ path }) => path);
  // An alert whose every route may be muted at one time is then told to nobody.
  const silenced = (name: string) =>
    alerts
      .filter(({ labels }) => routesOf(model.route, labels).every((route) => route.muteTimes.includes(name)))
      .map((one) => ({ alert: one.name, isPage: one.isPage }));
  return {
    kind: 'times',
    intervals: all.map((one) => {
      const { name, intervals } = one;
      const places = [...new Set(intervals.map(({ location }) => location))];
      const unknown = places.filter((place) => place !== null && !isKnown(place));
      const canAsk = unknown.length === 0;
      return {
        ...{ name, mutes: mutes(name), activates: activates(name), silenced: silenced(name) },
        locations: places.map((place) => place ?? 'UTC'),
        unknownLocations: unknown.map(String),
        // A day is a day of some clock too, not only an hour.
        hasClock: intervals.some(({ times, weekdays, daysOfMonth }) => (times ?? weekdays ?? daysOfMonth) !== null),
        shareOfYear: canAsk ? shareOfYear(intervals, sinceMs) : null,
        changes: canAsk ? clockChangesWithin([one], sinceMs) : [],
      };
    }),
  };
}

function isKnown(location: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: location });
    return true;
  } catch {
    return false;
  }
}

/** How far a server's clock is ahead of ours, by the `Date` of its answer, which is of whole seconds. @throws Error in a few words */
export function clockOf(
  { url, headers, caFile }: Server,
  signal: AbortSignal,
): Promise<{ aheadMs: number; withinMs: number }> {
  const isSecure = url.startsWith('https:');
  const make = isSecure ? httpsRequest : httpRequest;
  const ca = isSecure && caFile !== null ? { ca: readFileSync(caFile) } : {};
  return new Promise((resolve, reject) => {
    const before = Date.now();
    const request = make(`${url}/-/healthy`, { ...ca, headers, agent: false, signal, timeout: 10_000 }, (response) => {
      response.resume();
      const after = Date.now();
      const at = Date.parse(response.headers.date ?? '');
      if (Number.isNaN(at)) reject(new Error('its answer has no date'));
      else resolve({ aheadMs: at + 500 - (before + after) / 2, withinMs: 500 + (after - before) / 2 });
    });
    request.once('timeout', () => request.destroy(new Error('no answer within 10 s')));
    request.once('error', (error: NodeJS.ErrnoException) => reject(new Error(error.code ?? error.message)));
    request.end();
  });
}
