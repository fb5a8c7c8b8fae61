import { limitMsOf, percentileOf } from '../model/objective.ts';
import type { RunFacts } from '../model/run-facts.ts';
import type { Interval, Objective, ObjectiveResult, Verdict } from '../model/verdict.ts';
import { sideOf } from './comparison.ts';
import type { Measurement } from './measurement.ts';
import type { Finding, Metric } from './metric.ts';
import type { Metrics } from './metrics.ts';
import { amount, duration, grouped, range, requirement, sentence, targetAmount } from './words.ts';

/** What is known of the run as a whole. */
export interface RunEvidence {
  /** Share of windows in which the generator was the bottleneck, and how much of it is tolerated; 0 … 1. */
  invalidShare: number;
  maxInvalidShare: number;
  facts: RunFacts;
  /** How often it is judged until its end; absent: once. */
  looks?: number;
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
  const failConfidence = 1 - (1 - confidence) / (Math.max(byChance.length, 1) * (run.looks ?? 1));
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
    const isWarning = verdict === 'pass' && isPastWarning(objective, measurement);
    results.push({
      objective,
      subject,
      shortSubject: metrics.shortSubject(objective),
      verdict,
      value: measurement.value,
      interval: shown !== null && Number.isFinite(shown.low) && Number.isFinite(shown.high) ? shown : null,
      samples: measurement.samples,
      reason: sentences(
        reason,
        isWarning ? warning(objective) : undefined,
        needsOther(metric, run) ? undefined : measurement.note,
      ),
      changePercent: null,
      ...(isWarning ? { isWarning } : {}),
      ...(measurement.words === undefined ? {} : { words: measurement.words }),
    });
  }
  return results.sort(
    (a, b) =>
      badness[a.verdict] - badness[b.verdict] ||
      Number(b.isWarning ?? false) - Number(a.isWarning ?? false) ||
      Number(b.objective.key) - Number(a.objective.key) ||
      metrics.place(a.objective) - metrics.place(b.objective),
  );
}

function sentences(...all: (string | undefined)[]): string {
  return all.filter((one) => one !== undefined).join(' ');
}

/** What passes without being shown to be within the stricter target is warned of: a warning must be seen where it could be due. */
function isPastWarning({ warn, comparison }: Objective, { value, interval }: Measurement): boolean {
  if (warn === undefined || value === null) return false;
  const known = interval?.(confidence) ?? { low: value, high: value, confidence };
  return sideOf(known, comparison, warn) !== 'right';
}

function warning({ warn = 0, ...objective }: Objective): string {
  return `A warning: it was not shown to be ${requirement({ ...objective, target: warn })}.`;
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

/** A miss that has another cause than the target, as far as is known, is not held against it. */
function judge(one: Case): Finding {
  const found = judged(one);
  const { excused } = one.measurement;
  if (found.verdict !== 'fail' || excused === undefined) return found;
  const { measurement, facts, cause } = excused;
  const without = judged({ ...one, measurement, run: { ...one.run, facts } });
  return without.verdict === 'fail' ? found : { verdict: 'inconclusive', reason: `${found.reason} ${cause}` };
}

/** The first rule that applies decides. */
function judged(one: Case): Finding {
  const { objective, subject, metric, measurement, run, failConfidence, before } = one;
  const { value, samples } = measurement;
  const inconclusive = (reason: string): Finding => ({ verdict: 'inconclusive', reason });
  if (metric === undefined) return inconclusive(`Not measured: there is no metric ${objective.metric}.`);
  if (value === null) return inconclusive(`Not measured: ${measurement.absent ?? 'there are no samples'}.`);
  // It lies on no side of the target.
  if (Number.isNaN(value)) return inconclusive('Not measured: what came out is no number.');
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
  const left = leftOut(objective);
  if (found.verdict === 'pass' && left !== undefined && unserved > left) {
    return inconclusive(
      `${against(objective, subject, value)}, but ${amount(unserved * 100, '%')} of the requests failed or were never sent, more than ${limitMsOf(objective.statistic) === null ? objective.statistic : 'it'} leaves out: how fast they would have been served is not known.`,
    );
  }
  return found;
}

/** Share of requests that an objective for times allows to be slower. */
function leftOut({ statistic, target }: Objective): number | undefined {
  if (limitMsOf(statistic) !== null) return target / 100;
  const p = percentileOf(statistic);
  return p === null ? undefined : (100 - p) / 100;
}

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
  { objective, subject, run }: Pick<Case, 'objective' | 'subject' | 'run'>,
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
  // Without an upper end it is no range that a reader would take for one.
  const between = Number.isFinite(interval.high) ? range(interval, unit) : `(${amount(interval.low, unit)} or more)`;
  const doubt =
    sideOf(interval, comparison, target) === 'wrong'
      ? `the interval ${between} is so close to the target that, among so many objectives, it could be chance`
      : `the interval ${between} lies on both sides of the target`;
  const longer = measurement.unclear ?? `a longer run would show which${howLong(value, interval, target, run)}`;
  return {
    verdict: 'inconclusive',
    reason: `${against(objective, subject, value)}, but ${doubt}: ${longer}.`,
  };
}

/** Whole minutes, of hours every tenth one: an estimate is known no better. */
function inMinutes(ms: number): number {
  const step = ms > 3_600_000 ? 600_000 : 60_000;
  return Math.ceil(ms / step) * step;
}

const weekMs = 7 * 24 * 3_600_000;

/**
 * How long the run would have to be at this rate for the interval to end at the target, were the value to stay as it is: `, about 3 h at this rate`. Intervals
 * become narrower with the root of the count; where nothing failed yet, with the count. Empty where it cannot be said.
 */
function howLong(value: number, { low, high }: Interval, target: number, { facts }: RunEvidence): string {
  const coveredMs = facts.judged?.coveredMs ?? 0;
  const end = value < target ? high : low;
  if (!(coveredMs > 0) || !Number.isFinite(end)) return '';
  const ratio = (end - value) / (target - value);
  const neededMs = coveredMs * (value === 0 || value === 100 ? ratio : ratio ** 2);
  if (!Number.isFinite(neededMs) || neededMs > weekMs) return ', though not within a week at this rate';
  return neededMs > coveredMs ? `, about ${duration(inMinutes(neededMs))} at this rate` : '';
}
