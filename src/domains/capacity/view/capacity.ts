import type { CapacityResult, CapacityStep, ScalabilityIntervals } from '../../../model/capacity.ts';
import type { Results } from '../../../model/results.ts';
import type { Interval } from '../../../model/verdict.ts';
import { mediumLayout, narrowLayout, wideLayout } from '../../../report-kit/chart/plot.ts';
import {
  count,
  duration,
  interval,
  milliseconds,
  more,
  nothing,
  percent,
  perSecond,
  plainNumber,
  plural,
} from '../../../report-kit/format.ts';
import type { SvgMarkup } from '../../../report-kit/svg.ts';
import { shortened } from '../../../report-kit/text.ts';
import { relative } from '../../../report-kit/time.ts';
import type { Fact } from '../../../report-kit/verdict.ts';
import { isFlat } from '../../../stats/capacity/gain.ts';
import { capacityChart } from './chart.ts';

export interface StepRow {
  at: string;
  phase: string;
  length: string;
  planned: string;
  achieved: string;
  p50: string;
  p95: string;
  p99: string;
  errors: string;
  instances: string;
  state: 'pass' | 'fail' | 'inconclusive';
  outcome: string;
  reason: string;
}

export interface CapacityView {
  sentence: string;
  charts: SvgMarkup[];
  facts: Fact[];
  byInstances: Fact[];
  scalability: Fact[];
  scalabilityNote: string;
  steps: StepRow[];
  stepsLeftOut: string;
}

const mostSteps = 40;
const stepStates: ReadonlyMap<string, StepRow['state']> = new Map(
  Object.entries({ held: 'pass', missed: 'fail', generator: 'inconclusive' }),
);
const outcomes: ReadonlyMap<string, string> = new Map(
  Object.entries({ held: 'Held', missed: 'Missed', generator: 'Generator could not keep up' }),
);

function stepRow(step: CapacityStep): StepRow {
  return {
    at: relative(step.startMs),
    phase: shortened(step.phase, 20),
    length: duration(step.durationMs),
    planned: perSecond(step.plannedRatePerSecond),
    achieved: perSecond(step.achievedRatePerSecond),
    p50: milliseconds(step.p50Ms),
    p95: milliseconds(step.p95Ms),
    p99: milliseconds(step.p99Ms),
    errors: percent(step.errorPercent),
    instances: step.instances === null ? nothing : count(step.instances),
    state: stepStates.get(step.outcome) ?? 'inconclusive',
    outcome: outcomes.get(step.outcome) ?? shortened(step.outcome, 20),
    reason: step.reason === null ? '' : shortened(step.reason, 120),
  };
}

function factsOf(capacity: CapacityResult): Fact[] {
  const { sustainablePerSecond: rate, closedLoop } = capacity;
  return [
    {
      name: 'Sustainable rate',
      value:
        rate === null
          ? 'none: not even the lowest step held'
          : `${capacity.lowerBoundOnly ? 'at least ' : ''}${perSecond(rate)}`,
    },
    { name: 'Interval', value: interval(capacity.interval, '/s') || nothing },
    {
      name: 'Confirmed by',
      value: `${capacity.confirmations} of ${plural(capacity.triedAgain, 'further trial')}`,
    },
    { name: 'Knee', value: capacity.kneePerSecond === null ? 'not seen' : perSecond(capacity.kneePerSecond) },
    { name: 'Limited by', value: shortened(capacity.limitedBy, 120) },
    ...elastic(capacity),
    {
      name: 'Closed loop',
      value:
        closedLoop === null
          ? nothing
          : `${perSecond(closedLoop.ratePerSecond)}, ${plural(closedLoop.connections, 'connection')}, p95 ${milliseconds(closedLoop.p95Ms)}`,
    },
  ];
}

/** The step in which instances were added and removed: its count is not a single number. */
function elastic({ steps }: CapacityResult): Fact[] {
  const step = steps.findLast(({ phase, instances }) => phase === 'scale' && instances === null);
  if (step === undefined) return [];
  const outcome = outcomes.get(step.outcome) ?? shortened(step.outcome, 20);
  const why = step.reason === null ? '' : `: ${shortened(step.reason, 100)}`;
  return [
    {
      name: 'Instances added and removed under load',
      value: `${outcome}${why}, at ${perSecond(step.plannedRatePerSecond)}, ${percent(step.errorPercent)} errors`,
    },
  ];
}

