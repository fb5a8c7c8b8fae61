import type { ScalabilityFit } from '../../model/capacity.ts';
import { leastSquares } from './solve.ts';

type Point = ScalabilityFit['points'][number];
interface Law {
  lambda: number;
  sigma: number;
  kappa: number;
}

const pointsAtLeast = 4;
const iterations = 60;

/**
 * Fits the universal scalability law with σ, κ ≥ 0 by least squares: started from its linear form N/X = 1/λ · (1 + σ(N − 1) + κN(N − 1)), then
 * Gauss–Newton with halved steps. Each bound is tried as binding and not, and the best fit kept.
 * @returns null for fewer than four distinct N, or where nothing fits
 */
export function fitScalability(points: readonly Point[], of: ScalabilityFit['of']): ScalabilityFit | null {
  const usable = points.filter(({ n, ratePerSecond }) => n > 0 && ratePerSecond > 0);
  if (new Set(usable.map(({ n }) => n)).size < pointsAtLeast) return null;
  let best: { law: Law; error: number } | null = null;
  for (const free of [
    { sigma: true, kappa: true },
    { sigma: true, kappa: false },
    { sigma: false, kappa: true },
    { sigma: false, kappa: false },
  ]) {
    const law = refined(usable, started(usable, free), free);
    const error = law === null ? Number.NaN : squaredError(usable, law);
    // A parameter that buys nothing is left out: the simpler law is not tried first, so it must be as good to a hair.
    if (law !== null && Number.isFinite(error) && (best === null || error < best.error * (1 - 1e-9))) {
      best = { law, error };
    }
  }
  if (best === null) return null;
  const mean = usable.reduce((sum, point) => sum + point.ratePerSecond, 0) / usable.length;
  const variation = usable.reduce((sum, point) => sum + (point.ratePerSecond - mean) ** 2, 0);
  const { lambda, sigma, kappa } = best.law;
  // With σ at 1 or above one alone is the best there is, whatever κ.
  const peakAt = sigma >= 1 ? 1 : kappa > 0 ? Math.max(1, Math.sqrt((1 - sigma) / kappa)) : null;
  return {
    of,
    lambda,
    sigma,
    kappa,
    peakAt,
    peakRatePerSecond: peakAt === null ? null : rateAt(peakAt, best.law),
    rSquared: variation > 0 ? 1 - best.error / variation : 1,
    points: usable,
  };
}

function rateAt(n: number, { lambda, sigma, kappa }: Law): number {
  return (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));
}

function squaredError(points: readonly Point[], law: Law): number {
  return points.reduce((sum, { n, ratePerSecond }) => sum + (ratePerSecond - rateAt(n, law)) ** 2, 0);
}

interface Free {
  sigma: boolean;
  kappa: boolean;
}

function started(points: readonly Point[], free: Free): Law | null {
  const columns = [points.map(() => 1)];
  if (free.sigma) columns.push(points.map(({ n }) => n - 1));
  if (free.kappa) columns.push(points.map(({ n }) => n * (n - 1)));
  const found = leastSquares(
    columns,
    points.map(({ n, ratePerSecond }) => n / ratePerSecond),
  );
  const base = found?.[0] ?? 0;
  if (found === null || !(base > 0)) return null;
  const sigma = free.sigma ? Math.max(0, (found[1] ?? 0) / base) : 0;
  const kappa = free.kappa ? Math.max(0, (found[free.sigma ? 2 : 1] ?? 0) / base) : 0;
  return { lambda: 1 / base, sigma, kappa };
}

function refined(points: readonly Point[], start: Law | null, free: Free): Law | null {
  if (start === null) return null;
  let law = start;
  let error = squaredError(points, law);
  for (let i = 0; i < iterations; i++) {
    const slopes: number[][] = [points.map(({ n }) => rateAt(n, law) / law.lambda)];
    const divisor = ({ n }: Point) => 1 + law.sigma * (n - 1) + law.kappa * n * (n - 1);
    if (free.sigma) slopes.push(points.map((p) => (-rateAt(p.n, law) * (p.n - 1)) / divisor(p)));
    if (free.kappa) slopes.push(points.map((p) => (-rateAt(p.n, law) * p.n * (p.n - 1)) / divisor(p)));
    const step = leastSquares(
      slopes,
      points.map(({ n, ratePerSecond }) => ratePerSecond - rateAt(n, law)),
    );
    if (step === null) return law;
    let better: Law | null = null;
    for (let share = 1; share > 1e-6 && better === null; share /= 2) {
      const next = {
        lambda: law.lambda + share * (step[0] ?? 0),
        sigma: free.sigma ? Math.max(0, law.sigma + share * (step[1] ?? 0)) : 0,
        kappa: free.kappa ? Math.max(0, law.kappa + share * (step[free.sigma ? 2 : 1] ?? 0)) : 0,
      };
      if (next.lambda > 0 && squaredError(points, next) < error) better = next;
    }
    if (better === null) return law;
    law = better;
    error = squaredError(points, law);
  }
  return law;
}
