import { z } from 'zod';
import type { FeedbackScale } from '../../../model/feedback.ts';

export const feedbackSchema = z
  .strictObject({
    survey: z
      .string()
      .min(1)
      .optional()
      .describe('File of answers (YAML, JSON or CSV): role, score, comment, date; none when absent.'),
    scale: z.enum(['1-5', '0-10']).default('1-5').describe('Lowest and highest score.'),
  })
  .prefault({})
  .describe('What people think of the release.');

export interface ResolvedFeedback {
  /** Absolute; null: none. */
  survey: string | null;
  scale: FeedbackScale;
}
