import { judgeAll } from '../../gate/judge.ts';
import { coarse, range } from '../../gate/words.ts';
import {
  type FeedbackAnswer,
  type FeedbackResult,
  type FeedbackScale,
  feedbackScales,
  type RoleFeedback,
} from '../../model/feedback.ts';
import type { UatCriterion } from '../../model/uat.ts';
import type { Interval, Objective } from '../../model/verdict.ts';
import { proportionInterval } from '../../stats/intervals.ts';

/** Judged by the acceptance tests, where the configuration sets it; by no run under load. */
export const satisfactionObjective: Objective = {
  id: 'satisfaction',
  title: 'Satisfaction',
  gate: 'uat',
  metric: 'satisfaction',
  statistic: 'mean',
  comparison: '>=',
  target: 4,
  unit: 'score',
  weight: 1,
  key: true,
  minimumSamples: 5,
};

const mostComments = 50;
const confidence = 0.95;
const tidy = (value: number) => Number(value.toFixed(4));

/**
 * What answers come to. Of the means, intervals are those of a share (Clopper and Pearson) on the scale from the lowest to the highest score: of
 * all answers of a given mean on such a scale, those at its two ends scatter most, so the interval is wide rather than narrow, and five times the
 * best score still leaves room.
 * @param objective judged by the mean of all answers; null: nothing is judged
 */
export function feedbackResult(
  answers: readonly FeedbackAnswer[],
  scale: FeedbackScale,
  damaged: number,
  objective: Objective | null,
): FeedbackResult {
  const { low, high } = feedbackScales[scale];
  const byRole = new Map<string, number[]>();
  for (const { role, score } of answers) byRole.set(role, [...(byRole.get(role) ?? []), score]);
  const scores = answers.map(({ score }) => score);
  const worded = answers.filter(({ comment }) => comment !== '').toSorted((a, b) => b.date.localeCompare(a.date));
  const count = (test: (score: number) => boolean) => scores.filter(test).length;
  const good = count((score) => score >= 4);
  return {
    scale,
    all: meanOf('all', scores, scale),
    roles: [...byRole].sort(([, a], [, b]) => b.length - a.length).map(([role, own]) => meanOf(role, own, scale)),
    satisfied:
      scale === '1-5' && scores.length > 0
        ? {
            percent: tidy((100 * good) / scores.length),
            interval: scaled(proportionInterval(good, scores.length), 0, 100),
          }
        : null,
    promoters: scale === '0-10' && scores.length > 0 ? promoters(scores) : null,
    scores: Array.from({ length: high - low + 1 }, (_, i) => count((score) => score === low + i)),
    comments: worded.slice(0, mostComments),
    commentsLeftOut: Math.max(0, worded.length - mostComments),
    damaged,
    objective: objective === null ? null : judged(scores, scale, objective),
  };
}

function meanOf(role: string, scores: readonly number[], scale: FeedbackScale): RoleFeedback {
  const mean = scores.length === 0 ? null : tidy(scores.reduce((sum, score) => sum + score, 0) / scores.length);
  return { role, answers: scores.length, mean, interval: meanInterval(scores, scale, confidence) };
}

function meanInterval(scores: readonly number[], scale: FeedbackScale, wanted: number): Interval | null {
  const { low, high } = feedbackScales[scale];
  const share = scores.reduce((sum, score) => sum + (score - low) / (high - low), 0);
  return scaled(proportionInterval(share, scores.length, wanted), low, high);
}

/** Promoters less detractors (F. Reichheld, Harvard Business Review, December 2003), each answer counting 1, 0 or −1. */
function promoters(scores: readonly number[]): { score: number; interval: Interval | null } {
  const values = scores.map((score) => (score >= 9 ? 1 : score <= 6 ? -1 : 0));
  const share = values.reduce<number>((sum, value) => sum + (value + 1) / 2, 0);
  const score = tidy((100 * values.reduce<number>((sum, value) => sum + value, 0)) / scores.length);
  return { score, interval: scaled(proportionInterval(share, scores.length), -100, 100) };
}

function scaled(interval: Interval | null, low: number, high: number): Interval | null {
  if (interval === null) return null;
  const at = (share: number) => tidy(low + share * (high - low));
  return { low: at(interval.low), high: at(interval.high), confidence: interval.confidence };
}

function judged(
  scores: readonly number[],
  scale: FeedbackScale,
  objective: Objective,
): NonNullable<FeedbackResult['objective']> {
  const { mean } = meanOf('all', scores, scale);
  const measurement = {
    value: mean,
    samples: scores.length,
    interval: (wanted: number) => meanInterval(scores, scale, wanted),
    absent: 'nobody has given feedback',
  };
  const evidence = { voidShare: 0, maxVoidShare: 1, plannedRatePerSecond: null };
  const [found] = judgeAll([objective], () => measurement, evidence);
  return {
    target: objective.target,
    verdict: found?.verdict ?? 'inconclusive',
    reason: found?.reason ?? 'Nobody has given feedback.',
  };
}

/** The criterion of an objective that was set; none where nobody set one. */
export function feedbackCriterion({ objective, all, scale }: FeedbackResult): UatCriterion[] {
  if (objective === null) return [];
  const between = all.interval === null ? '' : ` (${range(coarse(all.interval), 'score')})`;
  return [
    {
      id: 'feedback',
      title: 'Satisfaction',
      requirement: 'U6',
      verdict: objective.verdict,
      observed: all.mean === null ? 'no answer' : `${all.mean.toFixed(2)}${between} of ${all.answers} answers`,
      wanted: `mean of at least ${objective.target} on ${scale.replace('-', ' to ')}`,
      reason: objective.verdict === 'pass' ? '' : objective.reason,
      evidence: 'feedback',
    },
  ];
}
