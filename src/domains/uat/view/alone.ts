import { accessibilityKinds, experienceKinds, type FindingGroup } from '../../../model/finding.ts';
import type { Results } from '../../../model/results.ts';
import type { CellOutcome } from '../../../model/uat.ts';
import type { RunAcceptance } from '../../../model/uat-under-load.ts';
import { count, duration, plural } from '../../../report-kit/format.ts';
import { signedLine } from '../../../report-kit/signed.ts';
import type { Fact } from '../../../report-kit/verdict.ts';
import type { CaseSuite, Highlight, PageVerdict, SummaryTable } from '../../domain.ts';
import { acceptanceResults } from './acceptance.ts';

const mostRows = 60;
const mostFound = 12;
const caseOutcomes: Record<CellOutcome, CaseSuite['cases'][number]['outcome']> = {
  passed: 'passed',
  failed: 'failed',
  // A pass on the second try is none.
  flaky: 'error',
  'not run': 'skipped',
};

const acceptanceOf = ({ sections }: Results) => sections.uat?.acceptance;

/** Whose verdict the User Acceptance Report has: the scenarios' own gate. */
export function acceptanceVerdict(results: Results): PageVerdict {
  const gate = results.gates.find(({ id }) => id === 'uat')?.verdict ?? 'not run';
  const verdict = gate === 'not run' ? 'inconclusive' : gate;
  const reasons = acceptanceResults(results.objectives).filter((each) => each.verdict === verdict);
  const sentence =
    verdict === 'pass'
      ? `Every scenario passed: ${reasons[0]?.words?.observed ?? ''}. No violation was found, and no budget was exceeded.`
      : `${verdict === 'inconclusive' ? 'Nothing failed, but this is inconclusive: ' : ''}${reasons
          .slice(0, 2)
          .map(({ reason }) => reason)
          .join(' ')}`;
  return { verdict, word: verdict.toUpperCase(), of: 'User acceptance', sentence };
}

/** What was run, beside the verdict. */
export function acceptanceFacts(results: Results): Fact[] {
  const acceptance = acceptanceOf(results);
  if (acceptance === undefined) return [];
  const { scenarios, browsers, sizes, wallMs } = acceptance;
  const cells = scenarios.flatMap(({ cells: own }) => own);
  const ran = browsers.filter(({ notRun }) => notRun === null);
  return [
    { name: 'Scenarios', value: `${plural(scenarios.length, 'scenario')}, ${plural(cells.length, 'run')}` },
    { name: 'Browsers', value: ran.map(({ label }) => label).join(', ') || 'none' },
    { name: 'Sizes', value: sizes.map(({ name, width }) => `${name} ${width}`).join(', ') },
    { name: 'Flaky', value: count(cells.filter(({ outcome }) => outcome === 'flaky').length) },
    { name: 'Took', value: duration(wallMs) },
    { name: 'Target', value: results.environment.targetUrl },
  ];
}

/** How the scenarios came out, who signed, and what was found on their pages. */
export function acceptanceHighlights(results: Results, signed: RunAcceptance | null): Highlight[] {
  const acceptance = acceptanceOf(results);
  if (acceptance === undefined) return [];
  const { verdict } = acceptanceVerdict(results);
  const [first] = acceptanceResults(results.objectives);
  const lines = [
    `Scenario runs: ${first?.words?.observed ?? 'none'}`,
    ...(signed === null ? [] : [signedLine(signed)]),
  ];
  const found = acceptance.findings
    .filter(isHeld)
    .map(
      ({ rule, what, element, pages }) =>
        `${rule}: ${what}${element === null ? '' : `, ${element}`} on ${pages.join(', ')}`,
    );
  const left = found.length - mostFound;
  const shown = left > 0 ? [...found.slice(0, mostFound), `${left} more, in the report`] : found;
  return [
    { verdict, title: 'User acceptance', lines },
    ...(found.length === 0
      ? []
      : [{ verdict: 'fail' as const, title: 'Found on pages', lines: shown, isAnswer: true }]),
  ];
}

/** Whether a finding counts against the release. */
function isHeld({ waiver, kind }: FindingGroup): boolean {
  return waiver === null && (accessibilityKinds.includes(kind) || experienceKinds.includes(kind));
}

/** A suite a browser and size, a scenario a case. */
export function scenarioSuites(results: Results): CaseSuite[] {
  const scenarios = acceptanceOf(results)?.scenarios ?? [];
  const names = new Set(scenarios.flatMap(({ cells }) => cells.map(({ browser, size }) => `${browser} ${size}`)));
  return [...names].map((name) => ({
    name,
    gate: 'uat',
    cases: scenarios.flatMap(({ info, cells }) =>
      cells
        .filter(({ browser, size }) => `${browser} ${size}` === name)
        .map(({ outcome, durationMs, error, notRun }) => ({
          name: `${info.id} ${info.title}`,
          durationMs,
          outcome: caseOutcomes[outcome],
          message:
            outcome === 'not run'
              ? `Not run, so not passed either${notRun === undefined ? '' : `: ${notRun}`}.`
              : (error?.message ?? ''),
          detail: error?.step ?? '',
        })),
    ),
  }));
}

/** What did not pass and what was found, for the summary. */
export function acceptanceTables(results: Results): SummaryTable[] {
  const { scenarios = [], findings = [] } = acceptanceOf(results) ?? {};
  const failed = scenarios.flatMap(({ info, cells }) =>
    cells
      .filter(({ outcome }) => outcome === 'failed' || outcome === 'flaky')
      .map(({ browser, size, outcome, error }) => [
        `${info.id} ${info.title}`,
        `${browser}, ${size}`,
        outcome,
        error?.step ?? '',
      ]),
  );
  const found = findings
    .filter(isHeld)
    .map(({ rule, what, element, pages }) => [rule, what, element ?? '', pages.join(', ')]);
  return [
    { title: 'Scenarios that did not pass', head: ['Scenario', 'Where', 'Came out', 'At'], rows: failed, figures: 0 },
    { title: 'Findings', head: ['Rule', 'What', 'Element', 'Pages'], rows: found, figures: 0 },
  ]
    .filter(({ rows }) => rows.length > 0)
    .map((table) => ({ ...table, rows: table.rows.slice(0, mostRows) }));
}
