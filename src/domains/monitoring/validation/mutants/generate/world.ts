import type { Matcher, Selector } from '../../promql/expression.ts';
import { labelsAgainst, labelsFor, satisfies } from '../../promql/satisfy.ts';
import { seriesText } from '../../promql/series-text.ts';
import type { Known, ParsedRule } from '../../rules/parsed.ts';
import { recordsFor, type Shape, type Use, usesOf } from '../../rules/uses.ts';
import { constantsIn, entityLabels, spanOf } from './uses.ts';

type Labels = Readonly<Record<string, string>>;

/** A value of each axis; null: its series are not there. */
export type Assignment = readonly (number | null)[];

/** A series of the input, whose values come from axes: the sum of some is where it begins, of others what it grows by in each step. */
export interface Series {
  readonly metric: string;
  readonly labels: Labels;
  readonly level: readonly number[];
  readonly slope: readonly number[];
  readonly isStairs: boolean;
  /** `other`: another instance, or whatever differs in one label. `decoy`: what one matcher refuses. */
  readonly kind: 'real' | 'other' | 'decoy';
}

/** What can be fed to a rule: series, and the values that can be varied. */
export interface World {
  readonly axes: readonly { readonly shape: Shape | 'slope' }[];
  readonly series: readonly Series[];
  readonly records: readonly ParsedRule[];
  readonly constants: readonly number[];
  readonly stepMs: number;
  /** How many steps a rule looks back. */
  readonly back: number;
}

const stepsEnough = 400;
/** Less than the five minutes for which a value is taken to go on. */
const longestStepMs = 240_000;
const stepsAtMost = 1500;

/**
 * The series that a rule asks for, each with labels that its selectors accept.
 * @param alike every series gets the labels of all, so that sides which are matched by all labels can be
 */
export function worldOf(parsed: ParsedRule, known: Known, alike: boolean): World | null {
  const records = recordsFor(parsed, known);
  const uses = usesOf(parsed, known);
  const entity = entityLabels(parsed, records);
  const axes: { shape: Shape | 'slope' }[] = [];
  const series = new Map<string, Series>();
  const common = alike ? commonLabels(uses) : {};
  const constants = [...new Set([parsed, ...records].flatMap(({ expression }) => constantsIn(expression)))];
  const add = (one: Series) => {
    const key = seriesText({ metric: one.metric, labels: Object.fromEntries(Object.entries(one.labels).sort()) });
    if (!series.has(key)) series.set(key, one);
  };
  const planned: { selector: Selector; made: Series[] }[] = [];
  for (const [metric, all] of byMetric(uses)) {
    const shape = shapeOf(all);
    for (const use of distinct(all)) {
      const base = { ...(alike ? withoutRefused(common, use.selector) : {}), ...entity };
      const own = labelsFor(use.selector, entity);
      if (own === null) return null;
      const labels = withoutRefused({ ...base, ...own }, use.selector);
      if (series.has(seriesText({ metric, labels: Object.fromEntries(Object.entries(labels).sort()) }))) continue;
      const made =
        all.some(({ isBucket }) => isBucket) && own.le === undefined
          ? buckets(metric, labels, axes, constants)
          : [single(metric, labels, shape, axes)];
      for (const one of made) add(one);
      planned.push({ selector: use.selector, made });
    }
  }
  for (const { selector, made } of planned) {
    for (const one of made) {
      for (const name of Object.keys(entity)) {
        const changed = { ...one.labels, [name]: `${name}-2` };
        if (one.labels[name] !== undefined && satisfies(changed, selector.matchers))
          add({ ...one, labels: changed, kind: 'other' });
      }
      for (const matcher of selector.matchers) {
        const labels = refusedLabels(one.labels, selector, matcher);
        if (labels !== null) add({ ...one, labels, kind: 'decoy' });
      }
    }
  }
  const { longestMs, shortestMs } = spanOf([parsed, ...records]);
  // As many steps as are needed to see a window or a `for` change, and no more: promtool goes through all of them for each mutant.
  const ofWindows = Math.max(Math.min(longestStepMs, (shortestMs ?? 300_000) / 5), longestMs / stepsEnough);
  const { forMs } = parsed.rule;
  const wanted = forMs > 0 ? Math.min(ofWindows, Math.max(forMs / 2, longestMs / stepsAtMost)) : ofWindows;
  const stepMs = Math.max(1000, neat(wanted));
  return { axes, series: [...series.values()], records, constants, stepMs, back: Math.ceil(longestMs / stepMs) };
}

