import type { Objective, ObjectiveResult, Verdict } from '../model/verdict.ts';
import type { Measurement } from './measurement.ts';
import { holds, metricRules, sideOf } from './rules.ts';
import {
  amount,
  duration,
  figure,
  grouped,
  list,
  range,
  requirement,
  sentence,
  subject,
  targetAmount,
} from './words.ts';

export type { Measurement } from './measurement.ts';

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
 * Judges all objectives; results come worst first. Each shows the interval that decided.
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
    const health = healthOf(results);
    const { verdict, reason } = judge(objective, measurement, run, failConfidence, health);
    const decisive = verdict === 'fail' ? (measurement.observed ?? measurement.interval) : measurement.interval;
    const shown = decisive?.(confidence) ?? null;
    results.push({
      objective,
      verdict,
      value: measurement.value,
      interval: shown !== null && Number.isFinite(shown.low) && Number.isFinite(shown.high) ? shown : null,
      samples: measurement.samples,
      reason: measurement.note === undefined || spoilt(objective, run) ? reason : `${reason} ${measurement.note}`,
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

function spoilt(objective: Objective, run: RunEvidence): boolean {
  return metricRules[objective.metric].spoiltByGenerator && saturated(run);
}

function saturated(run: RunEvidence): boolean {
  return run.voidShare > run.maxVoidShare;
}

function spoiltReason(run: RunEvidence, so: string): string {
  return `The load generator, not the target, was the bottleneck in ${amount(run.voidShare * 100, '%')} of the windows (${amount(run.maxVoidShare * 100, '%')} are allowed), so ${so}.`;
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
  if (spoilt(objective, run)) return inconclusive(spoiltReason(run, "this figure is not the target's"));
  if (samples < objective.minimumSamples) {
    return inconclusive(
      `Only ${grouped(samples)} samples; ${grouped(objective.minimumSamples)} are needed to judge this.`,
    );
  }
  if (objective.metric === 'throughput') return judgeThroughput(objective, value, run);
  if (objective.metric === 'stable_time') return judgeStableTime(objective, value, health);
  const found = judgeInterval(objective, value, measurement, failConfidence);
  if (found.verdict === 'fail') {
    const { certain } = measurement;
    if (saturated(run) && certain !== undefined && certain.value !== null) {
      const sure = judgeInterval(objective, certain.value, certain, failConfidence);
      if (sure.verdict !== 'fail')
        return inconclusive(`${found.reason} ${spoiltReason(run, 'much of it can be its doing')}`);
    }
    return { ...found, verdict: rule.missed };
  }
  const unserved = measurement.unservedShare ?? 0;
  const left = leftOut[objective.statistic];
  if (found.verdict === 'pass' && left !== undefined && unserved > left) {
    return inconclusive(
      `${against(objective, value)}, but ${amount(unserved * 100, '%')} of the requests failed or were never sent, more than ${objective.statistic} leaves out: how fast they would have been served is not known.`,
    );
  }
  return found;
}

/** Share of requests that a percentile allows to be slower. */
const leftOut: Partial<Record<Objective['statistic'], number>> = {
  p50: 0.5,
  p90: 0.1,
  p95: 0.05,
  p99: 0.01,
  'p99.9': 0.001,
};

function against(objective: Objective, value: number): string {
  const { unit, target } = objective;
  return `${sentence(subject(objective))} is ${amount(value, unit, target)} against ${targetAmount(objective)}`;
}

function passed(objective: Objective, value: number): string {
  const { unit, target } = objective;
  return `${sentence(subject(objective))} is ${amount(value, unit, target)}, ${requirement(objective)} as required.`;
}

function judgeInterval(objective: Objective, value: number, measurement: Measurement, failConfidence: number): Finding {
  const { comparison, target, unit } = objective;
  const interval = measurement.interval?.(confidence) ?? { low: value, high: value, confidence };
  if (sideOf(interval, comparison, target) === 'right') return { verdict: 'pass', reason: passed(objective, value) };
  const observed = measurement.observed ?? measurement.interval ?? (() => interval);
  if (sideOf(observed(failConfidence) ?? interval, comparison, target) === 'wrong') {
    return { verdict: 'fail', reason: `${against(objective, value)}.` };
  }
  const between = range(interval, unit);
  const doubt =
    sideOf(interval, comparison, target) === 'wrong'
      ? `the interval ${between} is so close to the target that among so many objectives it can be chance`
      : `the interval ${between} lies on both sides of the target`;
  return { verdict: 'inconclusive', reason: `${against(objective, value)}, but ${doubt}: a longer run would tell.` };
}

/** A target that answered all it was asked has not missed a throughput that it was never asked for. */
function judgeThroughput(objective: Objective, value: number, run: RunEvidence): Finding {
  const { comparison, target } = objective;
  if (holds(value, comparison, target)) return { verdict: 'pass', reason: passed(objective, value) };
  const asked = run.plannedRatePerSecond ?? value;
  if (value < asked * keepsUp) {
    return {
      verdict: 'fail',
      reason: `Of ${figure(asked, '/s')} requests a second asked for, ${figure(value, '/s', target)} were answered as they should; ${requirement(objective)} is required.`,
    };
  }
  if (holds(asked, comparison, target)) return { verdict: 'fail', reason: `${against(objective, value)}.` };
  return {
    verdict: 'inconclusive',
    reason: `The target kept up, but was only asked for ${figure(asked, '/s', target)} requests a second, not ${requirement(objective)}.`,
  };
}

function judgeStableTime(objective: Objective, hours: number, health: ObjectiveResult | undefined): Finding {
  const shown = duration(hours * 3_600_000);
  const wanted = targetAmount(objective);
  if (health?.verdict === 'fail') {
    return { verdict: 'fail', reason: `Not stable over the ${shown} measured: ${subject(health.objective)} failed.` };
  }
  const missing: string[] = [];
  if (!holds(hours, objective.comparison, objective.target)) missing.push(`${shown} of ${wanted} shown`);
  if (health === undefined) missing.push('nothing measured whether the target was healthy');
  else if (health.verdict !== 'pass') missing.push(`${subject(health.objective)} is not shown either way`);
  if (missing.length === 0) return { verdict: 'pass', reason: `${shown} without loss of availability.` };
  return { verdict: 'inconclusive', reason: `${sentence(list(missing))}.` };
}
