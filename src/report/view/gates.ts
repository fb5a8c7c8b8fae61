import type { Gate } from '../../domains/domain.ts';
import type { Results } from '../../model/results.ts';
import type { Verdict } from '../../model/verdict.ts';
import { shortened } from '../../report-kit/text.ts';
import { wordOf } from '../../report-kit/verdict.ts';

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
  /** Titles of gates that the policy names and this command did not judge; without a policy none. */
  notJudged: string[];
}

function columnsFor(tiles: number): number {
  if (tiles <= 5) return Math.max(1, tiles);
  return [5, 4, 3].find((columns) => tiles % columns === 0) ?? (tiles % 5 > tiles % 4 ? 5 : 4);
}

/** @param declared titles of gates that the run did not judge */
export function gatesView({ gates, policy }: Pick<Results, 'gates' | 'policy'>, declared: readonly Gate[]): GatesView {
  const judged = gates.flatMap(({ title, verdict, summary }) =>
    verdict === 'not run'
      ? []
      : [{ title: shortened(title, 40), verdict, word: wordOf(verdict), summary: shortened(summary, 80) }],
  );
  return {
    judged,
    columns: columnsFor(judged.length),
    notJudged: gatesNotJudged({ gates, policy }, declared).map(({ title }) => title),
  };
}

/** Those that the policy names and the run did not judge. */
export function gatesNotJudged(
  { gates, policy }: Pick<Results, 'gates' | 'policy'>,
  declared: readonly Gate[],
): Gate[] {
  const judged = new Set(gates.filter(({ verdict }) => verdict !== 'not run').map(({ id }): string => id));
  return (policy?.gates ?? [])
    .filter((id) => !judged.has(id))
    .map((id) => ({ id, title: shortened(declared.find((gate) => gate.id === id)?.title ?? titleOf(id), 40) }));
}

/** A gate whose domain is not there yet, by its id: `Final validation`. */
function titleOf(id: string): string {
  const words = id.replace(/[-_]+/g, ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