function neat(ms: number): number {
  const unit = ms >= 60_000 ? 60_000 : ms >= 5000 ? 5000 : 1000;
  return Math.max(unit, Math.floor(ms / unit) * unit);
}

function byMetric(uses: readonly Use[]): Map<string, Use[]> {
  const found = new Map<string, Use[]>();
  for (const use of uses) {
    const metric = use.selector.metric ?? '';
    found.set(metric, [...(found.get(metric) ?? []), use]);
  }
  return found;
}

function shapeOf(uses: readonly Use[]): Shape {
  return (['counter', 'ramp', 'stairs'] as const).find((shape) => uses.some((use) => use.shape === shape)) ?? 'level';
}

/** Those with the most matchers first, so that a part of something has series of its own. */
function distinct(uses: readonly Use[]): Use[] {
  const found = new Map<string, Use>();
  for (const use of uses)
    found.set(JSON.stringify(use.selector.matchers.map(({ label, operator, value }) => [label, operator, value])), use);
  return [...found.values()].sort((one, other) => other.selector.matchers.length - one.selector.matchers.length);
}

function commonLabels(uses: readonly Use[]): Labels {
  return Object.assign({}, ...uses.map(({ selector }) => labelsFor(selector) ?? {}));
}

/** Without labels that the selector does not accept, such as those that it asks to be empty. */
function withoutRefused(labels: Labels, { matchers }: Selector): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).filter(([name, value]) =>
      satisfies(
        { [name]: value },
        matchers.filter(({ label }) => label === name),
      ),
    ),
  );
}

function refusedLabels(labels: Labels, selector: Selector, matcher: Matcher): Labels | null {
  const against = labelsAgainst(selector, matcher, labels);
  if (against === null) return null;
  const { [matcher.label]: _, ...rest } = labels;
  const value = against[matcher.label];
  return value === undefined ? rest : { ...rest, [matcher.label]: value };
}

function single(metric: string, labels: Labels, shape: Shape, axes: { shape: Shape | 'slope' }[]): Series {
  const axis = (of: Shape | 'slope') => axes.push({ shape: of }) - 1;
  const base = { metric, labels, isStairs: shape === 'stairs', kind: 'real' as const };
  switch (shape) {
    case 'level':
      return { ...base, level: [axis('level')], slope: [] };
    case 'ramp':
      return { ...base, level: [axis('level')], slope: [axis('slope')] };
    default:
      return { ...base, level: [], slope: [axis(shape)] };
  }
}

/** Buckets around each number that could be the threshold: quick ones below, slow ones above. */
function buckets(
  metric: string,
  labels: Labels,
  axes: { shape: Shape | 'slope' }[],
  constants: readonly number[],
): Series[] {
  const quick = axes.push({ shape: 'counter' }) - 1;
  const slow = axes.push({ shape: 'counter' }) - 1;
  const threshold = Math.max(0, ...constants.filter((one) => one > 0)) || 1;
  // Slow ones lie in a wide bucket, so that the quantile can be anywhere in it.
  const bounds: [string, readonly number[]][] = [
    [String(Number((threshold / 2).toPrecision(6))), [quick]],
    [String(Number((threshold * 4).toPrecision(6))), [quick, slow]],
    ['+Inf', [quick, slow]],
  ];
  return bounds.map(([le, slope]) => ({
    metric,
    labels: { ...labels, le },
    level: [],
    slope,
    isStairs: false,
    kind: 'real',
  }));
}
