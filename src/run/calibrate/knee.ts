import type { Calibration } from '../../environment/calibration.ts';
import type { WindowResult } from '../../model/results.ts';

export interface Knee {
  /** Planned rate of the last window that the generator bore. */
  ratePerSecond: number;
  /** See `Calibration`. */
  atLeast: Calibration['atLeast'];
  /** Windows below that did not count, though the two faster ones after each did: something else used the machine. */
  passedOver: number;
}

type Window = Pick<
  WindowResult,
  'startMs' | 'durationMs' | 'planned' | 'failed' | 'unsent' | 'service' | 'targetWaitP99Ms' | 'invalid'
>;

const failedShareAtMost = 0.01;
/** A target that takes this long for its slowest percent has more to do than it can. */
const slowMs = 500;
/** As many windows in a row after one that did not count show that it was no limit. */
const goodAfter = 2;

/**
 * Up to which rate the generator kept up, by the windows of a run whose rate rises.
 * @param untilMs end of the ramp; what sessions still send after it is no part of it
 * @returns null where it did not keep up from the beginning
 */
export function kneeOf(windows: readonly Window[], untilMs: number): Knee | null {
  const rows = windows
    .filter(({ planned, startMs, durationMs }) => planned > 0 && startMs + durationMs <= untilMs)
    .sort((a, b) => a.startMs - b.startMs)
    .map((window) => ({ ratePerSecond: (window.planned / window.durationMs) * 1000, limit: limitOf(window) }));
  const isPassing = (at: number) => {
    const after = rows.slice(at + 1, at + 1 + goodAfter);
    return after.length === goodAfter && after.every(({ limit }) => limit === null);
  };
  const end = rows.findIndex(({ limit }, at) => limit !== null && !isPassing(at));
  const below = end === -1 ? rows : rows.slice(0, end);
  const last = below.findLast(({ limit }) => limit === null);
  if (last === undefined) return null;
  const stopped = rows[end]?.limit ?? 'nothing faster was tried';
  return {
    ratePerSecond: last.ratePerSecond,
    atLeast: stopped === 'generator' ? null : stopped,
    passedOver: below.filter(({ limit }) => limit !== null).length,
  };
}

/** What was at its limit in a window; null: nothing. */
function limitOf(window: Window): 'generator' | 'the target did not keep up' | null {
  if (window.invalid !== null) return 'generator';
  const isFailing = window.failed + window.unsent > window.planned * failedShareAtMost;
  const isSlow = Math.max(window.service.p99 ?? 0, window.targetWaitP99Ms) > slowMs;
  return isFailing || isSlow ? 'the target did not keep up' : null;
}
