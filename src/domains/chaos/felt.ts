import type { FaultRecord } from '../../model/chaos.ts';
import type { Period } from '../../model/stability.ts';

/** After its end a fault may still be felt for so long before what is slow then is the target's own doing. */
const settleMs = 10_000;

/** When a fault may be felt: from before it is known to be there until a while after its end; null: it was never injected. */
export function feltPeriod({ injectedMs, announcedMs, revertedMs, error }: FaultRecord): Period | null {
  if (error !== null && injectedMs === null) return null;
  // What is being injected may be felt before it is known to be there.
  const fromMs = injectedMs === null ? announcedMs : Math.min(announcedMs, injectedMs);
  return { fromMs, toMs: revertedMs === null ? Number.POSITIVE_INFINITY : revertedMs + settleMs };
}

/** Until when a fault is known to have been there; null: it was not known to be gone. */
export function endOfFault({ revertedMs, watched }: FaultRecord): number | null {
  return watched === undefined || watched.gone === null ? revertedMs : watched.seenUntilMs;
}

/** That a fault was gone before it was to be, in one sentence; null: it was not. */
export function goneEarly({ fault, component, injectedMs, revertedMs, watched }: FaultRecord): string | null {
  if (watched === undefined || watched.gone === null || injectedMs === null) return null;
  const { what, measured, expected } = watched.gone;
  const seconds = (ms: number) => `${((ms - injectedMs) / 1000).toFixed(1)} s`;
  const of = revertedMs === null ? '' : ` of ${seconds(revertedMs)}`;
  return (
    `${fault} on ${component} was gone before its time, last seen after ${seconds(watched.seenUntilMs)}${of}: ` +
    `${what} was ${measured}, not ${expected}.`
  );
}
