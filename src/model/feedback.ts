import type { ShareFigure } from './journeys.ts';
import type { Interval } from './verdict.ts';

/** Lowest and highest score: the faces of customer satisfaction, or "would you recommend it". */
export const feedbackScales = { '1-5': { low: 1, high: 5 }, '0-10': { low: 0, high: 10 } } as const;
export type FeedbackScale = keyof typeof feedbackScales;

/** What somebody thinks of the release. */
export interface FeedbackAnswer {
  role: string;
  score: number;
  comment: string;
  /** Id of the scenario that it is about; null: all of it. */
  scenario: string | null;
  /** ISO 8601, a day at the least. */
  date: string;
}

export interface RoleFeedback {
  role: string;
  answers: number;
  mean: number | null;
  interval: Interval | null;
}

export interface FeedbackResult {
  scale: FeedbackScale;
  all: RoleFeedback;
  /** Most answers first. */
  roles: RoleFeedback[];
  /** On 1–5: percent of answers of 4 and 5; null on the other scale. */
  satisfied: ShareFigure | null;
  /** On 0–10: percent of 9 and 10 less percent of 0 to 6, −100 … 100; null on the other scale. */
  promoters: { score: number; interval: Interval | null } | null;
  /** How many answers each score has, from the lowest on. */
  scores: number[];
  /** Newest first, those with words only, capped. */
  comments: FeedbackAnswer[];
  commentsLeftOut: number;
  /** Files that could not be read as answers. */
  damaged: number;
}
