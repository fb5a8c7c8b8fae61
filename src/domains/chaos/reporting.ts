import type { Page, Reporting } from '../domain.ts';
import { chaosLines, chaosView } from './view/experiments.ts';
import { faultsView } from './view/faults.ts';
import { chaosTable, resilienceVerdict } from './view/verdict.ts';

const page: Page = {
  file: 'resilience.html',
  link: 'Resilience',
  title: 'Resilience',
  about: 'experiments, faults with their proof, recovery, acknowledged writes',
  kind: 'resilience of',
  foot: [
    'A fault counts only where it was seen by measurement. Journals under ',
    { code: 'evidence/chaos' },
    ' are in the layout of Chaos Toolkit.',
  ],
  exists: ({ sections: { chaos } }) => chaos !== undefined,
  timeline: true,
  verdict: resilienceVerdict,
};

export const reporting: Reporting = {
  pages: [page],
  blocks: [
    { page: page.file, place: 'figures', template: 'objectives', view: chaosTable },
    ...['index.html', 'performance.html', page.file].map((file) => ({
      page: file,
      place: 'findings' as const,
      template: 'faults',
      view: faultsView,
    })),
    { page: page.file, place: 'findings', template: 'experiments', view: chaosView },
  ],
  highlights: (results) => {
    const found = chaosLines(results);
    return found === null ? [] : [{ ...found, title: 'Faults' }];
  },
};
