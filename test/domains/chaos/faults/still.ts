import type { ActiveFault } from '../../../../src/domains/chaos/fault.ts';
import type { ProofCheck } from '../../../../src/model/chaos.ts';

/** One look at a fault that stays on. */
export async function look(active: ActiveFault): Promise<ProofCheck> {
  if (active.momentary) throw new Error('it ends by itself, so nobody looks at it again');
  return active.still();
}
