import type { Results } from '../../model/results.ts';
import type { ObjectiveResult } from '../../model/verdict.ts';
import { duration, percent, plural } from '../../report-kit/format.ts';
import { shortened } from '../../report-kit/text.ts';
import type { Highlight, Page, Reporting } from '../domain.ts';
import { partHighlights, partSuites } from '../part-reporting.ts';
import { partsView } from '../part-view.ts';
import { changesInOrder, driftView, worstTrends } from './view/drift.ts';
import { resourcesView } from './view/resources.ts';
import { generatorWords, stabilityView } from './view/stability.ts';

const findings = { page: 'performance.html', place: 'findings' } as const;

const page: Page = {
  file: 'monitoring.html',
  link: 'Monitoring',
  title: 'Monitoring validation',
  about: 'whether rules, alerts, dashboards, logs and health checks would tell of trouble, and what they do not cover',
  kind: 'monitoring validation of',
  foot: [
    'A check that could not be made is inconclusive, never passed. Judge again: ',
    { code: 'shakedown validate monitoring --rejudge .' },
  ],
  exists: ({ sections: { monitoring } }) => monitoring?.validation !== undefined,
  verdict: ({ verdict, word, sentence }) => ({ verdict, word, of: 'Monitoring validation', sentence }),
};

export const reporting: Reporting = {
  pages: [page],
  blocks: [
    { ...findings, template: 'stability', view: stabilityView },
    { ...findings, template: 'drift', view: driftView },
    { ...findings, template: 'resources', view: resourcesView },
    {
      ...{ page: page.file, place: 'findings' },
      template: 'parts',
      view: ({ environment, sections: { monitoring } }) =>
        partsView('Monitoring coverage', monitoring?.validation, environment.targetUrl),
    },
  ],
  highlights: (results) => [
    ...stabilityHighlights(results),
    ...driftHighlights(results),
    ...validationHighlights(results),
  ],
  timeline: ({ sections: { monitoring } }) =>
    monitoring === undefined ? null : { changes: changesInOrder(monitoring) },
  details: trendsBehind,
  suites: ({ sections: { monitoring } }) => partSuites('monitoring', monitoring?.validation?.parts ?? []),
};

function validationHighlights({ sections: { monitoring } }: Results): Highlight[] {
  return partHighlights(monitoring?.validation?.parts ?? []);
}

function stabilityHighlights({ gates, sections: { monitoring } }: Results): Highlight[] {
  const stability = monitoring?.stability;
  if (stability === undefined) return [];
  const { coveredMs, requiredMs, downtime, gaps } = stability;
  const outages = downtime.filter(({ planned }) => !planned).length;
  const covered =
    coveredMs >= requiredMs
      ? `${duration(coveredMs)} measured`
      : `${duration(coveredMs)} of the ${duration(requiredMs)} required were measured`;
  const parts = [
    gaps.length === 0 ? covered : `${covered} (${plural(gaps.length, 'gap')})`,
    stability.uptimePercent === null ? 'no health checks' : `up ${percent(stability.uptimePercent)}`,
    outages === 0
      ? 'no unplanned outage'
      : `${plural(outages, 'unplanned outage')} of ${duration(stability.unplannedDowntimeMs)} in all`,
  ];
  const { alerts, errorLogs, restarts = [], silent = [] } = stability;
  const fired = alerts.filter(({ severity }) => severity !== 'none');
  if (fired.length > 0)
    parts.push(`${plural(fired.length, 'alert')} fired, ${shortened(fired[0]?.name ?? '', 60)} first`);
  const lines = errorLogs.reduce((sum, { count }) => sum + count, 0);
  if (lines > 0) parts.push(`${plural(lines, 'error line')} in the logs`);
  if (restarts.length > 0) parts.push(`${plural(restarts.length, 'unplanned restart')} of the target`);
  if (silent.length > 0) parts.push(`${plural(silent.length, 'watched figure')} went missing`);
  const started = generatorWords(stability);
  if (started !== '') parts.push(`generators: ${started}`);
  if (stability.lostWithGenerators > 0)
    parts.push(`${plural(stability.lostWithGenerators, 'request')} lost with load generators that died`);
  const gate = gates.find(({ id }) => id === 'stability');
  return [{ verdict: gate?.verdict ?? 'not run', title: 'Stability', lines: [parts.join('; ')] }];
}

function driftHighlights({ sections: { monitoring } }: Results): Highlight[] {
  const trends = worstTrends(monitoring);
  const [worst] = trends;
  if (worst === undefined) return [];
  const own = trends.filter(({ verdict }) => verdict === worst.verdict).map(({ sentence }) => sentence);
  const none = `None of ${plural(trends.length, 'series', 'series')} drifts`;
  return [{ verdict: worst.verdict, title: 'Drift', lines: worst.verdict === 'pass' ? [none] : own }];
}

function trendsBehind({ sections: { monitoring } }: Results, { objective, verdict }: ObjectiveResult): string[] {
  if (objective.metric !== 'drift' && objective.metric !== 'hidden_growth') return [];
  return worstTrends(monitoring)
    .filter((trend) => trend.verdict === verdict)
    .filter(({ hidesGrowth }) => (hidesGrowth === true) === (objective.metric === 'hidden_growth'))
    .map(({ sentence }) => sentence);
}
