import { createHash } from 'node:crypto';
import type { Results } from '../../model/results.ts';
import type { Reporting } from '../domain.ts';
import type { PartDomain } from '../part-declaration.ts';
import type { PartResult } from '../part-fold.ts';
import { partPages } from '../part-pages.ts';
import { planMarkdown } from './plan/markdown.ts';
import { calendar } from './schedule/calendar.ts';
import { windowFigures } from './schedule/judge.ts';

/** The page of plan and window, and both as files: Markdown to go by, a calendar's event. */
export function promotionReporting(about: PartDomain): Reporting {
  return { ...partPages(about), files: filesOf };
}

function filesOf(results: Results): Record<string, string> {
  const section = results.sections.promotion;
  if (section === undefined) return {};
  const window = section.parts.find(({ id }) => id === 'schedule');
  const event = window === undefined ? null : eventOf(results, window);
  return {
    'deployment-plan.md': planMarkdown(results, section),
    ...(event === null ? {} : { 'schedule.ics': event }),
  };
}

/** null: there is no window that anybody could keep free. */
function eventOf({ candidate, run, word }: Results, { figures, verdict }: PartResult): string | null {
  const figure = (name: string) => figures.find((each) => each.name === name)?.value;
  const [opensAt, closesAt] = [figure(windowFigures.opens), figure(windowFigures.closes)];
  if (opensAt === undefined || closesAt === undefined || verdict !== 'pass') return null;
  const { name, version } = candidate;
  return calendar({
    uid: `${createHash('sha256').update(`${name}\n${version}\n${opensAt}`).digest('hex').slice(0, 32)}@shakedown`,
    ...{ opensAt, closesAt },
    stampAt: run.endedAt ?? run.startedAt,
    summary: `Deployment of ${name} ${version}`,
    description: `${word} by the promotion run ${run.id}.\nThe deployment plan is beside it. All times in UTC.`,
  });
}
