import type { Reach } from './judgement.ts';

/**
 * Where a function that rises with the level passes `value`, by bisection; begun at `reach`.
 * @param toShare precision as a share of the reach; absent: ten digits
 */
export function crossing(
  rising: (level: number) => number,
  value: number,
  { low: from, high: to }: Reach,
  toShare = 0,
): number {
  let low = from;
  let high = to;
  let step = Math.max(high - low, 1e-12);
  for (let i = 0; i < 60 && rising(low) > value; i++, step *= 2) low -= step;
  for (let i = 0; i < 60 && rising(high) < value; i++, step *= 2) high += step;
  for (let i = 0; i < 200 && high - low > Math.max(1e-10 * Math.max(1e-3, Math.abs(low)), toShare * (to - from)); i++) {
    const middle = (low + high) / 2;
    if (rising(middle) < value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
