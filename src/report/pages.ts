import type { Results } from '../model/results.ts';
import { renderPage } from './render.ts';
import { shortened } from './text.ts';
import { frameView } from './view/frame.ts';
import { gatesView } from './view/gates.ts';
import { objectivesView } from './view/objectives.ts';
import { timelineView } from './view/timeline.ts';
import { trustCards } from './view/trust.ts';
import { verdictView } from './view/verdict.ts';

const mostWarnings = 20;

/** `index.html`: the run at a glance. @param results already through `readableResults` */
export function indexPage(results: Results): string {
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
    timeline: timelineView(results),
    trust: {
      cards: trustCards(results),
      warnings: results.warnings.slice(0, mostWarnings).map((line) => shortened(line, 300)),
    },
  });
}
