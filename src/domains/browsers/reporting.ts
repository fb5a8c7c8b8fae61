import { vitalsBesideView } from '../../report-kit/vitals-table.ts';
import type { Page, Reporting } from '../domain.ts';
import { browserVisitsView, vitalsOf } from './view/browser-visits.ts';

const page: Page = {
  file: 'browsers.html',
  link: 'In browsers',
  title: 'Browsers',
  about: 'how long people wait for pages, without load, under load and under faults',
  kind: 'pages in browsers of',
  foot: [
    'Vitals are measured in the pages, by the browsers; percentiles are of page loads. Nothing that browsers send counts as replayed traffic.',
  ],
};

export const reporting: Reporting = {
  pages: [page],
  blocks: [
    {
      page: page.file,
      place: 'figures',
      template: 'vitals-beside',
      view: (results) => vitalsBesideView(vitalsOf(results)),
    },
    { page: page.file, place: 'figures', template: 'browser-visits', view: browserVisitsView },
  ],
};
