import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeManifest } from '../../../src/evidence/manifest.ts';
import type { JournalData } from '../../../src/model/event.ts';
import type { PlanSummary } from '../../../src/model/plan.ts';
import type { FidelityResult, RouteWindow, WindowResult } from '../../../src/model/results.ts';
import type { ErrorKind } from '../../../src/model/sample.ts';
import type { MetricDescription } from '../../../src/model/watch.ts';
import { LatencyHistogram } from '../../../src/stats/histogram.ts';
import { formatInterval, histogramLogHeader } from '../../../src/stats/hlog.ts';
import { gaussian, seeded } from '../../random.ts';

const startedAt = '2026-11-20T09:00:00.000Z';

export interface MadeRun {
  windows: number;
  windowMs: number;
  /** Answers a second in each window. */
  rate: number;
  /** Samples that stand for a window and route; each counts for rate · share ÷ this. */
  samples?: number;
  routes?: string[];
  durationMs?: number;
  /** Of the routes, which sum to 1; absent: they fall as in most shops. */
  shares?: number[];
  /** Of one route, in place of `medianMs` and a tenth more for each route. */
  routeMedianMs?: (route: number, window: number) => number | null;
  /** Share of the answers that took half a minute. */
  stuckShare?: (window: number) => number;
  /** Index of the route whose requests fail; absent: the first. */
  failingRoute?: number;
  /** Median response time of a window in ms; log-normal around it with `sigma`. */
  medianMs?: (window: number) => number;
  sigma?: number;
  /** Failures of a window, of those answered. */
  failures?: (window: number) => { kind: ErrorKind; status: number; count: number; message: string } | null;
  /** When they were, as the harness keeps it; absent: as one that did not. */
  failureTimes?: (window: number) => { seenMs: number; lastMs: number };
  void?: (window: number) => string | null;
  /** The fault that was on in a window. */
  aside?: (window: number) => string | null;
  engine?: 'k6' | 'autocannon';
  fidelity?: Partial<FidelityResult>;
  interrupted?: string;
  /** Leaves the events that end a run out. */
  killed?: boolean;
  /** Absent: up, once a minute. */
  health?: { atMs: number; up: boolean; detail?: string }[];
  /** false: nothing of the target is watched. Absent: two instances, well within their limits, where `more` has no figures. */
  isWatched?: boolean;
  warnings?: string[];
  config?: unknown;
  seed?: number;
  noStatuses?: boolean;
  /** In place of `rate`, by window. */
  rateAt?: (window: number) => number;
  /** More events, in the order of the journal. */
  more?: JournalData[];
}

const defaultRoutes = ['GET /', 'GET /products', 'GET /products/:id', 'GET /search', 'POST /basket', 'POST /checkout'];
/** Shares of the routes fall like this, as they do in most shops. */
const shareOf = (route: number, routes: number) => {
  let all = 0;
  for (let i = 0; i < routes; i++) all += 1 / (i + 1);
  return 1 / (route + 1) / all;
};

