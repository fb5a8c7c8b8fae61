import type { PackedRouteWindow, RouteWindow } from '../../../model/results.ts';

/** Routes of a window without the names of their figures, a third of the bytes: a window of a day's run has them fifty times. */
export function packRoutes(routes: readonly RouteWindow[]): PackedRouteWindow[] {
  return routes.map(({ route, completed, failed, unsent, bytes }) => [route, completed, failed, unsent, bytes]);
}

export function unpackRoute(packed: PackedRouteWindow | RouteWindow): RouteWindow {
  if ('route' in packed) return packed;
  const [route, completed, failed, unsent, bytes] = packed;
  return { route, completed, failed, unsent, bytes };
}
