import type { RouteAnswers } from '../../../model/answers.ts';
import type { Results } from '../../../model/results.ts';
import { byteSize, count, nothing, percent } from '../../../report-kit/format.ts';
import { shortened } from '../../../report-kit/text.ts';

export interface AnswersView {
  /** `40,046 answers, 39,000 held against the recorded ones` */
  total: string;
  leftOut: string;
  rows: AnswerRow[];
  /** What was not compared, and why. */
  notCompared: string[];
}

interface AnswerRow {
  route: string;
  /** `200 → 302: 1,204` */
  statuses: { text: string; isOther: boolean }[];
  otherType: string;
  emptied: string;
  otherShape: string;
  changed: string;
  /** Of how many answers the body was read. */
  shaped: string;
  bytes: string;
  example: string;
}

const mostRows = 30;
const statusesShown = 6;

/** What was answered, against the recording, by route; those with differences first. */
export function answersView({ sections: { load } }: Results): AnswersView | null {
  const answers = load?.answers;
  if (answers === undefined) return null;
  const shown = answers.routes.slice(0, mostRows);
  const leftOut = answers.routesLeftOut + answers.routes.length - shown.length;
  return {
    total: `${count(answers.answers)} answers, ${count(answers.compared)} of them held against the recorded ones, ${count(answers.shaped)} of these by their bodies`,
    leftOut: leftOut === 0 ? '' : count(leftOut),
    rows: shown.map(rowOf),
    notCompared: answers.notCompared,
  };
}

function rowOf(route: RouteAnswers): AnswerRow {
  const { compared, shaped, bytes } = route;
  const share = (of: number, all: number) => (all === 0 ? nothing : percent((100 * of) / all));
  const size = (value: number | null) => (value === null ? nothing : byteSize(value));
  return {
    route: shortened(route.route, 140),
    statuses: route.statuses.slice(0, statusesShown).map(({ recorded, got, count: many }) => ({
      text: `${recorded === 0 ? 'unknown' : recorded} → ${got === 0 ? 'none' : got}: ${count(many)}`,
      isOther: recorded > 0 && recorded !== got,
    })),
    otherType: share(route.otherType, compared),
    emptied: share(route.emptied, compared),
    otherShape: share(route.otherShape, shaped),
    changed: share(route.changed, shaped),
    shaped: count(shaped),
    bytes: bytes.recorded === null && bytes.got === null ? nothing : `${size(bytes.recorded)} → ${size(bytes.got)}`,
    example: route.example === null ? '' : shortened(route.example, 120),
  };
}
