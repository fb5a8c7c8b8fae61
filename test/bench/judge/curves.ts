import { beyondDoubt, compareWindows, type WindowComparison } from '../../../src/stats/compare/compare.ts';
import type { Noise } from '../../../src/stats/compare/noise.ts';
import { fill, normals, type Tails } from './noise.ts';
import { kayenta, oracle } from './peers.ts';

/** Slowdowns in percent, at the standard deviation of a window's figure in percent; the smallest first. */
const slowdowns = [
  { percent: 0, deviation: 2 },
  { percent: 5, deviation: 5 },
  { percent: 10, deviation: 5 },
  { percent: 5, deviation: 2 },
  { percent: 10, deviation: 2 },
] as const;

/** In standard deviations of a window's figure: no judge depends on the scale. */
export const steps = slowdowns.map(({ percent, deviation }) => Math.log1p(percent / 100) / (deviation / 100));

export interface Cell {
  design: 'paired' | 'independent';
  noise: Noise;
  tails: Tails;
  windows: number;
  trials: number;
  /** Share of alarms, 0 … 1, by slowdown. */
  ours: number[];
  oracle: number[];
  kayenta: number[];
}

export interface CellOptions extends Pick<Cell, 'design' | 'noise' | 'tails' | 'windows' | 'trials'> {
  /** Kayenta's sorting of all pairs is slow; fewer trials tell its rates well enough. 0: leave it out. */
  kayentaTrials: number;
  seed: number;
}

/** Standard deviation of the noise that paired arms share, in those of their own. */
const shared = 2;

/** How often each judge alarms, by simulation; the same noise for all of them. */
export function measureCell(options: CellOptions): Cell {
  const { design, noise, tails, windows, trials, kayentaTrials, seed } = options;
  const normal = normals(seed);
  const [a, b, common] = [new Float64Array(windows), new Float64Array(windows), new Float64Array(windows)];
  const [first, second] = [new Float64Array(windows), new Float64Array(windows)];
  const sums = { ours: slowdowns.map(() => 0), kayenta: slowdowns.map(() => 0) };
  const add = (to: number[], i: number, alarm: boolean) => {
    to[i] = (to[i] ?? 0) + Number(alarm);
  };
  for (let trial = 0; trial < trials; trial++) {
    fill(a, noise, normal, tails);
    fill(b, noise, normal, tails);
    if (design === 'paired') {
      fill(common, noise, normal, tails);
      for (let i = 0; i < windows; i++) {
        a[i] = (a[i] as number) + shared * (common[i] as number);
        b[i] = (b[i] as number) + shared * (common[i] as number);
      }
    }
    for (let i = 0; i < windows; i++) {
      first[i] = Math.exp(scale * (a[i] as number));
      second[i] = Math.exp(scale * (b[i] as number));
    }
    const alarmsFrom = leastAlarming(compareWindows(first, second, design));
    steps.forEach((_, i) => {
      add(sums.ours, i, i >= alarmsFrom);
    });
    if (trial >= kayentaTrials) continue;
    const rule = kayenta(a, b);
    steps.forEach((step, i) => {
      add(sums.kayenta, i, rule(step));
    });
  }
  const share = (counts: number[], of: number) => counts.map((count) => (of === 0 ? Number.NaN : count / of));
  return {
    design,
    noise,
    tails,
    windows,
    trials,
    ours: share(sums.ours, trials),
    oracle: steps.map((step) => oracle(noise, windows, step)),
    kayenta: share(sums.kayenta, Math.min(trials, kayentaTrials)),
  };
}

/** Standard deviation that the judge is fed with; it works on logarithms, so any will do. */
const scale = 0.02;

/** Index of the smallest slowdown that alarms: a larger one does too, for p-values fall with it. */
function leastAlarming(found: WindowComparison | null): number {
  let [low, high] = [0, steps.length];
  while (found !== null && low < high) {
    const middle = Math.floor((low + high) / 2);
    if (found.pSlower(100 * Math.expm1(-(steps[middle] as number) * scale)) <= beyondDoubt) high = middle;
    else low = middle + 1;
  }
  return found === null ? steps.length : low;
}
