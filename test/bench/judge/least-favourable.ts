import { calibratedAt } from '../../../src/stats/compare/caution.ts';
import { evidence, studentBelow } from '../../../src/stats/compare/evidence.ts';
import { attention, noises } from '../../../src/stats/compare/noise.ts';
import { fill, normals } from './noise.ts';

/** False alarms that are aimed at, at p ≤ `calibratedAt`: what is left up to one in a hundred is for the error of simulation. */
const aimedAt = 0.008;
/** Past φ = 0.9 nothing is promised; all the same it shall not get out of hand. */
const aims = noises.map(({ correlation }) => (correlation > 0.93 ? 0.04 : correlation > 0.9 ? 0.02 : aimedAt));
/** Natural logarithm of the least weight: a kind of noise that needs no caution. */
const least = -6;

/** Draws of equal arms with each kind of noise in turn, and what they say. */
export interface Pool {
  design: 'paired' | 'independent';
  windows: number;
  drawsOfEach: number;
  count: number;
  freedom: number;
  /** By draw: what speaks for a higher level. */
  favour: Float32Array;
  /** By draw and kind of noise: what speaks against it, at a weight of 1. */
  against: Float32Array;
  /** By draw and kind: likelihood of the draw under it ÷ that under the mixture of all that was drawn from. */
  likelihood: Float32Array;
  /** By draw and kind: Student's t of "no change", what it is in units of, and the likelihood of the kind with the level free (logarithm). */
  deviates: Float32Array;
  scales: Float32Array;
  free: Float32Array;
}

export function pool(options: {
  design: 'paired' | 'independent';
  windows: number;
  drawsOfEach: number;
  seed: number;
}): Pool {
  const { design, windows, drawsOfEach, seed } = options;
  const kinds = noises.length;
  const count = kinds * drawsOfEach;
  const favour = new Float32Array(count);
  const against = new Float32Array(count * kinds);
  const likelihood = new Float32Array(count * kinds);
  const deviates = new Float32Array(count * kinds);
  const scaled = new Float32Array(count * kinds);
  const free = new Float32Array(count * kinds);
  const looked = attention(windows);
  const normal = normals(seed);
  const [a, b] = [new Float64Array(windows), new Float64Array(windows)];
  const nulls = new Float64Array(kinds);
  for (let draw = 0; draw < count; draw++) {
    const noise = noises[Math.floor(draw / drawsOfEach)];
    if (noise === undefined) continue;
    fill(a, noise, normal);
    if (design === 'independent') fill(b, noise, normal);
    const said = evidence(design === 'independent' ? [a, b] : [a]);
    const { likelihoods, centres, scales, freedom } = said;
    const most = Math.max(...likelihoods);
    let all = 0;
    let mostNull = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < kinds; i++) {
      const t = (centres[i] as number) / (scales[i] as number);
      // The level's Student density at 0 makes of the likelihood of a free level that of none.
      const none =
        (likelihoods[i] as number) -
        Math.log(scales[i] as number) -
        ((freedom + 1) / 2) * Math.log1p((t * t) / freedom);
      nulls[i] = none;
      deviates[draw * kinds + i] = t;
      scaled[draw * kinds + i] = scales[i] as number;
      free[draw * kinds + i] = (likelihoods[i] as number) - most - Math.log(scales[i] as number);
      mostNull = Math.max(mostNull, none);
      const weight = (looked[i] as number) * Math.exp((likelihoods[i] as number) - most);
      const other = weight > 1e-12 ? studentBelow(-t, freedom) : 0;
      favour[draw] = (favour[draw] as number) + weight * (1 - other);
      against[draw * kinds + i] = weight * other;
    }
    for (let i = 0; i < kinds; i++) all += nulls[i] = Math.exp((nulls[i] as number) - mostNull);
    for (let i = 0; i < kinds; i++) likelihood[draw * kinds + i] = ((nulls[i] as number) * kinds) / all;
  }
  const freedom = design === 'paired' ? windows - 1 : 2 * windows - 2;
  return { ...options, count, freedom, favour, against, likelihood, deviates, scales: scaled, free };
}

/** Rates of false alarms at `p`, by kind of noise. @param weights natural logarithms */
export function alarmRates(drawn: Pool, weights: readonly number[], p: number): number[] {
  const kinds = weights.length;
  const counts = Float32Array.from(weights, (weight) => Math.exp(weight) * (1 / p - 1));
  const rates = new Float64Array(kinds);
  for (let draw = 0; draw < drawn.count; draw++) {
    const at = draw * kinds;
    let sum = 0;
    for (let i = 0; i < kinds; i++) sum += (counts[i] as number) * (drawn.against[at + i] as number);
    if (sum > (drawn.favour[draw] as number)) continue;
    for (let i = 0; i < kinds; i++)
      rates[i] = (rates[i] as number) + (drawn.likelihood[at + i] as number) / drawn.count;
  }
  return [...rates];
}

/**
 * Weights with which no kind of noise alarms more often than is aimed at, found by raising those that do and lowering those that do not
 * (Elliott, Müller and Watson, Econometrica 83, 2015, appendix A).
 */
export function leastFavourable(drawn: Pool): number[] {
  const weights = noises.map(() => 0);
  for (let step = 0; step < 500; step++) {
    const pace = step < 200 ? 0.25 : step < 350 ? 0.1 : 0.03;
    alarmRates(drawn, weights, calibratedAt).forEach((rate, i) => {
      const aim = aims[i] ?? aimedAt;
      const off = Math.min(1, Math.max(-1, (rate - aim) / aim));
      weights[i] = Math.max(least, (weights[i] ?? 0) + pace * off);
    });
  }
  return weights;
}
