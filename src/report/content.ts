import type { CaseSuite, Highlight, SummaryTable } from '../domains/domain.ts';
import type { Results } from '../model/results.ts';
import type { RunAcceptance } from '../model/uat-under-load.ts';
import type { ObjectiveResult } from '../model/verdict.ts';
import type { Charted } from '../report-kit/chart/plot.ts';
import type { WorstMoment } from '../report-kit/chart/response-panel.ts';
import { signedLine } from '../report-kit/signed.ts';
import { chartedRun, type TimelineMarks, worstMoment } from '../report-kit/timeline-view.ts';
import type { Fact, Notice, TrustCard } from '../report-kit/verdict.ts';
import { askEach, type Declared } from './declared.ts';

/** What the domains have to say of a run, beside their pages. */
export interface RunContent {
  facts: Fact[];
  notices: Notice[];
  highlights: Highlight[];
  trust: TrustCard[];
  suites: CaseSuite[];
  /** Sentences of the summary, above its tables. */
  brief: string[];
  tables: SummaryTable[];
  properties: [name: string, value: string][];
  /** null: the run has no timeline. */
  timeline: { charted: Charted; changes: NonNullable<TimelineMarks['changes']>; worst: WorstMoment | null } | null;
  /** For other programs: text by file name. */
  files: Record<string, string>;
  /** What is behind an objective's figure. */
  details(result: ObjectiveResult): string[];
}

/** Asks every domain. @param results readable already @param warnings gets a line where a domain throws */
export function contentOf(
  results: Results,
  declared: readonly Declared[],
  acceptance: RunAcceptance | null,
  warnings: string[],
): RunContent {
  const marks = askEach(declared, 'timeline’s marks', ({ timeline }) => [timeline?.(results) ?? []].flat(), warnings);
  return {
    facts: askEach(declared, 'facts', ({ facts }) => facts?.(results), warnings),
    notices: askEach(declared, 'notices', ({ notices }) => notices?.(results), warnings),
    highlights: withSignOff(
      askEach(declared, 'highlights', ({ highlights }) => highlights?.(results, acceptance), warnings),
      acceptance,
    ),
    trust: askEach(declared, 'cards on trust', ({ trust }) => trust?.(results), warnings),
    suites: askEach(declared, 'suites', ({ suites }) => suites?.(results), warnings),
    brief: askEach(declared, 'sentences for the summary', ({ brief }) => brief?.(results), warnings),
    tables: askEach(declared, 'tables', ({ tables }) => tables?.(results), warnings),
    properties: askEach(
      declared,
      'properties',
      ({ properties }) => Object.entries(properties?.(results) ?? {}),
      warnings,
    ),
    files: Object.fromEntries(
      askEach(declared, 'files', ({ files }) => Object.entries(files?.(results) ?? {}), warnings),
    ),
    timeline: marks.length === 0 ? null : timelineOf(results, marks),
    details: (result) => askEach(declared, 'details', ({ details }) => details?.(results, result), warnings),
  };
}

/** Who decided on the run, where no domain has said so. A rejection is shown as one, whoever wrote it; an acceptance only where it is shown who did. */
function withSignOff(highlights: Highlight[], acceptance: RunAcceptance | null): Highlight[] {
  if (acceptance === null || acceptance.signOffs.length === 0) return highlights;
  const line = signedLine(acceptance);
  if (highlights.some(({ lines }) => lines.includes(line))) return highlights;
  const holding = acceptance.signOffs.filter(({ holds }) => holds);
  const isShown = holding.length > 0 && holding.every(({ standing }) => standing === 'verified');
  const verdict = holding.some(({ decision }) => decision === 'reject') ? 'fail' : isShown ? 'pass' : 'inconclusive';
  return [...highlights, { verdict, title: 'Sign-off', lines: [line] }];
}

function timelineOf(results: Results, marks: readonly TimelineMarks[]): RunContent['timeline'] {
  const charted = chartedRun(results, Object.assign({}, ...marks));
  return { charted, changes: marks.flatMap(({ changes = [] }) => changes), worst: worstMoment(charted) };
}
