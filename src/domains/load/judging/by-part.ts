import type { Measurement } from '../../../gate/measurement.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import type { Objective } from '../../../model/verdict.ts';
import type { Counted } from '../../../stats/clustered.ts';
import { mergeLengths } from '../windows/merging.ts';
import { windowLength } from './judged.ts';
import { absence, certainFailures, type LoadRun, scopeOf } from './reading.ts';
import { type Selection, selectionOf } from './selection.ts';
import { failuresByPart, type PartGrid, partGrid, worstPercentile, worstShare } from './worst-part.ts';

/** Parts by which response times are judged; a text says why they cannot be, null that they are judged as a whole. */
export function timesGrid(facts: RunFacts, { keys, fromMs, windowS }: Selection): PartGrid | string | null {
  if (windowS === undefined) return null;
  const windowMs = windowLength(facts);
  // A route's times are merged to this while the run goes on, the newest last: a part must not be finer in its first half than in its second.
  const cellMs = keys === null ? windowMs : mergeLengths(facts.started.durationMs, windowMs).response.routes;
  return partGrid({ windowS, cellMs, fromMs, toMs: facts.judged.endMs });
}

/** A percentile of the worst part of the run, or why there is none. */
export function timesByPart(run: LoadRun, objective: Objective): Measurement {
  const { facts, state } = run;
  const scope = scopeOf(run, objective);
  if ('value' in scope) return scope;
  const selection = selectionOf(facts, objective);
  const grid = timesGrid(facts, selection);
  if (typeof grid === 'string') return { value: null, samples: 0, absent: grid };
  const times = state.response.parts.get(selection.key);
  if (times === undefined) return { value: null, samples: 0, absent: absence(run) };
  // How fast what failed or was not sent would have been served is not known: of the whole, and of the part that had most of them.
  const { completed, failed, unsent } = scope.counts;
  const unserved = [{ failed: failed + unsent, of: completed + failed + unsent }];
  unserved.push(...failuresByPart(times.grid, cellsOf(run, selection, true)).values());
  const unservedShare = Math.max(0, ...unserved.map((one) => (one.of > 0 ? one.failed / one.of : 0)));
  return { ...worstPercentile(objective, times, scope.answered), unservedShare };
}

/** The error rate of the worst part of the run, or why there is none. */
export function errorsByPart(run: LoadRun, objective: Objective): Measurement {
  const { facts } = run;
  const scope = scopeOf(run, objective);
  if ('value' in scope) return scope;
  const selection = selectionOf(facts, objective);
  const cells = cellsOf(run, selection, false);
  const windowMs = windowLength(facts);
  const cellMs = cells.reduce((longest, { lengthMs }) => Math.max(longest, lengthMs), windowMs);
  const { windowS = 0, fromMs } = selection;
  const grid = partGrid({ windowS, cellMs, fromMs, toMs: facts.judged.endMs });
  if (typeof grid === 'string') return { value: null, samples: 0, absent: grid };
  const certain = certainFailures(run, scope, 'certain') / Math.max(1, scope.counts.failed);
  const byPart = (share: number) =>
    worstShare(
      objective,
      grid,
      failuresByPart(
        grid,
        cells.map((cell) => ({ ...cell, failed: cell.failed * share })),
      ),
      scope.answered,
    );
  return { ...byPart(1), certain: byPart(certain) };
}

interface Cell extends Counted {
  startMs: number;
  lengthMs: number;
}

/**
 * Failures by the shortest time that they are known for, of the windows that count.
 * @param withUnsent whether requests that were never sent count, where that is known by time
 */
function cellsOf({ facts, state }: LoadRun, { keys }: Selection, withUnsent: boolean): Cell[] {
  const windowMs = windowLength(facts);
  if (keys === null)
    return facts.judged.windows.map(({ startMs, completed, failed, unsent }) => {
      const more = withUnsent ? unsent : 0;
      return { startMs, lengthMs: windowMs, failed: failed + more, of: completed + failed + more };
    });
  return [...keys].flatMap((key) =>
    (state.fold.failuresByKey.get(key)?.windows ?? []).map(({ startMs, lastMs, failed, of }) => ({
      startMs,
      lengthMs: lastMs - startMs + windowMs,
      failed,
      of,
    })),
  );
}
