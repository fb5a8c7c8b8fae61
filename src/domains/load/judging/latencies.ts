import { join } from 'node:path';
import type { LatencyFigures } from '../../../model/results.ts';
import { windowsAtMost } from '../../../stats/clustered.ts';
import { LatencyHistogram } from '../../../stats/histogram.ts';
import { PackedHistogram } from '../../../stats/packed-histogram.ts';
import { decodeHistogramInto } from '../../../stats/payload.ts';
import { inMs } from '../../../stats/rounding.ts';
import { type LoggedWindows, readWindows } from '../windows/read.ts';

/** Batches of windows whose scatter shows how much a percentile moves over the run (src/stats/clustered.ts), of a route. */
const routeBatchesAtMost = 60;

/** Latencies of the windows that count, of all routes or of one; and by batches of consecutive windows. */
export class LatencySet {
  readonly whole = new LatencyHistogram();
  readonly #batches: PackedHistogram[];
  /** What is added to one batch, before it is packed. */
  #open: { batch: number; histogram: LatencyHistogram } | null = null;

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
    if (this.#open?.batch !== batch) this.#pack();
    this.#open ??= { batch, histogram: new LatencyHistogram() };
    return [this.whole, this.#open.histogram];
  }

  #pack(): void {
    if (this.#open === null) return;
    this.#batches[this.#open.batch]?.add(this.#open.histogram);
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
  /** Routes whose latencies are kept, and those of them that an objective judges: their service times have batches too. */
  routes: ReadonlySet<number>;
  judgedRoutes: ReadonlySet<number>;
  /** Index of the point of the timeline that a window belongs to. */
  pointOf(windowIndex: number): number;
}

export interface Latencies {
  all: LatencySet;
  /** Of the invalid windows, which count in nothing else. */
  invalid: LatencyHistogram;
  routes: Map<number, LatencySet>;
  /** The slowest minute of those that count; null: none has enough answers. */
  worstMinute: { startMs: number; p95Ms: number } | null;
  /** By point of the timeline, invalid windows too. */
  points: Map<number, LatencyHistogram>;
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
    worstMinute: null,
    points: new Map(),
  };
  const minutes = new Minutes();
  let damaged = 0;
  for await (const logged of readWindows(join(runFolder, 'windows'), name, plan.windowMs, () => damaged++)) {
    const place = placeOf(logged, plan);
    // A window without its event was cut off: what is known of it is not whole.
    if (place === undefined) continue;
    const route = routeOf(logged.tag);
    if (route !== null && (place < 0 || !plan.routes.has(route))) continue;
    const into: LatencyHistogram[] = [];
    if (route === null && points) into.push(pointAt(found.points, plan.pointOf(logged.first)));
    if (route === null && place < 0 && (logged.apart ?? (plan.isInvalid(logged.first) ? 'void' : 'aside')) === 'void')
      into.push(found.invalid);
    if (place >= 0) {
      const withBatches = name === 'response' || (route !== null && plan.judgedRoutes.has(route));
      const set = route === null ? found.all : routeSet(found.routes, route, withBatches ? routeBatches : 0);
      into.push(...set.at(place / plan.judgedWindows));
      if (route === null) into.push(minutes.at(logged.first * plan.windowMs));
    }
    try {
      decodeHistogramInto(logged.payload, ...into);
    } catch {
      damaged++;
    }
  }
  if (damaged > 0) warn(`${damaged} damaged lines of windows/${name}.hlog were skipped.`);
  found.worstMinute = minutes.worst();
  return found;
}

/** Batches of as many windows each, but for the last one. */
function batchesOf(windows: number, atMost: number): number {
  return windows === 0 ? 0 : Math.ceil(windows / Math.ceil(windows / atMost));
}

const minuteMs = 60_000;
/** Fewer answers have no 95th percentile that is any more than the slowest of them. */
const answersOfAMinute = 100;

/** The slowest minute, with one histogram for all of them: windows come in the order of time. */
class Minutes {
  #index = -1;
  #now = new LatencyHistogram();
  #worst: Latencies['worstMinute'] = null;

  /** Where the answers of a window go. */
  at(startMs: number): LatencyHistogram {
    const index = Math.floor(startMs / minuteMs);
    if (index !== this.#index) {
      this.#settle();
      this.#index = index;
      this.#now.reset();
    }
    return this.#now;
  }

  worst(): Latencies['worstMinute'] {
    this.#settle();
    return this.#worst;
  }

  #settle(): void {
    const p95Ms = this.#now.count < answersOfAMinute ? null : inMs(this.#now.percentile(95));
    if (p95Ms !== null && p95Ms > (this.#worst?.p95Ms ?? -1)) this.#worst = { startMs: this.#index * minuteMs, p95Ms };
  }
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

/** null for the line over all routes; −1 for a tag of none of ours. */
function routeOf(tag: string): number | null {
  if (tag === 'all') return null;
  return /^r\d{1,6}$/.test(tag) ? Number(tag.slice(1)) : -1;
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
