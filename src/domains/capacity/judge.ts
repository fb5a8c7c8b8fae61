import { holds } from '../../gate/comparison.ts';
import { isOfAll } from '../../gate/objectives.ts';
import type { CapacityStep } from '../../model/capacity.ts';
import type { WindowResult } from '../../model/results.ts';
import type { Objective } from '../../model/verdict.ts';
import type { LatencyHistogram } from '../../stats/histogram.ts';
import { figureOf } from '../../stats/statistic.ts';

/** What a step showed, its settling left out. Response times in µs, of the windows that count. */
export interface StepEvidence {
  windows: readonly WindowResult[];
  response: LatencyHistogram;
  /** Why the engine ended before its time; null: it did not. */
  endedEarly: string | null;
}

type Judged = Pick<
  CapacityStep,
  'achievedRatePerSecond' | 'p50Ms' | 'p95Ms' | 'p99Ms' | 'errorPercent' | 'outcome' | 'reason'
>;

/** A target that answers less than this share of what it is asked does not keep up. */
const keepsUp = 0.95;
/** Past this share of invalid windows, the remaining ones show nothing either. */
const voidAtMost = 0.5;
/** Response times and errors over all routes: what a step can be judged by. */
export function stepObjectives(objectives: readonly Objective[]): Objective[] {
  return objectives
    .filter((one) => isOfAll(one) && (one.metric === 'response_time' || one.metric === 'error_rate'))
    .sort((a, b) => Number(a.metric === 'response_time') - Number(b.metric === 'response_time') || b.weight - a.weight);
}

/**
 * Judges a step by its own figures; that they are no chance, the search finds out by trying again. Windows that the generator spoiled do not
 * count. Where too many are spoiled, a step that seems to hold is not believed, and one that missed only by the windows that count.
 */
export function judgeStep(evidence: StepEvidence, objectives: readonly Objective[], maxInvalidShare: number): Judged {
  const counting = evidence.windows.filter((window) => whyNot(window) === null);
  const invalidShare = evidence.windows.length === 0 ? 1 : 1 - counting.length / evidence.windows.length;
  const sum = (of: (window: WindowResult) => number) => counting.reduce((total, window) => total + of(window), 0);
  const [planned, completed, failed] = [sum((w) => w.planned), sum((w) => w.completed), sum((w) => w.failed)];
  const seconds = sum((w) => w.durationMs) / 1000;
  const answered = completed + failed;
  const errorPercent = answered === 0 ? null : (100 * failed) / answered;
  const ms = (histogram: LatencyHistogram, p: number) => {
    const us = histogram.percentile(p);
    return us === null ? null : us / 1000;
  };
  const figures = {
    achievedRatePerSecond: seconds > 0 ? completed / seconds : 0,
    p50Ms: ms(evidence.response, 50),
    p95Ms: ms(evidence.response, 95),
    p99Ms: ms(evidence.response, 99),
    errorPercent,
  };
  const generator = (reason: string): Judged => ({ ...figures, outcome: 'generator', reason });
  if (evidence.endedEarly !== null) return generator(evidence.endedEarly);
  const generatorReason = evidence.windows.map(whyNot).find((why) => why !== null) ?? 'nothing was measured';
  if (invalidShare > voidAtMost) return generator(generatorReason);
  const reason =
    answered < planned * keepsUp
      ? `only ${((100 * answered) / planned).toFixed(0)} % of the requests were answered`
      : missedObjective(objectives, errorPercent, evidence.response);
  if (reason !== null) return { ...figures, outcome: 'missed', reason };
  return invalidShare > maxInvalidShare ? generator(generatorReason) : { ...figures, outcome: 'held', reason: null };
}

/** Why a window shows nothing of the target; null: it does. No fault is made here: what is set aside is for sessions that could not log in. */
const whyNot = ({ invalid, excluded }: WindowResult): string | null => invalid ?? excluded ?? null;

function missedObjective(
  objectives: readonly Objective[],
  errorPercent: number | null,
  response: LatencyHistogram,
): string | null {
  for (const { metric, statistic, comparison, target, unit } of objectives) {
    if (metric === 'error_rate') {
      if (errorPercent !== null && !holds(errorPercent, comparison, target)) return `errors above ${target} %`;
      continue;
    }
    const value = figureOf(response, statistic);
    if (value !== null && !holds(value, comparison, target)) return `${statistic} above ${target} ${unit}`;
  }
  return null;
}
