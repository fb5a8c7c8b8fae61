import type { Page, Reporting } from '../domain.ts';
import { journeyLines, journeysView } from './view/journeys.ts';

/** Feedback, of the domain `uat`, has its place here too. */
const page: Page = {
  file: 'journeys.html',
  link: 'Journeys',
  title: 'Journeys and feedback',
  about: 'funnels and features, in production and as replayed; what people think',
  kind: 'journeys and feedback of',
  foot: ['Intervals are of 95 %. What the recording shows of slowness and conversion is an association, not a cause.'],
};

export const reporting: Reporting = {
  pages: [page],
  blocks: [{ page: page.file, place: 'figures', template: 'journeys', view: journeysView }],
  highlights: ({ objectives, sections: { journeys } }) => {
    const lines = journeyLines(journeys);
    // Objectives come worst first; without one, journeys are shown and not judged.
    const judged = objectives.find(({ objective }) => objective.metric === 'journey_completion');
    return lines.length === 0 ? [] : [{ verdict: judged?.verdict ?? 'not run', title: 'Journeys', lines }];
  },
};
