import { z } from 'zod';
import type { FeedbackResult, FeedbackScale } from '../../../model/feedback.ts';
import type { Doubt } from '../../domain.ts';
import { settingsOf } from '../../settings.ts';
import { feedbackResult } from './result.ts';
import type { ResolvedFeedback } from './rules.ts';
import { readAnswers, storeAnswers } from './store.ts';
import { readSurvey } from './survey.ts';

const settings = z.object({
  uat: z.object({ feedback: z.object({ scale: z.enum(['1-5', '0-10']).optional() }).optional() }).optional(),
  /** A list holds whole objectives, of which `run` reads those that are set. */
  objectives: z
    .union([z.array(z.unknown()), z.object({ satisfaction: z.object({}).loose().optional() }).loose()])
    .nullish(),
  policy: z
    .object({
      objectives: z
        .object({ satisfaction: z.object({}).loose().optional() })
        .loose()
        .optional(),
    })
    .nullish(),
});

function parsed(config: unknown): z.infer<typeof settings> {
  return settingsOf(settings, config).value;
}

/** What of that cannot be read. */
export function feedbackDoubts(config: unknown): Doubt[] {
  return settingsOf(settings, config).doubts;
}

/** What scores go from and to, by the configuration that a run began with. */
export function feedbackScale(config: unknown): FeedbackScale {
  return parsed(config).uat?.feedback?.scale ?? '1-5';
}

/** Whether that configuration, or its policy, sets an objective for satisfaction: without one, what people say is shown and not judged. */
export function satisfactionSet(config: unknown): boolean {
  const { objectives, policy } = parsed(config);
  if (policy?.objectives?.satisfaction !== undefined) return true;
  return objectives != null && !Array.isArray(objectives) && objectives.satisfaction !== undefined;
}

/** What people said of a run. @param config the run's own */
export function feedbackOf(folder: string, config: unknown): FeedbackResult {
  const scale = feedbackScale(config);
  const { answers, damaged } = readAnswers(folder, scale);
  return feedbackResult(answers, scale, damaged);
}

/**
 * Reads the survey that the configuration names; call what it returns when there is a run's folder to write it into.
 * @throws ShakedownError UAT_SURVEY
 */
export async function surveyOf({ survey, scale }: ResolvedFeedback): Promise<(folder: string) => void> {
  const answers = survey === null ? [] : await readSurvey(survey, scale);
  // One name in every shard of a run: merged, they are one survey.
  return (folder) => storeAnswers(folder, answers, 'survey.json');
}
