import type { Results } from '../../../model/results.ts';
import { routeDrawing, spreadAxis, spreadHead } from '../../../report-kit/chart/spread.ts';
import { count, interval, milliseconds, percent, shortCount } from '../../../report-kit/format.ts';
import type { SvgMarkup } from '../../../report-kit/svg.ts';
import { shortened } from '../../../report-kit/text.ts';

export interface RouteRow {
  method: string;
  route: string;
  planned: string;
  failed: string;
  unsent: string;
  p50: string;
  p95: string;
  p95Interval: string;
  p99: string;
  max: string;
  serviceP95: string;
  isPastStrict: boolean;
  isPastStandard: boolean;
  drawing: SvgMarkup | null;
}

export interface RoutesView {
  rows: RouteRow[];
  leftOut: string;
  head: SvgMarkup | null;
  strict: string;
  standard: string;
}

const mostRoutes = 50;
const longestRoute = 140;

/** Routes, busiest first; a p95 past the strict and a p99 past the standard target are said in words too. */
export function routesView({ sections: { load } }: Results): RoutesView | null {
  if (load === undefined) return null;
  const shown = load.routes.slice(0, mostRoutes);
  const axis = spreadAxis(
    shown.map(({ response }) => ({ ...response, max: null, p999: null })),
    load.latencyTargetsMs,
  );
  const { strict, standard } = load.latencyTargetsMs;
  const leftOut = load.routesLeftOut + load.routes.length - shown.length;
  return {
    leftOut: leftOut === 0 ? '' : shortCount(leftOut),
    head: shown.length === 0 ? null : spreadHead(axis),
    strict: milliseconds(strict),
    standard: milliseconds(standard),
    rows: shown.map(({ method, route, planned, failed, unsent, response, service, p95Interval }) => ({
      method: shortened(method, 12),
      route: shortened(route, longestRoute),
      planned: count(planned),
      failed: planned > 0 ? percent((failed / planned) * 100) : count(failed),
      unsent: count(unsent),
      p50: milliseconds(response.p50),
      p95: milliseconds(response.p95, strict),
      p95Interval: interval(p95Interval, 'ms', strict),
      p99: milliseconds(response.p99, standard),
      max: milliseconds(response.max),
      serviceP95: milliseconds(service.p95),
      isPastStrict: response.p95 !== null && response.p95 >= strict,
      isPastStandard: response.p99 !== null && response.p99 >= standard,
      drawing: routeDrawing(axis, response),
    })),
  };
}
