/** Seeded draws from the distributions that user behaviour is made of. */
export interface Draws {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Lognormal with this median; sigma is of the logarithm. */
  lognormal(median: number, sigma: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Whole number from low to high, both included. */
  between(low: number, high: number): number;
}

export function createDraws(uniform: () => number): Draws {
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return {
    uniform,
    lognormal: (median, sigma) => median * Math.exp(sigma * normal()),
    chance: (probability) => uniform() < probability,
    pick: (list) => list[Math.floor(uniform() * list.length)] as (typeof list)[number],
    between: (low, high) => low + Math.floor(uniform() * (high - low + 1)),
  };
}

/** Spread of the arrival rate's logarithm at each time scale: bursts within bursts, as real arrivals have them. */
const bursts = [
  { scaleMs: 10, sigma: 0.8 },
  { scaleMs: 100, sigma: 0.6 },
  { scaleMs: 1000, sigma: 0.4 },
  { scaleMs: 15_000, sigma: 0.15 },
];
const stepMs = bursts[0]?.scaleMs ?? 10;

/**
 * Start times of sessions in milliseconds, ascending: a Poisson process whose rate is modulated by lognormal factors, each held for
 * its time scale, so that counts are overdispersed from 10 ms up. The number is `sessions`, exactly.
 */
export function sessionStarts(sessions: number, durationMs: number, draws: Draws): number[] {
  const steps = Math.max(1, Math.ceil(durationMs / stepMs));
  const cumulative: number[] = [];
  const factors = bursts.map(() => 1);
  let total = 0;
  for (let step = 0; step < steps; step++) {
    bursts.forEach(({ scaleMs, sigma }, index) => {
      if ((step * stepMs) % scaleMs === 0) factors[index] = draws.lognormal(1, sigma);
    });
    total += factors.reduce((product, factor) => product * factor, 1);
    cumulative.push(total);
  }
  // Given how many arrive, the arrivals of a Poisson process are independent draws from its rate.
  const starts = Array.from({ length: sessions }, () => {
    const step = firstAtLeast(cumulative, draws.uniform() * total);
    return Math.min(durationMs, (step + draws.uniform()) * stepMs);
  });
  return starts.sort((a, b) => a - b);
}

function firstAtLeast(ascending: readonly number[], wanted: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
