import type { Measurement } from '../../../gate/measurement.ts';
import { amount, duration, grouped } from '../../../gate/words.ts';
import type { RegressionComparison, RegressionResult } from '../../../model/regression.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import type { Objective, ObjectiveResult, Verdict } from '../../../model/verdict.ts';
import { beyondDoubt, compareWindows, type WindowComparison } from '../../../stats/compare/compare.ts';
import { holm } from '../../../stats/compare/holm.ts';
import type { Baseline, ChosenBaselines } from './baselines.ts';
import { errorComparison, mildestErrors, relativeErrors } from './errors.ts';
import { pointLengthMs, routePointLengthMs, type WindowSeries, windowSeries } from './series.ts';

type Statistic = 'p50' | 'p95' | 'p99';

/** What is compared of all requests; of a route, the first two: more comparisons make each less sharp. */
const ofAll: readonly Statistic[] = ['p50', 'p95', 'p99'];
const ofRoute: readonly Statistic[] = ['p50', 'p95'];
/** Statistics of all requests that must lie within the margin to pass; p99 of a window is too noisy to ask it of every run. */
const mustHold: readonly Statistic[] = ['p50', 'p95'];
/** Requests of a point that its figure rests on, at least. */
const requestsAtLeast: Record<Statistic, number> = { p50: 5, p95: 20, p99: 100 };
const comparisonsShown = 60;
const confidence = 0.95;

interface Arms {
  baseline: number[];
  candidate: number[];
  design: 'paired' | 'independent';
}

interface Found {
  subject: string;
  statistic: Statistic;
  arms: Arms;
  /** null: too few windows. */
  compared: WindowComparison | null;
  /** Of "slower by more than the margin". */
  p: number;
}

/**
 * Compares a run with the baselines chosen when it began, route by route. A slowdown is one only against every one of them, since runs of
 * one version differ among themselves too: what is told is the comparison that speaks most for the candidate.
 * @param marginPercent slowdown that is tolerated
 */
export async function findRegression(
  record: RunFacts,
  chosen: ChosenBaselines,
  marginPercent: number,
): Promise<RegressionResult> {
  const { baselines } = chosen;
  const told = baselines.map(({ runId, version, startedAt }) => ({ runId, version, startedAt }));
  const candidates = baselines.length === 0 ? [] : await windowSeries(record);
  const schedule = record.plan?.plan.scheduleSha256 ?? '';
  const found = candidates.flatMap((candidate) =>
    (candidate.subject === 'all' ? ofAll : ofRoute).flatMap((statistic) => {
      const best = mildest(baselines, candidate, statistic, schedule, marginPercent);
      return best === null ? [] : [best];
    }),
  );
  const tested = found.filter(({ compared }) => compared !== null);
  const failures = mildestErrors(baselines, candidates, marginPercent);
  const ps = holm([...tested.map(({ p }) => p), ...(failures === null ? [] : [failures.p])]);
  const corrected = new Map(tested.map((one, i): [Found, number] => [one, ps[i] ?? 1]));
  const pointMs = (subject: string) => (subject === 'all' ? pointLengthMs(record) : routePointLengthMs(record));
  const comparisons = [
    ...found.map((one) => comparison(one, corrected.get(one) ?? null, marginPercent, pointMs(one.subject))),
    ...(failures === null ? [] : [errorComparison(failures, ps.at(-1) ?? 1)]),
  ];
  const worst = { fail: 0, inconclusive: 1, pass: 2 };
  const order = [...comparisons].sort(
    (a, b) =>
      worst[a.verdict] - worst[b.verdict] ||
      Number(b.subject === 'all') - Number(a.subject === 'all') ||
      b.change - a.change,
  );
  const verdict = overall(comparisons);
  return {
    baselines: told,
    design: tested.length > 0 && tested.every(({ arms }) => arms.design === 'paired') ? 'paired' : 'independent',
    comparisons: order.slice(0, comparisonsShown),
    comparisonsLeftOut: Math.max(0, order.length - comparisonsShown),
    verdict,
    sentence:
      chosen.notCompared === null ? sentence(order, verdict, told.length, marginPercent) : notComparedLine(chosen),
    notCompared: chosen.notCompared,
  };
}

/** The line under what is missing. */
export function notComparedLine(chosen: ChosenBaselines | null): string {
  return `Not compared with earlier runs: ${chosen?.notCompared ?? 'no baseline was chosen when the run began'}.`;
}

