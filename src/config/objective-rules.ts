import { type Metric, narrowingKeys } from '../gate/metric.ts';
import { limitMsOf, percentileOf, tagsOf } from '../model/objective.ts';
import type { Objective } from '../model/verdict.ts';
import { closest } from './suggest.ts';

/** What the domains can be judged by. */
export interface Judgeable {
  /** Ids. */
  gates: readonly string[];
  metrics: readonly string[];
  /** Ids of the default objectives. */
  objectives: readonly string[];
  /** The same, whole. */
  defaults: readonly Objective[];
  /** Ids of those that only repeat, in a gate of another domain, what its runs came to. */
  repeating: ReadonlySet<string>;
  /** Of each metric, those that its objectives may be in. */
  units: ReadonlyMap<string, readonly string[]>;
  /** Tags that requests have; absent: not known here. */
  tags?: readonly string[];
  /** Of each metric, what its reading takes into account. */
  reads: ReadonlyMap<string, Pick<Metric, 'narrowedBy' | 'needsOneOf' | 'side' | 'statistics'>>;
}

type Direction = NonNullable<Metric['side']>;

const direction: Partial<Record<Objective['comparison'], Direction>> = {
  '<': 'below',
  '<=': 'below',
  '>': 'above',
  '>=': 'above',
};

const sideOf = ({ comparison, target }: Objective): Direction | undefined =>
  comparison === '=' && target === 0 ? 'below' : direction[comparison];

/**
 * What makes objectives judge nothing, or the reverse of what they are for, one line each: an id twice, a unit that is not the metric's, a
 * comparison that asks for the worse side, a gate that nothing can fail.
 * What a metric does not read would be passed over, so it is refused too. Which side of its target a metric belongs on is what the
 * defaults say, and the metric itself where there are none: of a count that must be 0, more is worse.
 */
export function objectiveProblems(
  objectives: readonly Objective[],
  { defaults, units, reads, tags, repeating }: Pick<Judgeable, 'defaults' | 'units' | 'reads' | 'tags' | 'repeating'>,
): string[] {
  const problems: string[] = [];
  const ids = new Set<string>();
  for (const objective of objectives) {
    const { id, metric, unit, comparison, statistic, warn, target } = objective;
    const name = `objectives: ${JSON.stringify(id)}`;
    if (ids.has(id)) problems.push(`${name} is there twice`);
    ids.add(id);
    const isTime = units.get(metric)?.includes('ms') === true;
    const isShare = limitMsOf(statistic) !== null && isTime;
    const { comparedWith, method, tag, tenant, excludeFirstS, windowS, abortAfterS, key } = objective;
    const allowed = isShare || comparedWith !== undefined ? ['%'] : (units.get(metric) ?? [unit]);
    if (
      comparedWith !== undefined &&
      !(
        /^p(50|95|99)$/.test(statistic) &&
        [method, tag, tenant, excludeFirstS, windowS].every((one) => one === undefined)
      )
    )
      problems.push(`${name}: only p50, p95 and p99 of all requests or of a route are compared with earlier runs`);
    if (windowS !== undefined && isTime && percentileOf(statistic) === null)
      problems.push(`${name}: of times in parts of the run only percentiles are judged, such as p95`);
    for (const tag of tagsOf(objective))
      if (tags?.includes(tag.name) === false) problems.push(`${name}: ${unknownTag(tag.name, tags)}`);
    if (abortAfterS !== undefined && !key)
      problems.push(`${name}: a run that ends because of it has failed, so it must be key`);
    if (!allowed.includes(unit))
      problems.push(`${name}: ${metric} is measured in ${allowed.join(' or ')}, not in ${unit}`);
    const { narrowedBy = [], needsOneOf = [], statistics } = reads.get(metric) ?? { narrowedBy: narrowingKeys };
    if (needsOneOf.length > 0 && needsOneOf.filter((key) => objective[key] !== undefined).length !== 1)
      problems.push(`${name}: ${metric} needs ${needsOneOf.join(' or ')}`);
    for (const key of narrowingKeys)
      if (objective[key] !== undefined && !narrowedBy.includes(key))
        problems.push(`${name}: ${metric} is not measured by ${key}, so it would be passed over`);
    const usual = new Set(defaults.filter((one) => one.metric === metric).map((one) => one.statistic)).add('value');
    if (reads.has(metric) && !(statistics?.test(statistic) ?? usual.has(statistic)))
      problems.push(`${name}: ${metric} has no statistic ${statistic}`);
    if (warn !== undefined && (comparison === '=' || !(comparison.startsWith('<') ? warn < target : warn > target)))
      problems.push(`${name}: warn must be stricter than the target: ${comparison} ${target}`);
    const sides = new Set(defaults.filter((one) => one.metric === metric).map(sideOf));
    const [wanted = reads.get(metric)?.side] = sides;
    const given = direction[comparison];
    if (sides.size <= 1 && wanted !== undefined && given !== undefined && given !== wanted)
      problems.push(`${name}: ${metric} must be ${wanted} its target, so ${comparison} would ask for the opposite`);
  }
  const deciding = objectives.filter(({ id }) => !repeating.has(id));
  for (const gate of new Set(deciding.map((one) => one.gate))) {
    if (deciding.every((one) => one.gate !== gate || (!one.key && one.weight === 0)))
      problems.push(
        `objectives: the gate ${gate} has no key objective and none with a weight, so nothing could fail it`,
      );
  }
  return problems;
}

/** What is said of a tag that `traffic.tags` does not have. */
export function unknownTag(name: string, tags: readonly string[]): string {
  const near = closest(name, tags);
  const meant = near === undefined ? '' : `; did you mean ${near}?`;
  return `nothing is counted by the tag ${name}, for traffic.tags does not say where requests have it${meant}`;
}
