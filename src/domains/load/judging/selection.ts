import { scope } from '../../../gate/metrics.ts';
import { isOfAll } from '../../../gate/objectives.ts';
import { grouped } from '../../../gate/words.ts';
import { tagsOf } from '../../../model/objective.ts';
import type { PlannedRoute, PlanSummary, Tag } from '../../../model/plan.ts';
import type { Counts, RunFacts } from '../../../model/run-facts.ts';
import type { Objective } from '../../../model/verdict.ts';
import type { Counted } from '../../../stats/clustered.ts';
import { addCounts, type LoadFold, noCounts } from './fold.ts';
import { countsOf, keyOfGroup } from './keys.ts';

/** Which requests an objective is about. */
export interface Selection {
  /** The same for objectives about the same requests. */
  key: string;
  /** Keys (keys.ts) of its routes or, where a tag or tenant narrows it, of groups, which have no request in common; null: all. */
  keys: ReadonlySet<number> | null;
  /** Windows that begin earlier are left out, ms. */
  fromMs: number;
  /** Of parts of the run of so many seconds the worst; absent: the whole. */
  windowS?: number;
}

/** @param plan of the run, with its routes and groups; null: none was made */
export function selectionOf(
  { plan }: { plan: { plan: Pick<PlanSummary, 'routes' | 'tagged'> } | null },
  objective: Pick<Objective, 'route' | 'method' | 'tag' | 'tenant' | 'excludeFirstS' | 'windowS'>,
): Selection {
  const { route, method, excludeFirstS = 0, windowS } = objective;
  const tags = tagsOf(objective);
  const parts = windowS === undefined ? '' : ` ${windowS}`;
  const within = windowS === undefined ? {} : { windowS };
  const fromMs = excludeFirstS * 1000;
  if (route === undefined && method === undefined && tags.length === 0)
    return { key: `all ${fromMs}${parts}`, keys: null, fromMs, ...within };
  const { routes = [], tagged } = plan?.plan ?? {};
  const isMeant = (one: PlannedRoute | undefined) =>
    one !== undefined && (method ?? one.method) === one.method && (route === undefined || names(route, one));
  const keys = new Set<number>();
  if (tags.length === 0) {
    for (const [index, one] of routes.entries()) if (isMeant(one)) keys.add(index);
  } else {
    const places = tags.map((tag) => placeOf(tag, tagged));
    for (const [index, group] of (tagged?.groups ?? []).entries())
      if (isMeant(routes[group.route]) && places.every((place) => group.tags.includes(place)))
        keys.add(keyOfGroup(index));
  }
  return { key: `${[...keys].join(' ')} ${fromMs}${parts}`, keys, fromMs, ...within };
}

/** −1: it was not counted. */
function placeOf({ name, value }: Tag, tagged: PlanSummary['tagged']): number {
  return tagged?.tags.findIndex((one) => one.name === name && one.value === value) ?? -1;
}

/** Why nothing of an objective was planned, within a sentence: a value that nobody has may be a slip. */
export function notPlanned(
  { plan }: { plan: { plan: Pick<PlanSummary, 'routes' | 'tagged'> } | null },
  objective: Objective,
  is: 'is' | 'was' = 'was',
): string {
  const nothing = `no request${scope(objective)} ${is} planned`;
  const tagged = plan?.plan.tagged;
  const [why] = tagsOf(objective).flatMap((tag) => {
    const known = tagged?.tags[placeOf(tag, tagged)];
    if (known === undefined) return [`the tag ${tag.name} was not counted`];
    if (known.requests > 0) return [];
    return known.otherwise === 0
      ? [`no request that is sent has the tag ${tag.name}; traffic.tags says where it is read from`]
      : [
          `of the recording ${grouped(known.otherwise)} requests have the tag ${tag.name}, none with the value ${tag.value}`,
        ];
  });
  return why === undefined ? nothing : `${nothing}: ${why}`;
}

/** Metrics that are read from histograms. */
const timesMetrics: ReadonlySet<string> = new Set(['response_time', 'service_time', 'apdex', 'burn_rate']);

/** What objectives for times are about that is less than the whole run, each once. */
export function selectionsOf(facts: Pick<RunFacts, 'plan'>, objectives: readonly Objective[]): Selection[] {
  const found = objectives
    .filter((one) => !isOfAll(one) && one.comparedWith === undefined && timesMetrics.has(one.metric))
    .map((one) => selectionOf(facts, one));
  return [...new Map(found.map((one) => [one.key, one])).values()];
}

/** `GET /products/:id`, `/products/:id` with any method, `/products/*` for all that begin so. */
function names(wanted: string, { method, route }: { method: string; route: string }): boolean {
  const name = wanted.startsWith('/') ? route : `${method} ${route}`;
  return wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
}

/** Counts of its requests in the windows that count, and how failures come together in these. */
export interface Selected {
  counts: Counts;
  windows: readonly Counted[];
}

export function selected({ keys, fromMs }: Selection, facts: RunFacts, fold: LoadFold): Selected {
  if (keys !== null) return ofKeys([...keys], fromMs, facts, fold);
  const windows = facts.judged.windows.filter(({ startMs }) => startMs >= fromMs);
  const counts = noCounts();
  for (const window of windows) addCounts(counts, window);
  return {
    counts: fromMs === 0 ? facts.judged.counts : counts,
    windows: windows.map(({ completed, failed }) => ({ failed, of: completed + failed })),
  };
}

/** Periods in which failures of several routes or groups are counted together: those of one moment have one cause. */
const periodsAtMost = 200;

function ofKeys(keys: readonly number[], fromMs: number, facts: RunFacts, fold: LoadFold): Selected {
  const counts = noCounts();
  for (const key of keys) addCounts(counts, countsOf(facts, key)?.judged ?? noCounts());
  const wanted = new Set(keys);
  for (const { startMs, key, window } of fold.early) {
    if (startMs >= fromMs || !wanted.has(key)) continue;
    counts.completed -= window.completed;
    counts.failed -= window.failed;
    counts.unsent -= window.unsent ?? 0;
    counts.bytes -= window.bytes;
  }
  const batches = keys.flatMap((key) => fold.failuresByKey.get(key)?.windows ?? []);
  const lastMs = batches.reduce((last, batch) => Math.max(last, batch.startMs), 0);
  const lengthMs = keys.length === 1 ? 0 : lastMs / periodsAtMost;
  const periods = new Map<number, Counted>();
  for (const { startMs, failed, of } of batches) {
    if (startMs < fromMs) continue;
    const place = lengthMs === 0 ? startMs : Math.floor(startMs / lengthMs);
    const known = periods.get(place) ?? { failed: 0, of: 0 };
    periods.set(place, { failed: known.failed + failed, of: known.of + of });
  }
  return { counts, windows: [...periods].sort(([a], [b]) => a - b).map(([, counted]) => counted) };
}
