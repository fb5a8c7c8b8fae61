import { join } from 'node:path';
import type { LatencyFigures } from '../../../model/results.ts';
import { windowsAtMost } from '../../../stats/clustered.ts';
import { LatencyHistogram } from '../../../stats/histogram.ts';
import { PackedHistogram } from '../../../stats/packed-histogram.ts';
import { decodeHistogramInto } from '../../../stats/payload.ts';
import { inMs } from '../../../stats/rounding.ts';
import { type LoggedWindows, readWindows } from '../windows/read.ts';
import { keyOfTag } from './keys.ts';
import type { Selection } from './selection.ts';
import { certainTime, minuteGrid, type PartGrid, PartTimes, worstOf } from './worst-part.ts';

/** Batches of windows whose scatter shows how much a percentile moves over the run (src/stats/clustered.ts), of a route. */
const routeBatchesAtMost = 60;

/** Latencies of the windows that count, of all routes or of one; and by batches of consecutive windows. */
export class LatencySet {
  readonly whole = new LatencyHistogram();
  readonly #batches: PackedHistogram[];
  /** The batch that is added to, before it is packed; its room is taken again for the next. */
  #open: number | null = null;
  readonly #histogram = new LatencyHistogram();

  /** @param batches 0: none are kept */
  constructor(batches: number) {
    this.#batches = Array.from({ length: batches }, () => new PackedHistogram());
  }

  /** In the order of time. */
  get batches(): readonly PackedHistogram[] {
    this.#pack();
    return this.#batches;
  }

