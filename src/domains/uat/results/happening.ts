import type { UatCondition } from '../../../model/uat.ts';
import type { RunRecord } from '../../../run/results/fold.ts';
import { asideOf } from '../../chaos/run/aside.ts';

type Known = Pick<RunRecord, 'chaos' | 'watched' | 'windows'>;

/** A deployment may be felt a little after it is told. */
const feltMs = 5000;
const mostTold = 5;

/** What was going on over a stretch of the run's clock: a fault, judged as windows are, or only the load. */
export function conditionOf({ chaos }: Pick<RunRecord, 'chaos'>, fromMs: number, toMs: number): UatCondition {
  return asideOf([...chaos.faults.values()], fromMs, Math.max(toMs, fromMs + 1)) === null ? 'load' : 'fault';
}

/** Faults of a stretch, in words; one that was not seen to take effect is told as that. */
export function faultsIn({ chaos }: Pick<RunRecord, 'chaos'>, fromMs: number, toMs: number): string[] {
  const told: string[] = [];
  for (const fault of chaos.faults.values()) {
    if (asideOf([fault], fromMs, toMs) === null) continue;
    const isOver = fault.revertedMs !== null && fault.revertedMs <= fromMs;
    const unseen = fault.proof?.seen === false ? ' (not seen to take effect)' : '';
    told.push(`${isOver ? 'just after ' : ''}${fault.title}, ${fault.component}${unseen}`);
  }
  return [...new Set(told)];
}

/** Faults, deployments, alerts, generators that took over and other marks of a stretch, in words. */
export function happeningIn({ chaos, watched }: Known, fromMs: number, toMs: number): string[] {
  const told = faultsIn({ chaos }, fromMs, toMs);
  for (const { lane, label, atMs } of watched.marks) {
    if (lane !== 'faults' && lane !== 'uat' && atMs >= fromMs - feltMs && atMs <= toMs) told.push(label);
  }
  for (const { name, fromMs: since, toMs: until, open } of watched.alerts) {
    if (since <= toMs && (open || until >= fromMs)) told.push(`alert ${name}`);
  }
  for (const { atMs, reason } of watched.generators) {
    if (reason !== 'start' && atMs >= fromMs && atMs <= toMs) told.push(`generator: ${reason}`);
  }
  return [...new Set(told)].slice(0, mostTold);
}

/** Requests a second that were answered over a stretch; null where no window tells. */
export function rateIn({ windows }: Known, fromMs: number, toMs: number): number | null {
  let answered = 0;
  let ms = 0;
  for (const window of windows) {
    if (window.startMs >= toMs || window.startMs + window.durationMs <= fromMs) continue;
    answered += window.completed + window.failed;
    ms += window.durationMs;
  }
  return ms === 0 ? null : Math.round((10_000 * answered) / ms) / 10;
}
