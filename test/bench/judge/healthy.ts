import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addBaseline, type BaselineConfig, chooseBaselines } from '../../../src/domains/load/regression/baselines.ts';
import { writeManifest } from '../../../src/evidence/manifest.ts';
import type { Verdict } from '../../../src/model/verdict.ts';
import { buildResults } from '../../../src/run/results/build.ts';
import { foldRun } from '../../../src/run/results/fold.ts';
import { gaussian, seeded } from '../../random.ts';
import { type MadeRun, makeRun } from '../../run/results/run-folder.ts';
import { poisson } from './poisson.ts';

/** A kind of run that is healthy: what it does is known, and no target is missed by it. */
export interface Healthy {
  /** Shown in the table. */
  name: string;
  hours: number;
  /** Requests a second; what is asked for is nine tenths of it. */
  rate: number;
  /** Standard deviation of a window's level, in logarithms, and how neighbours correlate. */
  level: number;
  correlation: number;
  /** True p95 ÷ its target. */
  times: number;
  /** True failures ÷ those allowed. */
  failures: number;
  /** Failures that come together. */
  cluster: number;
  runs: number;
  seed: number;
}

export interface HealthyRates {
  runs: number;
  verdicts: Record<Verdict, number>;
  /** What failed first, and what was open first, and how often; the most frequent first. */
  failedBy: [string, number][];
  openBy: [string, number][];
}

/** Standard deviation of all times in logarithms: with it p99 is just twice p95, as their targets are. */
const spread = 1.0168;
const p95Deviate = 1.6448536269514722;
const medianOfP95 = Math.exp(-p95Deviate * spread);
const p95TargetMs = 100;
/** Shares of requests that the default objectives let fail: not served, and answered with an error. */
const allowed = { unserved: 0.0001, errors: 0.001 };
const routes = ['GET /', 'GET /products'];
const shares = routes.map(() => 1 / routes.length);
const samplesAtMost = 1000;
/** Runs that share three earlier ones, which cost as much to make. */
const runsABaseline = 10;
const baselines = 3;

/**
 * Runs of one kind, each written as the harness writes it (journal, histograms) and judged as every run is, by all default objectives and against three
 * earlier runs of the same kind. Health checks, resources and fidelity are as they should be; times and failures are what chance makes them.
 */
export async function healthyRates(kind: Healthy): Promise<HealthyRates> {
  const verdicts = { pass: 0, inconclusive: 0, fail: 0 };
  const [failedBy, openBy] = [new Map<string, number>(), new Map<string, number>()];
  const count = (in_: Map<string, number>, id: string) => in_.set(id, (in_.get(id) ?? 0) + 1);
  let earlier: BaselineConfig | null = null;
  try {
    for (let run = 0; run < kind.runs; run++) {
      const seed = kind.seed * 100_000 + run * 10;
      if (earlier === null || run % runsABaseline === 0) {
        if (earlier !== null) rmSync(earlier.folder, { recursive: true });
        earlier = await baselinesOf(kind, seed + 1);
      }
      const { verdict, first } = await judged(kind, seed, earlier);
      verdicts[verdict]++;
      if (verdict !== 'pass') count(verdict === 'fail' ? failedBy : openBy, first);
    }
  } finally {
    if (earlier !== null) rmSync(earlier.folder, { recursive: true });
  }
  const ordered = (of: Map<string, number>) => [...of].sort((a, b) => b[1] - a[1]);
  return { runs: kind.runs, verdicts, failedBy: ordered(failedBy), openBy: ordered(openBy) };
}

async function baselinesOf(kind: Healthy, seed: number): Promise<BaselineConfig> {
  const config = { folder: mkdtempSync(join(tmpdir(), 'baselines-')), keep: baselines, runs: baselines };
  for (let i = 0; i < baselines; i++) {
    const folder = await makeRun(madeOf(kind, seed + i));
    const { facts } = await foldRun(folder);
    const started = { ...facts.started, runId: `night-${i}`, time: `2026-11-1${i}T09:00:00.000Z` };
    await addBaseline({ ...facts, started }, config, 'pass');
    rmSync(folder, { recursive: true });
  }
  return config;
}

