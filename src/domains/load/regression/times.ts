import { amount, duration, grouped } from '../../../gate/words.ts';
import type { RegressionComparison } from '../../../model/regression.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { beyondDoubt, compareWindows, type WindowComparison } from '../../../stats/compare/compare.ts';
import type { Baseline } from './baselines.ts';
import { geometricMean, type WindowSeries } from './series.ts';

export type Statistic = 'p50' | 'p95' | 'p99';

/** Requests of a point that its figure rests on, at least. */
const requestsAtLeast: Record<Statistic, number> = { p50: 5, p95: 20, p99: 100 };
const confidence = 0.95;

export interface Arms {
  baseline: number[];
  candidate: number[];
  design: 'paired' | 'independent';
}

export interface FoundTimes {
  subject: string;
  statistic: Statistic;
  arms: Arms;
  /** null: too few windows. */
  compared: WindowComparison | null;
  /** Of "slower by more than the margin". */
  p: number;
  /** What runs differ by among themselves, in logarithms: no fault of this one. */
  between: number;
  /** Change against each baseline in percent, newest first; of those with enough windows. */
  each: number[];
}

/**
 * The middle one of things compared with each baseline, by p-value: half of the baselines and more show as much. Of two, or an even number, the one that
 * is more favourable to the candidate. So one slow run among the baselines excuses nothing, and one quick one accuses nobody.
 */
export function middle<T extends { p: number }>(found: readonly T[]): T | null {
  return [...found].sort((a, b) => b.p - a.p)[Math.floor((found.length - 1) / 2)] ?? null;
}

/** The comparison with the median of the baselines; null: none has such a route. */
export function medianTimes(
  baselines: readonly Baseline[],
  candidate: WindowSeries,
  statistic: Statistic,
  schedule: string,
  marginPercent: number,
  between = 0,
): FoundTimes | null {
  const margin = widened(marginPercent, between);
  const found = baselines.flatMap((baseline): Omit<FoundTimes, 'each'>[] => {
    const arms = armsAgainst(baseline, candidate, statistic, schedule);
    if (arms === null) return [];
    const compared = compareWindows(arms.baseline, arms.candidate, arms.design);
    const p = compared?.pSlower(margin) ?? -1;
    return [{ subject: candidate.subject, statistic, arms, compared, between, p }];
  });
  // A baseline with too few windows says nothing, where another has enough.
  const usable = found.filter(({ compared }) => compared !== null);
  const best = middle(usable.length > 0 ? usable : found);
  const each = usable.flatMap(({ compared }) => (compared === null ? [] : [compared.change().percent]));
  return best === null ? null : { ...best, each };
}

/** A margin in percent with what runs differ by among themselves, in logarithms, on top. */
export function widened(marginPercent: number, between: number): number {
  return 100 * ((1 + marginPercent / 100) * Math.exp(between) - 1);
}

/** The windows of a baseline and of the candidate; null: the baseline has no such route. */
export function armsAgainst(
  baseline: Baseline,
  candidate: Omit<WindowSeries, 'errors'>,
  statistic: Statistic,
  schedule: string,
): Arms | null {
  const before = baseline.series.find(({ subject }) => subject === candidate.subject);
  if (before === undefined) return null;
  return armsOf(before, candidate, statistic, schedule !== '' && baseline.scheduleSha256 === schedule);
}

