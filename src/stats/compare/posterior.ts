import { incompleteBeta } from '../beta.ts';

/**
 * Correlations of neighbouring windows that are reckoned with. Evenly spaced in artanh φ, so that they lie closer where a little more means
 * a lot; past 0.97 a run of some hundred windows does not tell a level from a trend.
 */
const nodes = 40;
const lowest = Math.atanh(-0.4);
const highest = Math.atanh(0.97);
const correlations = Float64Array.from({ length: nodes }, (_, i) =>
  Math.tanh(lowest + ((highest - lowest) * i) / (nodes - 1)),
);

/** Sums that an AR(1) likelihood needs of a series, whatever its correlation. */
interface Sums {
  n: number;
  /** Of the series less its mean. */
  ends: number;
  squares: number;
  innerSquares: number;
  products: number;
  mean: number;
}

function sumsOf(series: Float64Array): Sums {
  const n = series.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += series[i] as number;
  mean /= n;
  let squares = 0;
  let products = 0;
  let before = 0;
  for (let i = 0; i < n; i++) {
    const x = (series[i] as number) - mean;
    squares += x * x;
    products += x * before;
    before = x;
  }
  const first = (series[0] as number) - mean;
  return { n, mean, ends: first + before, squares, innerSquares: squares - first * first - before * before, products };
}

/** What is believed of the level (one series) or the difference of levels (two) after seeing the windows. */
export interface LevelPosterior {
  /** By correlation: its weight, and centre and scale of Student's t with `freedom` degrees. */
  weights: Float64Array;
  centres: Float64Array;
  scales: Float64Array;
  freedom: number;
  /** Standard deviation of a window's figure, long-run: what its mean over n windows scatters by, times √n. */
  longRunDeviation: number;
}

/**
 * How a correlation is believed before any window was seen: (1 − φ)^−leaning. The more it leans to high ones the fewer false alarms, for taking
 * them too low is what makes those. Few windows need more of it; set by measurement: `npm run bench:judge`.
 */
const leaning = (freedom: number) => 0.5 + 5 / freedom;

/**
 * The level of a stationary AR(1) series, or how far that of `second` lies above that of `first`, both with the same correlation and
 * variance, which are integrated out: for each correlation the level is exactly Student-t about its generalized least squares estimate
 * (Zellner, "An Introduction to Bayesian Inference in Econometrics", 1971, chapter 4), and the correlations are weighted by their
 * marginal (restricted) likelihood. Unlike a plug-in of the estimated correlation this allows for not knowing it, which with few windows is
 * most of the uncertainty.
 */
export function levelPosterior(
  series: readonly [Float64Array] | readonly [Float64Array, Float64Array],
): LevelPosterior {
  const [first, second] = series;
  const a = sumsOf(first);
  const b = second === undefined ? null : sumsOf(second);
  const freedom = a.n - 1 + (b === null ? 0 : b.n - 1);
  const weights = new Float64Array(nodes);
  const centres = new Float64Array(nodes);
  const scales = new Float64Array(nodes);
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < nodes; i++) {
    const phi = correlations[i] as number;
    const left = profile(a, phi);
    const right = b === null ? null : profile(b, phi);
    const squares = Math.max(left.squares + (right?.squares ?? 0), Number.MIN_VALUE);
    centres[i] = right === null ? left.level : right.level - left.level;
    scales[i] = Math.sqrt((squares / freedom) * (1 / left.weight + (right === null ? 0 : 1 / right.weight)));
    const arms = right === null ? 1 : 2;
    const likelihood =
      0.5 * arms * Math.log(1 - phi * phi) -
      0.5 * (Math.log(left.weight) + (right === null ? 0 : Math.log(right.weight))) -
      0.5 * freedom * Math.log(squares);
    // Evenly spaced in artanh φ: dφ is (1 − φ²).
    const belief = Math.log(1 - phi * phi) - leaning(freedom) * Math.log(1 - phi);
    weights[i] = likelihood + belief;
    most = Math.max(most, weights[i] as number);
  }
  let total = 0;
  for (let i = 0; i < nodes; i++) total += weights[i] = Math.exp((weights[i] as number) - most);
  let variance = 0;
  for (let i = 0; i < nodes; i++) {
    const weight = (weights[i] as number) / total;
    weights[i] = weight;
    variance += weight * (scales[i] as number) ** 2;
  }
  const windows = b === null ? a.n : (a.n * b.n) / (a.n + b.n);
  return { weights, centres, scales, freedom, longRunDeviation: Math.sqrt(variance * windows) };
}

/** Generalized least squares at a given correlation, in units of the innovations' variance. */
function profile(sums: Sums, phi: number): { level: number; weight: number; squares: number } {
  const { n, ends, squares, innerSquares, products, mean } = sums;
  const weight = (1 - phi) * (1 + phi + (n - 1) * (1 - phi));
  // The series is centred, so its inner part sums to minus its ends.
  const cross = (1 - phi) * (ends - (1 - phi) * ends);
  const all = squares + phi * phi * innerSquares - 2 * phi * products;
  return { level: mean + cross / weight, weight, squares: Math.max(all - (cross * cross) / weight, 0) };
}

/** Weights below this change no p-value in its third digit. */
const negligible = 1e-6;

/** Belief that the level is at most `value`: the one-sided p-value of "it is more than `value`". */
export function atMost(posterior: LevelPosterior, value: number): number {
  const { weights, centres, scales, freedom } = posterior;
  let sum = 0;
  for (let i = 0; i < nodes; i++) {
    const weight = weights[i] as number;
    if (weight < negligible) continue;
    sum += weight * studentBelow((value - (centres[i] as number)) / (scales[i] as number), freedom);
  }
  return Math.min(sum, 1);
}

/** P(T ≤ t) for Student's t. */
function studentBelow(t: number, freedom: number): number {
  if (!Number.isFinite(t)) return t > 0 ? 1 : 0;
  const square = t * t;
  const tail = 0.5 * incompleteBeta(freedom / (freedom + square), freedom / 2, 0.5, square / (freedom + square));
  return t < 0 ? tail : 1 - tail;
}
