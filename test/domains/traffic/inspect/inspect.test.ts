import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ArrivalBins } from '../../../../src/domains/traffic/inspect/arrival-bins.ts';
import { drawInspection } from '../../../../src/domains/traffic/inspect/draw.ts';
import { inspectRecording } from '../../../../src/domains/traffic/inspect/inspect.ts';
import { LogHistogram } from '../../../../src/domains/traffic/inspect/log-histogram.ts';
import { createRecordingWriter } from '../../../../src/domains/traffic/recording.ts';
import type { RecordedRequest, RecordedSession, RecordingManifest } from '../../../../src/model/traffic.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-inspect-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Rest = Omit<RecordingManifest, 'format' | 'shards' | 'sessions' | 'requests'>;

async function record(sessions: [startMs: number, requests: Partial<RecordedRequest>[]][], rest: Partial<Rest> = {}) {
  const writer = await createRecordingWriter(folder);
  let durationMs = 0;
  for (const [index, [startMs, requests]] of sessions.entries()) {
    const session: RecordedSession = {
      id: `s${index}`,
      startMs,
      requests: requests.map((request) => ({
        offsetMs: 0,
        method: 'GET',
        origin: '',
        path: '/',
        route: '/',
        ...request,
      })),
    };
    for (const { offsetMs } of session.requests) durationMs = Math.max(durationMs, startMs + offsetMs);
    await writer.write(session);
  }
  await writer.close({
    name: 'shop',
    startedAt: '2024-05-01T10:00:00.000Z',
    durationMs,
    timeResolutionMs: 1,
    hasResponses: false,
    sources: [],
    routes: [],
    notReplayable: [],
    privacy: { state: 'raw' },
    ...rest,
  });
  return inspectRecording(folder);
}

test('counts, shares, spreads and think times are those of the recording', async () => {
  const body = { mime: 'text/plain', encoding: 'utf8', data: 'x' } as const;
  const inspection = await record([
    [
      0,
      [
        { status: 200, durationMs: 100, responseBytes: 10 },
        { offsetMs: 500, status: 404, route: '/a' },
      ],
    ],
    [250, [{ method: 'POST', status: 503, body, response: { body } }]],
    [1000, [{ offsetMs: 0 }, { offsetMs: 1000 }, { offsetMs: 4000 }]],
  ]);
  expect(inspection).toMatchObject({
    sessions: 3,
    requests: 6,
    durationMs: 5000,
    responseBytes: 10,
    privacy: 'raw',
    sessionRequests: { p50: 2, p95: 3, max: 3 },
    sessionSeconds: { max: 4 },
    thinkMs: { max: 3000 },
    shares: { requestBody: 1 / 6, responseBody: 1 / 6, status: 0.5, duration: 1 / 6 },
    methods: [
      { method: 'GET', requests: 5 },
      { method: 'POST', requests: 1 },
    ],
    rate: { averagePerSecond: 1.2, peakPerSecond: 3, peakAtMs: 0, sampled: false },
  });
  // 500 − 100 ms of waiting for the answer, then 1000 and 3000.
  expect(Math.abs((inspection.thinkMs.p50 ?? 0) - 1000)).toBeLessThan(6);
  expect(inspection.routes[0]).toMatchObject({
    method: 'GET',
    route: '/',
    requests: 4,
    share: 4 / 6,
    statuses: { '2xx': 1, none: 3 },
    durationMs: { p50: 100, p95: 100, p99: 100 },
  });
  expect(inspection.routes.find(({ method }) => method === 'POST')).toMatchObject({
    statuses: { '5xx': 1 },
    durationMs: null,
  });
  const { bucketMs, perSecond } = inspection.rate;
  expect(perSecond.reduce((sum, rate) => sum + (rate * bucketMs) / 1000, 0)).toBeCloseTo(6, 0);
});

test('the curve has at most 120 buckets, whatever the length', async () => {
  for (const durationMs of [0, 1, 119, 120, 5000, 3_599_999, 86_400_000, 400 * 86_400_000]) {
    const { rate } = await record([[0, [{}, { offsetMs: durationMs }]]]);
    expect(rate.perSecond.length).toBeLessThanOrEqual(120);
    expect(rate.perSecond.length).toBeGreaterThan(0);
  }
});

