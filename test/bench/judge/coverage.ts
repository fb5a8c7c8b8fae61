import {
  type Counted,
  clusteredPercentileInterval,
  clusteredProportionInterval,
} from '../../../src/stats/clustered.ts';
import { LatencyHistogram } from '../../../src/stats/histogram.ts';
import { percentileInterval, proportionInterval } from '../../../src/stats/intervals.ts';
import { gaussian, seeded } from '../../random.ts';
import { poisson } from './poisson.ts';

/** How often an interval at 95 % holds the true figure, by simulation; shares 0 … 1. */
export interface Coverage {
  trials: number;
  covered: number;
  /** The same of the interval for independent requests. */
  independent: number;
  /** Passes of a target that the true figure misses. */
  wrongPass: number;
  /** Runs in which nothing failed at all, and wrong passes of the others; of shares. */
  none: number;
  wrongPassOfOthers: number;
  /** Intervals without a bound on one side: they are in `covered`, not in `width`. */
  unbounded: number;
  /** Mean width ÷ that of an interval which knows how the figure scatters. */
  width: number;
}

const confidence = 0.95;
const deviates: Record<number, number> = { 50: 0, 95: 1.6448536269514722, 99: 2.3263478740408408 };

export interface PercentileCase {
  windows: number;
  requests: number;
  /** Of the levels of neighbouring windows. */
  correlation: number;
  /** Standard deviation of a window's level in logarithms; that within a window is 0.3. */
  level: number;
  trials: number;
  seed: number;
}

/**
 * Log-normal response times in windows whose level wanders; p50, p95 and p99. The true percentile is that of all levels. A target that is missed by the
 * least bit is the true percentile itself: a pass is an interval below it.
 */
export function percentileCoverage(one: PercentileCase): Map<number, Coverage> {
  const { windows, requests, correlation, level, trials, seed } = one;
  const normal = gaussian(seeded(seed));
  const within = 0.3;
  const sums = new Map(Object.keys(deviates).map((p) => [Number(p), new Sum()]));
  for (let trial = 0; trial < trials; trial++) {
    const whole = new LatencyHistogram();
    let state = normal();
    const parts = Array.from({ length: windows }, () => {
      const part = new LatencyHistogram();
      for (let i = 0; i < requests; i++) part.record(20_000 * Math.exp(level * state + within * normal()));
      whole.add(part);
      state = correlation * state + Math.sqrt(1 - correlation * correlation) * normal();
      return part;
    });
    for (const [p, sum] of sums) {
      const truth = 20_000 * Math.exp((deviates[p] as number) * Math.hypot(level, within));
      const found = clusteredPercentileInterval(whole, parts, p, confidence) ?? { low: 0, high: 0 };
      const plain = percentileInterval(whole, p, confidence) ?? { low: 0, high: 0 };
      sum.add(truth, found, plain, found.high < truth, Math.log(whole.percentile(p) ?? 1), Math.log);
    }
  }
  return new Map([...sums].map(([p, sum]) => [p, sum.coverage()]));
}

export interface ShareCase {
  windows: number;
  requests: number;
  /** Failures that come together. */
  cluster: number;
  /** True share of failures. */
  share: number;
  trials: number;
  seed: number;
}

/** Failures in clusters at random moments; the target that must not pass is a sixth below the true share (0.12 % against 0.1 %). */
export function shareCoverage({ windows, requests, cluster, share, trials, seed }: ShareCase): Coverage {
  const random = seeded(seed);
  const sum = new Sum();
  const all = windows * requests;
  let [none, wrong] = [0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const counted: Counted[] = Array.from({ length: windows }, () => ({ failed: 0, of: requests }));
    for (let clusters = poisson((all * share) / cluster, random); clusters > 0; clusters--) {
      const from = Math.floor(random() * all);
      for (let i = 0; i < cluster; i++) {
        const window = counted[Math.floor(((from + i) % all) / requests)] as Counted;
        window.failed = Math.min(window.failed + 1, requests);
      }
    }
    const failed = counted.reduce((count, window) => count + window.failed, 0);
    const found = clusteredProportionInterval(counted, confidence) ?? { low: 0, high: 0 };
    const plain = proportionInterval(failed, all, confidence) ?? { low: 0, high: 0 };
    const passes = found.high < share / 1.2;
    sum.add(share, found, plain, passes, failed / all, (value) => value);
    if (failed === 0) none++;
    else if (passes) wrong++;
  }
  return { ...sum.coverage(), none: none / trials, wrongPassOfOthers: wrong / Math.max(trials - none, 1) };
}

interface Bounds {
  low: number;
  high: number;
}

class Sum {
  #trials = 0;
  #counts = { covered: 0, independent: 0, wrongPass: 0, unbounded: 0 };
  #width = 0;
  #estimates: number[] = [];

  add(
    truth: number,
    found: Bounds,
    plain: Bounds,
    wrongPass: boolean,
    estimate: number,
    scale: (value: number) => number,
  ): void {
    const holds = ({ low, high }: Bounds) => low <= truth && truth <= high;
    this.#trials++;
    this.#counts.covered += Number(holds(found));
    this.#counts.independent += Number(holds(plain));
    this.#counts.wrongPass += Number(wrongPass);
    const width = scale(found.high) - scale(found.low);
    if (Number.isFinite(width)) this.#width += width;
    else this.#counts.unbounded++;
    this.#estimates.push(estimate);
  }

  coverage(): Coverage {
    const { covered, independent, wrongPass, unbounded } = this.#counts;
    const n = this.#trials;
    const mean = this.#estimates.reduce((sum, value) => sum + value, 0) / n;
    const deviation = Math.sqrt(this.#estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
    return {
      trials: n,
      covered: covered / n,
      independent: independent / n,
      wrongPass: wrongPass / n,
      unbounded: unbounded / n,
      ...{ none: 0, wrongPassOfOthers: wrongPass / n },
      width: this.#width / (n - unbounded) / (2 * 1.96 * deviation),
    };
  }
}
