import type { UatBrowser } from '../../../model/browser.ts';
import type { CellOutcome, EvidenceFile, ScenarioHistory, ScenarioResult, UatCell } from '../../../model/uat.ts';
import type { GateResult } from '../../../model/verdict.ts';
import { duration, plural } from '../../../report-kit/format.ts';
import { isOwnFile } from '../../../report-kit/own-file.ts';
import { shortened } from '../../../report-kit/text.ts';
import { outcomeOf } from '../history.ts';
import { type Part, partsOf } from './parts.ts';

export interface MatrixView {
  /** A browser with its sizes. */
  columns: { browser: string; title: string; sizes: string[]; span: number }[];
  /** What the list can be narrowed to. */
  parts: Part[];
  rows: {
    id: string;
    group: string;
    title: string;
    about: string;
    /** All of it passed. */
    passed: boolean;
    /** How it came out in the runs before, oldest first. */
    earlier: { state: GateResult['verdict']; label: string }[];
    /** A failure that is new, or known. */
    news: string;
    /** What was accepted, or came of it: its steps in one browser and size. */
    steps: { title: string; state: GateResult['verdict']; took: string }[];
    stepsOf: string;
    /** `shop.uat.ts:14`. */
    place: string;
    /** Why it was not run, and where it fails as declared. */
    notes: string[];
    cells: {
      where: string;
      state: GateResult['verdict'] | '';
      word: string;
      picture: string;
      label: string;
      took: string;
      /** Of a run that was recorded as video. */
      film: string;
      filmLabel: string;
    }[];
  }[];
  /** What did not pass, in detail. */
  troubled: TroubledCell[];
  leftOut: number;
}

interface TroubledCell {
  state: GateResult['verdict'];
  word: string;
  title: string;
  where: string;
  steps: { title: string; state: GateResult['verdict']; took: string }[];
  message: string;
  place: string;
  code: string[];
  files: { href: string; text: string }[];
  /** The command that opens the trace, to be run in the report's folder; empty: there is none. */
  trace: string;
}

const states: Record<CellOutcome, GateResult['verdict']> = {
  passed: 'pass',
  failed: 'fail',
  flaky: 'inconclusive',
  'not run': 'not run',
};
const words: Record<CellOutcome, string> = { passed: 'Passed', failed: 'Failed', flaky: 'Flaky', 'not run': 'Not run' };
const mostTroubled = 20;
/** A scenario is not meant for every size. */
const notMeant = { state: '' as const, word: '', picture: '', label: '', took: '', film: '', filmLabel: '' };
const sizeOrder = ['phone', 'tablet', 'desktop'];

/** Scenario × browser × size; each mark leads to the picture of the last step. @param playwright version that wrote the traces */
export function matrixView(
  scenarios: readonly ScenarioResult[],
  history: ScenarioHistory | null,
  known: readonly UatBrowser[],
  playwright: string | undefined,
): MatrixView {
  const all = scenarios.flatMap(({ cells }) => cells);
  const browsers = [...new Set(all.map(({ browser }) => browser))].sort();
  const columns = browsers.map((browser) => {
    const own = new Set(all.filter((cell) => cell.browser === browser).map(({ size }) => size as string));
    const sizes = sizeOrder.filter((size) => own.has(size));
    // `Chromium 156.0.8078.79` without its version, which the list of browsers has.
    const title = known.find(({ name }) => name === browser)?.label.replace(/ \d.*$/, '') ?? browser;
    return { browser, title, sizes, span: sizes.length };
  });
  const troubled = scenarios.flatMap(({ info, cells }) =>
    cells.filter(({ outcome }) => outcome === 'failed' || outcome === 'flaky').map((cell) => ({ info, cell })),
  );
  const { parts, partOf } = partsOf(scenarios.map(({ info }) => info));
  return {
    columns,
    parts,
    rows: scenarios.map(({ info, cells }) => ({
      id: info.id,
      group: partOf(info),
      title: shortened(info.title, 120),
      passed:
        cells.length > 0 &&
        cells.every(({ outcome, declaredToFail }) => outcome === 'passed' && declaredToFail === undefined),
      ...historyView(info.id, cells, history),
      ...shownSteps(cells),
      place: `${info.file}${info.line === undefined ? '' : `:${info.line}`}`,
      notes: notesOf(cells),
      about: [info.role, info.priority, info.requirement].filter((word) => word !== '').join(' · '),
      cells: columns.flatMap(({ browser, sizes }) =>
        sizes.map((size) => {
          const cell = cells.find((each) => each.browser === browser && each.size === size);
          const where = `${browser} ${size}`;
          if (cell === undefined) return { where, ...notMeant };
          const isDeclared = cell.outcome === 'passed' && cell.declaredToFail !== undefined;
          const word = isDeclared ? 'Fails as declared' : words[cell.outcome];
          const cellOf = `${info.id} in ${browser}, ${size}`;
          return {
            where,
            state: isDeclared ? 'inconclusive' : states[cell.outcome],
            word,
            picture: lastOf('screenshot', cell.evidence),
            label: `${word}: ${cellOf}`,
            took: duration(cell.durationMs),
            film: lastOf('video', cell.evidence),
            filmLabel: `Video: ${cellOf}`,
          };
        }),
      ),
    })),
    troubled: troubled.slice(0, mostTroubled).map(({ info, cell }) => ({
      state: states[cell.outcome],
      word: words[cell.outcome],
      title: `${info.id} ${shortened(info.title, 100)}`,
      where: `${cell.browser}, ${cell.size}, ${plural(cell.attempts, 'try', 'tries')}`,
      steps: stepsView(cell),
      place: shortened(cell.error?.place ?? '', 160),
      code: (cell.error?.code ?? []).slice(0, 12).map(codeLine),
      message: shortened(cell.error?.message ?? '', 600),
      files: cell.evidence
        .filter(({ kind, path }) => kind !== 'other' && isOwnFile(path))
        .slice(0, 6)
        .map(({ kind, path }) => ({ href: path, text: kind === 'screenshot' ? 'last step' : kind })),
      trace: traceCommand(cell.evidence, playwright),
    })),
    leftOut: Math.max(0, troubled.length - mostTroubled),
  };
}

