import { defaultObjectives } from '../../../src/domains/load/judging/objectives.ts';
import { slopeOf } from '../../../src/domains/load/regression/slope.ts';
import { slowWindows } from '../../../src/domains/load/regression/slow-windows.ts';
import { evaluateGates } from '../../../src/gate/gates.ts';
import { judgeAll, type RunEvidence } from '../../../src/gate/judge.ts';
import type { Measurement } from '../../../src/gate/measurement.ts';
import { Metrics } from '../../../src/gate/metrics.ts';
import type { RunFacts } from '../../../src/model/run-facts.ts';
import type { Interval, Objective, Verdict } from '../../../src/model/verdict.ts';
import {
  type Counted,
  clusteredPercentileInterval,
  clusteredProportionInterval,
  missedPercentileInterval,
  missedProportionInterval,
} from '../../../src/stats/clustered.ts';
import { beyondDoubt, compareWindows } from '../../../src/stats/compare/compare.ts';
import { holm } from '../../../src/stats/compare/holm.ts';
import { LatencyHistogram } from '../../../src/stats/histogram.ts';
import { gaussian, seeded } from '../../random.ts';

/** A kind of run that is healthy: what it does is known, and no target is missed by it. */
export interface Healthy {
  /** Shown in the table. */
  name: string;
  /** Windows told apart, and requests of each that stand for all of it. */
  windows: number;
  requests: number;
  correlation: number;
  /** True percentiles ÷ their targets, and true failures ÷ those allowed; 1: borderline. */
  ofTarget: number;
  /** Failures that come together. */
  cluster: number;
  runs: number;
  seed: number;
}

export interface HealthyRates {
  runs: number;
  failed: number;
  passed: number;
  /** How often each objective failed, the most frequent first. */
  by: [string, number][];
}

const routes = 20;
const level = 0.1;
const within = 0.3;
const deviates: Record<string, number> = { p50: 0, p95: 1.6448536269514722, p99: 2.3263478740408408 };
const percentiles: Record<string, number> = { p50: 50, p95: 95, p99: 99 };

/**
 * All objectives that are judged by chance, together: the default ones and a p95 for each of twenty routes, judged by the gate; and the comparison with three
 * earlier runs of the same kind. Objectives that no chance moves (throughput, stable time, coverage) hold.
 */
export function healthyRates(kind: Healthy): HealthyRates {
  const random = seeded(kind.seed);
  const normal = gaussian(random);
  const by = new Map<string, number>();
  let [failed, passed] = [0, 0];
  for (let run = 0; run < kind.runs; run++) {
    const found = judgedRun(kind, normal, random);
    if (found.verdict === 'fail') failed++;
    if (found.verdict === 'pass') passed++;
    for (const id of found.failing) by.set(id, (by.get(id) ?? 0) + 1);
  }
  return { runs: kind.runs, failed, passed, by: [...by].sort((a, b) => b[1] - a[1]) };
}

function objectivesOf(): Objective[] {
  const p95 = defaultObjectives.find(({ id }) => id === 'response-p95') as Objective;
  const ofRoutes = Array.from({ length: routes }, (_, i) => ({
    ...p95,
    id: `route-${i}`,
    route: `GET /${i}`,
    weight: 1,
  }));
  return [...defaultObjectives, ...ofRoutes].map((objective) => ({ ...objective, minimumSamples: 0 }));
}

const objectives = objectivesOf();
const metrics = new Metrics(
  [...new Set(objectives.map(({ metric }) => metric))].map((id) => ({
    ...{ id, words: id, unit: 'ms' as const, cause: 'speed' as const },
    read: () => ({ value: null, samples: 0 }),
  })),
);
const evidence: RunEvidence = { invalidShare: 0, maxInvalidShare: 0.1, facts: {} as RunFacts };

function judgedRun(kind: Healthy, normal: () => number, random: () => number): { verdict: Verdict; failing: string[] } {
  const own = simulated(kind, normal, random);
  const measures = new Map<string, Measurement>();
  const measure = (objective: Objective): Measurement => {
    const { metric, statistic, route, target } = objective;
    if (metric === 'response_time') {
      const part = route === undefined ? own.all : (own.routes[Number(route.slice(5))] ?? own.all);
      // Times are drawn about a percentile of 1 and scaled to what the objective asks.
      const key = `${route} ${statistic}`;
      const known = measures.get(key) ?? timesOf(part, statistic, kind.ofTarget * target);
      measures.set(key, known);
      return known;
    }
    if (metric === 'error_rate') return failuresOf(own.errors, false);
    if (metric === 'availability') return failuresOf(own.unavailable, true);
    if (metric === 'status_parity') return failuresOf(own.otherStatuses, true);
    const holding = { '<': target / 2, '<=': target / 2, '>': 2 * target, '>=': target, '=': target };
    return { value: holding[objective.comparison], samples: own.all.whole.count };
  };
  const results = judgeAll(objectives, metrics, measure, evidence);
  const gates = [...new Set(objectives.map(({ gate }) => gate))].map((id) => ({ id, title: id, broken: null }));
  const verdicts = evaluateGates(results, gates, metrics).map(({ verdict }) => verdict);
  const failing = results.filter(({ verdict }) => verdict === 'fail').map(({ objective }) => objective.id);
  if (isSlower(kind, own, normal)) {
    failing.push('regression');
    verdicts.push('fail');
  }
  const verdict: Verdict = verdicts.includes('fail')
    ? 'fail'
    : verdicts.includes('inconclusive')
      ? 'inconclusive'
      : 'pass';
  return { verdict, failing };
}

interface Times {
  whole: LatencyHistogram;
  windows: LatencyHistogram[];
}

