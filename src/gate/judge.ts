import type { Interval, Objective, ObjectiveResult, Verdict } from '../model/verdict.ts';
import { holds, metricRules, sideOf } from './rules.ts';
import { amount, duration, figure, grouped, list, range, requirement, sentence, subject } from './words.ts';

/** What was found for one objective, in its unit. */
export interface Measurement {
  /** null: nothing was measured. */
  value: number | null;
  samples: number;
  /** The interval at a confidence; bounds may be infinite. Absent: the value is not a sample of anything and stands for itself. */
  interval?: (confidence: number) => Interval | null;
  /** Why nothing was measured, as the end of a sentence. */
  absent?: string;
  /** A sentence more about this figure. */
  note?: string;
}

/** What is known of the run as a whole. */
export interface RunEvidence {
  /** Share of windows in which the generator was the bottleneck, and how much of it is tolerated; 0 … 1. */
  voidShare: number;
  maxVoidShare: number;
  /** Requests per second that the target was asked for on average; null when unknown. */
  plannedRatePerSecond: number | null;
}

const confidence = 0.95;
/** A target that answers less than this share of what it is asked does not keep up. */
const keepsUp = 0.95;

interface Finding {
  verdict: Verdict;
  reason: string;
}

/**
 * Judges all objectives; results come worst first.
 *
 * Passing needs no correction for the number of objectives: a run passes only when every one does, so its chance to pass wrongly is
 * at most that of any single one (Berger's intersection–union test, Technometrics 24, 1982). Failing does, since one false alarm
 * among many is enough: an objective fails only where the interval at Bonferroni's confidence lies on the wrong side too.
 */
export function judgeAll(
  objectives: readonly Objective[],
  measure: (objective: Objective) => Measurement,
  run: RunEvidence,
): ObjectiveResult[] {
  const failConfidence = 1 - (1 - confidence) / Math.max(objectives.length, 1);
  const results: ObjectiveResult[] = [];
  // Stable time depends on the health that the others show.
  const ordered = [...objectives].sort(
    (a, b) => Number(a.metric === 'stable_time') - Number(b.metric === 'stable_time'),
  );
  for (const objective of ordered) {
    const measurement = measure(objective);
    const shown = measurement.interval?.(confidence) ?? null;
    const health = healthOf(results);
    const { verdict, reason } = judge(objective, measurement, run, failConfidence, health);
    results.push({
      objective,
      verdict,
      value: measurement.value,
      interval: shown !== null && Number.isFinite(shown.low) && Number.isFinite(shown.high) ? shown : null,
      samples: measurement.samples,
      reason: measurement.note === undefined ? reason : `${reason} ${measurement.note}`,
      changePercent: null,
    });
  }
  return results.sort(worstFirst);
}

const badness: Record<Verdict, number> = { fail: 0, inconclusive: 1, pass: 2 };

function worstFirst(a: ObjectiveResult, b: ObjectiveResult): number {
  return (
    badness[a.verdict] - badness[b.verdict] ||
    Number(b.objective.key) - Number(a.objective.key) ||
    metricRules[a.objective.metric].cause - metricRules[b.objective.metric].cause
  );
}

/** Availability says whether the target was healthy; where it is not judged, the error rate does. */
function healthOf(results: readonly ObjectiveResult[]): ObjectiveResult | undefined {
  const find = (metric: string) => results.find((result) => result.objective.metric === metric);
  return find('availability') ?? find('error_rate');
}

