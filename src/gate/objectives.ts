import type { Objective } from '../model/verdict.ts';

/** Changes to objectives, by their ids. */
export type ObjectiveChanges = Record<string, Partial<Objective>>;

/** What ids and metrics of objectives were called before, and are called now. */
export const namesBefore: ReadonlyMap<string, string> = new Map([
  ['void-windows', 'invalid-windows'],
  ['void_windows', 'invalid_windows'],
]);

/** Whether it is about all requests of the whole run, so that any part of the run can be held against it. */
export function isOfAll({ route, method, tag, tenant, excludeFirstS, windowS, comparedWith }: Objective): boolean {
  return [route, method, tag, tenant, excludeFirstS, windowS, comparedWith].every((one) => one === undefined);
}

/** Whether what a configuration says under an id is an objective of its own, and not a change to a default one. */
function isWhole(given: Partial<Objective>): given is Objective {
  return given.id !== undefined && given.metric !== undefined;
}

/** The table to judge by: a whole one of the user's own, or the default ones with changes by id, and those that were added. */
export function changed(
  defaults: readonly Objective[],
  given: readonly Objective[] | ObjectiveChanges | null,
): Objective[] {
  if (Array.isArray(given)) return [...given];
  const byId = (given ?? {}) as ObjectiveChanges;
  return [...defaults.map((one) => ({ ...one, ...byId[one.id] })), ...Object.values(byId).filter(isWhole)];
}
