import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Results } from '../../model/results.ts';
import type { CellOutcome, ScenarioHistory, UatCell } from '../../model/uat.ts';

const mostRuns = 10;
const fileName = 'history.json';
/** Of cells that came out differently the worst counts. */
const worst: readonly CellOutcome[] = ['failed', 'flaky', 'not run', 'passed'];

/**
 * Keeps in a run's folder how scenarios came out in the runs before it, so that its report can be made again from that folder alone.
 * @param folder of the run; the others are beside it
 * @param product name of the candidate: runs of other products are none of its history
 */
export function keepHistory(folder: string, product: string): void {
  const own = basename(folder);
  const earlier = readdirSync(dirname(folder))
    .filter((name) => name < own)
    .sort()
    .reverse();
  const runs: ScenarioHistory['runs'] = [];
  for (const name of earlier) {
    if (runs.length === mostRuns) break;
    const run = runOf(join(dirname(folder), name), product);
    if (run !== null) runs.push(run);
  }
  writeFileSync(join(folder, fileName), `${JSON.stringify({ runs } satisfies ScenarioHistory)}\n`, { mode: 0o600 });
}

/** What was kept; null: nothing, as by earlier versions, or it cannot be read. */
export function historyOf(folder: string): ScenarioHistory | null {
  try {
    const kept = JSON.parse(readFileSync(join(folder, fileName), 'utf8')) as ScenarioHistory;
    return Array.isArray(kept.runs) ? kept : null;
  } catch {
    return null;
  }
}

/** How a scenario came out: as the worst of its cells; null: it had none. */
export function outcomeOf({ cells }: { readonly cells: readonly UatCell[] }): CellOutcome | null {
  return worst.find((outcome) => cells.some((cell) => cell.outcome === outcome)) ?? null;
}

/** Of a run of scenarios alone; null: it is none, of another product, or has no readable results. */
function runOf(folder: string, product: string): ScenarioHistory['runs'][number] | null {
  try {
    const { run, candidate, sections } = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as Results;
    const scenarios = sections.uat?.acceptance?.scenarios;
    if (scenarios === undefined || candidate.name !== product) return null;
    const outcomes = scenarios.flatMap((scenario) => {
      const outcome = outcomeOf(scenario);
      return outcome === null ? [] : [[scenario.info.id, outcome] as const];
    });
    return { id: run.id, version: candidate.version, startedAt: run.startedAt, outcomes: Object.fromEntries(outcomes) };
  } catch {
    return null;
  }
}
