import { amount, grouped } from '../../../gate/words.ts';
import type { RegressionComparison, RegressionResult } from '../../../model/regression.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { holm } from '../../../stats/compare/holm.ts';
import type { ChosenBaselines } from './baselines.ts';
import { errorComparison, mildestErrors } from './errors.ts';
import { pointLengthMs, routePointLengthMs, windowSeries } from './series.ts';
import { type FoundTimes, mildestTimes, type Statistic, timesComparison } from './times.ts';

/** What is compared of all requests; of a route, the first two: more comparisons make each less sharp. */
const ofAll: readonly Statistic[] = ['p50', 'p95', 'p99'];
const ofRoute: readonly Statistic[] = ['p50', 'p95'];
/** Statistics of all requests that must lie within the margin to pass; p99 of a window is too noisy to ask it of every run. */
const mustHold: readonly Statistic[] = ['p50', 'p95'];
const comparisonsShown = 60;

/**
 * Compares a run with the baselines chosen when it began, route by route. A slowdown is one only against every one of them, since runs of
 * one version differ among themselves too: what is reported is the comparison most favourable to the candidate.
 * @param marginPercent slowdown that is tolerated
 */
export async function findRegression(
  facts: RunFacts,
  chosen: ChosenBaselines,
  marginPercent: number,
): Promise<RegressionResult> {
  const { baselines } = chosen;
  const compared = baselines.map(({ runId, version, startedAt }) => ({ runId, version, startedAt }));
  const candidates = baselines.length === 0 ? [] : await windowSeries(facts);
  const schedule = facts.plan?.plan.scheduleSha256 ?? '';
  const found = candidates.flatMap((candidate) =>
    (candidate.subject === 'all' ? ofAll : ofRoute).flatMap((statistic) => {
      const best = mildestTimes(baselines, candidate, statistic, schedule, marginPercent);
      return best === null ? [] : [best];
    }),
  );
  const tested = found.filter((one) => one.compared !== null);
  const failures = mildestErrors(baselines, candidates, marginPercent);
  const ps = holm([...tested.map(({ p }) => p), ...(failures === null ? [] : [failures.p])]);
  const corrected = new Map(tested.map((one, i): [FoundTimes, number] => [one, ps[i] ?? 1]));
  const pointMs = (subject: string) => (subject === 'all' ? pointLengthMs(facts) : routePointLengthMs(facts));
  const comparisons = [
    ...found.map((one) => timesComparison(one, corrected.get(one) ?? null, marginPercent, pointMs(one.subject))),
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
    baselines: compared,
    design: tested.length > 0 && tested.every(({ arms }) => arms.design === 'paired') ? 'paired' : 'independent',
    comparisons: order.slice(0, comparisonsShown),
    comparisonsLeftOut: Math.max(0, order.length - comparisonsShown),
    verdict,
    sentence:
      chosen.notCompared === null ? sentence(order, verdict, compared.length, marginPercent) : notComparedLine(chosen),
    notCompared: chosen.notCompared,
  };
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
  const untold = open === 0 ? '' : ` ${grouped(open)} of ${grouped(worstFirst.length)} comparisons were inconclusive.`;
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
  return `Whether it is slower than ${against} is not clear. ${first.reason}`;
}
