import type { Objective } from '../model/verdict.ts';

/** Changes to objectives, by their ids. */
export type ObjectiveChanges = Record<string, Partial<Objective>>;

/** What ids and metrics of objectives were called before, and are called now. */
export const namesBefore: ReadonlyMap<string, string> = new Map([
  ['void-windows', 'invalid-windows'],
  ['void_windows', 'invalid_windows'],
]);

/** The table to judge by: a whole one of the user's own, or the default ones with changes by id. */
export function changed(
  defaults: readonly Objective[],
  given: readonly Objective[] | ObjectiveChanges | null,
): Objective[] {
  if (Array.isArray(given)) return [...given];
  const byId = (given ?? {}) as ObjectiveChanges;
  return defaults.map((one) => ({ ...one, ...byId[one.id] }));
}
