import type { RouteCounts, RunFacts } from '../../../model/run-facts.ts';

/**
 * Key of what requests are counted by: a route's is its index in the plan, and that of a group (PlanSummary.tagged) is below 0. Requests of a group are in the
 * counts of their route too.
 */
export function keyOfGroup(group: number): number {
  return -1 - group;
}

/** Counts of a route or group; undefined where none of its requests was counted. */
export function countsOf(
  { routes, groups = [] }: Pick<RunFacts, 'routes' | 'groups'>,
  key: number,
): RouteCounts | undefined {
  return key < 0 ? groups[-1 - key] : routes[key];
}

/** Of a tag of the interval logs; null for the line over all routes, undefined for a tag of none of ours. */
export function keyOfTag(tag: string): number | null | undefined {
  if (tag === 'all') return null;
  if (!/^[rg]\d{1,6}$/.test(tag)) return undefined;
  const index = Number(tag.slice(1));
  return tag.startsWith('g') ? keyOfGroup(index) : index;
}
