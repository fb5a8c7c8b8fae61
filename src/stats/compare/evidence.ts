import { incompleteBeta } from '../beta.ts';
import { noises, type Whitener, whiteners } from './noise.ts';

/** What the windows say of the level (one series) or of how far the second's lies above the first's (two), by kind of noise. */
export interface Evidence {
  /** Logarithm of the restricted likelihood of the kind, up to a constant. */
  likelihoods: Float64Array;
  /** Given the kind, the level is Student-t about this … */
  centres: Float64Array;
  /** … with this scale and `freedom` degrees of freedom. */
  scales: Float64Array;
  freedom: number;
  /** Standard deviation of a window's figure × this is that of the mean, were there no correlation. */
  windows: number;
}

/**
 * Generalized least squares for each kind of noise, whose variance is integrated out, as is the level in the likelihood (Harville,
 * "Bayesian inference for variance components using only error contrasts", Biometrika 61, 1974; Zellner, "An Introduction to Bayesian
 * Inference in Econometrics", 1971, chapter 4). Two arms have the same kind and variance of noise. Some hundred steps a window.
 */
export function evidence(series: readonly [Float64Array] | readonly [Float64Array, Float64Array]): Evidence {
  const [first, second] = series;
  const a = centred(first);
  const b = second === undefined ? null : centred(second);
  const freedom = a.off.length - 1 + (b === null ? 0 : b.off.length - 1);
  const likelihoods = new Float64Array(noises.length);
  const centres = new Float64Array(noises.length);
  const scales = new Float64Array(noises.length);
  whiteners(Math.max(a.off.length, b?.off.length ?? 0)).forEach((whitener, i) => {
    const left = levelIn(a.off, whitener);
    const right = b === null ? null : levelIn(b.off, whitener);
    const squares = Math.max(left.squares + (right?.squares ?? 0), Number.MIN_VALUE);
    centres[i] = b === null || right === null ? a.mean + left.level : b.mean + right.level - a.mean - left.level;
    scales[i] = Math.sqrt((squares / freedom) * (1 / left.information + (right === null ? 0 : 1 / right.information)));
    likelihoods[i] =
      -0.5 *
      (left.determinant +
        Math.log(left.information) +
        (right === null ? 0 : right.determinant + Math.log(right.information)) +
        freedom * Math.log(squares));
  });
  const windows = b === null ? a.off.length : 1 / (1 / a.off.length + 1 / b.off.length);
  return { likelihoods, centres, scales, freedom, windows };
}

function centred(series: Float64Array): { off: Float64Array; mean: number } {
  let mean = 0;
  for (let i = 0; i < series.length; i++) mean += (series[i] as number) / series.length;
  return { off: series.map((value) => value - mean), mean };
}

function levelIn(series: Float64Array, whitener: Whitener) {
  const { correlation, gains, precisions, ones } = whitener;
  let state = 0;
  let squares = 0;
  let products = 0;
  for (let i = 0; i < series.length; i++) {
    const off = (series[i] as number) - state;
    const white = off * (precisions[i] as number);
    squares += white * white;
    products += white * (ones[i] as number);
    state = correlation * (state + (gains[i] as number) * off);
  }
  const information = whitener.information[series.length] as number;
  const determinant = whitener.determinants[series.length] as number;
  const level = products / information;
  return { level, information, determinant, squares: Math.max(squares - level * products, 0) };
}

/** P(T ≤ t) for Student's t. */
export function studentBelow(t: number, freedom: number): number {
  if (!Number.isFinite(t)) return t > 0 ? 1 : 0;
  const square = t * t;
  const tail = 0.5 * incompleteBeta(freedom / (freedom + square), freedom / 2, 0.5, square / (freedom + square));
  return t < 0 ? tail : 1 - tail;
}
