import type { PlanOptions } from '../../../model/plan.ts';
import { hash32, type Random } from './random.ts';
import type { SessionTable } from './templates.ts';

/** Session starts of one span of the run, in order. */
export interface Span {
  count: number;
  /** Microseconds of the run before shaping; whole numbers. */
  startUs: Float64Array;
  /** Session's number in an endless repetition of the recording. */
  number: Float64Array;
}

/**
 * Session starts as a superposition of layers, each of them the recording at its own pace: `factor` 2.3 is two whole layers and a
 * third in which every session is kept with probability 0.3. A greater factor only ever adds sessions. All times are whole
 * microseconds, so that spans meet without a session lost or doubled at the seam.
 *
 * - `recorded`, `loop`: layer 0 is the recording; each further one is shifted by its own seeded offset of up to a minute, so that
 *   copies of one burst do not fall on the same instant.
 * - `bootstrap`: each layer is a circular block bootstrap (Politis and Romano 1992; Künsch 1989) of the recording's session
 *   starts: block after block of some seconds, each copied from a place of the recording drawn with replacement. Within a
 *   block sessions start as they did, so that bursts at 10 ms, 100 ms and 1 s stay; Poisson arrivals would have index of
 *   dispersion 1 at all of them. Block edges differ from layer to layer. The index of dispersion of a sum of independent
 *   layers is that of one layer, so it does not fade as the rate rises; in a thinned layer (probability p) it falls to
 *   p·I + 1 − p, as it does where a share of the users is left out. What is slower than a block, such as the course of a day, is lost
 *   with its place, not its amount; `shape` gives a course back.
 */
export interface Arrivals {
  /** Multiples of the recording's own session rate. */
  factor: number;
  spanUs: number;
  span(fromUs: number): Span;
  /** Calls `visit` for every session of one layer, whole. */
  layer(layer: number, visit: (startUs: number, number: number, keepHash: number) => void): void;
  /** Lowest number that a span from here on can hold; with `bootstrap` always 0. */
  lowest(fromUs: number): number;
}

const largestOffsetUs = 60e6;
const blockUs = 10e6;

export function arrivals(
  table: SessionTable,
  mode: PlanOptions['mode'],
  periodUs: number,
  runUs: number,
  random: Random,
): Arrivals {
  const seed = random.fork('arrivals').uint32();
  const { startUs, count } = table;
  // Blocks of a sparse recording are long enough to hold two sessions, or most of the work would be on empty ones.
  const block = Math.min(periodUs, Math.ceil(Math.max(Math.min(blockUs, periodUs / 2), (2 * periodUs) / count)));
  const spanUs = Math.min(mode === 'bootstrap' ? block : blockUs, runUs);
  const offset = (layer: number) =>
    layer === 0 ? 0 : Math.floor((hash32(seed, layer, 1) / 2 ** 32) * Math.min(periodUs, largestOffsetUs));

  type Emit = (startUs: number, number: number) => void;
  /** The recording, endlessly repeated, from `sourceUs` on for `lengthUs`, placed at `atUs`. */
  const copy = (sourceUs: number, lengthUs: number, atUs: number, emit: Emit) => {
    let loop = Math.floor(sourceUs / periodUs);
    let local = sourceUs - loop * periodUs;
    for (let left = lengthUs, at = atUs; left > 0; loop++) {
      const end = Math.min(local + left, periodUs);
      for (let i = lowerBound(startUs, local); i < count; i++) {
        const start = startUs[i] ?? 0;
        if (start >= end) break;
        emit(at + start - local, loop * count + i);
      }
      left -= end - local;
      at += end - local;
      local = 0;
    }
  };
  const layerSpan = (layer: number, fromUs: number, toUs: number, emit: Emit) => {
    if (mode !== 'bootstrap') return copy(fromUs + offset(layer), toUs - fromUs, fromUs, emit);
    const phase = Math.floor((hash32(seed, layer, 2) / 2 ** 32) * block);
    for (let at = fromUs; at < toUs; ) {
      const number = Math.floor((at + block - phase) / block);
      const begin = (number - 1) * block + phase;
      const end = Math.min(begin + block, toUs);
      const drawn =
        (hash32(seed ^ 0x2545f491, layer, number) + hash32(seed ^ 0x9e3779b9, layer, number) / 2 ** 32) / 2 ** 32;
      const source = Math.floor(drawn * periodUs) % periodUs;
      copy(source + at - begin, end - at, at, (startsUs, inSource) => emit(startsUs, inSource % count));
      at = end;
    }
  };
  const keepHash = (layer: number, start: number, number: number) =>
    hash32(seed ^ Math.imul(layer + 1, 0x27d4eb2f), number, start);

  let unsortedStart = new Float64Array(1024);
  let unsortedNumber = new Float64Array(1024);
  const result: Arrivals = {
    factor: 1,
    spanUs,
    span(fromUs) {
      const toUs = Math.min(fromUs + spanUs, runUs);
      let found = 0;
      const push: Emit = (start, number) => {
        if (found === unsortedStart.length) {
          unsortedStart = doubled(unsortedStart);
          unsortedNumber = doubled(unsortedNumber);
        }
        unsortedStart[found] = start;
        unsortedNumber[found++] = number;
      };
      const whole = Math.floor(result.factor);
      for (let layer = 0; layer < whole; layer++) layerSpan(layer, fromUs, toUs, push);
      const keepBelow = (result.factor - whole) * 2 ** 32;
      if (keepBelow > 0) {
        layerSpan(whole, fromUs, toUs, (start, number) => {
          if (keepHash(whole, start, number) < keepBelow) push(start, number);
        });
      }
      return sorted(unsortedStart, unsortedNumber, found, fromUs, toUs - fromUs);
    },
    layer(layer, visit) {
      for (let from = 0; from < runUs; from += spanUs) {
        layerSpan(layer, from, Math.min(from + spanUs, runUs), (start, number) =>
          visit(start, number, keepHash(layer, start, number)),
        );
      }
    },
    lowest(fromUs) {
      if (mode === 'bootstrap') return 0;
      const loop = Math.floor(fromUs / periodUs);
      return loop * count + lowerBound(startUs, fromUs - loop * periodUs);
    },
  };
  return result;
}

/** Sorts by start, then by layer, without a comparison function where start and place fit into one exact number together. */
function sorted(start: Float64Array, number: Float64Array, count: number, fromUs: number, lengthUs: number): Span {
  const order = new Float64Array(count);
  const places = 2 ** Math.ceil(Math.log2(Math.max(count, 1)));
  if (lengthUs * places < Number.MAX_SAFE_INTEGER) {
    for (let i = 0; i < count; i++) order[i] = ((start[i] ?? 0) - fromUs) * places + i;
    order.sort();
    for (let i = 0; i < count; i++) order[i] = (order[i] ?? 0) % places;
  } else {
    for (let i = 0; i < count; i++) order[i] = i;
    order.sort((a, b) => (start[a] ?? 0) - (start[b] ?? 0) || a - b);
  }
  const span = { count, startUs: new Float64Array(count), number: new Float64Array(count) };
  for (let i = 0; i < count; i++) {
    span.startUs[i] = start[order[i] ?? 0] ?? 0;
    span.number[i] = number[order[i] ?? 0] ?? 0;
  }
  return span;
}

function doubled(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(values.length * 2);
  larger.set(values);
  return larger;
}

/** Index of the first value that is not below `wanted`. */
function lowerBound(values: Float64Array, wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
