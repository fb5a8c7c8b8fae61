import { chaosLines } from '../../domains/chaos/view/experiments.ts';
import { journeyLines } from '../../domains/journeys/view/journeys.ts';
import { worstComparisons } from '../../domains/load/view/regression.ts';
import { worstTrends } from '../../domains/monitoring/view/drift.ts';
import { generatorWords } from '../../domains/monitoring/view/stability.ts';
import { scenarioLine } from '../../domains/uat/view/under-load.ts';
import type { FlatResults } from '../../model/results.ts';
import type { RunAcceptance } from '../../model/uat-under-load.ts';
import type { GateResult } from '../../model/verdict.ts';
import { duration, percent, plural } from '../../report-kit/format.ts';
import { shortened } from '../../report-kit/text.ts';
import { asSentence } from './verdict.ts';

/** What one section of the performance report comes to. */
export interface Highlight {
  verdict: GateResult['verdict'];
  word: string;
  title: string;
  /** One or two, the failing ones. */
  lines: string[];
}

const mostLines = 2;
const words: Record<GateResult['verdict'], string> = {
  pass: 'Pass',
  fail: 'Fail',
  inconclusive: 'Inconclusive',
  'not run': 'Not judged',
};

function highlight(verdict: GateResult['verdict'], title: string, lines: readonly string[]): Highlight {
  const shown = lines.slice(0, mostLines).map((line) => asSentence(shortened(line, 260)));
  const left = lines.length - shown.length;
  if (left > 0) shown[shown.length - 1] += ` And ${plural(left, 'more', 'more')}.`;
  return { verdict, word: words[verdict] ?? 'Not judged', title, lines: shown };
}

function stabilityLine(results: FlatResults): Highlight | null {
  const { stability } = results;
  if (stability === undefined) return null;
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
  const started = generatorWords(stability);
  if (started !== '') parts.push(`generators: ${started}`);
  const gate = results.gates.find(({ id }) => id === 'stability');
  return highlight(gate?.verdict ?? 'not run', 'Stability', [parts.join('; ')]);
}

function driftLine(results: FlatResults): Highlight | null {
  const trends = worstTrends(results);
  if (trends.length === 0) return null;
  const verdict = trends[0]?.verdict ?? 'inconclusive';
  const own = trends.filter((trend) => trend.verdict === verdict).map(({ sentence }) => sentence);
  return highlight(
    verdict,
    'Drift',
    verdict === 'pass' ? [`None of ${plural(trends.length, 'series', 'series')} drifts`] : own,
  );
}

function regressionLine(results: FlatResults): Highlight | null {
  const { regression } = results;
  if (regression === undefined) return null;
  if (regression.notCompared !== null)
    return highlight('not run', 'Regression', [`Not compared: ${regression.notCompared}`]);
  const failing = worstComparisons(results).filter(({ verdict }) => verdict === 'fail').length;
  const more = failing > 1 ? [`${failing} comparisons are worse than the baseline beyond doubt`] : [];
  return highlight(regression.verdict, 'Regression', [regression.sentence, ...more]);
}

function capacityLine(results: FlatResults): Highlight | null {
  const { capacity } = results;
  if (capacity === undefined) return null;
  const gate = results.objectives.find(({ objective }) => objective.metric === 'capacity');
  return highlight(gate?.verdict ?? 'not run', 'Capacity', [capacity.sentence]);
}

function chaosLine(results: FlatResults): Highlight | null {
  const told = chaosLines(results);
  return told === null ? null : highlight(told.verdict, 'Faults', told.lines);
}

function journeysLine(results: FlatResults): Highlight | null {
  const lines = journeyLines(results);
  // Objectives come worst first; without one, journeys are told and not judged.
  const judged = results.objectives.find(({ objective }) => objective.metric === 'journey_completion');
  return lines.length === 0 ? null : highlight(judged?.verdict ?? 'not run', 'Journeys', lines);
}

/** What a long run has to tell, a line or two each; empty for results that hold nothing of it. */
export function highlightsView(results: FlatResults, acceptance: RunAcceptance | null = null): Highlight[] {
  const order = ['fail', 'inconclusive', 'pass', 'not run'];
  const scenarios = (of: FlatResults) => scenarioLine(of, acceptance);
  return [stabilityLine, driftLine, regressionLine, capacityLine, chaosLine, scenarios, journeysLine]
    .flatMap((line) => line(results) ?? [])
    .sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
}
