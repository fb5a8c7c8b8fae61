/** How long the intervals of a run's logs become once they are merged, ms; each a multiple of the window's length. */
export interface MergeLengths {
  response: { all: number; routes: number };
  service: { all: number; routes: number };
}

const routesAtMostMs = 5 * 60_000;
/** Parts of a run for which its routes have figures of their own: enough for a comparison with an earlier run (src/stats/compare). */
const routeParts = 48;

/**
 * The rule by which windows are merged into coarser ones, so that a run's folder grows by the time measured and not by the number of
 * requests. Response times over all routes stay as they are. A route's are merged to a 48th of the run, five minutes at the most. Service times,
 * of which no series is drawn, are merged to that over all routes, and to five times that of a route, a quarter of an hour at the most.
 */
export function mergeLengths(durationMs: number, windowMs: number): MergeLengths {
  const whole = (ms: number) => Math.max(1, Math.round(ms / windowMs)) * windowMs;
  const routesMs = Math.min(routesAtMostMs, durationMs / routeParts);
  return {
    response: { all: windowMs, routes: whole(routesMs) },
    service: { all: whole(routesMs), routes: whole(Math.min(3 * routesAtMostMs, 5 * routesMs)) },
  };
}
