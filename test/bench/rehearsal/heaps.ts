import { growth, mayGrow, type Shown, watchedForGrowthMs } from '../../../src/domains/rehearsal/blue-green/trouble.ts';
import { decide } from '../../../src/domains/rehearsal/canary/decide.ts';
import type { MemoryPoint } from '../../../src/domains/rehearsal/canary/evidence.ts';
import type { MemorySeen } from '../../../src/domains/rehearsal/system/growth.ts';
import { Random } from '../../../src/domains/traffic/public.ts';
import { planOf } from './rollouts.ts';

/** Memory of an instance of a good version, under load. */
export interface Heap {
  name: string;
  /** MB that it fills up by after its start, and how long two thirds of that take, s. */
  fills: number;
  fillsWithin: number;
  /** MB that are there to be collected when a collection comes, and how often one does, s. */
  garbage: number;
  every: number;
  /** Fills up in so many jumps, and not evenly. */
  jumps?: number;
}

export const heaps: readonly Heap[] = [
  { name: 'level', fills: 0, fillsWithin: 1, garbage: 0, every: 1 },
  ...[40, 160].flatMap((fills) =>
    [2, 5, 12, 30].map((fillsWithin) => ({
      name: `fills up by ${fills} MB, ${fillsWithin} s`,
      ...{ fills, fillsWithin, garbage: 0, every: 1 },
    })),
  ),
  { name: 'fills up by 120 MB in 4 jumps, 10 s', fills: 120, fillsWithin: 10, garbage: 0, every: 1, jumps: 4 },
  ...[20, 60].flatMap((garbage) =>
    [1, 4, 10, 25].map((every) => ({
      name: `${garbage} MB of garbage every ${every} s`,
      ...{ fills: 0, fillsWithin: 1, garbage, every },
    })),
  ),
  { name: 'fills up by 80 MB, 5 s, and 30 MB of garbage every 4 s', fills: 80, fillsWithin: 5, garbage: 30, every: 4 },
];

const limits = { slowdownPercent: 100, memoryMbPerMinute: 120 };
const base = 90;
/** MB that what is read scatters by. */
const scatter = 2;
const instances = 2;

/** Memory of a side, the average of its instances, while time goes by. */
class Side {
  readonly #random: Random;
  readonly #heap: Heap;
  readonly #phi: number;
  readonly #own: { fills: number; within: number; filled: number; every: number; phase: number; jumps: number[] }[];
  #noise = 0;
  #ageS = 0;
  #leaked = 0;

  constructor(heap: Heap, phi: number, seed: string) {
    this.#random = new Random(`heap ${seed}`);
    this.#heap = heap;
    this.#phi = phi;
    // No two instances are quite alike.
    const about = (value: number) => value * (0.8 + 0.4 * this.#uniform());
    this.#own = Array.from({ length: instances }, () => ({
      fills: about(heap.fills),
      within: about(heap.fillsWithin),
      filled: 0,
      every: about(heap.every),
      phase: this.#uniform(),
      jumps: Array.from({ length: heap.jumps ?? 0 }, () => -heap.fillsWithin * Math.log(this.#uniform())),
    }));
  }

  #uniform(): number {
    return (this.#random.uint32() + 0.5) / 2 ** 32;
  }

  /** What is read so long after it was read the last time. @param load of the requests that it is made for; more of them fill a heap further */
  after(seconds: number, { load = 1, leakPerMinute = 0 }): number {
    const normal = Math.sqrt(-2 * Math.log(this.#uniform())) * Math.cos(2 * Math.PI * this.#uniform());
    this.#noise = this.#phi * this.#noise + Math.sqrt(1 - this.#phi ** 2) * normal * scatter;
    if (load > 0) this.#ageS += seconds;
    this.#leaked += (load * leakPerMinute * seconds) / 60;
    const of = this.#own.map((one) => {
      const to = one.fills * Math.sqrt(load);
      if (to > one.filled) one.filled += (to - one.filled) * -Math.expm1(-seconds / one.within);
      one.phase = (one.phase + (load * seconds) / one.every) % 1;
      const jumped = one.jumps.filter((at) => at <= this.#ageS).length;
      const filled = one.jumps.length > 0 ? (one.fills * jumped) / one.jumps.length : one.filled;
      return filled + this.#heap.garbage * one.phase;
    });
    return base + of.reduce((a, b) => a + b, 0) / of.length + this.#noise + this.#leaked;
  }
}

export type Found = 'turned around' | 'unclear' | null;

/** How long each version had traffic before it is looked at, and is watched for, s. */
interface BlueGreenTimes {
  warmUpS: number;
  settleS: number;
  observeS: number;
}
const blueGreenTimes: BlueGreenTimes = { warmUpS: 1, settleS: 5, observeS: 6 };

/** A blue-green move to a version, looked at as often as a rehearsal does. */
export function moved(heap: Heap, phi: number, seed: number, leak = 0, times = blueGreenTimes): Found {
  const { warmUpS, settleS, observeS } = times;
  const [old, fresh] = [new Side(heap, phi, `old ${seed}`), new Side(heap, phi, `new ${seed}`)];
  const readings = (side: Side, toS: number, leakPerMinute: number): MemorySeen[] => {
    side.after(warmUpS + 1, { leakPerMinute });
    return Array.from({ length: Math.floor((toS - 1) / 0.25) }, (_, i) => ({
      atMs: 1000 + 250 * i,
      mb: side.after(0.25, { leakPerMinute }),
    }));
  };
  const shown = (memory: MemorySeen[]): Shown => ({ indices: [], memory, healthMs: [] });
  const before = shown(readings(old, settleS, 0));
  const all = readings(fresh, Math.max(observeS, watchedForGrowthMs / 1000), leak);
  let found: Found = null;
  for (let count = 1; count <= all.length; count++) {
    const after = shown(all.slice(0, count));
    const isOver = (all[count - 1]?.atMs ?? 0) >= 1000 * observeS;
    const grown = growth(before, after, limits);
    if (grown?.unclear === false) return 'turned around';
    found = grown === null ? null : 'unclear';
    if (isOver && !mayGrow(before, after, limits)) break;
  }
  return found;
}

/** The steps of a canary rollout, as long as they take when nothing speaks against the candidate, by memory alone. */
export function rolledOut(heap: Heap, phi: number, seed: number, leak = 0): Found {
  const { asked } = planOf(100, [5, 25, 50, 100]);
  const [control, candidate] = [new Side(heap, phi, `control ${seed}`), new Side(heap, phi, `candidate ${seed}`)];
  const seconds = asked.stepMs / 1000;
  for (const side of [control, candidate]) side.after(1, {});
  for (const [step, percent] of asked.steps.entries()) {
    // All traffic is what an instance is made for. The control has none when the candidate has all.
    const [load, beside] = [percent / 100, Math.min(percent, 100 - percent) / 100];
    const memory: MemoryPoint[] = [];
    for (let second = 1; second <= seconds; second++) {
      memory.push({
        ...{ kind: 'memory', step, atMs: 1000 * second, controlMb: control.after(1, { load: beside }) },
        candidateMb: candidate.after(1, { load, leakPerMinute: leak }),
      });
      const soFar = { asked, step, elapsedMs: 1000 * second, windows: [], earlier: [], memory, trouble: null };
      if (decide(soFar).decision === 'rollback') return 'turned around';
    }
  }
  return null;
}
