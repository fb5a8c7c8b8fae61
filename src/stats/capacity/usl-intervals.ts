import type { RateAt, ScalabilityFit, ScalabilityIntervals } from '../../model/capacity.ts';
import type { Interval } from '../../model/verdict.ts';
import { fitScalability } from './usl.ts';

const draws = 400;
const confidence = 0.95;

/**
 * What σ, κ and the peak of a fitted law may be as well: each rate lies somewhere between the highest that held and the lowest that missed, and the
 * law is fitted to many combinations of such rates. They fill that box evenly (an additive recurrence, Roberts 2018), so that the same points give the
 * same intervals. What single steps get wrong by chance is not in it.
 * @param points those that the law was fitted to
 */
export function scalabilityIntervals(points: readonly RateAt[], fit: ScalabilityFit): ScalabilityIntervals | null {
  const bounded = points.flatMap(({ n, ratePerSecond, missedPerSecond }) =>
    missedPerSecond === null ? [] : [{ n, low: ratePerSecond, high: missedPerSecond }],
  );
  const steps = recurrence(bounded.length);
  const fits: ScalabilityFit[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const drawn = bounded.map(({ n, low, high }, i) => {
      const share = (0.5 + draw * (steps[i] ?? 0)) % 1;
      return { n, ratePerSecond: low + share * (high - low) };
    });
    const found = fitScalability(drawn, fit.of);
    if (found !== null) fits.push(found);
  }
  if (fits.length === 0) return null;
  const of = (value: (law: ScalabilityFit) => number) => middleOf(fits.map(value), value(fit));
  const peak = of(({ peakAt }) => peakAt ?? Number.POSITIVE_INFINITY);
  return {
    sigma: of(({ sigma }) => sigma),
    kappa: of(({ kappa }) => kappa),
    peakAt: Number.isFinite(peak.low) ? { low: peak.low, high: Number.isFinite(peak.high) ? peak.high : null } : null,
  };
}

/** Steps of an even filling of so many dimensions: powers of the root of xᵈ⁺¹ = x + 1. */
function recurrence(dimensions: number): number[] {
  let root = 1.5;
  for (let i = 0; i < 60; i++) root = (1 + root) ** (1 / (dimensions + 1));
  return Array.from({ length: dimensions }, (_, i) => (1 / root) ** (i + 1));
}

/** The middle 95 %, and the estimate itself. */
function middleOf(values: number[], own: number): Interval {
  values.sort((a, b) => (a === b ? 0 : a - b));
  const at = (share: number) => values[Math.round(share * (values.length - 1))] ?? own;
  const tail = (1 - confidence) / 2;
  return { low: Math.min(own, at(tail)), high: Math.max(own, at(1 - tail)), confidence };
}
