import { type FeedbackScale, feedbackScales } from '../../../model/feedback.ts';
import { pageIcon } from '../../../report-kit/chart/marks.ts';
import { plural } from '../../../report-kit/format.ts';
import { renderAlone } from '../../../report-kit/render.ts';
import { shortened, visible } from '../../../report-kit/text.ts';

export interface FeedbackForm {
  candidate: string;
  scale: FeedbackScale;
  /** Path that the form is sent to, and the secret that it carries. */
  action: string;
  token: string;
  roles: readonly string[];
  scenarios: readonly { id: string; title: string }[];
  answers: number;
  signed: boolean;
  /** The last answer was taken. */
  thanks: boolean;
  /** Why it was not; the form then holds what was written. */
  problem: string | null;
  written: { role: string; score: string; comment: string; scenario: string };
}

const questions: Record<FeedbackScale, { question: string; worst: string; best: string }> = {
  '1-5': { question: 'How satisfied are you with it?', worst: 'not at all', best: 'very' },
  '0-10': { question: 'Would you recommend it?', worst: 'certainly not', best: 'certainly' },
};

/** @returns the page, and the content security policy to serve it with: no script, and a form that leads to its own server only */
export function feedbackPage(form: FeedbackForm): { html: string; policy: string } {
  const { low, high } = feedbackScales[form.scale];
  const { role, score, comment, scenario } = form.written;
  return renderAlone('feedback-form', {
    ...questions[form.scale],
    ...{ action: form.action, token: form.token, signed: form.signed, thanks: form.thanks },
    candidate: visible(shortened(form.candidate, 60)),
    icon: pageIcon('not run'),
    problem: form.problem === null ? '' : visible(shortened(form.problem, 200)),
    roles: form.roles.slice(0, 40).map((each) => visible(shortened(each, 60))),
    scenarios: form.scenarios.slice(0, 200).map(({ id, title }) => ({
      ...{ id: visible(id), title: visible(shortened(title, 80)), isChosen: id === scenario },
    })),
    scores: Array.from({ length: high - low + 1 }, (_, i) => String(low + i)).map((value) => ({
      ...{ value, isChosen: value === score },
    })),
    ...{ role, comment },
    answers: plural(form.answers, 'answer'),
  });
}
