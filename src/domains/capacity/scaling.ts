import { setTimeout as sleep } from 'node:timers/promises';
import type { CapacityStep } from '../../model/capacity.ts';
import { searchCapacity } from '../../stats/capacity/search.ts';
import type { Scaler } from './scaler.ts';
import type { RanStep } from './step.ts';

/** What a step is to be. */
export interface WantedRun {
  phase: CapacityStep['phase'];
  ratePerSecond: number;
  instances: number | null;
  /** Four times as long as others. */
  isLong?: boolean;
  /** Called when its load has begun. */
  onBegin?: () => void;
}

export interface Scaling {
  counts: readonly number[];
  scaler: Scaler;
  /** Highest rate found so far, with how many instances. */
  known: { ratePerSecond: number; instances: number } | null;
  startPerSecond: number;
  /** Length of a long step. */
  longMs: number;
  /** Runs a step; null when the run is to end. */
  attempt(wanted: WantedRun): Promise<RanStep | null>;
  mark(label: string): void;
  phase(text: string): void;
  random(): number;
  signal: AbortSignal;
}

/** A point of the law is as good as its resolution; the law itself averages over all of them. */
const resolution = 0.06;
const stepsAtMost = 14;
/** Where the search at another count begins: below what the last one lets expect. */
const expectedShare = 0.7;
/** Of the lowest sustained rate: while instances are added and removed, the load is one that the smallest number of them can take. */
const elasticShare = 0.6;

/**
 * Looks for the sustained rate at each count of instances, lowest first, then adds and removes them within one step. Leaves the instances as
 * the last step had them. @throws ShakedownError TARGET_SCALE
 */
export async function findScaling(scaling: Scaling): Promise<void> {
  const { scaler, attempt, phase, random, signal, known, startPerSecond } = scaling;
  const counts = [...new Set(scaling.counts)].sort((a, b) => a - b);
  const sustained = new Map<number, number>();
  let perInstance = known === null ? startPerSecond / scaler.normal : known.ratePerSecond / known.instances;
  for (const instances of counts) {
    phase(`scaling to ${instances} ${instances === 1 ? 'instance' : 'instances'}`);
    await scaler.to(instances, signal);
    scaling.mark(`${instances} ${instances === 1 ? 'instance' : 'instances'}`);
    const from = Math.max(1, perInstance * instances * expectedShare);
    const search = searchCapacity({
      startPerSecond: from,
      growth: 1.5,
      resolution,
      stepsAtMost,
      isConfirmed: false,
      random,
    });
    for (let next = search.next(); next.done !== true; ) {
      const { ratePerSecond } = next.value;
      const ran = await attempt({ phase: 'scale', ratePerSecond, instances });
      if (ran === null || signal.aborted) return;
      const { outcome } = ran.step;
      if (outcome === 'held') sustained.set(instances, Math.max(ratePerSecond, sustained.get(instances) ?? 0));
      next = search.next(outcome);
    }
    const found = sustained.get(instances);
    if (found !== undefined) perInstance = found / instances;
  }
  const [fewest, most] = [counts[0], counts.at(-1)];
  const lowest = Math.min(...sustained.values());
  if (fewest === undefined || most === undefined || fewest === most || !Number.isFinite(lowest)) return;
  await addAndRemove(scaling, fewest, most, lowest * elasticShare);
}

/** One step at a steady rate, in which instances are added and taken away again. */
async function addAndRemove(
  { scaler, attempt, mark, phase, longMs, signal }: Scaling,
  fewest: number,
  most: number,
  ratePerSecond: number,
): Promise<void> {
  phase(`${fewest} → ${most} → ${fewest} instances under load`);
  await scaler.to(fewest, signal);
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  let begin: () => void = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const changes = (async () => {
    await Promise.race([begun, new Promise((resolve) => either.addEventListener('abort', resolve, { once: true }))]);
    for (const instances of [most, fewest]) {
      await sleep(longMs / 3, undefined, { signal: either });
      mark(`to ${instances} ${instances === 1 ? 'instance' : 'instances'}, under load`);
      await scaler.to(instances, signal);
    }
  })();
  // Looked at below; until then a failure is nobody's.
  changes.catch(() => {});
  try {
    await attempt({ phase: 'scale', ratePerSecond, instances: null, isLong: true, onBegin: begin });
  } finally {
    ended.abort();
  }
  await changes.catch((error: Error) => {
    if (error.name !== 'AbortError') throw error;
  });
}
