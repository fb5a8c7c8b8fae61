import { ShakedownError } from '../../../model/error.ts';
import { segmentsOf } from './route-segments.ts';

/** A rule written by the user: paths that match `pattern` are counted as `route`. */
export interface RouteRule {
  /** A path in which `*` or `:name` stands for one segment and a last `**` for any number of them. */
  pattern: string;
  route: string;
}

/**
 * Compiles rules to a function giving a path's route, the first rule that matches; undefined when none does.
 * @throws ShakedownError TRAFFIC_ROUTE_RULE
 */
export function compileRouteRules(rules: readonly RouteRule[]): (segments: readonly string[]) => string | undefined {
  const compiled = rules.map(({ pattern, route }) => {
    if (!pattern.startsWith('/') || !route.startsWith('/')) {
      throw new ShakedownError('TRAFFIC_ROUTE_RULE', `Route rule ${JSON.stringify({ pattern, route })} is no path.`, {
        hint: 'Pattern and route start with /; in a pattern * or :name is one segment, ** the rest: /shop/*/item/** → /shop/:shop/item.',
      });
    }
    const wanted = segmentsOf(pattern);
    const open = wanted.at(-1) === '**';
    if (open) wanted.pop();
    return { wanted, open, route };
  });
  return (segments) => {
    for (const { wanted, open, route } of compiled) {
      if (open ? segments.length < wanted.length : segments.length !== wanted.length) continue;
      if (wanted.every((want, index) => want === '*' || want.startsWith(':') || want === segments[index])) return route;
    }
    return undefined;
  };
}
