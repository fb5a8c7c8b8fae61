import { z } from 'zod';
import type { FeedbackScale } from '../../../model/feedback.ts';

export const feedbackSchema = z.strictObject({
  survey: z.string().min(1).optional().describe('File of answers (YAML, JSON or CSV): role, score, comment, date.'),
  scale: z.enum(['1-5', '0-10']).optional().describe('What scores go from and to; 1-5 when absent.'),
});

export interface ResolvedFeedback {
  /** Absolute; null: none. */
  survey: string | null;
  scale: FeedbackScale;
}

/** @param at makes a path absolute */
export function resolveFeedback(
  given: z.output<typeof feedbackSchema> | undefined,
  at: (path: string) => string,
): ResolvedFeedback {
  return { survey: given?.survey === undefined ? null : at(given.survey), scale: given?.scale ?? '1-5' };
}
