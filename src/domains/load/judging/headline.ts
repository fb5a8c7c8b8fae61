import { briefly } from '../../../gate/overall.ts';
import { amount, grouped, sentence } from '../../../gate/words.ts';
import type { ObjectiveResult } from '../../../model/verdict.ts';
import type { Headline } from '../../domain.ts';
import type { LoadSection } from '../section.ts';

/** Fewer answers of a route are no figure to name it by. */
const answersOfARoute = 100;
const muchSlower = 1.5;
const ofTimes: ReadonlySet<string> = new Set(['response_time', 'slow_answers', 'worst_minute_times', 'apdex']);

/** Errors are named with the most frequent of them, for they explain slowness; slowness with the route that is far slower than the whole. */
export function failureOf({ requests, mainError, routes }: LoadSection, main: ObjectiveResult): Headline | null {
  const error = mainError == null ? '' : `: ${mainError}`;
  const { completed, failed } = requests;
  if (completed === 0 && failed > 0)
    return { text: `The target answered none of ${grouped(failed)} requests correctly${error}.`, isWhole: true };
  const { metric, route } = main.objective;
  if (['error_rate', 'availability'].includes(metric)) return { text: `${sentence(briefly(main))}${error}.` };
  const slowest = ofTimes.has(metric) && route === undefined ? slowestRoute(routes) : null;
  return slowest === null ? null : { text: `${main.reason} ${slowest}.` };
}

/** The route that is slowest, in words: `The slowest route is GET /search, p95 900 ms`, and whether the others are like it; null: only one is known. */
function slowestRoute(routes: LoadSection['routes']): string | null {
  const known = routes.filter(({ completed }) => completed >= answersOfARoute);
  const [slowest, ...others] = known.toSorted((a, b) => (b.response.p95 ?? 0) - (a.response.p95 ?? 0));
  const p95 = slowest?.response.p95 ?? 0;
  const middle = others[Math.floor(others.length / 2)]?.response.p95 ?? null;
  if (slowest === undefined || middle === null) return null;
  const alike = p95 < muchSlower * middle ? ', not far above the others' : '';
  return `The slowest route is ${slowest.method} ${slowest.route}, p95 ${amount(p95, 'ms')}${alike}`;
}
