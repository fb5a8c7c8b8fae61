import { join } from 'node:path';
import type { ChaosResult, ExperimentResult, ResilienceResult } from '../../model/chaos.ts';
import type { TimelineBand } from '../../model/results.ts';
import type { Judging } from '../domain.ts';
import { endByGuard } from './ended-by-guard.ts';
import { events } from './events.ts';
import { endOfFault, goneEarly } from './felt.ts';
import { ChaosFold } from './fold.ts';
import { metrics } from './metrics.ts';
import { chaosObjectives, ledgerObjectives, othersObjectives } from './objectives.ts';
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
  allObjectives: [...chaosObjectives, ...othersObjectives, ...ledgerObjectives],
  objectives: (state) => [
    ...(state.any ? chaosObjectives : []),
    ...(state.leavesUsersAlone ? othersObjectives : []),
    ...(state.ledgers.length > 0 ? ledgerObjectives : []),
  ],
  metrics,
  async section(state, { facts, objectives, warn }) {
    for (const message of state.guardTroubles) warn(message);
    if (!state.any) return null;
    const resilience = await resilienceOf([...state.faults.values()], facts, { slowMs, recoverMs, objectives });
    return {
      experiments: state.experiments().map((experiment) => underLoad(experiment, resilience)),
      resilience,
      ledgers: state.ledgers,
    };
  },
  gates: (state) => [...(state.any ? ['resilience'] : []), ...(state.ledgers.length > 0 ? ['integrity'] : [])],
  bands: (_, { experiments }, { judged }) => faultBands(experiments, judged.endMs),
};

/** One that passed though its fault was not seen shows nothing; nor does one under whose fault no request of the load was sent. */
function underLoad(experiment: ExperimentResult, resilience: readonly ResilienceResult[]): ExperimentResult {
  if (experiment.verdict !== 'pass') return experiment;
  for (const record of experiment.faults) {
    const { id, fault, component, proof } = record;
    // Whatever the experiment made of it: what was not measured to be there shows nothing.
    if (proof?.seen !== true) {
      return {
        ...experiment,
        verdict: 'inconclusive',
        reason: `${fault} on ${component} was not measured to be there.`,
      };
    }
    const measured = resilience.find(({ faultId }) => faultId === id);
    if ((measured?.during.requests ?? 0) > 0) continue;
    const early = goneEarly(record);
    const reason = `No request of the load that can be judged was sent while ${fault} on ${component} was on, so what users would have seen is not known.${early === null ? '' : ` ${early}`}`;
    return { ...experiment, verdict: 'inconclusive', reason };
  }
  return experiment;
}

/** Each fault that was injected, on the timeline. */
function faultBands(experiments: ChaosResult['experiments'], endMs: number): TimelineBand[] {
  return experiments.flatMap(({ faults, verdict }) =>
    faults.flatMap((fault): TimelineBand[] => {
      if (fault.injectedMs === null || fault.error !== null) return [];
      return [
        {
          lane: 'faults',
          startMs: fault.injectedMs,
          endMs: endOfFault(fault) ?? endMs,
          label: `${fault.title}, ${fault.component}`,
          state: fault.proof?.seen === true ? verdict : 'inconclusive',
        },
      ];
    }),
  );
}
