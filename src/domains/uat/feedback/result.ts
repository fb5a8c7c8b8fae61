import type { Measurement } from '../../../gate/measurement.ts';
import { coarse, range, requirement } from '../../../gate/words.ts';
import {
  type FeedbackAnswer,
  type FeedbackResult,
  type FeedbackScale,
  feedbackScales,
  type RoleFeedback,
} from '../../../model/feedback.ts';
import type { Interval, Objective } from '../../../model/verdict.ts';
import { proportionInterval } from '../../../stats/intervals.ts';

const mostComments = 50;
const confidence = 0.95;
const tidy = (value: number) => Number(value.toFixed(4));

/**
 * What the answers show. Of the means, intervals are those of a share (Clopper and Pearson) on the scale from the lowest to the highest score: of
 * all answers of a given mean on such a scale, those at its two ends scatter most, so the interval is wide rather than narrow, and five times the
 * best score still leaves room.
 */
export function feedbackResult(
  answers: readonly FeedbackAnswer[],
  scale: FeedbackScale,
  damaged: number,
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

/** The mean of all answers, with the interval that they leave it. */
export function satisfaction(feedback: FeedbackResult | undefined, objective: Objective): Measurement {
  const absent = { value: null, samples: 0, absent: 'nobody has given feedback' };
  if (feedback === undefined) return absent;
  const { all, scale, scores: counts } = feedback;
  const { low } = feedbackScales[scale];
  const scores = counts.flatMap((many, i) => Array.from({ length: many }, () => low + i));
  const between = all.interval === null ? '' : ` (${range(coarse(all.interval), 'score')})`;
  return {
    ...absent,
    value: all.mean,
    samples: all.answers,
    interval: (wanted) => meanInterval(scores, scale, wanted),
    unclear: 'more answers would show which',
    words: {
      observed: all.mean === null ? 'no answer' : `${all.mean.toFixed(2)}${between} of ${all.answers} answers`,
      wanted: `mean of ${requirement(objective)} on ${scale.replace('-', ' to ')}`,
    },
  };
}
