import type { FaultRecord } from '../../../model/chaos.ts';

/** After its end a fault may still be felt for so long before what is slow then is the target's own doing. */
const settleMs = 10_000;

/**
 * Whether a stretch of the run is under a fault, and so not judged with the rest.
 * @returns the fault in words; null: none
 */
export function asideOf(faults: readonly FaultRecord[], fromMs: number, toMs: number): string | null {
  for (const { injectedMs, announcedMs, revertedMs, error, title, component } of faults) {
    if (error !== null && injectedMs === null) continue;
    // What is being injected may be felt before it is known to be there.
    const beginsMs = injectedMs === null ? announcedMs : Math.min(announcedMs, injectedMs);
    const endsMs = revertedMs === null ? Number.POSITIVE_INFINITY : revertedMs + settleMs;
    if (toMs > beginsMs && fromMs < endsMs) return `${title}, ${component}`;
  }
  return null;
}