/** The comparison with the baseline that speaks most for the candidate; null: none has such a route. */
function mildest(
  baselines: readonly Baseline[],
  candidate: WindowSeries,
  statistic: Statistic,
  schedule: string,
  marginPercent: number,
): Found | null {
  let best: Found | null = null;
  for (const baseline of baselines) {
    const before = baseline.series.find(({ subject }) => subject === candidate.subject);
    if (before === undefined) continue;
    const arms = armsOf(before, candidate, statistic, schedule !== '' && baseline.scheduleSha256 === schedule);
    const compared = compareWindows(arms.baseline, arms.candidate, arms.design);
    const one = { subject: candidate.subject, statistic, arms, compared, p: compared?.pSlower(marginPercent) ?? -1 };
    if (best === null || one.p > best.p) best = one;
  }
  return best;
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
      // Below a microsecond nothing is told apart.
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

function comparison(
  one: Found,
  corrected: number | null,
  marginPercent: number,
  pointMs: number,
): RegressionComparison {
  const { subject, statistic, arms, compared } = one;
  const windows = { baseline: arms.baseline.length, candidate: arms.candidate.length };
  const base = {
    subject,
    statistic,
    unit: 'ms' as const,
    baseline: tidy(level(arms.baseline)),
    candidate: tidy(level(arms.candidate)),
    windows,
  };
  const what = `${statistic} of ${subject === 'all' ? 'all requests' : subject}`;
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
  const interval = compared.interval(fails ? 1 - 2 * beyondDoubt : confidence);
  const verdict: Verdict = fails ? 'fail' : interval.high <= marginPercent ? 'pass' : 'inconclusive';
  const between = `${signed(interval.low)} to ${signed(interval.high)}`;
  const margin = amount(marginPercent, '%');
  const slower = compared.pSlower(0) <= beyondDoubt && !fails ? ' It is slower beyond doubt, if not by that much.' : '';
  const words: Record<Verdict, string> = {
    fail: `The ${what} changed by ${signed(percent)} (${between}), more than ${margin} beyond doubt.`,
    pass: `The ${what} changed by ${signed(percent)} (${between}), at most ${margin}.`,
    inconclusive: `The ${what} changed by ${signed(percent)} (${between}): more than ${margin} is not ruled out.`,
  };
  return {
    ...base,
    change: tidy(percent),
    interval: { ...interval, low: tidy(interval.low), high: tidy(interval.high) },
    effectSize: tidy(effectSize),
    pValue: corrected === null ? null : tidy(corrected),
    verdict,
    reason: `${words[verdict]}${slower}`,
  };
}

/** Routes too rare to tell do not stand in the way; they are counted in the sentence. */
function overall(comparisons: readonly RegressionComparison[]): Verdict {
  if (comparisons.some(({ verdict }) => verdict === 'fail')) return 'fail';
  const held = deciding(comparisons);
  return held.length === mustHold.length && held.every(({ verdict }) => verdict === 'pass') ? 'pass' : 'inconclusive';
}

function deciding(comparisons: readonly RegressionComparison[]): RegressionComparison[] {
  return comparisons.filter(({ subject, statistic }) => subject === 'all' && mustHold.some((one) => one === statistic));
}

function sentence(
  worstFirst: readonly RegressionComparison[],
  verdict: Verdict,
  runs: number,
  marginPercent: number,
): string {
  const against = runs === 1 ? 'the last passing run' : `each of the last ${runs} passing runs`;
  const open = worstFirst.filter((one) => one.verdict === 'inconclusive').length;
  const untold = open === 0 ? '' : ` ${grouped(open)} of ${grouped(worstFirst.length)} comparisons could not be told.`;
  const [first] = worstFirst;
  if (first === undefined) return `Nothing in common with ${against}.`;
  if (verdict === 'fail') {
    const failed = worstFirst.filter((one) => one.verdict === 'fail').length;
    const worse = worstFirst.some((one) => one.verdict === 'fail' && one.statistic !== 'error_rate')
      ? 'Slower'
      : 'Worse';
    return `${worse} than ${against} in ${grouped(failed)} of ${grouped(worstFirst.length)} comparisons. ${first.reason}`;
  }
  if (verdict === 'pass') {
    return `Not slower than ${against} by more than ${amount(marginPercent, '%')}.${untold}`;
  }
  return `Whether it is slower than ${against} cannot be told. ${first.reason}`;
}

/** What the objective is judged by: the worst slowdown beyond doubt, or how large one there may be. */
export function measureRegression(result: RegressionResult): Measurement {
  const failing = result.comparisons.filter(({ verdict }) => verdict === 'fail');
  const scope = (failing.length > 0 ? failing : deciding(result.comparisons)).filter(
    ({ interval }) => interval !== null,
  );
  // Of failures the largest; else the one whose interval reaches highest.
  const key = (one: RegressionComparison) => (failing.length > 0 ? one.change : (one.interval?.high ?? 0));
  // Points of an error rate are no percent of a time: they decide where no time fails.
  const isError = (one: RegressionComparison) => Number(one.statistic === 'error_rate');
  const [found] = [...scope].sort((a, b) => isError(a) - isError(b) || key(b) - key(a));
  const worst = found?.statistic === 'error_rate' ? relativeErrors(found) : found;
  if (worst === undefined) return { value: null, samples: 0, absent: 'fewer than ten windows with enough requests' };
  const { interval } = worst;
  return {
    value: worst.change,
    samples: worst.windows.candidate,
    // Corrected for the number of comparisons already.
    interval: () => interval,
    note: failing.length > 0 || worst.verdict !== 'pass' ? worst.reason : result.sentence,
  };
}

/** Response objectives with their change against the baseline. */
export function withChanges(found: readonly ObjectiveResult[], result: RegressionResult | null): ObjectiveResult[] {
  const changeOf = ({ metric, statistic, route }: Objective) =>
    metric !== 'response_time'
      ? undefined
      : result?.comparisons.find((one) => one.subject === (route ?? 'all') && one.statistic === statistic)?.change;
  return found.map((one) => ({ ...one, changePercent: changeOf(one.objective) ?? one.changePercent }));
}

/** Geometric mean: that of which the change is a ratio. */
function level(figures: readonly number[]): number {
  if (figures.length === 0) return 0;
  return Math.exp(figures.reduce((sum, figure) => sum + Math.log(figure), 0) / figures.length);
}

function signed(percent: number): string {
  return `${percent < 0 ? '−' : '+'}${amount(Math.abs(percent), '%')}`;
}

function tidy(value: number): number {
  return Number(value.toPrecision(6));
}
