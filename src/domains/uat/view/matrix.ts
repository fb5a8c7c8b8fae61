import type { UatBrowser } from '../../../model/browser.ts';
import type { CellOutcome, EvidenceFile, ScenarioResult } from '../../../model/uat.ts';
import type { GateResult } from '../../../model/verdict.ts';
import { duration, plural } from '../../../report-kit/format.ts';
import { isOwnFile } from '../../../report-kit/own-file.ts';
import { shortened } from '../../../report-kit/text.ts';

export interface MatrixView {
  /** A browser with its sizes. */
  columns: { browser: string; title: string; sizes: string[]; span: number }[];
  rows: {
    id: string;
    title: string;
    about: string;
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
  return {
    columns,
    rows: scenarios.map(({ info, cells }) => ({
      id: info.id,
      title: shortened(info.title, 120),
      about: [info.role, info.priority, info.requirement].filter((word) => word !== '').join(' · '),
      cells: columns.flatMap(({ browser, sizes }) =>
        sizes.map((size) => {
          const cell = cells.find((each) => each.browser === browser && each.size === size);
          const where = `${browser} ${size}`;
          if (cell === undefined) return { where, ...notMeant };
          const word = words[cell.outcome];
          const cellOf = `${info.id} in ${browser}, ${size}`;
          return {
            where,
            state: states[cell.outcome],
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
      steps: cell.steps.slice(0, 20).map((step) => ({
        title: shortened(step.title, 140),
        state: step.error === null ? ('pass' as const) : ('fail' as const),
        took: duration(step.durationMs),
      })),
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