async function judged(
  kind: Healthy,
  seed: number,
  earlier: BaselineConfig,
): Promise<{ verdict: Verdict; first: string }> {
  const folder = await makeRun(madeOf(kind, seed));
  try {
    await chooseBaselines((await foldRun(folder)).facts, earlier);
    // Which runs it is compared with is evidence too.
    writeManifest(folder);
    const { verdict, objectives, sentence } = await buildResults(folder);
    // Worst first; where no objective is open the verdict has another reason.
    const first = objectives.find((one) => one.verdict === verdict && one.objective.key);
    return { verdict, first: first?.objective.id ?? sentence };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Windows enough to be told apart: of ten minutes a few seconds each, of a day a few minutes. */
const windowsAtMost = 200;
const windowAtLeastMs = 5000;

function madeOf(kind: Healthy, seed: number): MadeRun {
  const lengthMs = kind.hours * 3_600_000;
  const windowMs = Math.max(windowAtLeastMs, lengthMs / windowsAtMost);
  const windows = Math.round(lengthMs / windowMs);
  const random = seeded(seed);
  const normal = gaussian(random);
  const medians: number[] = [];
  let state = normal();
  for (let i = 0; i < windows; i++) {
    medians.push(p95TargetMs * kind.times * medianOfP95 * Math.exp(kind.level * state));
    state = kind.correlation * state + Math.sqrt(1 - kind.correlation ** 2) * normal();
  }
  const answered = (windowMs / 1000) * kind.rate;
  const failed = medians.map((_, i) => {
    // What is not served is an error too, so every second window has the one and the others the other.
    const share = 2 * (i % 2 === 0 ? allowed.unserved : allowed.errors - allowed.unserved);
    return kind.cluster * poisson((answered * share * kind.failures) / kind.cluster, random);
  });
  return {
    windows,
    windowMs,
    rate: kind.rate,
    samples: samplesOf(Math.round(answered / routes.length)),
    routes,
    shares,
    routeMedianMs: (_, window) => medians[window] ?? null,
    sigma: Math.sqrt(spread ** 2 - kind.level ** 2),
    failures: (window) => {
      const count = failed[window] ?? 0;
      const status = window % 2 === 0 ? 503 : 404;
      return count === 0 ? null : { kind: 'http', status, count, message: `status ${status}` };
    },
    seed,
    config: { objectives: { 'stable-time': { target: kind.hours }, throughput: { target: 0.9 * kind.rate } } },
  };
}

/** So many that each stands for as many answers. */
function samplesOf(answers: number): number {
  let samples = Math.min(answers, samplesAtMost);
  while (answers % samples !== 0) samples--;
  return samples;
}

/** What is simulated: ten minutes to a day, few requests and many, comfortable and borderline. */
export function healthyKinds(runs: number): Healthy[] {
  const lengths = [
    { name: '10 min', hours: 1 / 6 },
    { name: '2 h', hours: 2 },
    { name: '24 h', hours: 24 },
  ];
  const manners = [
    { level: 0.03, correlation: 0.5, times: 0.7, failures: 0.1, cluster: 1 },
    { level: 0.03, correlation: 0.9, times: 0.7, failures: 0.1, cluster: 5 },
    { level: 0.03, correlation: 0.5, times: 1, failures: 1, cluster: 1 },
    { level: 0.1, correlation: 0.9, times: 1, failures: 1, cluster: 5 },
  ];
  return lengths.flatMap((length, i) =>
    [1200, 120].flatMap((rate, j) =>
      manners.map((manner, k) => ({ ...length, ...manner, rate, runs, seed: 1 + k + 4 * j + 8 * i })),
    ),
  );
}
