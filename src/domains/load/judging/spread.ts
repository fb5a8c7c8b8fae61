import { duration, grouped } from '../../../gate/words.ts';
import type { WindowResult } from '../../../model/results.ts';
import type { LoadRun } from './reading.ts';

/** Fewer of either are no pattern. */
const atLeast = 10;

/** Whether failures came all at once or all the time; null: neither can be said of so few. */
export function spreadOfFailures(run: LoadRun): string | null {
  const windows = run.facts.judged.windows;
  const failing = windows.filter(({ failed }) => failed > 0).sort((a, b) => b.failed - a.failed);
  const all = failing.reduce((sum, { failed }) => sum + failed, 0);
  if (all < atLeast || windows.length < atLeast) return null;
  const most: WindowResult[] = [];
  let counted = 0;
  for (const window of failing) {
    if (counted >= 0.9 * all) break;
    counted += window.failed;
    most.push(window);
  }
  const byTime = most.toSorted((a, b) => a.startMs - b.startMs);
  const [first, last] = [byTime[0], byTime.at(-1)];
  if (first === undefined || last === undefined) return null;
  const from = first.startMs === 0 ? 'the start' : duration(first.startMs);
  const lengthMs = last.startMs + last.durationMs - first.startMs;
  const totalMs = windows.reduce((sum, { durationMs }) => sum + durationMs, 0);
  if (lengthMs <= 0.1 * totalMs)
    return `They came together: ${grouped(counted)} of ${grouped(all)} failures within ${duration(lengthMs)}, from ${from} on.`;
  return failing.length >= windows.length / 2
    ? `Requests failed all the time: in ${grouped(failing.length)} of ${grouped(windows.length)} windows.`
    : `Requests failed in ${grouped(failing.length)} of ${grouped(windows.length)} windows, from ${from} on.`;
}