  /** Where the latencies of a window are to be added. @param part place of the window in the run, 0 … 1 (less than 1) */
  at(part: number): LatencyHistogram[] {
    if (this.#batches.length === 0) return [this.whole];
    const batch = Math.floor(part * this.#batches.length);
    if (this.#open !== batch) this.#pack();
    this.#open = batch;
    return [this.whole, this.#histogram];
  }

  #pack(): void {
    if (this.#open === null) return;
    this.#batches[this.#open]?.add(this.#histogram);
    this.#histogram.reset();
    this.#open = null;
  }
}

export interface LatencyPlan {
  windowMs: number;
  /** Windows by index, with the place of each among those that count (−1: void). */
  placeOf: ReadonlyMap<number, number>;
  /** Those in which the generator was the bottleneck. */
  isInvalid(windowIndex: number): boolean;
  /** How many windows count. */
  judgedWindows: number;
  /** Routes whose latencies are kept. */
  routes: ReadonlySet<number>;
  /** What objectives are about that is less than the whole run. */
  selections: readonly Selection[];
  /** Of those about the worst part of a run, its parts, by the key of the selection; those that cannot be looked at are not in it. */
  grids: ReadonlyMap<string, PartGrid>;
  /** Index of the point of the timeline that a window belongs to. */
  pointOf(windowIndex: number): number;
}

export interface Latencies {
  all: LatencySet;
  /** Of the invalid windows, which count in nothing else. */
  invalid: LatencyHistogram;
  routes: Map<number, LatencySet>;
  /** By the key of the selection. */
  selected: Map<string, LatencySet>;
  /** By the key of the selection, of those about the worst part of the run. */
  parts: Map<string, PartTimes>;
  /** The slowest minute of those that count, by what is beyond doubt; null: none has enough answers. */
  worstMinute: SlowMinute | null;
  /** By point of the timeline, invalid windows too. */
  points: Map<number, LatencyHistogram>;
}

export interface SlowMinute {
  startMs: number;
  p95Ms: number;
  /** What it certainly is, as one of all minutes. */
  lowMs: number;
  /** The same of the slowest minute by itself, as if it were the only one. */
  aloneMs: number;
}

/**
 * Reads one of a run's interval logs and merges its windows exactly; of those that are merged already, one interval in memory at a time. A missing log has no latencies.
 * @param points whether the timeline is wanted
 */
export async function readLatencies(
  runFolder: string,
  name: 'response' | 'service',
  plan: LatencyPlan,
  points: boolean,
  warn: (message: string) => void,
): Promise<Latencies> {
  const batches = batchesOf(plan.judgedWindows, windowsAtMost);
  const routeBatches = batchesOf(plan.judgedWindows, routeBatchesAtMost);
  const found: Latencies = {
    all: new LatencySet(batches),
    invalid: new LatencyHistogram(),
    routes: new Map(),
    selected: new Map(
      plan.selections.flatMap(({ key, windowS }) => (windowS === undefined ? [[key, new LatencySet(batches)]] : [])),
    ),
    parts: new Map([...plan.grids].map(([key, grid]) => [key, new PartTimes(grid)])),
    worstMinute: null,
    points: new Map(),
  };
  const lastWindow = [...plan.placeOf.keys()].reduce((last, index) => Math.max(last, index), 0);
  const minutes = new PartTimes(minuteGrid(plan.windowMs, (lastWindow + 1) * plan.windowMs));
  let damaged = 0;
  for await (const logged of readWindows(join(runFolder, 'windows'), name, plan.windowMs, () => damaged++)) {
    const place = placeOf(logged, plan);
    // A window without its event was cut off: what is known of it is not whole.
    if (place === undefined) continue;
    const key = keyOfTag(logged.tag);
    if (key === undefined || (key !== null && place < 0)) continue;
    const into: LatencyHistogram[] = [];
    for (const one of place < 0 ? [] : plan.selections) {
      if (logged.first * plan.windowMs < one.fromMs) continue;
      if (key === null ? one.keys === null : one.keys?.has(key) === true) {
        into.push(...(found.selected.get(one.key)?.at(place / plan.judgedWindows) ?? []));
        into.push(...(found.parts.get(one.key)?.at(logged.first * plan.windowMs) ?? []));
      }
    }
    if (key === null && points) into.push(pointAt(found.points, plan.pointOf(logged.first)));
    if (
      key === null &&
      place < 0 &&
      (logged.apart ?? (plan.isInvalid(logged.first) ? 'invalid' : 'excluded')) === 'invalid'
    )
      into.push(found.invalid);
    if (place >= 0 && (key === null || plan.routes.has(key))) {
      const set = key === null ? found.all : routeSet(found.routes, key, name === 'response' ? routeBatches : 0);
      into.push(...set.at(place / plan.judgedWindows));
      // Of service times no minute is judged.
      if (key === null && points) into.push(...minutes.at(logged.first * plan.windowMs));
    }
    if (into.length === 0) continue;
    try {
      decodeHistogramInto(logged.payload, ...into);
    } catch {
      damaged++;
    }
  }
  if (damaged > 0) warn(`${damaged} damaged lines of windows/${name}.hlog were skipped.`);
  found.worstMinute = slowest(minutes);
  return found;
}

/** Batches of as many windows each, but for the last one. */
function batchesOf(windows: number, atMost: number): number {
  return windows === 0 ? 0 : Math.ceil(windows / Math.ceil(windows / atMost));
}

const confidence = 0.95;
/** Fewer answers have no 95th percentile that is any more than the slowest of them. */
const answersOfAMinute = 100;

function slowest({ parts }: PartTimes): SlowMinute | null {
  const minutes = [...parts].flatMap(([startMs, times]) =>
    times.count < answersOfAMinute
      ? []
      : [{ startMs, value: inMs(times.percentile(95)) ?? 0, low: (at: number) => certainTime(times, 95, at) }],
  );
  const worst = worstOf(minutes, confidence);
  if (worst === null) return null;
  const { startMs, value: p95Ms } = worst.part;
  return { startMs, p95Ms, lowMs: worst.low, aloneMs: worstOf(minutes, confidence, 1)?.low ?? worst.low };
}

/** Place among the windows that count, of merged ones that of the middle one; −1: void, undefined: in no event. */
function placeOf({ first, last, counts }: LoggedWindows, plan: LatencyPlan): number | undefined {
  if (counts === null) return plan.placeOf.get(first);
  const places: number[] = [];
  for (let index = first; index <= last; index++) {
    const place = plan.placeOf.get(index);
    if (place !== undefined && place >= 0 === counts) places.push(place);
  }
  return places[Math.floor(places.length / 2)];
}

function routeSet(sets: Map<number, LatencySet>, route: number, batches: number): LatencySet {
  let set = sets.get(route);
  if (set === undefined) {
    set = new LatencySet(batches);
    sets.set(route, set);
  }
  return set;
}

function pointAt(points: Map<number, LatencyHistogram>, point: number): LatencyHistogram {
  let histogram = points.get(point);
  if (histogram === undefined) {
    histogram = new LatencyHistogram();
    points.set(point, histogram);
  }
  return histogram;
}

/** Figures in milliseconds. */
export function figuresOf(histogram: LatencyHistogram): LatencyFigures {
  return {
    p50: inMs(histogram.percentile(50)),
    p90: inMs(histogram.percentile(90)),
    p95: inMs(histogram.percentile(95)),
    p99: inMs(histogram.percentile(99)),
    p999: inMs(histogram.percentile(99.9)),
    max: inMs(histogram.max),
    mean: inMs(histogram.mean),
  };
}
