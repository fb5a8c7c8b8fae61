import type { RunFacts } from '../model/run-facts.ts';
import type { Objective, ObjectiveResult, Verdict } from '../model/verdict.ts';
import { sideOf } from './comparison.ts';
import type { Measurement } from './measurement.ts';
import type { Finding, Metric } from './metric.ts';
import type { Metrics } from './metrics.ts';
import { amount, grouped, range, requirement, sentence, targetAmount } from './words.ts';

/** What is known of the run as a whole. */
export interface RunEvidence {
  /** Share of windows in which the generator was the bottleneck, and how much of it is tolerated; 0 … 1. */
  invalidShare: number;
  maxInvalidShare: number;
  facts: RunFacts;
}

const confidence = 0.95;

/**
 * Judges all objectives; results come worst first. Each shows the interval that decided.
 *
 * Passing needs no correction for the number of objectives: a run passes only when every one does, so its chance to pass wrongly is
 * at most that of any single one (Berger's intersection–union test, Technometrics 24, 1982). Failing does, since one false alarm
 * among many is enough: an objective fails only where the interval at Bonferroni's confidence lies on the wrong side too.
 */
export function judgeAll(
  objectives: readonly Objective[],
  metrics: Metrics,
  measure: (objective: Objective) => Measurement,
  run: RunEvidence,
): ObjectiveResult[] {
  const byChance = objectives.filter((objective) => metrics.of(objective)?.isCount !== true);
  const failConfidence = 1 - (1 - confidence) / Math.max(byChance.length, 1);
  const results: ObjectiveResult[] = [];
  const isLast = (objective: Objective) => Number(metrics.of(objective)?.isLast === true);
  for (const objective of [...objectives].sort((a, b) => isLast(a) - isLast(b))) {
    const metric = metrics.of(objective);
    const measurement = measure(objective);
    const subject = metrics.subject(objective);
    const { verdict, reason } = judge({
      objective,
      subject,
      metric,
      measurement,
      run,
      failConfidence,
      before: results,
    });
    const decisive = verdict === 'fail' ? (measurement.observed ?? measurement.interval) : measurement.interval;
    const shown = decisive?.(confidence) ?? null;
    results.push({
      objective,
      subject,
      shortSubject: metrics.shortSubject(objective),
      verdict,
      value: measurement.value,
      interval: shown !== null && Number.isFinite(shown.low) && Number.isFinite(shown.high) ? shown : null,
      samples: measurement.samples,
      reason: measurement.note === undefined || needsOther(metric, run) ? reason : `${reason} ${measurement.note}`,
      changePercent: null,
      ...(measurement.words === undefined ? {} : { words: measurement.words }),
    });
  }
  return results.sort(
    (a, b) =>
      badness[a.verdict] - badness[b.verdict] ||
      Number(b.objective.key) - Number(a.objective.key) ||
      metrics.place(a.objective) - metrics.place(b.objective),
  );
}

const badness: Record<Verdict, number> = { fail: 0, inconclusive: 1, pass: 2 };

/** The generator was the bottleneck, and the figure is nothing without it. */
function needsOther(metric: Metric | undefined, run: RunEvidence): boolean {
  return metric?.needsGenerator === true && saturated(run);
}

function saturated(run: RunEvidence): boolean {
  return run.invalidShare > run.maxInvalidShare;
}

function bottleneckReason(run: RunEvidence, so: string): string {
  return `The load generator, not the target, was the bottleneck in ${amount(run.invalidShare * 100, '%')} of the windows (${amount(run.maxInvalidShare * 100, '%')} are allowed), so ${so}.`;
}

interface Case {
  objective: Objective;
  subject: string;
  metric: Metric | undefined;
  measurement: Measurement;
  run: RunEvidence;
  failConfidence: number;
  before: readonly ObjectiveResult[];
}

/** The first rule that applies decides. */
function judge(one: Case): Finding {
  const { objective, subject, metric, measurement, run, failConfidence, before } = one;
  const { value, samples } = measurement;
  const inconclusive = (reason: string): Finding => ({ verdict: 'inconclusive', reason });
  if (metric === undefined) return inconclusive(`Not measured: there is no metric ${objective.metric}.`);
  if (value === null) return inconclusive(`Not measured: ${measurement.absent ?? 'there are no samples'}.`);
  if (needsOther(metric, run)) return inconclusive(bottleneckReason(run, "this figure is not the target's"));
  if (samples < objective.minimumSamples) {
    return inconclusive(
      `Only ${grouped(samples)} samples; ${grouped(objective.minimumSamples)} are needed to judge this.`,
    );
  }
  if (metric.judge !== undefined) return metric.judge(objective, value, before, run.facts);
  const found = judgeInterval(one, value, measurement, failConfidence);
  if (found.verdict === 'pass' && measurement.open !== undefined) return inconclusive(measurement.open);
  if (found.verdict === 'fail') {
    const { certain } = measurement;
    if (saturated(run) && certain !== undefined && certain.value !== null) {
      const sure = judgeInterval(one, certain.value, certain, failConfidence);
      if (sure.verdict !== 'fail')
        return inconclusive(`${found.reason} ${bottleneckReason(run, 'much of it may be caused by the generator')}`);
    }
    return { reason: measurement.reason ?? found.reason, verdict: metric.missed ?? 'fail' };
  }
  const unserved = measurement.unservedShare ?? 0;
  const left = leftOut[objective.statistic];
  if (found.verdict === 'pass' && left !== undefined && unserved > left) {
    return inconclusive(
      `${against(objective, subject, value)}, but ${amount(unserved * 100, '%')} of the requests failed or were never sent, more than ${objective.statistic} leaves out: how fast they would have been served is not known.`,
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

/** `P95 response time is 213 ms against 200 ms`, the beginning of a reason. */
export function against(objective: Objective, subject: string, value: number): string {
  const { unit, target } = objective;
  return `${sentence(subject)} is ${amount(value, unit, target)} against ${targetAmount(objective)}`;
}

/** The reason of an objective that passed. */
export function passed(objective: Objective, subject: string, value: number): string {
  const { unit, target } = objective;
  return `${sentence(subject)} is ${amount(value, unit, target)}, ${requirement(objective)} as required.`;
}

function judgeInterval(
  { objective, subject }: Pick<Case, 'objective' | 'subject'>,
  value: number,
  measurement: Measurement,
  failConfidence: number,
): Finding {
  const { comparison, target, unit } = objective;
  const interval = measurement.interval?.(confidence) ?? { low: value, high: value, confidence };
  if (sideOf(interval, comparison, target) === 'right') {
    const { words } = measurement;
    const reason = words === undefined ? passed(objective, subject, value) : `${sentence(subject)}: ${words.observed}.`;
    return { verdict: 'pass', reason };
  }
  const observed = measurement.observed ?? measurement.interval ?? (() => interval);
  if (sideOf(observed(failConfidence) ?? interval, comparison, target) === 'wrong') {
    return { verdict: 'fail', reason: `${against(objective, subject, value)}.` };
  }
  const between = range(interval, unit);
  const doubt =
    sideOf(interval, comparison, target) === 'wrong'
      ? `the interval ${between} is so close to the target that, among so many objectives, it could be chance`
      : `the interval ${between} lies on both sides of the target`;
  return {
    verdict: 'inconclusive',
    reason: `${against(objective, subject, value)}, but ${doubt}: a longer run would show which.`,
  };
}