/** Its indentation stays: it shows where in the code it is. */
function codeLine(line: string): string {
  const [space = ''] = /^ */.exec(line) ?? [];
  return `${space}${shortened(line, 160)}`;
}

function stepsView({ steps }: UatCell) {
  return steps.slice(0, 20).map((step) => ({
    title: shortened(step.title, 140),
    state: step.error === null ? ('pass' as const) : ('fail' as const),
    took: duration(step.durationMs),
  }));
}

/** Of the first that passed: what an approver accepts. Failed ones have a card of their own. */
function shownSteps(cells: readonly UatCell[]) {
  const cell = cells.find(({ outcome }) => outcome === 'passed');
  return cell === undefined
    ? { steps: [], stepsOf: '' }
    : { steps: stepsView(cell), stepsOf: `${cell.browser}, ${cell.size}` };
}

function historyView(id: string, cells: readonly UatCell[], history: ScenarioHistory | null) {
  const runs = (history?.runs ?? []).flatMap(({ outcomes, ...run }) => {
    const outcome = outcomes[id];
    return outcome === undefined ? [] : [{ ...run, outcome }];
  });
  const earlier = runs.toReversed().map(({ version, startedAt, outcome }) => ({
    state: states[outcome],
    label: `${words[outcome]}: ${shortened(version, 40)}, ${startedAt.slice(0, 10)}`,
  }));
  return { earlier, news: newsOf(outcomeOf({ cells }), runs) };
}

/** @param runs newest first */
function newsOf(now: CellOutcome | null, runs: readonly { outcome: CellOutcome; version: string }[]): string {
  if (now !== 'failed' && now !== 'flaky') return '';
  const [last] = runs;
  if (last === undefined) return 'No earlier run has it.';
  const since = runs.findIndex(({ outcome }) => outcome === 'passed');
  if (since === 0) return `New: it passed in the run before, of ${shortened(last.version, 40)}.`;
  const known = since === -1 ? runs.length : since;
  return `Known: it did not pass in the ${known === 1 ? 'run' : `${known} runs`} before either.`;
}

function notesOf(cells: readonly UatCell[]): string[] {
  const lines = cells.flatMap(
    ({ browser, size, outcome, notRun, declaredToFail }): { where: string; what: string }[] => {
      const where = `${browser} ${size}`;
      if (outcome === 'not run') return [{ where, what: `not run: ${notRun ?? 'it never began'}` }];
      if (declaredToFail === undefined || outcome !== 'passed') return [];
      return [
        {
          where,
          what: `fails as its test declares (test.fail)${declaredToFail === '' ? '' : `: “${declaredToFail}”`}`,
        },
      ];
    },
  );
  const whats = [...new Set(lines.map(({ what }) => what))];
  return whats.map((what) => {
    const own = lines.filter((line) => line.what === what).map(({ where }) => where);
    return shortened(`${own.join(', ')} ${what}`, 300);
  });
}

function lastOf(wanted: EvidenceFile['kind'], evidence: readonly EvidenceFile[]): string {
  return evidence.findLast(({ kind, path }) => kind === wanted && isOwnFile(path))?.path ?? '';
}

/**
 * Works in the folder of the report wherever it is, also where Playwright is not installed: npx then gets the version that wrote the trace. With
 * `--host` it serves the viewer for any browser, for without it only Playwright's own Chromium will do.
 */
function traceCommand(evidence: readonly EvidenceFile[], playwright: string | undefined): string {
  const trace = evidence.findLast(({ kind, path }) => kind === 'trace' && isOwnFile(path));
  if (trace === undefined) return '';
  return `npx playwright${playwright === undefined ? '' : `@${playwright}`} show-trace --host 127.0.0.1 --port 0 ${trace.path}`;
}
