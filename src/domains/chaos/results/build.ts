import type { ChaosResult } from '../../../model/chaos.ts';
import type { TimelineBand } from '../../../model/results.ts';
import type { Objective } from '../../../model/verdict.ts';
import type { RunRecord } from '../../../run/results/fold.ts';
import { resilienceOf } from './resilience.ts';

const recoverMs = 30_000;

/**
 * What a run with faults shows; null: it had none.
 * @param standardMs slower requests count as slowed
 */
export async function chaosOf(
  runFolder: string,
  record: RunRecord,
  objectives: readonly Objective[],
  standardMs: number,
): Promise<ChaosResult | null> {
  if (!record.chaos.any) return null;
  return {
    experiments: record.chaos.experiments(),
    resilience: await resilienceOf(runFolder, record, { standardMs, recoverMs, objectives }),
    ledgers: record.chaos.ledgers,
  };
}

/** Each fault that came to be, on the timeline. */
export function faultBands(chaos: ChaosResult, endMs: number): TimelineBand[] {
  return chaos.experiments.flatMap(({ faults, verdict }) =>
    faults.flatMap((fault) => {
      if (fault.injectedMs === null || fault.error !== null) return [];
      const band: TimelineBand = {
        lane: 'faults',
        startMs: fault.injectedMs,
        endMs: fault.revertedMs ?? endMs,
        label: `${fault.title}, ${fault.component}`,
        state: fault.proof?.seen === true ? verdict : 'inconclusive',
      };
      return [band];
    }),
  );
}
