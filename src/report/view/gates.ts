import { type GateResult, gateIds, type Verdict } from '../../model/verdict.ts';
import { shortened } from '../../report-kit/text.ts';

export interface GateTile {
  title: string;
  verdict: Verdict;
  word: string;
  summary: string;
}

export interface GatesView {
  judged: GateTile[];
  /** Tiles in a row on a wide page, so that no row is left with a hole where that can be had. */
  columns: number;
  /** Titles of gates that nothing was measured for. */
  notRun: string[];
}

/** `Pass`, `Fail`, `Inconclusive`, `Not run`. */
export function wordOf(verdict: GateResult['verdict']): string {
  return `${verdict.charAt(0).toUpperCase()}${verdict.slice(1)}`;
}

function columnsFor(tiles: number): number {
  if (tiles <= 5) return Math.max(1, tiles);
  return [5, 4, 3].find((columns) => tiles % columns === 0) ?? (tiles % 5 > tiles % 4 ? 5 : 4);
}

export function gatesView(gates: readonly GateResult[]): GatesView {
  const known = gateIds.flatMap((id) => gates.filter((gate) => gate.id === id));
  const judged = known.flatMap(({ title, verdict, summary }) =>
    verdict === 'not run'
      ? []
      : [{ title: shortened(title, 40), verdict, word: wordOf(verdict), summary: shortened(summary, 80) }],
  );
  return {
    judged,
    columns: columnsFor(judged.length),
    notRun: known.filter((gate) => gate.verdict === 'not run').map((gate) => shortened(gate.title, 40)),
  };
}
