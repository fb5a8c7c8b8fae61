import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeManifest } from '../../../src/evidence/manifest.ts';
import type { JournalData } from '../../../src/model/event.ts';
import { tagsOf } from '../../../src/model/objective.ts';
import type { PlanSummary } from '../../../src/model/plan.ts';
import type { FidelityResult } from '../../../src/model/results.ts';
import type { MetricDescription } from '../../../src/model/watch.ts';
import { answeredBy, answersOf, expectedOf } from './made-answers.ts';
import { defaultRoutes, loadOf, type MadeRun, startedAt } from './made-load.ts';

export type { MadeRun };

/** Writes the journal and window logs of a run as the harness does, and returns its folder. */
export async function makeRun(made: MadeRun): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'run-'));
  await mkdir(join(folder, 'windows'));
  const routes = made.routes ?? defaultRoutes;
  const durationMs = made.durationMs ?? made.windows * made.windowMs;
  const { logs, totals, failures, closed } = loadOf(made, routes);
  const events: JournalData[] = [];

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
  events.push(...closed);
  if (made.answers !== undefined && made.areAnswersLost !== true) {
    const counts = routes.map((_, route) => answeredBy(events, route));
    events.push({ type: 'shakedown.answers.counted', data: answersOf(made.answers, counts) });
  }
  if (made.killed !== true) {
    for (const failure of failures.values()) {
      events.push({ type: 'shakedown.error.seen', data: failure });
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
  await writeFile(join(folder, 'windows', 'response.hlog'), logs.response);
  await writeFile(join(folder, 'windows', 'service.hlog'), logs.service);
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
    routes: routes.map((name, i) => {
      const [method = '', route = ''] = name.split(' ');
      const { afterLeftOut = 0 } = made.answers?.(i) ?? {};
      const answers = expectedOf(made.answers?.(i));
      return {
        ...{ method, route },
        ...(answers === undefined ? {} : { answers }),
        ...(afterLeftOut > 0 ? { afterLeftOut: Math.round(afterLeftOut * requests) } : {}),
      };
    }),
    ...(made.apart === undefined ? {} : { tagged: taggedOf(made, made.apart) }),
    sessions: Math.round(requests / 14),
    requests,
    leftOut: [{ reason: 'unsafe method', requests: 18_220 }],
    ...(made.recorded === undefined ? {} : { recorded: made.recorded }),
    averageRatePerSecond: made.rate,
    peakRatePerSecond: made.rate * 1.2,
    peakSessions: 380,
    longestSessionMs: 600_000,
    lastDueMs: durationMs,
    scheduleSha256: '3c'.repeat(32),
  };
}

/** Of the objectives that the configuration has: only the made tag has requests. */
function taggedOf({ config, windows }: MadeRun, { tag, value, each }: NonNullable<MadeRun['apart']>) {
  const { objectives = {} } = (config ?? {}) as { objectives?: Record<string, object> };
  const wanted = new Map(
    Object.values(objectives)
      .flatMap(tagsOf)
      .map((one) => [`${one.name}:${one.value}`, one]),
  );
  const all = windows * each;
  const tags = [...wanted.values()].map((one) => {
    const is = one.name === tag && one.value === value;
    return { ...one, requests: is ? all : 0, otherwise: one.name === tag && !is ? all : 0 };
  });
  const place = tags.findIndex(({ requests }) => requests > 0);
  return { tags, groups: place < 0 ? [] : [{ route: 0, tags: [place] }] };
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