test('dispersion is 0 for a clock, 1 for independent arrivals and more for bursts; also where it is sampled', () => {
  for (const durationMs of [100_000, 200_000_000]) {
    const arrivals = 2_000_000;
    const measure = (at: (n: number) => number) => {
      const bins = new ArrivalBins(durationMs, 10);
      for (let n = 0; n < arrivals; n++) bins.add(at(n));
      return { value: bins.dispersion() ?? -1, sampled: bins.sampled };
    };
    let state = 1;
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 4294967296;
    };
    expect(measure((n) => (n / arrivals) * durationMs).value).toBeLessThan(0.95);
    const poisson = measure(() => random() * durationMs);
    expect(poisson.value).toBeGreaterThan(0.97);
    expect(poisson.value).toBeLessThan(1.03);
    expect(poisson.sampled).toBe(durationMs > 20_000_000);
    // A thousand at a time.
    expect(measure((n) => Math.floor(n / 1000) * 1000 * (durationMs / arrivals) * 1.0000001).value).toBeGreaterThan(4);
  }
});

test('percentiles are within half a percent of an exact sort', () => {
  const histogram = new LogHistogram();
  const values = Array.from({ length: 10_000 }, (_, n) => ((n * 7919) % 10_000) ** 2 / 1000);
  for (const value of values) histogram.add(value);
  values.sort((a, b) => a - b);
  for (const share of [0.01, 0.5, 0.95, 0.99, 1]) {
    const exact = values[Math.ceil(share * values.length) - 1] ?? 0;
    expect(Math.abs((histogram.quantile(share) ?? 0) - exact)).toBeLessThanOrEqual(exact * 0.0051);
  }
  expect(new LogHistogram().quantile(0.5)).toBeNull();
});

test('hostile names cannot write to the terminal or break the columns', async () => {
  const names = [
    '/\x1b[2J\x1b]0;owned\x07',
    '/<script>alert(1)</script>',
    '/{{constructor}}',
    '__proto__',
    '/\u202egnp.exe',
    `/${'x'.repeat(5000)}`,
  ];
  const inspection = await record(
    [
      [
        0,
        names.map((route, offsetMs) => ({
          route,
          offsetMs,
          method: route === '__proto__' ? '__proto__' : 'GET',
          status: 500 + offsetMs,
        })),
      ],
    ],
    { name: 'shop\x1b[31m', notReplayable: [{ kind: '\x07ding', count: 1 }] },
  );
  expect(inspection.routes.map(({ route }) => route)).toContain('__proto__');
  for (const width of [10, 60, 72, 110, 300]) {
    for (const unicode of [true, false]) {
      const drawn = drawInspection(inspection, { width, color: false, unicode });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(drawn).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
      for (const line of drawn.split('\n')) expect([...line].length).toBeLessThanOrEqual(Math.max(60, width));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is meant
      if (!unicode) expect(drawn).toMatch(/^[\x00-\x7f]*$/);
    }
  }
  const colored = drawInspection(inspection, { width: 80, color: true, unicode: true });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are taken out
  expect(colored.replaceAll(/\x1b\[\d+m/g, '')).toBe(
    drawInspection(inspection, { width: 80, color: false, unicode: true }),
  );
});

test('the drawing shows the figures', async () => {
  const inspection = await record(
    [[0, Array.from({ length: 100 }, (_, n) => ({ offsetMs: n * 100, status: n < 90 ? 200 : 500, durationMs: 12 }))]],
    { privacy: { state: 'anonymized', scan: { passed: true, at: '', checked: 1, findings: 0, shardsSha256: '' } } },
  );
  const drawn = drawInspection(inspection, { width: 100, color: false, unicode: true });
  expect(drawn).toContain('100 requests · 1 session · 9.9 s · from 2024-05-01 10:00:00 UTC · anonymized');
  expect(drawn).toMatch(/status +200 90 % +500 10 %/);
  expect(drawn).toMatch(/GET \/ +100 +100 % █{20} +10 % +12 +12/);
});

test('an inspection can be stopped, and says what is missing', async () => {
  await record([[0, [{}]]]);
  await expect(inspectRecording(folder, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  await expect(inspectRecording(join(folder, 'absent'))).rejects.toMatchObject({ code: 'TRAFFIC_NOT_FOUND' });
});
