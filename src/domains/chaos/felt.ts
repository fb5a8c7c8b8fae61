import type { FaultRecord } from '../../model/chaos.ts';
import type { Stretch } from '../../model/stability.ts';

/** After its end a fault may still be felt for so long before what is slow then is the target's own doing. */
const settleMs = 10_000;

/** When a fault may be felt: from before it is known to be there until a while after its end; null: it was never injected. */
export function feltPeriod({ injectedMs, announcedMs, revertedMs, error }: FaultRecord): Stretch | null {
  if (error !== null && injectedMs === null) return null;
  // What is being injected may be felt before it is known to be there.
  const fromMs = injectedMs === null ? announcedMs : Math.min(announcedMs, injectedMs);
  return { fromMs, toMs: revertedMs === null ? Number.POSITIVE_INFINITY : revertedMs + settleMs };
}
