import type { Measurement } from '../../gate/measurement.ts';
import type { Metric } from '../../gate/metric.ts';
import { duration, grouped, list, sentence } from '../../gate/words.ts';
import type { ChaosResult, ExperimentResult, FaultRecord, LedgerResult, ResilienceResult } from '../../model/chaos.ts';
import type { Objective } from '../../model/verdict.ts';
import type { ChaosFold } from './fold.ts';
import { failedOfOthers, leftOutWords } from './resilience/others.ts';

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

/** Highest share of requests that failed while a fault was on, of the users who are not on the part that is broken. */
const faultErrors: ChaosMetric = {
  id: 'fault_errors',
  words: 'share of requests that failed under a fault, of users not on what was broken',
  shortWords: 'failed under fault, of other users',
  unit: '%',
  cause: 'faults',
  read: reading(worstShare),
};

/** Highest p95 under a fault, of the users who are not on the part that is broken. */
const faultResponse: ChaosMetric = {
  id: 'fault_response',
  words: 'response time p95 under a fault, of users not on what was broken',
  shortWords: 'p95 under fault, of other users',
  unit: 'ms',
  cause: 'faults',
  read: reading(slowestUnderFault),
};

/** Writes that the ledger found lost, doubled, changed, stored although refused, or read in an impossible order. */
const harmedWrites: ChaosMetric = {
  id: 'harmed_writes',
  words: 'number of lost or harmed writes',
  shortWords: 'writes lost or harmed',
  unit: 'count',
  cause: 'data',
  read: reading(writesHarmed),
};

export const metrics = [experiments, recovery, faultErrors, faultResponse, harmedWrites] as const;

function reading(read: (chaos: ChaosResult, objective: Objective) => Measurement): ChaosMetric['read'] {
  return ({ section }, objective) =>
    section === null
      ? { value: null, samples: 0, absent: 'no fault was injected in this run' }
      : read(section, objective);
}

function experimentsThatHeld(all: readonly ExperimentResult[]): Measurement {
  const asked = all.filter(({ skipped }) => skipped !== 'optional');
  const of = (verdict: ExperimentResult['verdict']) => asked.filter((one) => one.verdict === verdict);
  const samples = asked.length;
  const left = skippedWords(all);
  if (samples === 0) return { value: null, samples, absent: left ?? 'no experiment was run' };
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
  if (failed.length > 0) return { value, samples, note: `Failed: ${reasonsOf(failed)}.` };
  return left === null ? { value, samples } : { value, samples, note: `${sentence(left)}.` };
}

/** `8 optional experiments were skipped, because there was no time: …`; null: none. */
export function skippedWords(all: readonly ExperimentResult[]): string | null {
  const skipped = all.filter(({ skipped }) => skipped === 'optional').map(({ title }) => title);
  if (skipped.length === 0) return null;
  const named = list(skipped.slice(0, 3));
  const more = skipped.length > 3 ? ` and ${skipped.length - 3} more` : '';
  const which = skipped.length === 1 ? '1 optional experiment was' : `${skipped.length} optional experiments were`;
  return `${which} skipped, because there was no time: ${named}${more}`;
}

function reasonsOf(experiments: readonly ExperimentResult[]): string {
  return list(experiments.slice(0, 3).map(({ title, reason }) => `${title}: ${reason.replace(/\.$/, '')}`));
}

function faultOf(chaos: ChaosResult, id: string): FaultRecord | undefined {
  return chaos.experiments.flatMap(({ faults }) => faults).find((one) => one.id === id);
}

function nameOf(chaos: ChaosResult, id: string): string {
  const fault = faultOf(chaos, id);
  return fault === undefined ? id : `${fault.title} on ${fault.component}`;
}

/** `: 139 of 200 requests are left out, as …`; empty where none is. */
function without(chaos: ChaosResult, one: ResilienceResult): string {
  const words = leftOutWords(one, faultOf(chaos, one.faultId));
  return words === null ? '' : `: ${words}`;
}

