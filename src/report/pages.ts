import { browserVisitsView } from '../domains/browsers/view/browser-visits.ts';
import { vitalsBesideView } from '../domains/browsers/view/vitals.ts';
import { capacityView } from '../domains/capacity/view/capacity.ts';
import { chaosView } from '../domains/chaos/view/experiments.ts';
import { faultsView } from '../domains/chaos/view/faults.ts';
import { chaosObjectives, resilienceVerdict } from '../domains/chaos/view/verdict.ts';
import { journeysView } from '../domains/journeys/view/journeys.ts';
import { errorsView } from '../domains/load/view/errors.ts';
import { fidelityView } from '../domains/load/view/fidelity.ts';
import { percentilesView } from '../domains/load/view/percentiles.ts';
import {
  performanceObjectives,
  performanceVerdict,
  throughputFacts,
  windowsView,
} from '../domains/load/view/performance.ts';
import { regressionView } from '../domains/load/view/regression.ts';
import { routesView } from '../domains/load/view/routes.ts';
import { driftView } from '../domains/monitoring/view/drift.ts';
import { resourcesView } from '../domains/monitoring/view/resources.ts';
import { stabilityView } from '../domains/monitoring/view/stability.ts';
import { findingsView } from '../domains/uat/view/acceptance.ts';
import { feedbackView } from '../domains/uat/view/feedback.ts';
import { scenarioResults, underLoadVerdict, underLoadView } from '../domains/uat/view/under-load.ts';
import { signedView } from '../domains/uat/view/under-load-signed.ts';
import { experienceKinds } from '../model/finding.ts';
import type { FlatResults } from '../model/results.ts';
import type { RunAcceptance } from '../model/uat-under-load.ts';
import { frameView, hasBrowsers, hasJourneys } from '../report-kit/frame.ts';
import { objectivesView } from '../report-kit/objectives-table.ts';
import { renderPage } from '../report-kit/render.ts';
import { shortened } from '../report-kit/text.ts';
import { gatesView } from './view/gates.ts';
import { highlightsView } from './view/highlights.ts';
import { provenanceView } from './view/provenance.ts';
import { type TimelineView, timelineView } from './view/timeline.ts';
import { trustCards } from './view/trust.ts';
import { verdictView } from './view/verdict.ts';

const mostWarnings = 20;

const warningsOf = ({ warnings }: FlatResults) => warnings.slice(0, mostWarnings).map((line) => shortened(line, 300));

const timelines = new WeakMap<FlatResults, TimelineView>();

/** The same on every page of a run, so it is drawn once. */
function timelineOf(results: FlatResults): TimelineView {
  const known = timelines.get(results);
  if (known !== undefined) return known;
  const drawn = timelineView(results);
  timelines.set(results, drawn);
  return drawn;
}

/** `index.html`: the run at a glance. @param results already through `readableResults` @param acceptance null: not known */
export function indexPage(results: FlatResults, acceptance: RunAcceptance | null = null): string {
  return renderPage('index', {
    page: frameView(results, {
      verdict: results.verdict,
      word: results.word,
      kind: 'production readiness of',
      current: 'index.html',
    }),
    verdict: verdictView(results),
    gates: gatesView(results.gates),
    objectives: objectivesView(results.objectives, results.candidate.baselineVersion),
    highlights: highlightsView(results, acceptance),
    hasJourneys: hasJourneys(results),
    hasBrowsers: hasBrowsers(results),
    faults: faultsView(results),
    scenarios: results.uat !== undefined,
    timeline: timelineOf(results),
    trust: { cards: trustCards(results), warnings: warningsOf(results) },
  });
}

/** `performance.html`: the Performance Validation Report. @param results already through `readableResults` */
export function performancePage(results: FlatResults): string {
  const verdict = performanceVerdict(results);
  return renderPage('performance', {
    page: frameView(results, {
      verdict: verdict.verdict,
      word: verdict.word,
      kind: 'performance validation of',
      current: 'performance.html',
    }),
    verdict,
    percentiles: percentilesView(results),
    throughput: throughputFacts(results),
    objectives: objectivesView(performanceObjectives(results), results.candidate.baselineVersion),
    capacity: capacityView(results),
    regression: regressionView(results),
    timeline: timelineOf(results),
    faults: faultsView(results),
    stability: stabilityView(results),
    drift: driftView(results),
    resources: resourcesView(results),
    routes: routesView(results),
    errors: errorsView(results),
    windows: windowsView(results),
    fidelity: fidelityView(results),
    provenance: provenanceView(results),
    warnings: warningsOf(results),
  });
}

/** `resilience.html`: what was done to the target and how it bore it; null for a run without faults. @param results already through `readableResults` */
export function resiliencePage(results: FlatResults): string | null {
  const chaos = chaosView(results);
  const faults = faultsView(results);
  if (chaos === null || faults === null) return null;
  const verdict = resilienceVerdict(results);
  return renderPage('resilience', {
    page: frameView(results, {
      verdict: verdict.verdict,
      word: verdict.word,
      kind: 'resilience of',
      current: 'resilience.html',
    }),
    verdict,
    objectives: objectivesView(chaosObjectives(results), null),
    timeline: timelineOf(results),
    faults,
    chaos,
  });
}

/**
 * `journeys.html`: what people come for, whether they get it, and what they think of it; null where nothing is known of that.
 * @param results already through `readableResults`
 */
export function journeysPage(results: FlatResults): string | null {
  if (!hasJourneys(results)) return null;
  return renderPage('journeys-page', {
    page: frameView(results, {
      verdict: 'not run',
      word: 'Journeys',
      kind: 'journeys and feedback of',
      current: 'journeys.html',
    }),
    journeys: journeysView(results),
    feedback: results.feedback === undefined ? null : feedbackView(results.feedback, results.apdex),
  });
}

/**
 * `browsers.html`: what people wait for in browsers; null where no browser was at work.
 * @param results already through `readableResults`
 */
export function browsersPage(results: FlatResults): string | null {
  if (!hasBrowsers(results)) return null;
  return renderPage('browsers-page', {
    page: frameView(results, {
      verdict: 'not run',
      word: 'In browsers',
      kind: 'pages in browsers of',
      current: 'browsers.html',
    }),
    vitals: vitalsBesideView(results.vitals),
    browserVisits: browserVisitsView(results.browserVisits),
  });
}

/** `uat.html`: the User Acceptance Report of a run under load; null for a run without scenarios. @param results already through `readableResults` */
export function underLoadPage(results: FlatResults, acceptance: RunAcceptance | null = null): string | null {
  const view = underLoadView(results);
  if (view === null) return null;
  const verdict = underLoadVerdict(results);
  return renderPage('under-load', {
    page: frameView(results, {
      verdict: verdict.verdict,
      word: verdict.word,
      kind: 'user acceptance under load of',
      current: 'uat.html',
    }),
    verdict,
    objectives: objectivesView(scenarioResults(results), null),
    view,
    timeline: timelineOf(results),
    vitals: vitalsBesideView(results.vitals),
    findings: findingsView((results.uat?.findings ?? []).filter(({ kind }) => experienceKinds.includes(kind))),
    signed: signedView(results, acceptance),
  });
}
