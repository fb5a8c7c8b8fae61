import { beyondDoubt, compareWindows } from '../../../src/stats/compare/compare.ts';
import { fill, type Noise, normals } from './noise.ts';
import { kayenta, oracle } from './peers.ts';

/** Slowdowns in percent, at the standard deviation of a window's figure in percent. */
export const slowdowns = [
  { percent: 0, deviation: 2 },
  { percent: 5, deviation: 2 },
  { percent: 10, deviation: 2 },
  { percent: 5, deviation: 5 },
  { percent: 10, deviation: 5 },
] as const;

export interface Cell {
  design: 'paired' | 'independent';
  noise: Noise;
  phi: number;
  windows: number;
  trials: number;
  /** Share of alarms, 0 … 1, by slowdown. */
  ours: number[];
  oracle: number[];
  kayenta: number[];
}

export interface CellOptions extends Pick<Cell, 'design' | 'noise' | 'phi' | 'windows' | 'trials'> {
  /** Kayenta's sorting of all pairs is slow; fewer trials tell its rates well enough. 0: leave it out. */
  kayentaTrials: number;
  seed: number;
}

/** Standard deviation of the noise that paired arms share, in those of their own. */
const shared = 2;

/** How often each judge alarms, by simulation; the same noise for all of them. */
export function measureCell(options: CellOptions): Cell {
  const { design, noise, phi, windows, trials, kayentaTrials, seed } = options;
  const normal = normals(seed);
  const [a, b, common] = [new Float64Array(windows), new Float64Array(windows), new Float64Array(windows)];
  const [first, second] = [new Float64Array(windows), new Float64Array(windows)];
  const sums = { ours: slowdowns.map(() => 0), oracle: slowdowns.map(() => 0), kayenta: slowdowns.map(() => 0) };
  const add = (to: number[], i: number, alarm: boolean) => {
    to[i] = (to[i] ?? 0) + Number(alarm);
  };
  // Every judge is given the noise in standard deviations and the slowdown in them too: none depends on the scale.
  const steps = slowdowns.map(({ percent, deviation }) => Math.log1p(percent / 100) / (deviation / 100));
  const margins = steps.map((step) => 100 * Math.expm1(-step * scale));
  for (let trial = 0; trial < trials; trial++) {
    fill(a, phi, normal, noise);
    fill(b, phi, normal, noise);
    if (design === 'paired') fill(common, phi, normal, noise);
    const at = design === 'paired' ? shared : 0;
    for (let i = 0; i < windows; i++) {
      first[i] = Math.exp(scale * ((a[i] as number) + at * (common[i] as number)));
      second[i] = Math.exp(scale * ((b[i] as number) + at * (common[i] as number)));
    }
    const found = compareWindows(first, second, design);
    const knowing = oracle(a, b, phi);
    steps.forEach((step, i) => {
      add(sums.ours, i, found !== null && found.pSlower(margins[i] ?? 0) <= beyondDoubt);
      add(sums.oracle, i, knowing(step));
    });
    if (trial >= kayentaTrials) continue;
    for (let i = 0; i < windows; i++) {
      a[i] = (a[i] as number) + at * (common[i] as number);
      b[i] = (b[i] as number) + at * (common[i] as number);
    }
    const rule = kayenta(a, b);
    steps.forEach((step, i) => {
      add(sums.kayenta, i, rule(step));
    });
  }
  const share = (counts: number[], of: number) => counts.map((count) => (of === 0 ? Number.NaN : count / of));
  return {
    design,
    noise,
    phi,
    windows,
    trials,
    ours: share(sums.ours, trials),
    oracle: share(sums.oracle, trials),
    kayenta: share(sums.kayenta, Math.min(trials, kayentaTrials)),
  };
}

/** Standard deviation that the judge is fed with; it works on logarithms, so any will do. */
const scale = 0.02;
