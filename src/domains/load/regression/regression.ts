import { amount, grouped } from '../../../gate/words.ts';
import type { RegressionComparison, RegressionResult } from '../../../model/regression.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { holm } from '../../../stats/compare/holm.ts';
import { type Baseline, type ChosenBaselines, levelOf, wordFor } from './baselines.ts';
import { betweenRuns } from './between-runs.ts';
import { errorComparison, medianErrors } from './errors.ts';
import { pointLengthMs, routePointLengthMs, type WindowSeries, windowSeries } from './series.ts';
import { slopeComparison, slopeOf } from './slope.ts';
import { medianSlowWindows, slowComparison } from './slow-windows.ts';
import { medianTimes, type Statistic, timesComparison, widened } from './times.ts';

/** What is compared of all requests; of a route, the first two: more comparisons make each less sharp. */
const ofAll: readonly Statistic[] = ['p50', 'p95', 'p99'];
const ofRoute: readonly Statistic[] = ['p50', 'p95'];
/** Statistics of all requests that must lie within the margin to pass; p99 of a window is too noisy to ask it of every run. */
const mustHold: readonly Statistic[] = ['p50', 'p95'];
const comparisonsShown = 60;

/**
 * Compares a run with the baselines chosen when it began, route by route: with each, and what is reported is the one in the middle, since runs of one
 * version differ among themselves too; with a pinned one; by how many windows are slow; and by how levels grow from run to run.
 * @param marginPercent slowdown that is tolerated
 */
export async function findRegression(
  facts: RunFacts,
  chosen: ChosenBaselines,
  marginPercent: number,
): Promise<RegressionResult> {
  const candidates = chosen.baselines.length === 0 ? [] : await windowSeries(facts);
  return regressionOf(facts, chosen, candidates, marginPercent);
}

/** The same of series that have been read. */
export function regressionOf(
  facts: Pick<RunFacts, 'started' | 'plan' | 'engine' | 'windows'>,
  chosen: ChosenBaselines,
  candidates: readonly WindowSeries[],
  marginPercent: number,
): RegressionResult {
  const { baselines } = chosen;
  const { otherHardware } = chosen;
  const found = compared(chosen, candidates, facts, marginPercent);
  const comparisons = otherHardware === undefined ? found : found.map((one) => undecided(one, otherHardware));
  const worst = { fail: 0, inconclusive: 1, pass: 2 };
  const order = [...comparisons].sort(
    (a, b) =>
      worst[a.verdict] - worst[b.verdict] ||
      Number(b.subject === 'all') - Number(a.subject === 'all') ||
      b.change - a.change,
  );
  // What decides must be among them, however many others are open.
  const decides = new Set(deciding(comparisons));
  const first = new Set(order.slice(0, comparisonsShown));
  const shown = order.filter((one) => first.has(one) || decides.has(one));
  const verdict = overall(comparisons);
  const last = recent(chosen);
  const schedule = facts.plan?.plan.scheduleSha256 ?? '';
  const paired = schedule !== '' && baselines.every(({ scheduleSha256 }) => scheduleSha256 === schedule);
  return {
    baselines: [...last, ...baselines.filter((one) => !last.includes(one))].map(
      ({ runId, version, startedAt, verdict: found = 'pass', pinned = false }) => ({
        ...{ runId, version, startedAt },
        ...(found === 'pass' ? {} : { verdict: found }),
        ...(pinned ? { pinned: true as const } : {}),
      }),
    ),
    design: paired && baselines.length > 0 ? 'paired' : 'independent',
    comparisons: shown,
    comparisonsLeftOut: order.length - shown.length,
    verdict,
    sentence:
      chosen.notCompared === null ? sentence(order, verdict, against(last), marginPercent) : notComparedLine(chosen),
    notCompared: chosen.notCompared,
    ...(otherHardware === undefined ? {} : { otherHardware }),
  };
}

/** A quicker or slower machine changes times too, by as much as a release may: the comparison is shown, and decides nothing. */
function undecided(one: RegressionComparison, otherHardware: string): RegressionComparison {
  return { ...one, verdict: 'inconclusive', reason: `${one.reason} Undecided, for ${otherHardware}.` };
}

/** Those that are not only there because they are pinned. */
export function recent({ baselines }: ChosenBaselines): ChosenBaselines['baselines'] {
  const last = baselines.filter(({ pinned }) => pinned !== true);
  return last.length > 0 ? last : baselines;
}

function against(last: ChosenBaselines['baselines']): string {
  const word = wordFor(last);
  return last.length === 1 ? `the last ${word} run` : `the median of the last ${last.length} ${word} runs`;
}

/** One comparison that has been made. */
interface Test {
  /** null: too few windows. */
  p: number | null;
  comparison(corrected: number | null): RegressionComparison;
}

function correctedFor(tests: readonly Test[]): RegressionComparison[] {
  const tested = tests.filter(({ p }) => p !== null);
  const corrected = holm(tested.map(({ p }) => p ?? 1));
  const correctedOf = new Map(tested.map((one, i) => [one, corrected[i] ?? 1]));
  return tests.map((one) => one.comparison(correctedOf.get(one) ?? null));
}