function slowestRecovery(chaos: ChaosResult, objective: Objective): Measurement {
  const known = chaos.resilience.filter(({ before, after }) => before.requests > 0 && after.requests > 0);
  const unknown = chaos.resilience.find((one) => !known.includes(one));
  const never = known.find(({ recover }) => recover === null);
  if (never !== undefined) {
    const where = `after ${nameOf(chaos, never.faultId)} the target had not recovered within ${duration(never.lookedForMs)}`;
    // The next fault, or the end, came before it could have been late.
    if (never.lookedForMs <= objective.target) return { value: null, samples: known.length, absent: where };
    return { value: never.lookedForMs, samples: known.length, note: `${sentence(where)}.` };
  }
  // One that came back says nothing of another that was not seen to.
  if (unknown !== undefined || known.length === 0) {
    const which = unknown === undefined ? '' : `${nameOf(chaos, unknown.faultId)}: `;
    return {
      value: null,
      samples: 0,
      absent: `${which}no request that can be judged was sent both before it and after it`,
    };
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

function slowestUnderFault(chaos: ChaosResult, { minimumSamples, target }: Objective): Measurement {
  // What was not seen to be there is not what slowed anybody.
  const seen = new Set(
    chaos.experiments.flatMap(({ faults }) => faults.flatMap(({ id, proof }) => (proof?.seen ? [id] : []))),
  );
  const judged = chaos.resilience.filter(({ others, faultId }) => others !== undefined && seen.has(faultId));
  const known = judged.filter(({ during }) => during.requests >= minimumSamples);
  const [first] = known;
  const few = judged.find((one) => !known.includes(one));
  const least = Math.min(...judged.map(({ during }) => during.requests));
  if (first === undefined) {
    const absent =
      few === undefined
        ? 'no request was sent while a fault was on'
        : `only ${least} requests were sent under ${nameOf(chaos, few.faultId)}`;
    return { value: null, samples: 0, absent };
  }
  const slowest = known.reduce(
    (most, one) => ((one.others?.p95Ms ?? 0) > (most.others?.p95Ms ?? 0) ? one : most),
    first,
  );
  const p95Ms = slowest.others?.p95Ms ?? 0;
  // Who was never answered was not answered in time either.
  const unanswered = known.find(({ others }) => others?.p95Ms === null);
  if (unanswered !== undefined && p95Ms < target) {
    return { value: null, samples: 0, absent: `nobody was answered under ${nameOf(chaos, unanswered.faultId)}` };
  }
  const unasked = judged.find(({ during }) => during.requests === 0);
  if (unasked !== undefined && p95Ms < target) {
    const absent = `no request that can be judged was sent under ${nameOf(chaos, unasked.faultId)}`;
    return { value: null, samples: 0, absent };
  }
  const note = `Slowest under ${nameOf(chaos, slowest.faultId)}${without(chaos, slowest)}.`;
  // Too few under one fault do not excuse that another was too slow.
  return { value: p95Ms, samples: p95Ms < target ? least : slowest.during.requests, note };
}

function worstShare(chaos: ChaosResult, { target }: Objective): Measurement {
  const judged = chaos.resilience.flatMap((one) => {
    const others = failedOfOthers(one);
    return others === null ? [] : [{ one, ...others }];
  });
  const [first] = judged;
  if (first === undefined) return { value: null, samples: 0, absent: 'every user is on the part that was broken' };
  const worst = judged.reduce((most, each) => (each.percent > most.percent ? each : most), first);
  const least = judged.reduce((few, each) => (each.requests < few.requests ? each : few), first);
  // One under which nobody failed says nothing of another that nobody met.
  const shown = worst.percent > target ? worst : least;
  if (shown.requests === 0) {
    const absent = `no request that can be judged was sent under ${nameOf(chaos, shown.one.faultId)}`;
    return { value: null, samples: 0, absent };
  }
  const { requests, failed } = worst.one.during;
  const all = `${grouped(failed)} of all ${grouped(requests)} requests failed`;
  const others = `${grouped(Math.round(worst.failed))} of the other ${grouped(Math.round(worst.requests))} failed`;
  const left = without(chaos, worst.one);
  const note = `Most under ${nameOf(chaos, worst.one.faultId)}, where ${left === '' ? all : `${all}${left}, and ${others}`}.`;
  return { value: worst.percent, samples: Math.round(shown.requests), note };
}

/** What a ledger fails for: its own verdict counts, for it knows what was agreed on, such as reads that may be late. */
function harmed({ lost, duplicated, corrupted, stale, unexpected, verdict }: LedgerResult): number {
  if (verdict !== 'fail') return 0;
  // An impossible order is harm of which no single write can be named.
  return lost + duplicated + corrupted + unexpected || stale || 1;
}

function writesHarmed({ ledgers }: ChaosResult): Measurement {
  const acknowledged = ledgers.reduce((sum, ledger) => sum + ledger.acknowledged, 0);
  if (ledgers.length === 0) return { value: null, samples: 0, absent: 'no acknowledged write was followed' };
  const open = ledgers.find(({ verdict }) => verdict === 'inconclusive');
  const value = ledgers.reduce((sum, ledger) => sum + harmed(ledger), 0);
  if (value === 0 && open !== undefined)
    return { value: null, samples: acknowledged, absent: open.reason.replace(/\.$/, '') };
  const worst = ledgers.find(({ verdict }) => verdict === 'fail');
  return worst === undefined ? { value, samples: acknowledged } : { value, samples: acknowledged, note: worst.reason };
}
