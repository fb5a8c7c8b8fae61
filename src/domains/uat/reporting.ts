import { experienceKinds } from '../../model/finding.ts';
import type { Results } from '../../model/results.ts';
import { objectivesView } from '../../report-kit/objectives-table.ts';
import type { Page, Reporting } from '../domain.ts';
import { acceptanceView } from './view/acceptance.ts';
import {
  acceptanceFacts,
  acceptanceHighlights,
  acceptanceTables,
  acceptanceVerdict,
  scenarioSuites,
} from './view/alone.ts';
import { feedbackView } from './view/feedback.ts';
import { findingsView } from './view/findings.ts';
import { formatsOf } from './view/formats.ts';
import {
  scenarioHighlights,
  scenarioResults,
  underLoadVerdict,
  underLoadView,
  vitalsUnderLoad,
} from './view/under-load.ts';
import { signedView } from './view/under-load-signed.ts';

/** Scenarios beside the load. */
const page: Page = {
  file: 'uat.html',
  link: 'User acceptance',
  title: 'User acceptance',
  about: 'scenarios in browsers by what was going on, web vitals side by side',
  kind: 'user acceptance under load of',
  foot: [
    'The browsers ran on the machine that sent the load, at a lower priority: page times include waiting for a processor. What ran under a fault, or within ten seconds after it, is judged by the resilience gate. Each attempt in full: ',
    { href: 'uat/uat.ndjson', text: 'uat.ndjson' },
    '.',
  ],
  exists: isUnderLoad,
  timeline: true,
  verdict: underLoadVerdict,
};

/** Scenarios that were run alone: the User Acceptance Report. */
const acceptancePage: Page = {
  ...page,
  about: 'criteria, scenarios by browser and size, accessibility, experience, evidence and sign-off',
  kind: 'user acceptance of',
  foot: [
    'Also: ',
    { href: 'accessibility.sarif', text: 'accessibility.sarif' },
    ' · ',
    { href: 'accessibility.earl.jsonld', text: 'accessibility.earl.jsonld' },
    ' · ',
    { href: 'uat.ndjson', text: 'uat.ndjson' },
    '. Render again: ',
    { code: 'shakedown report --from .' },
  ],
  exists: ({ sections: { uat } }) => uat?.acceptance !== undefined,
  timeline: false,
  verdict: acceptanceVerdict,
};

const figures = { page: page.file, place: 'figures' } as const;
const findings = { page: page.file, place: 'findings' } as const;

export const reporting: Reporting = {
  pages: [acceptancePage, page],
  blocks: [
    { ...figures, template: 'acceptance', view: acceptanceView },
    {
      ...figures,
      template: 'objectives',
      view: (results) => (isUnderLoad(results) ? objectivesView(scenarioResults(results), null) : null),
    },
    { ...figures, template: 'under-load-scenarios', view: underLoadView },
    { ...findings, template: 'vitals-beside', view: vitalsUnderLoad },
    { ...findings, template: 'under-load', view: roundsView },
    {
      ...findings,
      template: 'under-load-signed',
      view: (results, signed) => (isUnderLoad(results) ? signedView(results, signed) : null),
    },
    { page: 'journeys.html', place: 'findings', template: 'feedback', view: opinionView },
  ],
  highlights: (results, signed) => [...acceptanceHighlights(results, signed), ...scenarioHighlights(results, signed)],
  facts: acceptanceFacts,
  tables: acceptanceTables,
  suites: scenarioSuites,
  files: formatsOf,
};

function isUnderLoad({ sections: { uat } }: Results): boolean {
  return uat?.underLoad !== undefined;
}

function roundsView(results: Results): object | null {
  const view = underLoadView(results);
  const found = results.sections.uat?.underLoad?.findings ?? [];
  return view === null
    ? null
    : { view, findings: findingsView(found.filter(({ kind }) => experienceKinds.includes(kind))) };
}

function opinionView({ sections: { uat, load } }: Results): object | null {
  // The User Acceptance Report has its own.
  return uat?.feedback === undefined || uat.acceptance !== undefined
    ? null
    : feedbackView(uat.feedback, load?.apdex ?? null);
}