/** The first rule that applies decides. */
function judge(
  objective: Objective,
  measurement: Measurement,
  run: RunEvidence,
  failConfidence: number,
  health: ObjectiveResult | undefined,
): Finding {
  const { value, samples } = measurement;
  const rule = metricRules[objective.metric];
  const inconclusive = (reason: string): Finding => ({ verdict: 'inconclusive', reason });
  if (value === null) return inconclusive(`Not measured: ${measurement.absent ?? 'there are no samples'}.`);
  if (rule.spoiltByGenerator && run.voidShare > run.maxVoidShare) {
    return inconclusive(
      `The load generator, not the target, was the bottleneck in ${amount(run.voidShare * 100, '%')} of the windows (${amount(run.maxVoidShare * 100, '%')} are allowed), so this figure is not the target's.`,
    );
  }
  if (samples < objective.minimumSamples) {
    return inconclusive(
      `Only ${grouped(samples)} samples; ${grouped(objective.minimumSamples)} are needed to judge this.`,
    );
  }
  if (objective.metric === 'throughput') return judgeThroughput(objective, value, run);
  if (objective.metric === 'stable_time') return judgeStableTime(objective, value, health);
  const found = judgeInterval(objective, value, measurement, failConfidence);
  return found.verdict === 'fail' ? { ...found, verdict: rule.missed } : found;
}

function against(objective: Objective, value: number): string {
  const { unit, target } = objective;
  return `${sentence(subject(objective))} is ${amount(value, unit, target)} against ${amount(target, unit, value)}`;
}

function judgeInterval(objective: Objective, value: number, measurement: Measurement, failConfidence: number): Finding {
  const { comparison, target, unit } = objective;
  const interval = measurement.interval?.(confidence) ?? { low: value, high: value, confidence };
  const side = sideOf(interval, comparison, target);
  if (side === 'right') {
    return { verdict: 'pass', reason: `${against(objective, value)}; ${requirement(objective)} is required.` };
  }
  const between = range(interval, unit);
  if (side === 'wrong') {
    const wide = measurement.interval?.(failConfidence) ?? interval;
    if (sideOf(wide, comparison, target) === 'wrong') {
      return { verdict: 'fail', reason: `${against(objective, value)}; ${requirement(objective)} is required.` };
    }
    return {
      verdict: 'inconclusive',
      reason: `${against(objective, value)} (${between}), which among so many objectives can still be chance: a longer run would tell.`,
    };
  }
  const kept = holds(value, comparison, target);
  return {
    verdict: 'inconclusive',
    reason: `${against(objective, value)}, ${kept ? 'but' : 'and'} can be anything in ${between}: a longer run would tell.`,
  };
}

/** A target that answered all it was asked has not missed a throughput that it was never asked for. */
function judgeThroughput(objective: Objective, value: number, run: RunEvidence): Finding {
  const { comparison, target } = objective;
  if (holds(value, comparison, target)) {
    return { verdict: 'pass', reason: `${against(objective, value)}; ${requirement(objective)} is required.` };
  }
  const asked = run.plannedRatePerSecond;
  if (asked !== null && value < asked * keepsUp) {
    return {
      verdict: 'fail',
      reason: `Of ${figure(asked, '/s')} requests a second asked for, ${figure(value, '/s', target)} were answered as they should; ${requirement(objective)} is required.`,
    };
  }
  if (asked !== null && holds(asked, comparison, target)) {
    return { verdict: 'fail', reason: `${against(objective, value)}; ${requirement(objective)} is required.` };
  }
  return {
    verdict: 'inconclusive',
    reason: `The target kept up, but was only asked for ${asked === null ? figure(value, '/s') : figure(asked, '/s')} requests a second: this load cannot show ${requirement(objective)}.`,
  };
}

function judgeStableTime(objective: Objective, hours: number, health: ObjectiveResult | undefined): Finding {
  const shown = duration(hours * 3_600_000);
  const wanted = duration(objective.target * 3_600_000);
  if (health?.verdict === 'fail') {
    return { verdict: 'fail', reason: `The ${shown} measured were not stable: ${subject(health.objective)} failed.` };
  }
  const missing: string[] = [];
  if (!holds(hours, objective.comparison, objective.target)) missing.push(`${shown} of ${wanted} shown`);
  if (health === undefined) missing.push('nothing measured whether the target was healthy');
  else if (health.verdict !== 'pass') missing.push(`${subject(health.objective)} is not shown either way`);
  if (missing.length === 0) return { verdict: 'pass', reason: `${shown} without loss of availability.` };
  return { verdict: 'inconclusive', reason: `${sentence(list(missing))}.` };
}