function simulated(
  { windows, requests, correlation, ofTarget, cluster }: Healthy,
  normal: () => number,
  random: () => number,
) {
  const empty = (): Times => ({ whole: new LatencyHistogram(), windows: [] });
  const [all, parts] = [empty(), Array.from({ length: routes }, empty)];
  let state = normal();
  for (let i = 0; i < windows; i++) {
    const window = new LatencyHistogram();
    for (const part of parts) {
      const own = new LatencyHistogram();
      for (let k = 0; k < requests / routes; k++) own.record(1e5 * Math.exp(level * state + within * normal()));
      window.add(own);
      part.whole.add(own);
      part.windows.push(own);
    }
    all.whole.add(window);
    all.windows.push(window);
    state = correlation * state + Math.sqrt(1 - correlation ** 2) * normal();
  }
  const failing = (share: number): Counted[] => {
    const counted = Array.from({ length: windows }, () => ({ failed: 0, of: requests }));
    const clusters = (windows * requests * share * ofTarget) / cluster;
    for (let left = poisson(clusters, random); left > 0; left--) {
      const window = counted[Math.floor(random() * windows)];
      if (window !== undefined) window.failed = Math.min(requests, window.failed + cluster);
    }
    return counted;
  };
  return { all, routes: parts, errors: failing(0.001), unavailable: failing(0.0001), otherStatuses: failing(0.01) };
}

function timesOf({ whole, windows }: Times, statistic: string, truth: number): Measurement {
  const p = percentiles[statistic] ?? 50;
  const scale = truth / (1e5 * Math.exp((deviates[statistic] ?? 0) * Math.hypot(level, within)));
  const scaled = (found: Interval | null) =>
    found === null ? null : { ...found, low: found.low * scale, high: found.high * scale };
  return {
    value: (whole.percentile(p) ?? 0) * scale,
    samples: whole.count,
    interval: (confidence) => scaled(clusteredPercentileInterval(whole, windows, p, confidence)),
    observed: (confidence) => scaled(missedPercentileInterval(whole, windows, p, confidence)),
  };
}

function failuresOf(windows: readonly Counted[], isServed: boolean): Measurement {
  const failed = windows.reduce((sum, one) => sum + one.failed, 0);
  const of = windows.reduce((sum, one) => sum + one.of, 0);
  const turned = (found: Interval | null) => {
    if (found === null) return null;
    const [low, high] = [100 * found.low, 100 * found.high];
    return isServed ? { ...found, low: 100 - high, high: 100 - low } : { ...found, low, high };
  };
  const percent = (100 * failed) / of;
  return {
    value: isServed ? 100 - percent : percent,
    samples: of,
    interval: (confidence) => turned(clusteredProportionInterval(windows, confidence)),
    observed: (confidence) => turned(missedProportionInterval(windows, confidence)),
  };
}

/** Against the median of three runs of the same kind, as src/domains/load/regression does: p50, p95, p99, slow windows and the growth over twenty runs. */
function isSlower(kind: Healthy, own: { all: Times }, normal: () => number): boolean {
  const series = (p: number) => own.all.windows.map((window) => window.percentile(p) ?? 1);
  const earlier = (p: number) => {
    // A window's percentile wanders with its level, and by the requests that it rests on.
    const noise = (Math.sqrt((p / 100) * (1 - p / 100)) / Math.sqrt(kind.requests)) * 3;
    let state = normal();
    const centre = 1e5 * Math.exp((deviates[`p${p}`] ?? 0) * within);
    return series(p).map(() => {
      const one = centre * Math.exp(level * state + noise * within * normal());
      state = kind.correlation * state + Math.sqrt(1 - kind.correlation ** 2) * normal();
      return one;
    });
  };
  const ps = [50, 95, 99].map((p) => {
    const each = [0, 1, 2].map(() => compareWindows(earlier(p), series(p), 'independent')?.pSlower(5) ?? 1);
    return each.sort((a, b) => a - b)[1] ?? 1;
  });
  const slow = [0, 1, 2].map(() => slowWindows(earlier(95), series(95), 5)?.p ?? 1).sort((a, b) => a - b)[1] ?? 1;
  const nights = Array.from({ length: 20 }, (_, i) => {
    const at = 20 * Math.exp(0.02 * normal());
    return { runId: `${i}`, startedAt: '', p50: at, p95: 1.5 * at };
  });
  const last = nights.pop();
  const slopes = (['p50', 'p95'] as const).map((one) =>
    last === undefined ? 1 : (slopeOf(nights, last, one, 5)?.p ?? 1),
  );
  return Math.min(...holm([...ps, slow])) <= beyondDoubt || Math.min(...holm(slopes)) <= beyondDoubt;
}

function poisson(mean: number, random: () => number): number {
  if (mean > 30) return poisson(30, random) + poisson(mean - 30, random);
  let product = random();
  let count = 0;
  for (const limit = Math.exp(-mean); product > limit; count++) product *= random();
  return count;
}

/** What is simulated: ten minutes to a day, comfortable and borderline. */
export function healthyKinds(runs: number): Healthy[] {
  const lengths = [
    { name: '10 min', windows: 120, requests: 400 },
    { name: '2 h', windows: 200, requests: 600 },
    { name: '24 h', windows: 200, requests: 2000 },
  ];
  return lengths.flatMap((length, i) =>
    [
      { correlation: 0.5, ofTarget: 0.8, cluster: 1 },
      { correlation: 0.9, ofTarget: 0.9, cluster: 5 },
      { correlation: 0.5, ofTarget: 1, cluster: 1 },
      { correlation: 0.9, ofTarget: 1, cluster: 5 },
    ].map((more, k) => ({ ...length, ...more, runs, seed: 1000 + 10 * i + k })),
  );
}
