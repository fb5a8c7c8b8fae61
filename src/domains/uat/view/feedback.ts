import { coarse } from '../../../gate/words.ts';
import { type FeedbackResult, feedbackScales, type RoleFeedback } from '../../../model/feedback.ts';
import type { Interval } from '../../../model/verdict.ts';
import { scoreColumns } from '../../../report-kit/chart/scores.ts';
import { count, interval, milliseconds, nothing, percent, plainNumber, plural } from '../../../report-kit/format.ts';
import type { SvgMarkup } from '../../../report-kit/svg.ts';
import { shortened } from '../../../report-kit/text.ts';
import type { Fact } from '../../../report-kit/verdict.ts';

const mostRoles = 20;
const mostComments = 20;
/** Below so many answers a mean says little, whatever it is. */
const fewAnswers = 10;

export interface FeedbackView {
  lead: string;
  drawing: SvgMarkup | null;
  facts: Fact[];
  roles: { role: string; answers: string; mean: string; interval: string }[];
  rolesLeftOut: string;
  comments: { role: string; score: string; about: string; day: string; comment: string }[];
  commentsLeftOut: string;
  damaged: string;
}

/** What people think of the release. @param apdex of the run's response times, to stand beside it; null: none was measured */
export function feedbackView(
  feedback: FeedbackResult,
  apdex: { score: number; thresholdMs: number } | null,
): FeedbackView {
  const { scale, all, roles, comments, satisfied, promoters, damaged } = feedback;
  const { low, high } = feedbackScales[scale];
  const shown = comments.slice(0, mostComments);
  const leftOut = feedback.commentsLeftOut + comments.length - shown.length;
  return {
    lead:
      all.answers === 0
        ? 'Nobody has given feedback on this run.'
        : `${plural(all.answers, 'answer')} on a scale from ${low} to ${high}.${all.answers < fewAnswers ? ' These are few answers: see the intervals.' : ''}`,
    drawing: scoreColumns(feedback.scores, low),
    facts: [
      ...(all.mean === null ? [] : [{ name: 'Mean', value: meanText(all) }]),
      ...(satisfied === null
        ? []
        : [{ name: 'Satisfied, 4 or 5', value: `${percent(satisfied.percent)}${within(satisfied.interval, '%')}` }]),
      ...(promoters === null
        ? []
        : [
            {
              name: 'Promoters minus detractors',
              value: `${plainNumber(promoters.score, 0)}${within(promoters.interval, 'score')}`,
            },
          ]),
      ...(apdex === null
        ? []
        : [{ name: `Apdex under load, ${milliseconds(apdex.thresholdMs)}`, value: plainNumber(apdex.score, 3) }]),
    ],
    roles: roles.slice(0, mostRoles).map((each) => ({
      role: shortened(each.role, 60),
      answers: count(each.answers),
      mean: each.mean === null ? nothing : each.mean.toFixed(2),
      interval: each.interval === null ? '' : interval(coarse(each.interval), 'score'),
    })),
    rolesLeftOut: roles.length > mostRoles ? count(roles.length - mostRoles) : '',
    comments: shown.map(({ role, score, comment, scenario, date }) => ({
      ...{ role: shortened(role, 60), score: `${score} of ${high}`, day: date.slice(0, 10) },
      ...{ about: scenario === null ? '' : shortened(scenario, 60), comment: shortened(comment, 500) },
    })),
    commentsLeftOut: leftOut > 0 ? count(leftOut) : '',
    damaged: damaged > 0 ? `${plural(damaged, 'answer')} could not be read.` : '',
  };
}

function meanText({ mean, interval: between }: RoleFeedback): string {
  return `${mean?.toFixed(2) ?? nothing}${within(between, 'score')}`;
}

function within(between: Interval | null, unit: '%' | 'score'): string {
  return between === null ? '' : ` (${interval(coarse(between), unit)})`;
}
