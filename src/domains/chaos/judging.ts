import { join } from 'node:path';
import type { ChaosResult } from '../../model/chaos.ts';
import type { TimelineBand } from '../../model/results.ts';
import type { Judging } from '../domain.ts';
import { endByGuard } from './ended-by-guard.ts';
import { events } from './events.ts';
import { ChaosFold } from './fold.ts';
import { metrics } from './metrics.ts';
import { chaosObjectives, ledgerObjectives } from './objectives.ts';
import { resilienceOf } from './resilience/resilience.ts';

/** Slower requests count as slowed by a fault. */
const slowMs = 200;
const recoverMs = 30_000;

/** Faults that were injected, how the target bore them, and what became of acknowledged writes. */
export const judging: Judging<ChaosFold, ChaosResult> = {
  events,
  begin: () => new ChaosFold(),
  add: (state, event) => state.add(event),
  disturbed: (state, atMs) => state.on(atMs),
  complete: (state, { folder, loadStartedAt }) => endByGuard(join(folder, 'evidence', 'chaos'), state, loadStartedAt),
  spans: (state) => state.spans(),
  allObjectives: [...chaosObjectives, ...ledgerObjectives],
  objectives: (state) => [...(state.any ? chaosObjectives : []), ...(state.ledgers.length > 0 ? ledgerObjectives : [])],
  metrics,
  async section(state, { facts, objectives, warn }) {
    for (const message of state.guardTroubles) warn(message);
    if (!state.any) return null;
    return {
      experiments: state.experiments(),
      resilience: await resilienceOf([...state.faults.values()], facts, { slowMs, recoverMs, objectives }),
      ledgers: state.ledgers,
    };
  },
  gates: (state) => [...(state.any ? ['resilience'] : []), ...(state.ledgers.length > 0 ? ['integrity'] : [])],
  bands: (_, { experiments }, { judged }) => faultBands(experiments, judged.endMs),
};

/** Each fault that was injected, on the timeline. */
function faultBands(experiments: ChaosResult['experiments'], endMs: number): TimelineBand[] {
  return experiments.flatMap(({ faults, verdict }) =>
    faults.flatMap((fault): TimelineBand[] => {
      if (fault.injectedMs === null || fault.error !== null) return [];
      return [
        {
          lane: 'faults',
          startMs: fault.injectedMs,
          endMs: fault.revertedMs ?? endMs,
          label: `${fault.title}, ${fault.component}`,
          state: fault.proof?.seen === true ? verdict : 'inconclusive',
        },
      ];
    }),
  );
}
