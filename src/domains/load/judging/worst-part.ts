import { holds } from '../../../gate/comparison.ts';
import type { Measurement } from '../../../gate/measurement.ts';
import { scope } from '../../../gate/metrics.ts';
import { amount, duration, grouped, requirement, sentence } from '../../../gate/words.ts';
import { percentileOf } from '../../../model/objective.ts';
import type { Objective } from '../../../model/verdict.ts';
import type { Counted } from '../../../stats/clustered.ts';
import { LatencyHistogram } from '../../../stats/histogram.ts';
import { percentileInterval, percentileRanks, proportionInterval } from '../../../stats/intervals.ts';
import { PackedHistogram } from '../../../stats/packed-histogram.ts';
import { inMs } from '../../../stats/rounding.ts';

/** More parts than a day has of 20 s: their times would not fit into memory. */
const partsAtMost = 10_000;
/** As objectives are judged by. */
const confidence = 0.95;

/** Parts of a run that an objective with `windowS` is held against: all equally long, each beginning in the middle of the one before, the last ending with the run. */
export interface PartGrid {
  lengthMs: number;
  stepMs: number;
  /** When the first begins, and when the last ends. */
  fromMs: number;
  toMs: number;
}

/** What is asked for, and what is known: figures of `cellMs` each are joined to parts. */
interface Asked {
  windowS: number;
  cellMs: number;
  fromMs: number;
  toMs: number;
}

/** @returns a text, as the end of a sentence, where no part of the run can be looked at alone */
export function partGrid({ windowS, cellMs, fromMs, toMs }: Asked): PartGrid | string {
  const askedMs = windowS * 1000;
  if (cellMs > askedMs)
    return `figures of it are kept for ${duration(cellMs)} each in this run, longer than the ${duration(askedMs)} asked for`;
  const lengthMs = Math.ceil(askedMs / cellMs) * cellMs;
  if (toMs - fromMs < lengthMs)
    return `the run has no ${duration(lengthMs)}${fromMs > 0 ? ` after the first ${duration(fromMs)}` : ''}`;
  const stepMs = Math.max(1, Math.floor(lengthMs / cellMs / 2)) * cellMs;
  if ((toMs - fromMs) / stepMs > partsAtMost)
    return `the run has more than ${grouped(partsAtMost)} parts of ${duration(lengthMs)}`;
  return { lengthMs, stepMs, fromMs, toMs };
}

const minuteMs = 60_000;

/** The minutes of a run as such parts; of a shorter run all of it. */
export function minuteGrid(cellMs: number, toMs: number): PartGrid {
  const lengthMs = Math.min(Math.ceil(minuteMs / cellMs) * cellMs, Math.max(cellMs, toMs));
  const halfMs = Math.max(1, Math.floor(lengthMs / cellMs / 2)) * cellMs;
  const stepMs = toMs / halfMs > partsAtMost ? lengthMs : halfMs;
  return { lengthMs, stepMs, fromMs: 0, toMs: Math.max(toMs, lengthMs) };
}

/** When those parts begin that something at a moment is in, ms. */
export function partsAt(grid: PartGrid, atMs: number): number[] {
  const { lengthMs, stepMs, fromMs, toMs } = grid;
  const lastMs = toMs - lengthMs;
  const found: number[] = [];
  const first = Math.max(0, Math.floor((atMs - lengthMs - fromMs) / stepMs) + 1);
  for (let startMs = fromMs + first * stepMs; startMs <= atMs && startMs <= lastMs; startMs += stepMs)
    found.push(startMs);
  // The last one ends with the run, wherever the steps lead.
  if ((lastMs - fromMs) % stepMs !== 0 && atMs >= lastMs && atMs < toMs) found.push(lastMs);
  return found;
}

/** Times by part. */
export class PartTimes {
  readonly grid: PartGrid;
  readonly #parts = new Map<number, PackedHistogram>();
  /** Parts that are added to, before they are packed; their room is taken again for the next. */
  #open: number[] = [];
  readonly #room: LatencyHistogram[] = [];

  constructor(grid: PartGrid) {
    this.grid = grid;
  }

  /** Where the times of a window are to be added. */
  at(startMs: number): LatencyHistogram[] {
    const wanted = partsAt(this.grid, startMs);
    if (wanted.join() !== this.#open.join()) {
      this.#pack();
      this.#open = wanted;
      while (this.#room.length < wanted.length) this.#room.push(new LatencyHistogram());
    }
    return this.#room.slice(0, wanted.length);
  }

  get parts(): ReadonlyMap<number, PackedHistogram> {
    this.#pack();
    return this.#parts;
  }

  #pack(): void {
    this.#open.forEach((startMs, i) => {
      const from = this.#room[i] as LatencyHistogram;
      if (from.count === 0) return;
      const into = this.#parts.get(startMs) ?? new PackedHistogram();
      into.add(from);
      this.#parts.set(startMs, into);
      from.reset();
    });
    this.#open = [];
  }
}

