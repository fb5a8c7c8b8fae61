import { LatencyHistogram } from '../../../src/stats/histogram.ts';
import { gaussian, seeded } from '../../random.ts';
import { atMost, judged, type Measure } from '../measure.ts';

const percentiles = [50, 75, 90, 95, 99, 99.9];

/** How far the histogram's percentiles are from those of an exact sort. */
export const percentileError: Measure = {
  name: 'percentiles',
  limitMinutes: 2,
  async run({ quick }) {
    const count = quick ? 200_000 : 2_000_000;
    const errors = Object.entries(shapes()).map(([shape, draw]) => ({ shape, error: errorOf(draw, count) }));
    const worst = errors.reduce((most, found) => (found.error > most.error ? found : most));
    const row = judged(
      'percentile error against an exact sort, %',
      atMost(0.1),
      worst.error * 100,
      (worst.error * 100).toFixed(4),
      `largest of p50 … p99.9 over ${errors.length} distributions of ${count} values (${worst.shape})`,
    );
    return { rows: [row], raw: { count, errors } };
  },
};

/** Distributions of response times in µs. */
function shapes(): Record<string, () => number> {
  const random = seeded(3);
  const normal = gaussian(random);
  return {
    uniform: () => random() * 300_000,
    'log-normal': () => 20_000 * Math.exp(0.5 * normal()),
    'log-normal with a long tail': () => 8_000 * Math.exp(1.4 * normal()),
    exponential: () => -30_000 * Math.log(1 - random()),
    Pareto: () => 2_000 * (1 - random()) ** (-1 / 1.5),
    'two humps, a thousand times apart': () =>
      random() < 0.97 ? 2_000 + random() * 500 : 2_000_000 + random() * 900_000,
    'sub-millisecond': () => 150 + 80 * Math.abs(normal()),
  };
}

function errorOf(draw: () => number, count: number): number {
  const exact = new Float64Array(count);
  const histogram = new LatencyHistogram();
  for (let i = 0; i < count; i++) {
    exact[i] = Math.floor(draw());
    histogram.record(exact[i] as number);
  }
  exact.sort();
  const errors = percentiles.map((p) => {
    const truth = exact[Math.ceil((p / 100) * count * (1 - 2 ** -50)) - 1] as number;
    return Math.abs((histogram.percentile(p) ?? Number.NaN) - truth) / truth;
  });
  return Math.max(...errors);
}
