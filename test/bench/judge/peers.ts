/** Normal quantile of 0.99: as strict as the promise of one false alarm in a hundred. */
const strict = 2.326347874;

/** The level by generalized least squares, of AR(1) noise with known correlation. */
function level(series: Float64Array, phi: number): number {
  const n = series.length;
  let sum = (series[0] as number) + (series[n - 1] as number);
  for (let i = 1; i < n - 1; i++) sum += (1 - phi) * (series[i] as number);
  return sum / (2 + (n - 2) * (1 - phi));
}

/**
 * The most powerful test there is for a slowdown: it knows the correlation and the variance of the noise, and what of it is common. No
 * judge that must find them out can have more power at the same rate of false alarms (Neyman and Pearson).
 * @returns whether it alarms, by slowdown added to `second`
 */
export function oracle(first: Float64Array, second: Float64Array, phi: number): (slowdown: number) => boolean {
  const n = first.length;
  const information = (1 - phi) * (1 + phi + (n - 1) * (1 - phi));
  const error = Math.sqrt((2 * (1 - phi * phi)) / information);
  const change = level(second, phi) - level(first, phi);
  return (slowdown) => (change + slowdown) / error >= strict;
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