/** Writes the journal and window logs of a run as the harness does, and returns its folder. */
export async function makeRun(made: MadeRun): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'run-'));
  await mkdir(join(folder, 'windows'));
  const routes = made.routes ?? defaultRoutes;
  const durationMs = made.durationMs ?? made.windows * made.windowMs;
  const normal = gaussian(seeded(made.seed ?? 1));
  const events: JournalData[] = [];
  const logs = {
    response: [histogramLogHeader(new Date(startedAt))],
    service: [histogramLogHeader(new Date(startedAt))],
  };
  const totals = { planned: 0, completed: 0, failed: 0, unsent: 0 };
  const failures = new Map<string, { kind: ErrorKind; status: number; count: number; message: string; atMs: number }>();

  events.push(
    {
      type: 'shakedown.run.started',
      data: {
        runId: '2026-11-20T0900-7f3a',
        command: 'simulate',
        durationMs,
        candidate: { name: 'shop', version: 'v2.1.0', baselineVersion: 'v2.0.0' },
        environment: { name: 'staging-eu', targetUrl: 'https://staging.shop.example' },
        host: { cpus: 8, memoryBytes: 34_359_738_368, platform: 'linux x64', node: 'v20.19.0' },
        programs: [{ name: 'k6', version: 'v2.0.0', origin: 'built from source, with Shakedown’s output' }],
        config: made.config ?? {},
      },
    },
    { type: 'shakedown.plan.ready', data: { plan: plan(made, routes, durationMs), recording } },
    {
      type: 'shakedown.engine.started',
      data: { ...(made.engine === 'autocannon' ? fallback : k6), windowMs: made.windowMs, virtualUsers: 420 },
    },
    { type: 'shakedown.load.started', data: { startedAt } },
    ...(made.warnings ?? []).map((message): JournalData => ({ type: 'shakedown.warning', data: { message } })),
    ...(made.health ?? everyMinute(durationMs)).map(
      (check): JournalData => ({ type: 'shakedown.health.checked', data: { detail: 'status 200', ...check } }),
    ),
    ...(made.isWatched === false || made.more?.some(({ type }) => type === 'shakedown.metrics.described') === true
      ? []
      : watched(['shop-1', 'shop-2'], durationMs)),
  );
  events.push(...(made.more ?? []));
  for (let index = 0; index < made.windows; index++) {
    const startMs = index * made.windowMs;
    const failure = made.failures?.(index) ?? null;
    const response = new LatencyHistogram();
    const service = new LatencyHistogram();
    const lines = { response: '', service: '' };
    const routeWindows: RouteWindow[] = [];
    const median = (made.medianMs?.(index) ?? 30) * 1000;
    routes.forEach((_, route) => {
      const answered = Math.round(
        ((made.rateAt?.(index) ?? made.rate) *
          made.windowMs *
          (made.shares?.[route] ?? shareOf(route, routes.length))) /
          1000,
      );
      if (answered === 0) return;
      const stuck = Math.round(answered * (made.stuckShare?.(index) ?? 0));
      const quick = answered - stuck;
      const samples = Math.min(quick, made.samples ?? 200);
      const [own, ownService] = [new LatencyHistogram(), new LatencyHistogram()];
      for (let i = 0; i < samples; i++) {
        // The last sample takes the remainder, so that the sum is exact.
        const times = Math.floor(quick / samples) + (i === samples - 1 ? quick % samples : 0);
        const routeMs = made.routeMedianMs?.(route, index) ?? null;
        const us =
          (routeMs === null ? median * (1 + 0.1 * route) : routeMs * 1000) * Math.exp((made.sigma ?? 0.4) * normal());
        own.recordMany(us, times);
        ownService.recordMany(us * 0.98, times);
      }
      if (stuck > 0) for (const histogram of [own, ownService]) histogram.recordMany(30_000_000, stuck);
      response.add(own);
      service.add(ownService);
      lines.response += line(`r${route}`, own);
      lines.service += line(`r${route}`, ownService);
      const failed = route === (made.failingRoute ?? 0) ? Math.min(failure?.count ?? 0, answered) : 0;
      routeWindows.push({ route, completed: answered - failed, failed, unsent: 0, bytes: answered * 2400 });
    });
    function line(tag: string, histogram: LatencyHistogram): string {
      return formatInterval({ tag, startSec: startMs / 1000, lengthSec: made.windowMs / 1000, histogram });
    }
    logs.response.push(line('all', response), lines.response);
    logs.service.push(line('all', service), lines.service);
    const failed = routeWindows.reduce((sum, route) => sum + route.failed, 0);
    const completed = response.count - failed;
    totals.planned += response.count;
    totals.completed += completed;
    totals.failed += failed;
    if (failure !== null) {
      const key = `${failure.kind} ${failure.status}`;
      const seen = failures.get(key) ?? { ...failure, count: 0, atMs: startMs };
      seen.count += failed;
      failures.set(key, seen);
    }
    const window: WindowResult = {
      index,
      startMs,
      durationMs: made.windowMs,
      planned: response.count,
      completed,
      failed,
      unsent: 0,
      bytes: response.count * 2400,
      response: figures(response),
      service: figures(service),
      generatorLatenessP99Ms: 3.1,
      targetWaitP99Ms: 12,
      starved: 0,
      stallMs: 40,
      generatorCpuCores: 1.2,
      void: made.void?.(index) ?? null,
    };
    if (failed > 0 && made.failureTimes !== undefined) window.failures = made.failureTimes(index);
    const aside = made.aside?.(index) ?? null;
    if (aside !== null) window.aside = aside;
    events.push({ type: 'shakedown.window.closed', data: { window, routes: routeWindows } });
  }
  if (made.killed !== true) {
    for (const failure of failures.values()) {
      events.push({ type: 'shakedown.error.seen', data: { ...failure, route: made.failingRoute ?? 0 } });
    }
    events.push({
      type: 'shakedown.load.ended',
      data: {
        coveredMs: Math.min(durationMs, made.windows * made.windowMs),
        fidelity: fidelity(made, totals.planned),
        accounting: totals,
      },
    });
    if (made.interrupted !== undefined) {
      events.push({ type: 'shakedown.run.interrupted', data: { reason: made.interrupted } });
    }
    const endedAt = new Date(Date.parse(startedAt) + made.windows * made.windowMs + 900).toISOString();
    events.push({ type: 'shakedown.run.ended', data: { endedAt } });
  }
  const journal = events.map((event, i) => `${JSON.stringify(envelope(event, i))}\n`).join('');
  await writeFile(join(folder, 'journal.ndjson'), journal);
  await writeFile(join(folder, 'windows', 'response.hlog'), logs.response.join(''));
  await writeFile(join(folder, 'windows', 'service.hlog'), logs.service.join(''));
  if (made.killed !== true) writeManifest(folder);
  return folder;
}

