import { z } from 'zod';
import { type FeedbackAnswer, type FeedbackScale, feedbackScales } from '../../../model/feedback.ts';

export const mostAnswers = 5000;
const longestComment = 2000;
const oneLine = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^[^\r\n]*$/, 'must be one line');

const shape = z.strictObject({
  role: oneLine(60),
  score: z.coerce.number(),
  comment: z.string().trim().max(longestComment).default(''),
  scenario: oneLine(60).nullish(),
  date: z.union([z.iso.date(), z.iso.datetime({ offset: true })]),
});

/** An answer from outside, or in one line what is wrong with it. */
export function readAnswer(value: unknown, scale: FeedbackScale): FeedbackAnswer | string {
  const parsed = shape.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') ?? '';
    return `${where === '' ? '' : `${where}: `}${issue?.message ?? 'no answer'}`;
  }
  const { role, score, comment, scenario, date } = parsed.data;
  const { low, high } = feedbackScales[scale];
  if (!Number.isInteger(score) || score < low || score > high)
    return `score: ${score} is not a whole number from ${low} to ${high}`;
  return { role, score, comment, scenario: scenario ?? null, date };
}
