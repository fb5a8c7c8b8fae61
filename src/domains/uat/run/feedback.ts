import { join } from 'node:path';
import { z } from 'zod';
import type { ResolvedConfig } from '../../../model/config.ts';
import type { FeedbackResult, FeedbackScale } from '../../../model/feedback.ts';
import type { Objective } from '../../../model/verdict.ts';
import { readJournal } from '../../../run/results/events.ts';
import { readAnswers, storeAnswers } from '../feedback/store.ts';
import { readSurvey } from '../feedback/survey.ts';
import { feedbackResult, satisfactionObjective } from '../satisfaction.ts';

const change = z
  .object({
    title: z.string(),
    comparison: z.enum(['>', '>=']),
    target: z.number(),
    minimumSamples: z.number().min(0),
  })
  .partial();
const settings = z.object({
  uat: z
    .object({ feedback: z.object({ scale: z.enum(['1-5', '0-10']) }) })
    .optional()
    .catch(undefined),
  objectives: z.object({ satisfaction: change }).nullish().catch(null),
});

/** The same of a run by its folder. */
export async function feedbackSettings(folder: string): Promise<ReturnType<typeof settingsOf>> {
  for await (const event of readJournal(join(folder, 'journal.ndjson'), () => {})) {
    if (event.type === 'shakedown.run.started') return settingsOf(event.data.config);
  }
  return settingsOf(null);
}

/** What a run's own configuration says of feedback: the scale of its scores, and the objective where one is set. */
function settingsOf(config: unknown): { scale: FeedbackScale; objective: Objective | null } {
  const parsed = settings.safeParse(typeof config === 'object' && config !== null ? config : {});
  const given = parsed.data?.objectives?.satisfaction;
  return {
    scale: parsed.data?.uat?.feedback.scale ?? '1-5',
    objective: given === undefined ? null : { ...satisfactionObjective, ...(given as Partial<Objective>) },
  };
}

/** What people said of a run. @param config the run's own */
export function feedbackOf(folder: string, config: unknown): FeedbackResult {
  const { scale, objective } = settingsOf(config);
  const { answers, damaged } = readAnswers(folder, scale);
  return feedbackResult(answers, scale, damaged, objective);
}

/**
 * Reads the survey that the configuration names; call what it returns when there is a run's folder to write it into.
 * @throws ShakedownError UAT_SURVEY
 */
export async function surveyOf({ uat }: Pick<ResolvedConfig, 'uat'>): Promise<(folder: string) => void> {
  const { survey, scale } = uat.feedback;
  const answers = survey === null ? [] : await readSurvey(survey, scale);
  // One name in every shard of a run: merged, they are one survey.
  return (folder) => storeAnswers(folder, answers, 'survey.json');
}
