import type { Measurement } from '../../../gate/measurement.ts';
import type { Metric } from '../../../gate/metric.ts';
import type { RegressionComparison, RegressionResult } from '../../../model/regression.ts';
import type { Interval, Objective, ObjectiveResult } from '../../../model/verdict.ts';
import type { LoadSection } from '../section.ts';
import { relativeErrors } from './errors.ts';
import { deciding } from './regression.ts';

/** The worst slowdown beyond doubt, or how large one there may be. */
export const slowdown: Metric<unknown, LoadSection> = {
  id: 'regression',
  words: 'slowdown against the baseline',
  unit: '%',
  needsGenerator: true,
  cause: 'comparison',
  read: ({ section }, { target }) =>
    section?.regression?.notCompared === null
      ? measureRegression(section.regression, target)
      : { value: null, samples: 0, absent: 'this run did not measure it' },
};

/** No comparison is a failure that is not one by its own p-value, wherever its interval lies. */
const notShown = (confidence: number): Interval => ({
  low: Number.NEGATIVE_INFINITY,
  high: Number.POSITIVE_INFINITY,
  confidence,
});

function measureRegression(result: RegressionResult, target: number): Measurement {
  if (result.otherHardware !== undefined) return { value: null, samples: 0, absent: result.otherHardware };
  const failing = result.comparisons.filter(({ verdict }) => verdict === 'fail');
  const scope = (failing.length > 0 ? failing : deciding(result.comparisons)).filter(
    ({ interval }) => interval !== null,
  );
  // Of failures the largest; else the one whose interval reaches highest.
  const key = (one: RegressionComparison) => (failing.length > 0 ? one.change : (one.interval?.high ?? 0));
  // Points of an error rate are no percent of a time: they decide where no time fails.
  const isError = (one: RegressionComparison) =>
    Number(one.statistic === 'error_rate') || Number(one.marginPoints !== undefined);
  const [found] = [...scope].sort((a, b) => isError(a) - isError(b) || key(b) - key(a));
  const worst = found?.statistic === 'error_rate' ? relativeErrors(found) : inPercent(found, target);
  if (worst === undefined) return { value: null, samples: 0, absent: 'fewer than ten windows with enough requests' };
  const { interval } = worst;
  return {
    value: worst.change,
    samples: worst.windows.candidate,
    // Corrected for the number of comparisons already.
    interval: () => interval,
    ...(failing.length > 0 ? {} : { observed: notShown }),
    note: failing.length > 0 || worst.verdict !== 'pass' ? worst.reason : result.sentence,
  };
}

/** The share of slow windows as the objective asks: what is tolerated of it is the target. */
function inPercent(one: RegressionComparison | undefined, target: number): RegressionComparison | undefined {
  if (one?.marginPoints === undefined) return one;
  const scale = target / one.marginPoints;
  const { interval } = one;
  return {
    ...one,
    change: one.change * scale,
    interval: interval === null ? null : { ...interval, low: interval.low * scale, high: interval.high * scale },
  };
}

/** Response objectives with their change against the baseline. */
export function withChanges(found: readonly ObjectiveResult[], result: RegressionResult | null): ObjectiveResult[] {
  const changeOf = ({ metric, statistic, route, method, excludeFirstS, windowS, comparedWith }: Objective) =>
    metric !== 'response_time' || [comparedWith, method, excludeFirstS, windowS].some((one) => one !== undefined)
      ? undefined
      : result?.comparisons.find(
          (one) => one.pinned === undefined && one.subject === (route ?? 'all') && one.statistic === statistic,
        )?.change;
  return found.map((one) => ({ ...one, changePercent: changeOf(one.objective) ?? one.changePercent }));
}