function scalabilityOf({ scalability: fit }: CapacityResult): Fact[] {
  if (fit === null) return [];
  const { intervals } = fit;
  const between = (found: Interval | undefined) =>
    found === undefined ? '' : `, ${small(found.low)} to ${small(found.high)}`;
  return [
    { name: `Rate of one (λ), by ${fit.of}`, value: perSecond(fit.lambda) },
    { name: 'Contention (σ)', value: `${small(fit.sigma)}${between(intervals?.sigma)}` },
    { name: 'Crosstalk (κ)', value: `${small(fit.kappa)}${between(intervals?.kappa)}` },
    {
      name: 'Peak',
      value:
        fit.peakAt === null || fit.peakRatePerSecond === null
          ? noPeak(fit)
          : `${perSecond(fit.peakRatePerSecond)} at ${plainNumber(fit.peakAt, 1)}${peakWithin(intervals)}`,
    },
    {
      name: 'Fit (R²)',
      value: isFlat(fit.points)
        ? `says nothing: the ${plural(fit.points.length, 'point')} differ by no more than the search can distinguish`
        : `${plainNumber(fit.rSquared, 3)}, ${plural(fit.points.length, 'point')}`,
    },
  ];
}

function peakWithin(intervals: ScalabilityIntervals | undefined): string {
  const peak = intervals?.peakAt ?? null;
  if (peak === null) return '';
  return `, ${plainNumber(peak.low, 1)}${peak.high === null ? ' or more' : ` to ${plainNumber(peak.high, 1)}`}`;
}

const small = (value: number) =>
  Math.abs(value) > 0 && Math.abs(value) < 1e-4 ? value.toExponential(1) : plainNumber(value, 4);

const mostCounts = 16;

/** What was sustained at each number of instances, and how near to as many times the rate of the fewest. */
function byInstancesOf({ byInstances = [] }: CapacityResult): Fact[] {
  const [fewest] = byInstances;
  if (fewest === undefined) return [];
  return byInstances.slice(0, mostCounts).map(({ n, ratePerSecond, missedPerSecond }) => {
    const of = (ratePerSecond * fewest.n) / (fewest.ratePerSecond * n);
    const share = n === fewest.n ? '' : `; ${percent(100 * of)} of ${plainNumber(n / fewest.n, 2)} times the first`;
    const upTo =
      missedPerSecond === null ? ' or more: its limit was not found' : `, missed at ${perSecond(missedPerSecond)}`;
    return { name: `Sustained by ${plural(n, 'instance')}`, value: `${perSecond(ratePerSecond)}${upTo}${share}` };
  });
}

/** Without crosstalk the law rises for ever, with contention towards a rate that it does not reach. */
function noPeak({ lambda, sigma }: NonNullable<CapacityResult['scalability']>): string {
  return sigma > 0 ? `none: it levels off towards ${perSecond(lambda / sigma)}` : 'none: it rises with their number';
}

/** How much load the target can take; null where it was not asked for. */
export function capacityView({ sections: { capacity, load } }: Results): CapacityView | null {
  if (capacity === undefined) return null;
  const target = capacity.p95TargetMs ?? load?.latencyTargetsMs.strict ?? 0;
  const sentence = shortened(capacity.sentence, 900);
  return {
    sentence,
    charts: [wideLayout, mediumLayout, narrowLayout].flatMap((layout) => capacityChart(capacity, layout, target) ?? []),
    facts: factsOf(capacity),
    byInstances: byInstancesOf(capacity),
    scalability: scalabilityOf(capacity),
    scalabilityNote: capacity.whyNoScalability === null ? '' : shortened(capacity.whyNoScalability, 200),
    steps: capacity.steps.slice(0, mostSteps).map(stepRow),
    stepsLeftOut: more(capacity.steps.length, mostSteps),
  };
}
