import { noises } from '../../../src/stats/compare/noise.ts';
import type { Pool } from './least-favourable.ts';
import { oracle, standardErrors } from './peers.ts';

/** What a judge does not know of the noise, beside its variance: φ up to 0.9, and whether white noise lies over it. */
export type Unknown = 'correlation' | 'correlation and white noise';

const falseAlarms = 0.01;

/**
 * The power that no test can exceed which does not know the kind of noise and must not alarm on more than one in a hundred of any: that of
 * the most powerful test of a mixture of them, weighted so that it is hardest to tell from this slowdown in this noise (Elliott, Müller and
 * Watson, Econometrica 83, 2015, lemma 1). Each slowdown has a test of its own here; one judge for all of them must do with less. The error of
 * simulation is about 0.02.
 * @param step the slowdown in standard deviations of a window's figure
 * @param correlation of AR(1) noise; one of `noises`
 */
export function limit(drawn: Pool, correlation: number, step: number, unknown: Unknown): number {
  const kinds = noises.length;
  const truth = noises.findIndex((noise) => noise.white === 0 && noise.correlation === correlation);
  const noise = noises[truth];
  if (noise === undefined) throw new RangeError(`No kind of noise has the correlation ${correlation}.`);
  const known = oracle(noise, drawn.windows, step);
  const feigning = noises.flatMap(({ correlation: of, white }, i) =>
    of <= 0.9 && of >= 0 && (white === 0 || unknown !== 'correlation') ? [i] : [],
  );
  const errors = standardErrors(noise, drawn.windows, step);
  const { freedom } = drawn;
  const gain = slowdownGain(freedom + 1, errors);
  const slower = new Float64Array(drawn.count);
  for (let draw = 0; draw < drawn.count; draw++) {
    const t = drawn.deviates[draw * kinds + truth] as number;
    slower[draw] = Math.exp(gain(t / Math.sqrt(freedom + t * t))) * (drawn.likelihood[draw * kinds + truth] as number);
  }
  const weights = new Float64Array(kinds);
  for (const i of feigning) weights[i] = 20 / feigning.length;
  const rates = new Float64Array(kinds);
  const mixture = (draw: number) => {
    let sum = 0;
    for (const i of feigning) sum += (weights[i] as number) * (drawn.likelihood[draw * kinds + i] as number);
    return sum;
  };
  const all = Array.from({ length: drawn.count }, (_, draw) => draw);
  let near = all;
  for (let pass = 0; pass < 280; pass++) {
    // Once the weights are about right, only draws near the bar can change sides; the rest is looked at now and then.
    if (pass >= 40 && pass % 40 === 0) near = all.filter((draw) => (slower[draw] as number) > 0.1 * mixture(draw));
    rates.fill(0);
    for (const draw of near) {
      if (mixture(draw) >= (slower[draw] as number)) continue;
      for (const i of feigning) {
        rates[i] = (rates[i] as number) + (drawn.likelihood[draw * kinds + i] as number) / drawn.count;
      }
    }
    const pace = pass < 120 ? 0.8 : pass < 200 ? 0.3 : 0.1;
    for (const i of feigning) {
      const off = Math.min(1, Math.max(-1, ((rates[i] as number) - falseAlarms) / falseAlarms));
      weights[i] = (weights[i] as number) * Math.exp(pace * off);
    }
  }
  const bar = barOf(
    drawn,
    slower,
    mixture,
    feigning.reduce((sum, i) => sum + (weights[i] as number), 0),
  );
  // Slower arms are equal ones moved: levels move with them, and what is left over stays.
  let found = 0;
  const from = truth * drawn.drawsOfEach;
  const moved = step * (drawn.design === 'paired' ? Math.SQRT1_2 : 1);
  for (let draw = from; draw < from + drawn.drawsOfEach; draw++) {
    const density = (i: number) => {
      const at = draw * kinds + i;
      const t = (drawn.deviates[at] as number) + moved / (drawn.scales[at] as number);
      return { t, log: (drawn.free[at] as number) - ((freedom + 1) / 2) * Math.log1p((t * t) / freedom) };
    };
    const { t, log } = density(truth);
    const own = log + gain(t / Math.sqrt(freedom + t * t));
    let sum = 0;
    for (const i of feigning) sum += (weights[i] as number) * Math.exp(density(i).log - own);
    if (bar * sum < 1) found++;
  }
  return Math.min(found / drawn.drawsOfEach, known);
}

/** How far above the mixture a test must set its bar to alarm on one in a hundred draws of it. */
function barOf(drawn: Pool, slower: Float64Array, mixture: (draw: number) => number, total: number): number {
  const ratios = Array.from(slower, (value, draw) => {
    const weight = mixture(draw);
    return { ratio: value / Math.max(weight, 1e-300), weight: weight / total / drawn.count };
  }).sort((a, b) => b.ratio - a.ratio);
  let sum = 0;
  for (const { ratio, weight } of ratios) {
    sum += weight;
    if (sum >= falseAlarms) return ratio;
  }
  return 0;
}

/**
 * Logarithm of the likelihood of a slowdown of so many standard errors ÷ that of none, given Student's t ÷ √(freedom + t²) and nothing of
 * the variance: ∫ xᵐ⁻¹ exp(−x²/2 + xz) dx of z = errors × that, by sums, from a table.
 */
function slowdownGain(m: number, errors: number): (share: number) => number {
  const integral = (z: number) => {
    const mode = (z + Math.sqrt(z * z + 4 * (m - 1))) / 2;
    const top = (m - 1) * Math.log(mode) - (mode * mode) / 2 + mode * z;
    let sum = 0;
    for (let x = Math.max(mode - 10, 0.025); x < mode + 10; x += 0.05) {
      sum += Math.exp((m - 1) * Math.log(x) - (x * x) / 2 + x * z - top);
    }
    return top + Math.log(sum);
  };
  const none = integral(0);
  const steps = 400;
  const table = Float64Array.from({ length: steps + 1 }, (_, i) => integral(errors * ((2 * i) / steps - 1)) - none);
  return (share) => {
    const place = Math.min(Math.max(((share + 1) / 2) * steps, 0), steps - 1e-9);
    const below = Math.floor(place);
    const [a, b] = [table[below] as number, table[below + 1] as number];
    return a + (b - a) * (place - below) - errors ** 2 / 2;
  };
}
