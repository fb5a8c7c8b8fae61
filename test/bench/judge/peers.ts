import { studentBelow } from '../../../src/stats/compare/evidence.ts';
import { type Noise, whitener } from '../../../src/stats/compare/noise.ts';

/** Normal quantile of 0.99: as strict as the promise of one false alarm in a hundred. */
export const strict = 2.326347874;

/**
 * By how many standard errors a slowdown of `step` standard deviations of a window's figure lies above none, for who knows the noise. What
 * both arms share drops out of their difference, and their sum says nothing as long as the level is not known: so pairs make no odds.
 */
export function standardErrors(noise: Noise, windows: number, step: number): number {
  const information = whitener(noise, windows).information[windows] as number;
  return step * Math.sqrt(information / 2);
}

/**
 * Power of the most powerful test there is for a slowdown of that size: generalized least squares with the noise's kind and variance known,
 * and what of it is common. No judge that must find them out can have more at the same rate of false alarms (Neyman and Pearson).
 */
export function oracle(noise: Noise, windows: number, step: number): number {
  // A billion degrees of freedom are the normal distribution.
  return studentBelow(standardErrors(noise, windows, step) - strict, 1e9);
}

let room = new Float64Array(0);

/**
 * Kayenta's rule, written anew from its documentation and source (NetflixACAJudge: Mann–Whitney with confidence 0.98 and tolerance 0.25): the
 * candidate is `High` where the lower end of the Hodges–Lehmann interval is above a quarter of the estimate, and its mean above the
 * baseline's. The interval comes from the normal approximation with continuity correction.
 */
export function kayenta(first: Float64Array, second: Float64Array): (slowdown: number) => boolean {
  const n = first.length;
  const pairs = n * n;
  if (room.length !== pairs) room = new Float64Array(pairs);
  let means = 0;
  for (let i = 0; i < n; i++) {
    means += (second[i] as number) - (first[i] as number);
    for (let j = 0; j < n; j++) room[i * n + j] = (second[i] as number) - (first[j] as number);
  }
  room.sort();
  const spread = Math.sqrt((pairs * (2 * n + 1)) / 12);
  const rank = Math.max(0, Math.floor(pairs / 2 - 0.5 - strict * spread));
  const lower = room[rank] as number;
  const estimate = ((room[Math.floor((pairs - 1) / 2)] as number) + (room[Math.floor(pairs / 2)] as number)) / 2;
  return (slowdown) => lower + slowdown > 0.25 * Math.abs(estimate + slowdown) && means / n + slowdown > 0;
}
