import type { Measurement } from '../../../gate/measurement.ts';
import { grouped, list } from '../../../gate/words.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import type { Objective } from '../../../model/verdict.ts';
import { absence, type LoadRun, type LoadState, routeName } from './reading.ts';
import { selectionOf } from './selection.ts';

const times: ReadonlySet<string> = new Set(['response_time', 'service_time']);
const failures: ReadonlySet<string> = new Set(['error_rate', 'availability']);

/** Routes that a key objective of their own is about, named one by one. */
function routesOf(
  objectives: readonly Objective[],
  facts: Pick<RunFacts, 'plan'>,
  metrics: ReadonlySet<string>,
): Set<number> {
  const own = objectives.filter(
    ({ metric, route, tag, tenant, key, comparedWith, windowS }) =>
      metrics.has(metric) &&
      key &&
      route !== undefined &&
      !route.endsWith('*') &&
      tag === undefined &&
      tenant === undefined &&
      comparedWith === undefined &&
      windowS === undefined,
  );
  return new Set(own.flatMap((objective) => [...(selectionOf(facts, objective).keys ?? [])]));
}

/** What objectives for every route leave to objectives for one: a slow report may be allowed alone. */
export function ownTargetsOf(objectives: readonly Objective[], facts: Pick<RunFacts, 'plan'>): LoadState['ownTargets'] {
  return { times: routesOf(objectives, facts, times), failures: routesOf(objectives, facts, failures) };
}

/** Which routes are judged by a target of their own. */
export function leftToOwn(run: LoadRun, own: ReadonlySet<number>): { note?: string } {
  if (own.size === 0) return {};
  return {
    note: `Judged by ${own.size === 1 ? 'a target of its own' : 'targets of their own'}: ${namesOf(run, own)}.`,
  };
}

export function noneLeft(run: LoadRun, own: ReadonlySet<number>): Measurement {
  if (own.size === 0) return { value: null, samples: 0, absent: absence(run) };
  return {
    value: 0,
    samples: 0,
    note: `Every route with enough requests has a target of its own: ${namesOf(run, own)}.`,
  };
}

const namesAtMost = 5;

function namesOf(run: LoadRun, routes: ReadonlySet<number>): string {
  const names = [...routes].map((index) => routeName(run.facts, index));
  const more = names.length > namesAtMost ? [`${grouped(names.length - namesAtMost)} more`] : [];
  return list([...names.slice(0, namesAtMost), ...more]);
}