/** Everything that is compared, with p-values corrected for their number: this run with others, and, a question of its own, the growth over many. */
function compared(
  chosen: ChosenBaselines,
  candidates: readonly WindowSeries[],
  facts: Pick<RunFacts, 'started' | 'plan' | 'engine' | 'windows'>,
  marginPercent: number,
): RegressionComparison[] {
  const schedule = facts.plan?.plan.scheduleSha256 ?? '';
  const last = recent(chosen);
  const tests: Test[] = [];
  const slopes: Test[] = [];
  const pointMs = (subject: string) => (subject === 'all' ? pointLengthMs(facts) : routePointLengthMs(facts));
  const addTimes = (baselines: readonly Baseline[], candidate: WindowSeries, statistic: Statistic, pinned?: string) => {
    const between = betweenRuns(chosen.levels ?? [], statistic === 'p50' ? 'p50' : 'p95', baselines.length);
    const found = medianTimes(baselines, candidate, statistic, schedule, marginPercent, between);
    if (found === null) return;
    tests.push({
      p: found.compared === null ? null : found.p,
      comparison: (corrected) => timesComparison(found, corrected, marginPercent, pointMs(found.subject), pinned),
    });
  };
  for (const candidate of candidates)
    for (const statistic of candidate.subject === 'all' ? ofAll : ofRoute) addTimes(last, candidate, statistic);
  const all = candidates.find(({ subject }) => subject === 'all');
  // Of the pinned run, whose age no other comparison allows for, all requests: more comparisons would make each less sharp.
  for (const pinned of chosen.baselines.filter((one) => one.pinned === true && !last.includes(one)))
    for (const statistic of mustHold) if (all !== undefined) addTimes([pinned], all, statistic, pinned.runId);
  const failures = medianErrors(last, candidates, marginPercent);
  if (failures !== null) tests.push({ p: failures.p, comparison: (p) => errorComparison(failures, p ?? 1) });
  const slow = medianSlowWindows(
    last,
    candidates,
    schedule,
    widened(marginPercent, betweenRuns(chosen.levels ?? [], 'p95', last.length)),
  );
  if (slow !== null) tests.push({ p: slow.p, comparison: (p) => slowComparison(slow, p ?? 1) });
  const { runId, time } = facts.started;
  const level = all === undefined ? null : levelOf({ runId, startedAt: time, series: [all] });
  for (const statistic of ['p50', 'p95'] as const) {
    const slope = level === null ? null : slopeOf(chosen.levels ?? [], level, statistic, marginPercent);
    if (slope !== null) slopes.push({ p: slope.p, comparison: (p) => slopeComparison(slope, p ?? 1, marginPercent) });
  }
  return [...correctedFor(tests), ...correctedFor(slopes)];
}

/** The line under what is missing. */
export function notComparedLine(chosen: ChosenBaselines | null): string {
  return `Not compared with earlier runs: ${chosen?.notCompared ?? 'no baseline was chosen when the run began'}.`;
}

/** Routes with too few requests to decide do not stand in the way; they are counted in the sentence. */
function overall(comparisons: readonly RegressionComparison[]): Verdict {
  if (comparisons.some(({ verdict }) => verdict === 'fail')) return 'fail';
  const held = deciding(comparisons);
  return held.length === mustHold.length && held.every(({ verdict }) => verdict === 'pass') ? 'pass' : 'inconclusive';
}

/** Comparisons that the whole is judged by where none fails. */
export function deciding(comparisons: readonly RegressionComparison[]): RegressionComparison[] {
  return comparisons.filter(
    ({ subject, statistic, pinned }) =>
      pinned === undefined && subject === 'all' && mustHold.some((one) => one === statistic),
  );
}

function sentence(
  worstFirst: readonly RegressionComparison[],
  verdict: Verdict,
  runs: string,
  marginPercent: number,
): string {
  const open = worstFirst.filter((one) => one.verdict === 'inconclusive').length;
  const untold = open === 0 ? '' : ` ${grouped(open)} of ${grouped(worstFirst.length)} comparisons were inconclusive.`;
  const [first] = worstFirst;
  if (first === undefined) return `Nothing in common with ${runs}.`;
  if (verdict === 'fail') {
    const failed = worstFirst.filter((one) => one.verdict === 'fail').length;
    const worse = worstFirst.some((one) => one.verdict === 'fail' && one.statistic !== 'error_rate')
      ? 'Slower'
      : 'Worse';
    return `${worse} than ${runs} in ${grouped(failed)} of ${grouped(worstFirst.length)} comparisons. ${first.reason}`;
  }
  if (verdict === 'pass') {
    return `Not slower than ${runs} by more than ${amount(marginPercent, '%')}.${untold}`;
  }
  return `Whether it is slower than ${runs} is not clear. ${first.reason}`;
}
