import type { Interval } from '../../model/verdict.ts';
import { atMost, type LevelPosterior, levelPosterior } from './posterior.ts';

/**
 * A slowdown counts as beyond doubt at this one-sided p-value or below. Somewhat under the one false alarm in a hundred that is promised, for
 * what is left of the error of the approximation; measured by `npm run bench:judge`.
 */
export const beyondDoubt = 0.008;
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
  const posterior = levelPosterior(
    design === 'paired' ? [after.map((value, i) => value - (before[i] as number))] : [before, after],
  );
  return {
    design,
    change() {
      const middle = quantile(posterior, 0.5);
      const { longRunDeviation } = posterior;
      return { percent: percent(middle), effectSize: longRunDeviation > 0 ? middle / longRunDeviation : 0 };
    },
    interval: (confidence) => ({
      low: percent(quantile(posterior, (1 - confidence) / 2)),
      high: percent(quantile(posterior, (1 + confidence) / 2)),
      confidence,
    }),
    pSlower: (marginPercent) => atMost(posterior, Math.log1p(marginPercent / 100)),
    pWithin: (marginPercent) => 1 - atMost(posterior, Math.log1p(marginPercent / 100)),
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
  // Past e³⁰ nothing is told apart; JSON knows no Infinity.
  return 100 * Math.expm1(Math.min(logarithm, 30));
}

/** The level that `probability` of the belief lies at or below, by bisection. */
function quantile(posterior: LevelPosterior, probability: number): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  posterior.centres.forEach((centre, i) => {
    low = Math.min(low, centre - (posterior.scales[i] as number));
    high = Math.max(high, centre + (posterior.scales[i] as number));
  });
  let step = Math.max(high - low, 1e-12);
  for (let i = 0; i < 60 && atMost(posterior, low) > probability; i++, step *= 2) low -= step;
  for (let i = 0; i < 60 && atMost(posterior, high) < probability; i++, step *= 2) high += step;
  for (let i = 0; i < 200 && high - low > 1e-10 * Math.max(1e-3, Math.abs(low)); i++) {
    const middle = (low + high) / 2;
    if (atMost(posterior, middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
