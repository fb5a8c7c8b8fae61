import type { Weights } from '../traffic-switch.ts';

/** How far, in percentage points, the share of the pods may be from the share of the traffic that is wanted. */
const pointsAtMost = 0.5;

/**
 * How many pods of each side make these shares of the traffic, as few as possible.
 * @param weights percent, of 100
 * @param atMost pods of all sides together
 * @returns null: so few pods cannot make them
 */
export function podsFor(weights: Weights, atMost: number): Record<string, number> | null {
  const shares = Object.entries(weights).filter(([, share]) => share > 0);
  for (let all = shares.length; all <= atMost; all++) {
    const counts = shares.map(([side, share]) => [side, Math.max(1, Math.round((all * share) / 100))] as const);
    const sum = counts.reduce((total, [, count]) => total + count, 0);
    const far = counts.map(([, count], i) => Math.abs((100 * count) / sum - (shares[i]?.[1] ?? 0)));
    if (sum <= atMost && Math.max(...far) <= pointsAtMost) return Object.fromEntries(counts);
  }
  return null;
}
