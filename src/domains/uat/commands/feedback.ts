import { resolve } from 'node:path';
import { ShakedownError } from '../../../model/error.ts';
import type { FeedbackScale } from '../../../model/feedback.ts';
import type { Services } from '../../command.ts';
import { feedbackScale } from '../feedback/settings.ts';
import { addAnswers } from '../feedback/store.ts';
import { readSurvey } from '../feedback/survey.ts';
import { isUatRun } from '../judging/acceptance.ts';
import { begunBy } from '../run/begun.ts';
import { serveFeedback } from '../run/feedback-server.ts';

interface FeedbackFlags {
  survey?: string;
  port: number;
}

/** `shakedown uat feedback`: adds a survey to a run, or serves the form until it is interrupted. */
export async function uatFeedback([run]: [string], flags: FeedbackFlags, services: Services): Promise<void> {
  const { terminal } = services;
  const folder = await services.runFolder(run);
  if (flags.survey !== undefined) {
    const answers = await readSurvey(resolve(flags.survey), await scaleOf(folder));
    addAnswers(folder, answers);
    const { index } = await services.render(folder);
    terminal.out(`${answers.length} ${answers.length === 1 ? 'answer' : 'answers'} added\n${index}\n`);
    return;
  }
  if (!isUatRun(folder)) {
    throw new ShakedownError('UAT_NO_FORM', `${folder} is a run under load, for which there is no form.`, {
      hint: 'Add what people said with --survey <file>, or collect it on a run of `shakedown uat run`.',
    });
  }
  const render = async () => (await services.render(folder)).results;
  const served = await serveFeedback(folder, flags.port, render, (text) => terminal.err(`${text}\n`));
  terminal.out(`${served.address}\n`);
  terminal.err('For people at this machine; Ctrl-C ends it.\n');
  const signal = services.interruption();
  await new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }));
  await served.close();
}

async function scaleOf(folder: string): Promise<FeedbackScale> {
  return feedbackScale((await begunBy(folder)).run?.config);
}