function everyMinute(durationMs: number): { atMs: number; up: boolean }[] {
  return Array.from({ length: Math.ceil(durationMs / 60_000) }, (_, minute) => ({ atMs: minute * 60_000, up: true }));
}

/** Figures of the target's instances: memory and processor, at some hundred moments of the run. */
export function watched(
  instances: readonly string[],
  durationMs: number,
  valueAt: (id: string, share: number) => number | null = (id) => (id.endsWith('memory') ? 200 : 1.5),
): JournalData[] {
  const metrics = instances.flatMap((instance): MetricDescription[] => [
    { ...figure(instance, 'memory'), kind: 'memory', unit: 'bytes', limit: 512 },
    { ...figure(instance, 'cpu'), kind: 'cpu', unit: 'cores', limit: 4 },
  ]);
  const everyMs = Math.max(1000, durationMs / 300);
  const moments = Array.from({ length: Math.ceil(durationMs / everyMs) }, (_, i) => i * everyMs);
  return [
    { type: 'shakedown.metrics.described', data: { metrics } },
    ...moments.map((atMs): JournalData => {
      const values: Record<string, number> = {};
      for (const { id } of metrics) {
        const value = valueAt(id, atMs / durationMs);
        if (value !== null) values[id] = value;
      }
      return { type: 'shakedown.metrics.sampled', data: { atMs, values } };
    }),
  ];
}

function figure(instance: string, name: string) {
  return {
    id: `${instance}.${name}`,
    title: `${instance} ${name}`,
    subject: 'target',
    instance,
    source: 'made',
  } as const;
}

export function envelope(event: { type: string; data: unknown }, index: number): object {
  return {
    specversion: '1.0',
    id: `made-${index}`,
    source: 'shakedown/runs/2026-11-20T0900-7f3a',
    type: event.type,
    time: event.type === 'shakedown.run.ended' ? (event.data as { endedAt: string }).endedAt : startedAt,
    datacontenttype: 'application/json',
    data: event.data,
  };
}

