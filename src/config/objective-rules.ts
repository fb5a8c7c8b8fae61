import type { Objective } from '../model/verdict.ts';

type Direction = 'below' | 'above';

const direction: Partial<Record<Objective['comparison'], Direction>> = {
  '<': 'below',
  '<=': 'below',
  '>': 'above',
  '>=': 'above',
};

/**
 * What makes objectives judge nothing, or the reverse of what they are for, one line each: an id twice, a unit that is not the metric's, a
 * comparison that asks for the worse side, a gate that nothing can fail.
 * @param defaults objectives that the domains have; which side of its target a metric belongs on is theirs
 * @param units of each metric
 */
export function objectiveProblems(
  objectives: readonly Objective[],
  { defaults, units }: { defaults: readonly Objective[]; units: ReadonlyMap<string, readonly string[]> },
): string[] {
  const problems: string[] = [];
  const ids = new Set<string>();
  for (const { id, metric, unit, comparison } of objectives) {
    const name = `objectives: ${JSON.stringify(id)}`;
    if (ids.has(id)) problems.push(`${name} is there twice`);
    ids.add(id);
    const allowed = units.get(metric) ?? [unit];
    if (!allowed.includes(unit))
      problems.push(`${name}: ${metric} is measured in ${allowed.join(' or ')}, not in ${unit}`);
    const sides = new Set(defaults.filter((one) => one.metric === metric).map((one) => direction[one.comparison]));
    const [wanted] = sides;
    const given = direction[comparison];
    if (sides.size === 1 && wanted !== undefined && given !== undefined && given !== wanted)
      problems.push(`${name}: ${metric} must be ${wanted} its target, so ${comparison} would ask for the opposite`);
  }
  for (const gate of new Set(objectives.map((one) => one.gate))) {
    if (objectives.every((one) => one.gate !== gate || (!one.key && one.weight === 0)))
      problems.push(
        `objectives: the gate ${gate} has no key objective and none with a weight, so nothing could fail it`,
      );
  }
  return problems;
}
