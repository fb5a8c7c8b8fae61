import type { Page, Reporting } from '../domain.ts';
import { partHighlights, partSuites } from '../part-reporting.ts';
import { historyView } from './view/history.ts';
import { rehearsalsView } from './view/rehearsals.ts';

const page: Page = {
  file: 'rehearsal.html',
  link: 'Rehearsal',
  title: 'Deployment rehearsal',
  about: 'moves of the traffic, what became of every request, rollback, deployments so far',
  kind: 'deployment rehearsal of',
  foot: [
    'Requests are counted by their ids at the client, at the switch and at the instances. The client sends none again. Judge again: ',
    { code: 'shakedown rehearse --rejudge .' },
  ],
  exists: ({ sections: { rehearsal } }) => rehearsal !== undefined,
  verdict: ({ verdict, word, sentence }) => ({ verdict, word, of: 'Deployment rehearsal', sentence }),
};

const place = (name: string) => new URL(`./view/${name}.hbs`, import.meta.url);

export const reporting: Reporting = {
  pages: [page],
  blocks: [
    { page: page.file, place: 'findings', template: place('rehearsals'), view: rehearsalsView },
    { page: page.file, place: 'details', template: place('history'), view: historyView },
  ],
  highlights: ({ sections: { rehearsal } }) => partHighlights(rehearsal?.rehearsals ?? []),
  suites: ({ sections: { rehearsal } }) => partSuites('rehearsal', rehearsal?.rehearsals ?? []),
};
