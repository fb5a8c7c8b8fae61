import type { Measurement } from '../../../gate/measurement.ts';
import { duration, list, sentence } from '../../../gate/words.ts';
import type { ChaosResult, ExperimentResult } from '../../../model/chaos.ts';
import type { Objective } from '../../../model/verdict.ts';

/** What was found for an objective of the resilience and integrity gates. */
export function measureChaos(chaos: ChaosResult, objective: Objective): Measurement {
  switch (objective.metric) {
    case 'experiments':
      return experimentsThatHeld(chaos.experiments);
    case 'recovery':
      return slowestRecovery(chaos, objective);
    case 'fault_errors':
      return worstShare(chaos);
    default:
      return harmedWrites(chaos);
  }
}

function experimentsThatHeld(experiments: readonly ExperimentResult[]): Measurement {
  const of = (verdict: ExperimentResult['verdict']) => experiments.filter((one) => one.verdict === verdict);
  const samples = experiments.length;
  if (samples === 0) return { value: null, samples, absent: 'no experiment was run' };
  const open = of('inconclusive');
  const failed = of('fail');
  // None failed, but some show nothing: not passed by silence.
  if (failed.length === 0 && open.length > 0) {
    return { value: null, samples, absent: `${open.length} of ${samples} experiments show nothing (${told(open)})` };
  }
  const value = (100 * of('pass').length) / samples;
  return failed.length === 0 ? { value, samples } : { value, samples, note: `Failed: ${told(failed)}.` };
}

function told(experiments: readonly ExperimentResult[]): string {
  return list(experiments.slice(0, 3).map(({ title, reason }) => `${title}: ${reason.replace(/\.$/, '')}`));
}

function nameOf(chaos: ChaosResult, id: string): string {
  for (const { faults } of chaos.experiments) {
    const fault = faults.find((one) => one.id === id);
    if (fault !== undefined) return `${fault.title} on ${fault.component}`;
  }
  return id;
}

function slowestRecovery(chaos: ChaosResult, objective: Objective): Measurement {
  const told = chaos.resilience.filter(({ before, after }) => before.requests > 0 && after.requests > 0);
  if (told.length === 0)
    return { value: null, samples: 0, absent: 'no fault was on long enough before the end of the load' };
  const never = told.find(({ recover }) => recover === null);
  if (never !== undefined) {
    const where = `after ${nameOf(chaos, never.faultId)} the target was not as before within ${duration(never.lookedForMs)}`;
    // The next fault, or the end, came before it could have been late.
    if (never.lookedForMs <= objective.target) return { value: null, samples: told.length, absent: where };
    return { value: never.lookedForMs, samples: told.length, note: `${sentence(where)}.` };
  }
  const slowest = told.reduce((most, one) => ((one.recover?.ms ?? 0) > (most.recover?.ms ?? 0) ? one : most));
  const ms = slowest.recover?.ms ?? 0;
  const errorMs = slowest.recover?.errorMs ?? 0;
  return {
    value: ms,
    samples: told.length,
    note: `Slowest after ${nameOf(chaos, slowest.faultId)}: ${duration(ms)} ± ${duration(errorMs)}.`,
  };
}

function worstShare(chaos: ChaosResult): Measurement {
  const told = chaos.resilience.filter(({ during }) => during.requests > 0);
  if (told.length === 0) return { value: null, samples: 0, absent: 'no request was planned while a fault was on' };
  const share = ({ during }: (typeof told)[number]) => (100 * during.failed) / during.requests;
  const worst = told.reduce((most, one) => (share(one) > share(most) ? one : most));
  const note = `Most with ${nameOf(chaos, worst.faultId)}.`;
  return { value: share(worst), samples: told.reduce((sum, { during }) => sum + during.requests, 0), note };
}

function harmedWrites({ ledgers }: ChaosResult): Measurement {
  const acknowledged = ledgers.reduce((sum, ledger) => sum + ledger.acknowledged, 0);
  if (ledgers.length === 0) return { value: null, samples: 0, absent: 'no acknowledged write was followed' };
  const open = ledgers.find(({ verdict }) => verdict === 'inconclusive');
  const value = ledgers.reduce((sum, { lost, duplicated, corrupted }) => sum + lost + duplicated + corrupted, 0);
  if (value === 0 && open !== undefined)
    return { value: null, samples: acknowledged, absent: open.reason.replace(/\.$/, '') };
  const worst = ledgers.find(({ verdict }) => verdict === 'fail');
  return worst === undefined ? { value, samples: acknowledged } : { value, samples: acknowledged, note: worst.reason };
}
