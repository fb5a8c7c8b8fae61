import type { Measurement } from '../../gate/measurement.ts';
import type { Metric } from '../../gate/metric.ts';
import { duration, list, sentence } from '../../gate/words.ts';
import type { ChaosResult, ExperimentResult } from '../../model/chaos.ts';
import type { Objective } from '../../model/verdict.ts';
import type { ChaosFold } from './fold.ts';

type ChaosMetric = Metric<ChaosFold, ChaosResult>;

/** Share of chaos experiments whose hypothesis held. */
const experiments: ChaosMetric = {
  id: 'experiments',
  words: 'share of experiments that held',
  shortWords: 'experiments held',
  unit: '%',
  cause: 'faults',
  read: reading(({ experiments: all }) => experimentsThatHeld(all)),
};

/** Slowest return to what was before, from a fault's end on. */
const recovery: ChaosMetric = {
  id: 'recovery',
  words: 'recovery after a fault',
  shortWords: 'recovery',
  unit: 'ms',
  cause: 'faults',
  read: reading(slowestRecovery),
};

/** Highest share of requests that failed while a fault was on. */
const faultErrors: ChaosMetric = {
  id: 'fault_errors',
  words: 'share of requests that failed under a fault',
  shortWords: 'failed under fault',
  unit: '%',
  cause: 'faults',
  read: reading(worstShare),
};

/** Acknowledged writes that were lost, doubled or changed. */
const harmedWrites: ChaosMetric = {
  id: 'harmed_writes',
  words: 'number of lost, duplicated or changed writes',
  shortWords: 'writes lost or harmed',
  unit: 'count',
  cause: 'data',
  read: reading(writesHarmed),
};

export const metrics = [experiments, recovery, faultErrors, harmedWrites] as const;

function reading(read: (chaos: ChaosResult, objective: Objective) => Measurement): ChaosMetric['read'] {
  return ({ section }, objective) =>
    section === null
      ? { value: null, samples: 0, absent: 'no fault was injected in this run' }
      : read(section, objective);
}

function experimentsThatHeld(all: readonly ExperimentResult[]): Measurement {
  const of = (verdict: ExperimentResult['verdict']) => all.filter((one) => one.verdict === verdict);
  const samples = all.length;
  if (samples === 0) return { value: null, samples, absent: 'no experiment was run' };
  const open = of('inconclusive');
  const failed = of('fail');
  // None failed, but some show nothing: not passed by silence.
  if (failed.length === 0 && open.length > 0) {
    return {
      value: null,
      samples,
      absent: `${open.length} of ${samples} experiments show nothing (${reasonsOf(open)})`,
    };
  }
  const value = (100 * of('pass').length) / samples;
  return failed.length === 0 ? { value, samples } : { value, samples, note: `Failed: ${reasonsOf(failed)}.` };
}

function reasonsOf(experiments: readonly ExperimentResult[]): string {
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
  const known = chaos.resilience.filter(({ before, after }) => before.requests > 0 && after.requests > 0);
  if (known.length === 0)
    return { value: null, samples: 0, absent: 'no fault was on long enough before the end of the load' };
  const never = known.find(({ recover }) => recover === null);
  if (never !== undefined) {
    const where = `after ${nameOf(chaos, never.faultId)} the target had not recovered within ${duration(never.lookedForMs)}`;
    // The next fault, or the end, came before it could have been late.
    if (never.lookedForMs <= objective.target) return { value: null, samples: known.length, absent: where };
    return { value: never.lookedForMs, samples: known.length, note: `${sentence(where)}.` };
  }
  const slowest = known.reduce((most, one) => ((one.recover?.ms ?? 0) > (most.recover?.ms ?? 0) ? one : most));
  const ms = slowest.recover?.ms ?? 0;
  const errorMs = slowest.recover?.errorMs ?? 0;
  return {
    value: ms,
    samples: known.length,
    note: `Slowest after ${nameOf(chaos, slowest.faultId)}: ${duration(ms)} ± ${duration(errorMs)}.`,
  };
}

function worstShare(chaos: ChaosResult): Measurement {
  const known = chaos.resilience.filter(({ during }) => during.requests > 0);
  if (known.length === 0) return { value: null, samples: 0, absent: 'no request was planned while a fault was on' };
  const share = ({ during }: (typeof known)[number]) => (100 * during.failed) / during.requests;
  const worst = known.reduce((most, one) => (share(one) > share(most) ? one : most));
  const note = `Most with ${nameOf(chaos, worst.faultId)}.`;
  return { value: share(worst), samples: known.reduce((sum, { during }) => sum + during.requests, 0), note };
}

function writesHarmed({ ledgers }: ChaosResult): Measurement {
  const acknowledged = ledgers.reduce((sum, ledger) => sum + ledger.acknowledged, 0);
  if (ledgers.length === 0) return { value: null, samples: 0, absent: 'no acknowledged write was followed' };
  const open = ledgers.find(({ verdict }) => verdict === 'inconclusive');
  const value = ledgers.reduce((sum, { lost, duplicated, corrupted }) => sum + lost + duplicated + corrupted, 0);
  if (value === 0 && open !== undefined)
    return { value: null, samples: acknowledged, absent: open.reason.replace(/\.$/, '') };
  const worst = ledgers.find(({ verdict }) => verdict === 'fail');
  return worst === undefined ? { value, samples: acknowledged } : { value, samples: acknowledged, note: worst.reason };
}