/** Failures by part. @param cells in any order */
export function failuresByPart(grid: PartGrid, cells: Iterable<Counted & { startMs: number }>): Map<number, Counted> {
  const parts = new Map<number, Counted>();
  for (const { startMs, failed, of } of cells) {
    for (const part of partsAt(grid, startMs)) {
      const known = parts.get(part) ?? { failed: 0, of: 0 };
      parts.set(part, { failed: known.failed + failed, of: known.of + of });
    }
  }
  return parts;
}

interface Part {
  startMs: number;
  /** Requests. */
  of: number;
  value: number;
  /** Whether so many requests could show that the target holds. */
  isEnough: boolean;
  /** Lower end of its interval. */
  low(confidence: number): number;
}

/** Lower end of the interval of a share of failures, 0 … 1. */
export function certainShare({ failed, of }: Counted, confidence: number): number {
  return proportionInterval(failed, of, confidence)?.low ?? 0;
}

/** Lower end of the interval of a percentile, ms. */
export function certainTime(times: PackedHistogram, p: number, confidence: number): number {
  return (percentileInterval(times, p, confidence)?.low ?? 0) / 1000;
}

/**
 * Of parts the one that is worst beyond doubt: with the highest lower end, at a confidence that is corrected for their number, so that none of many is it
 * by chance (Bonferroni). Null without parts.
 * @param many the number that is corrected for; 1: each as if it were the only one
 */
export function worstOf<T extends Pick<Part, 'value' | 'low'>>(
  parts: readonly T[],
  confidence: number,
  many = parts.length,
): { part: T; low: number } | null {
  let found: { part: T; low: number } | null = null;
  for (const part of parts.toSorted((a, b) => b.value - a.value)) {
    // No lower end is above its own figure.
    if (found !== null && part.value <= found.low) break;
    const low = part.low(1 - (1 - confidence) / many);
    if (found === null || low > found.low) found = { part, low };
  }
  return found;
}

/**
 * The worst part, from what it certainly was to what was measured of it. The former is corrected for the number of parts, so that none of many fails by
 * chance (Bonferroni); the latter is no estimate of other moments, but what the requests of that time met: a target holds where it was met in every part, and none
 * has so few requests that it would always be. Requests count as independent: a part that was bad because of one moment was bad.
 */
function worst(
  words: string,
  objective: Objective,
  { lengthMs }: PartGrid,
  parts: readonly Part[],
  samples: number,
): Measurement {
  const byValue = parts.filter(({ of }) => of > 0).sort((a, b) => b.value - a.value);
  const [first] = byValue;
  if (first === undefined) return { value: null, samples: 0, absent: 'no request of this kind was answered' };
  const lowest = (confidence: number) => worstOf(byValue, confidence) ?? { part: first, low: first.value };
  const length = duration(lengthMs);
  const { windowS: _, ...requests } = objective;
  const subject = `${words}${scope(requests)}`;
  const shown = ({ value, startMs, of }: Part) =>
    `${amount(value, objective.unit, objective.target)} in the ${length} from ${moment(startMs)} on, with ${grouped(of)} requests`;
  const few = byValue.filter(({ isEnough }) => !isEnough).sort((a, b) => a.of - b.of);
  const [fewest] = few;
  return {
    value: first.value,
    samples,
    interval: (confidence) => ({ low: lowest(confidence).low, high: first.value, confidence }),
    note: `The worst of ${grouped(byValue.length)} parts: ${shown(first)}.`,
    reason: `${sentence(subject)} was ${shown(lowest(confidence).part)}; ${requirement(objective)} is required in every ${length}.`,
    unclear: `among so many parts of ${length} that could be chance, and more requests in each would show it`,
    ...(fewest === undefined
      ? {}
      : {
          open: `In ${grouped(few.length)} of ${grouped(byValue.length)} parts of ${length} there were too few requests to show it, such as ${grouped(fewest.of)} from ${moment(fewest.startMs)} on.`,
        }),
  };
}

export function worstShare(
  objective: Objective,
  grid: PartGrid,
  parts: ReadonlyMap<number, Counted>,
  samples: number,
): Measurement {
  const percent = (share: number) => Number((100 * share).toPrecision(12));
  const all = [...parts].map(([startMs, { failed, of }]): Part => {
    const atBest = percent(proportionInterval(0, of, confidence)?.high ?? 1);
    return {
      ...{ startMs, of, value: of > 0 ? percent(failed / of) : 0 },
      isEnough: holds(atBest, objective.comparison, objective.target),
      low: (at) => percent(certainShare({ failed, of }, at)),
    };
  });
  return worst('error rate', objective, grid, all, samples);
}

/** Of a percentile, ms. */
export function worstPercentile(objective: Objective, { grid, parts }: PartTimes, samples: number): Measurement {
  const p = percentileOf(objective.statistic) ?? 0;
  const all = [...parts].map(
    ([startMs, times]): Part => ({
      ...{ startMs, of: times.count, value: inMs(times.percentile(p)) ?? 0 },
      isEnough: percentileRanks(times.count, p, confidence).high <= times.count,
      low: (at) => certainTime(times, p, at),
    }),
  );
  return worst(`${objective.statistic} response time`, objective, grid, all, samples);
}

function moment(ms: number): string {
  return ms === 0 ? 'the start' : duration(ms);
}