/** Points that rest on enough requests; paired by their place in the run where both runs had the same schedule. */
function armsOf(
  before: Omit<WindowSeries, 'errors'>,
  after: Omit<WindowSeries, 'errors'>,
  statistic: Statistic,
  sameSchedule: boolean,
): Arms {
  const figures = (series: Omit<WindowSeries, 'errors'>) => {
    const byPlace = new Map<number, number>();
    series.at.forEach((at, i) => {
      if ((series.count[i] ?? 0) < requestsAtLeast[statistic]) return;
      // Below a microsecond nothing is distinguished.
      byPlace.set(at, Math.max(series[statistic][i] ?? 0, 0.001));
    });
    return byPlace;
  };
  const [first, second] = [figures(before), figures(after)];
  const sorted = (of: Map<number, number>) => [...of].sort(([a], [b]) => a - b).map(([, figure]) => figure);
  if (!sameSchedule) return { baseline: sorted(first), candidate: sorted(second), design: 'independent' };
  const both = (of: Map<number, number>, other: Map<number, number>) =>
    sorted(new Map([...of].filter(([at]) => other.has(at))));
  return { baseline: both(first, second), candidate: both(second, first), design: 'paired' };
}

/** @param corrected its p-value, corrected for the number of comparisons; null: too few windows */
export function timesComparison(
  one: FoundTimes,
  corrected: number | null,
  marginPercent: number,
  pointMs: number,
  pinned?: string,
): RegressionComparison {
  const { subject, statistic, arms, compared, between, each } = one;
  const windows = { baseline: arms.baseline.length, candidate: arms.candidate.length };
  const base = {
    subject,
    statistic,
    unit: 'ms' as const,
    baseline: tidy(geometricMean(arms.baseline)),
    candidate: tidy(geometricMean(arms.candidate)),
    windows,
    ...(pinned === undefined ? {} : { pinned }),
  };
  const against = pinned === undefined ? '' : ` against the pinned run ${pinned}`;
  const what = `${statistic} of ${subject === 'all' ? 'all requests' : subject}${against}`;
  if (compared === null) {
    const few = Math.min(windows.baseline, windows.candidate);
    return {
      ...base,
      change: base.baseline > 0 ? tidy(100 * (base.candidate / base.baseline - 1)) : 0,
      interval: null,
      effectSize: null,
      pValue: null,
      verdict: 'inconclusive',
      reason: `The ${what} rests on ${grouped(few)} windows of ${duration(pointMs)} with enough requests; ten are needed.`,
    };
  }
  const { percent, effectSize } = compared.change();
  const fails = corrected !== null && corrected <= beyondDoubt;
  // A failure shows the interval that it rests on; its lower end is past the margin.
  const seen = compared.interval(fails ? 1 - 2 * beyondDoubt : confidence);
  // That much slower it may be for no fault of its own; to pass, it must not be.
  const interval = { ...seen, low: widened(seen.low, -between) };
  const verdict: Verdict = fails ? 'fail' : interval.high <= marginPercent ? 'pass' : 'inconclusive';
  const range = `${signed(interval.low)} to ${signed(interval.high)}`;
  const margin = amount(marginPercent, '%');
  const nights =
    between > 0 && verdict !== 'pass'
      ? ` Runs differ among themselves by up to ${amount(100 * Math.expm1(between), '%')}: that is allowed for.`
      : '';
  const slower =
    compared.pSlower(0) <= beyondDoubt && !fails ? ' It is slower beyond doubt, though perhaps by less than that.' : '';
  const words: Record<Verdict, string> = {
    fail: `The ${what} changed by ${signed(percent)} (${range}), more than ${margin} beyond doubt.`,
    pass: `The ${what} changed by ${signed(percent)} (${range}), at most ${margin}.`,
    inconclusive: `The ${what} changed by ${signed(percent)} (${range}): more than ${margin} is not ruled out.`,
  };
  return {
    ...base,
    change: tidy(percent),
    interval: { ...interval, low: tidy(interval.low), high: tidy(interval.high) },
    effectSize: tidy(effectSize),
    pValue: corrected === null ? null : tidy(corrected),
    verdict,
    reason: `${words[verdict]}${slower}${nights}${each.length > 1 ? ` Against each, newest first: ${each.map(signed).join(', ')}.` : ''}`,
  };
}

export function signed(percent: number): string {
  return `${percent < 0 ? '−' : '+'}${amount(Math.abs(percent), '%')}`;
}

export function tidy(value: number): number {
  return Number(value.toPrecision(6));
}
