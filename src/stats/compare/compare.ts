import type { Interval } from '../../model/verdict.ts';
import { calibratedAt } from './caution.ts';
import { crossing } from './crossing.ts';
import { judgement } from './judgement.ts';

/**
 * A slowdown counts as beyond doubt at this one-sided p-value or below. Somewhat under the one false alarm in a hundred that is promised, for
 * what is left of the error of the approximation; measured by `npm run bench:judge`.
 */
export const beyondDoubt = calibratedAt;
/** Fewer windows of an arm than this say nothing about how they resemble their neighbours. */
const windowsAtLeast = 10;

/** How far the windows of a candidate lie above those of a baseline, as ratios. */
export interface WindowComparison {
  design: 'paired' | 'independent';
  /** Candidate ÷ baseline − 1 in percent; effect size: logarithm of the ratio ÷ long-run standard deviation of a window's figure. */
  change(): { percent: number; effectSize: number };
  /** Of the change, percent. */
  interval(confidence: number): Interval;
  /** One-sided p-value of "slower by more than `marginPercent`"; 0: slower at all. */
  pSlower(marginPercent: number): number;
  /** One-sided p-value of "not slower by `marginPercent`". */
  pWithin(marginPercent: number): number;
}

/**
 * Compares two arms of window figures (a p95 each, say), which resemble their neighbours in time. Works on logarithms, so a change is a ratio.
 * Paired arms ran through the same schedule or side by side: window i of one belongs to window i of the other, and what both share drops out.
 * @param baseline ms, or any unit; above 0, in order of time
 * @param candidate as `baseline`; of the same length when paired
 * @returns null with fewer than ten windows in an arm: nothing can be said
 * @throws RangeError for figures that are not above 0, or pairs that do not match
 */
export function compareWindows(
  baseline: ArrayLike<number>,
  candidate: ArrayLike<number>,
  design: 'paired' | 'independent',
): WindowComparison | null {
  if (design === 'paired' && baseline.length !== candidate.length) {
    throw new RangeError(`${baseline.length} windows cannot be paired with ${candidate.length}.`);
  }
  if (Math.min(baseline.length, candidate.length) < windowsAtLeast) return null;
  const before = logarithms(baseline);
  const after = logarithms(candidate);
  const found = judgement(
    design === 'paired' ? [after.map((value, i) => value - (before[i] as number))] : [before, after],
    design === 'paired' ? before.length : 2 / (1 / before.length + 1 / after.length),
    design,
  );
  const { above, below, reach } = found;
  return {
    design,
    change() {
      // Where as much speaks for a higher level as for a lower one: within every interval.
      const middle = crossing((level) => above(level) - below(level), 0, reach);
      const { longRunDeviation } = found;
      return { percent: percent(middle), effectSize: longRunDeviation > 0 ? middle / longRunDeviation : 0 };
    },
    interval: (confidence) => ({
      low: percent(crossing(above, (1 - confidence) / 2, reach)),
      high: percent(crossing((level) => -below(level), (confidence - 1) / 2, reach)),
      confidence,
    }),
    pSlower: (marginPercent) => above(Math.log1p(marginPercent / 100)),
    pWithin: (marginPercent) => below(Math.log1p(marginPercent / 100)),
  };
}

function logarithms(figures: ArrayLike<number>): Float64Array {
  return Float64Array.from(figures, (figure) => {
    if (!(figure > 0 && Number.isFinite(figure)))
      throw new RangeError(`A window's figure must be above 0, not ${figure}.`);
    return Math.log(figure);
  });
}

function percent(logarithm: number): number {
  // Past e³⁰ nothing is distinguished; JSON knows no Infinity.
  return 100 * Math.expm1(Math.min(logarithm, 30));
}