function figures(histogram: LatencyHistogram): WindowResult['response'] {
  const ms = (us: number | null) => (us === null ? null : us / 1000);
  const at = (p: number) => ms(histogram.percentile(p));
  return { p50: at(50), p90: at(90), p95: at(95), p99: at(99), p999: at(99.9), max: ms(histogram.max), mean: at(50) };
}

const k6 = { name: 'k6', version: 'v2.0.0', build: 'shakedown', certifiable: true, note: null } as const;
const fallback = {
  name: 'autocannon',
  version: '8.0.0',
  build: 'embedded',
  certifiable: false,
  note: 'Made on the fallback engine, autocannon: requests are sent at a fixed rate without sessions or recorded times. It cannot certify anything.',
} as const;

const recording = {
  name: 'shop-november',
  requests: 1_284_310,
  sessions: 91_200,
  durationMs: 3_600_000,
  timeResolutionMs: 1,
  privacy: {
    state: 'anonymized',
    scan: {
      passed: true,
      at: '2026-11-18T12:00:00.000Z',
      checked: 8_412_004,
      findings: 0,
      shardsSha256: 'a'.repeat(64),
    },
  },
  declaredOwn: false,
  notReplayable: [{ kind: 'WebSocket', count: 41 }],
} as const satisfies object as never;

function plan(made: MadeRun, routes: string[], durationMs: number): PlanSummary {
  const requests = Math.round((made.rate * durationMs) / 1000);
  return {
    format: 'shakedown.plan/1',
    options: {
      mode: 'bootstrap',
      durationMs,
      ratePerSecond: made.rate,
      scale: 1,
      speed: 1,
      shape: { kind: 'flat', points: [] },
      seed: 7,
      writes: 'safe',
    },
    recording: { name: 'shop-november', shardsSha256: 'a'.repeat(64) },
    nonce: '5e8d',
    targets: ['https://staging.shop.example'],
    routes: routes.map((name) => {
      const [method = '', route = ''] = name.split(' ');
      return { method, route };
    }),
    sessions: Math.round(requests / 14),
    requests,
    leftOut: [{ reason: 'unsafe method', requests: 18_220 }],
    averageRatePerSecond: made.rate,
    peakRatePerSecond: made.rate * 1.2,
    peakSessions: 380,
    longestSessionMs: 600_000,
    lastDueMs: durationMs,
    scheduleSha256: '3c'.repeat(32),
  };
}

function fidelity(made: MadeRun, sent: number): FidelityResult {
  return {
    score: 98.4,
    parts: [
      { name: 'Requests sent', score: 100, weight: 3, detail: `${sent} of ${sent} planned` },
      { name: 'Arrivals, 10 ms', score: 98.1, weight: 3, detail: 'correlation 0.981 of due and sent counts' },
      { name: 'Burstiness, 10 ms', score: 97.2, weight: 2, detail: 'dispersion 1.02 of the planned' },
      { name: 'Route mix', score: 99.9, weight: 1, detail: '99.9 % of requests on the planned route' },
      { name: 'Order in sessions', score: 100, weight: 1, detail: '100 % of sessions in planned order' },
    ],
    scales: [
      { binMs: 10, correlation: 0.981, dispersionRatio: 1.02 },
      { binMs: 100, correlation: 0.994, dispersionRatio: 1.01 },
      { binMs: 1000, correlation: 0.999, dispersionRatio: 1 },
    ],
    plannedRequests: sent,
    sentRequests: sent,
    routeMix: 0.999,
    sessionOrder: 1,
    statusParity: made.noStatuses === true ? null : 0.9996,
    latenessMs: { p50: 0.4, p99: 3.1, max: 21.5 },
    ...made.fidelity,
  };
}
