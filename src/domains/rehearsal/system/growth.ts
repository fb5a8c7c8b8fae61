import { upperMedian } from '../../../stats/order-statistics.ts';
/** Resident memory of an instance, on average. */
export interface MemorySeen {
  atMs: number;
  mb: number;
}

/** Less may be anything. */
export const grownAtLeastMb = 24;
/** So much that no heap of usual size fills up by it without levelling off. */
export const leakedAtLeastMb = 96;
const pointsAtLeast = 16;
/** Share of the growth that each of the last two quarters of the time has. */
const goesOnAtLeast = 0.2;
/** Growth from each quarter to the next ÷ that before, the later first: what fills up grows less and less. */
const straightAtLeast = [0.85, 0.65] as const;
/** In less time the beginning of a curve looks straight. */
const leakAtLeastMs = 18_000;

export interface Risen {
  /** From the first quarter of the time to the last. */
  mb: number;
  perMinute: number;
  /** In the last quarter. */
  level: number;
  /** It has not levelled off. */
  goesOn: boolean;
  /** It is not about to either. */
  isStraight: boolean;
  /** For how long it was seen. */
  forMs: number;
}

/** How memory rises, from the middle of each quarter of the time to the next: what a collection frees now and then is no trend. null: too few points */
export function risen(points: readonly MemorySeen[]): Risen | null {
  if (points.length < pointsAtLeast) return null;
  const quarter = (n: number) => points.slice((n * points.length) / 4, ((n + 1) * points.length) / 4);
  const [first, second, third, fourth] = [0, 1, 2, 3].map((n) => ({
    mb: upperMedian(quarter(n).map(({ mb }) => mb)),
    atMs: upperMedian(quarter(n).map(({ atMs }) => atMs)),
  })) as [MemorySeen, MemorySeen, MemorySeen, MemorySeen];
  const mb = fourth.mb - first.mb;
  const [early, middling, late] = [second.mb - first.mb, third.mb - second.mb, fourth.mb - third.mb];
  return {
    ...{ mb, perMinute: (mb * 60_000) / (fourth.atMs - first.atMs), level: fourth.mb },
    goesOn: Math.min(middling, late) >= mb * goesOnAtLeast,
    forMs: (points.at(-1) as MemorySeen).atMs - (points[0] as MemorySeen).atMs,
    isStraight: late >= straightAtLeast[0] * middling && middling >= straightAtLeast[1] * early,
  };
}

/** Whether it is no heap that fills up after its start. */
export function isLeak({ goesOn, isStraight, forMs }: Risen): boolean {
  return goesOn && isStraight && forMs >= leakAtLeastMs;
}
