import { isOfAll } from '../../gate/objectives.ts';
import type { Results } from '../../model/results.ts';
import type { ObjectiveResult } from '../../model/verdict.ts';
import { shortened } from '../../report-kit/text.ts';
import type { Highlight, Page, Reporting } from '../domain.ts';
import { answersView } from './view/answers.ts';
import { brief } from './view/brief.ts';
import { errorsView } from './view/errors.ts';
import { engineNotices, loadFacts, percentilesTable } from './view/facts.ts';
import { fidelityView } from './view/fidelity.ts';
import { percentilesView } from './view/percentiles.ts';
import { performanceTable, performanceVerdict, throughputView, windowsView } from './view/performance.ts';
import { provenanceView } from './view/provenance.ts';
import { changeOf, regressionView, worstComparisons } from './view/regression.ts';
import { routesView } from './view/routes.ts';
import { trustCards } from './view/trust.ts';

const mostWarnings = 20;

const page: Page = {
  file: 'performance.html',
  link: 'Performance',
  title: 'Performance validation',
  about: 'every percentile against both targets, routes, errors, fidelity and provenance in full',
  kind: 'performance validation of',
  foot: [
    'Percentiles are of HdrHistograms, merged exactly over windows and routes. Response time counts from the planned arrival; service time from the sending.',
  ],
  exists: ({ sections: { load } }) => load !== undefined,
  timeline: true,
  verdict: performanceVerdict,
};

const figures = { page: page.file, place: 'figures' } as const;
const details = { page: page.file, place: 'details' } as const;

export const reporting: Reporting = {
  pages: [page],
  blocks: [
    { ...figures, template: 'percentiles', view: percentilesView },
    { ...figures, template: 'objectives', view: performanceTable },
    { ...figures, template: 'regression', view: regressionView },
    { ...figures, template: 'throughput', view: throughputView },
    { ...details, template: 'routes', view: routesView },
    { ...details, template: 'answers', view: answersView },
    { ...details, template: 'errors', view: errorsView },
    { ...details, template: 'windows', view: windowsView },
    { ...details, template: 'fidelity', view: fidelityView },
    { ...details, template: 'provenance', view: provenanceView },
    { ...details, template: 'warnings', view: warningsView },
  ],
  highlights: regressionHighlights,
  facts: loadFacts,
  notices: engineNotices,
  trust: trustCards,
  timeline: timelineOf,
  details: comparisonsBehind,
  brief,
  tables: percentilesTable,
  properties: ({ sections: { load } }) =>
    load === undefined ? {} : { engine: `${load.engine.name} ${load.engine.version}` },
};

function warningsView({ warnings, sections: { load } }: Results): object | null {
  if (load === undefined || warnings.length === 0) return null;
  return { warnings: warnings.slice(0, mostWarnings).map((line) => shortened(line, 300)) };
}

function timelineOf({ objectives, sections: { load } }: Results) {
  if (load === undefined) return null;
  const { strict, standard } = load.latencyTargetsMs;
  const errors = objectives.find(({ objective }) => objective.metric === 'error_rate' && isOfAll(objective));
  return { latencyTargetsMs: [strict, standard], errorTargetPercent: errors?.objective.target ?? null };
}

function regressionHighlights({ sections: { load } }: Results): Highlight[] {
  const regression = load?.regression;
  if (regression === undefined) return [];
  const title = 'Regression';
  if (regression.notCompared !== null)
    return [{ verdict: 'not run', title, lines: [`Not compared: ${regression.notCompared}`] }];
  const failing = worstComparisons(regression).filter(({ verdict }) => verdict === 'fail').length;
  const more = failing > 1 ? [`${failing} comparisons are worse than the baseline beyond doubt`] : [];
  return [{ verdict: regression.verdict, title, lines: [regression.sentence, ...more] }];
}

function comparisonsBehind({ sections: { load } }: Results, { objective, verdict }: ObjectiveResult): string[] {
  if (objective.metric !== 'regression') return [];
  return worstComparisons(load?.regression)
    .filter((comparison) => comparison.verdict === verdict)
    .map(
      (comparison) =>
        `${comparison.subject} ${comparison.statistic}: ${changeOf(comparison, comparison.change)}. ${comparison.reason}`,
    );
}
