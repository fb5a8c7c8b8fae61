import { rm } from 'node:fs/promises';
import { afterAll, describe, expect, test } from 'vitest';
import type { JournalData } from '../../../../src/model/event.ts';
import type { Results } from '../../../../src/model/results.ts';
import type { StabilityResult, TrendResult } from '../../../../src/model/stability.ts';
import type { MetricDescription } from '../../../../src/model/watch.ts';
import { buildResults } from '../../../../src/run/results/build.ts';
import { type MadeRun, makeRun } from '../../../run/results/run-folder.ts';
import { autoregressive } from '../../../stats/autoregressive.ts';
import { shopMemory } from '../shop-memory.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function results(run: MadeRun): Promise<Results> {
  const folder = await makeRun(run);
  folders.push(folder);
  return buildResults(folder);
}

async function stability(run: MadeRun): Promise<StabilityResult> {
  const found = (await results(run)).sections.monitoring?.stability;
  if (found === undefined) throw new Error('no stability');
  return found;
}

const trendIn = (found: StabilityResult | undefined, id: string): TrendResult | undefined =>
  found?.trends.find((trend) => trend.id === id);
const driftIn = (found: Results) => found.objectives.find(({ objective }) => objective.id === 'drift');

const MB = 1024 * 1024;
const hours = 2;
const soak: MadeRun = {
  windows: hours * 60,
  windowMs: 60_000,
  rate: 1200,
  samples: 40,
  sigma: 0.2,
  routes: ['GET /'],
  config: { objectives: { 'stable-time': { target: 2 } } },
};

/** Samples of one metric every 15 s of the soak. */
function sampled(given: Partial<MetricDescription>, valueAt: (hour: number, i: number) => number): JournalData[] {
  const metric = shopMemory(given);
  const events: JournalData[] = [{ type: 'shakedown.metrics.described', data: { metrics: [metric] } }];
  for (let i = 0; i < hours * 240; i++) {
    const values = { [metric.id]: valueAt(i / 240, i) };
    events.push({ type: 'shakedown.metrics.sampled', data: { atMs: i * 15_000, values } });
  }
  return events;
}

const noise = autoregressive(0.7, 4)(hours * 240);
const leak = (limit: number | null) =>
  sampled({ limit }, (hour, i) => 120 * MB + 18 * MB * hour + 0.4 * MB * (noise[i] ?? 0));

describe('a leak', () => {
  test('makes FAILED, and the sentence names it, its rate and its end', async () => {
    const found = await results({ ...soak, more: leak(512 * MB) });
    const trend = trendIn(found.sections.monitoring?.stability, 'shop-1.memory');
    expect(trend?.verdict).toBe('fail');
    expect((trend?.slopePerHour ?? 0) / MB).toBeCloseTo(18, 0);
    expect(trend?.sentence).toMatch(
      /^shop-1 memory grows 1[78] MB\/h; its limit of 512 MB is reached in [12]\d hours\.$/,
    );
    expect(found.word).toBe('FAILED');
    expect(found.sentence).toContain(trend?.sentence);
    expect(driftIn(found)).toMatchObject({ verdict: 'fail', value: 1 });
    expect(found.sections.monitoring?.resources[0]?.values.length).toBeGreaterThan(100);
  });

  test('without a known limit is judged by where a day takes it', async () => {
    const trend = trendIn(await stability({ ...soak, more: leak(null) }), 'shop-1.memory');
    expect(trend).toMatchObject({ verdict: 'fail', limitReachedInMs: null });
    expect(trend?.sentence).toMatch(/^shop-1 memory grows 1[78] MB\/h; from 12\d MB to 5[3-6]\d MB in 24 h\.$/);
  });

  test('of the harness is a warning, not a verdict', async () => {
    const more = sampled({ subject: 'harness', title: 'harness memory' }, (hour) => 100 * MB + 20 * MB * hour);
    const found = await results({ ...soak, more });
    expect(found.warnings.join()).toMatch(/harness itself, not the target: harness memory grows 20 MB\/h/);
    expect(driftIn(found)).toMatchObject({ verdict: 'pass', value: 0 });
  });

  test.each([
    ['a sound series', (_: number, i: number) => 120 * MB + MB * (noise[i] ?? 0)],
    [
      'a cache that fills in the first half',
      (hour: number, i: number) => 120 * MB + 40 * MB * Math.min(hour, 0.8) + 0.4 * MB * (noise[i] ?? 0),
    ],
    ['a collector’s sawtooth', (_: number, i: number) => 120 * MB + (i % 37) * 0.5 * MB],
    ['growth too small to matter', (hour: number) => 120 * MB + 0.1 * MB * hour],
  ])('is not seen in %s', async (_, valueAt) => {
    const found = await results({ ...soak, more: sampled({}, valueAt) });
    const said = trendIn(found.sections.monitoring?.stability, 'shop-1.memory')?.verdict;
    expect(said).not.toBe('fail');
    expect(driftIn(found)).toMatchObject({ verdict: said === 'pass' ? 'pass' : 'inconclusive', value: 0 });
  });

  test('that noise could hide leaves the run open, and not where the objectives accept that; what is seen to grow fails all the same', async () => {
    const noisy = sampled({}, (_, i) => 120 * MB + 30 * MB * (noise[i] ?? 0));
    const judged = async (more: JournalData[], hidden: object) => {
      const objectives = { 'stable-time': { target: 24 }, ...hidden };
      const { objectives: found } = await results({ ...soak, config: { objectives }, more });
      return ['drift', 'hidden-growth'].map(
        (id) => found.find(({ objective }) => objective.id === id && objective.gate === 'stability')?.verdict,
      );
    };
    const accepted = { 'hidden-growth': { comparison: '<=', target: 100 } };
    expect(await judged(noisy, {})).toEqual(['pass', 'inconclusive']);
    expect(await judged(noisy, accepted)).toEqual(['pass', 'pass']);
    expect(await judged(leak(null), accepted)).toEqual(['fail', 'pass']);
  });

  test('is not confused with a load that grew', async () => {
    const found = await stability({ ...soak, more: leak(null), failures: () => null });
    expect(trendIn(found, 'shop-1.memory')?.verdict).toBe('fail');
    const ramp = await stability({ ...soak, more: leak(null), rateAt: (window) => 800 + 8 * window });
    expect(trendIn(ramp, 'shop-1.memory')).toMatchObject({ verdict: 'inconclusive' });
    expect(trendIn(ramp, 'shop-1.memory')?.sentence).toContain('but the load grew as well');
  });
});

describe('drift of answers', () => {
  test('that become slower fails, however far under the target', async () => {
    const found = await results({ ...soak, medianMs: (window) => 20 + window / 3 });
    expect(trendIn(found.sections.monitoring?.stability, 'response.p95')?.verdict).toBe('fail');
    expect(found.sentence).toMatch(/p95 response time grows/);
    expect(found.word).toBe('FAILED');
  });

  test('in invalid windows is not looked at', async () => {
    const late = (window: number) => window > 100 && window % 10 < 1;
    const found = await stability({
      ...soak,
      medianMs: (window) => (late(window) ? 900 : 20),
      invalid: (window) => (late(window) ? 'late' : null),
    });
    expect(trendIn(found, 'response.p95')?.endValue).toBeLessThan(100);
  });

  test('in errors that become more is found', async () => {
    const failures = (window: number) =>
      ({ kind: 'http', status: 500, count: Math.floor(window / 5), message: '' }) as const;
    const found = await stability({ ...soak, failures });
    expect(trendIn(found, 'errors')).toMatchObject({ verdict: 'fail', unit: '%' });
  });

  test('in a run too short is not judged, and says why', async () => {
    const found = await results({ windows: 240, windowMs: 1000, rate: 1200, samples: 20, routes: ['GET /'] });
    expect(trendIn(found.sections.monitoring?.stability, 'response.p95')).toMatchObject({
      verdict: 'inconclusive',
      pValue: null,
    });
    expect(driftIn(found)).toMatchObject({
      verdict: 'inconclusive',
      value: null,
      reason: 'Not measured: too short to show a trend.',
    });
    expect(found.word).toBe('INCONCLUSIVE');
  });
});

test('a change of level is reported with what happened then', async () => {
  const stepped = sampled(
    { id: 'pool', title: 'open connections', kind: 'database', unit: 'count' },
    (hour, i) => (hour < 1 ? 20 : 60) + (noise[i] ?? 0),
  );
  const mark: JournalData = { type: 'shakedown.marked', data: { atMs: 3_600_000, lane: 'faults', label: 'latency' } };
  const found = await stability({ ...soak, more: [...stepped, mark] });
  expect(found.changePoints).toHaveLength(1);
  expect(found.changePoints[0]).toMatchObject({ id: 'pool', what: 'fault: latency' });
  expect(Math.abs((found.changePoints[0]?.atMs ?? 0) - 3_600_000)).toBeLessThan(90_000);
  expect(trendIn(found, 'pool')?.verdict).not.toBe('fail');
  const unknown = await stability({ ...soak, more: stepped });
  expect(unknown.changePoints[0]?.what).toBeNull();
});

describe('downtime', () => {
  /** Written down once a minute. */
  const health = Array.from({ length: 120 }, (_, minute) => {
    const up = minute !== 10 && (minute < 60 || minute >= 65);
    return { atMs: minute * 60_000, up };
  });

  test('is reported by period, planned apart from unplanned', async () => {
    const planned: JournalData = {
      type: 'shakedown.downtime.planned',
      data: { fromMs: 3_590_000, toMs: 3_840_000, reason: 'database migration' },
    };
    const found = await stability({ ...soak, health, more: [planned] });
    expect(found.downtime).toEqual([
      { fromMs: 600_000, toMs: 660_000, planned: false, reason: 'health check: status 200' },
      { fromMs: 3_600_000, toMs: 3_840_000, planned: true, reason: 'database migration' },
      { fromMs: 3_840_000, toMs: 3_900_000, planned: false, reason: 'health check: status 200' },
    ]);
    expect(found).toMatchObject({
      plannedDowntimeMs: 240_000,
      unplannedDowntimeMs: 120_000,
      healthChecks: 120,
      healthCheckedMs: 7_200_000,
      stableMs: (120 - 65) * 60_000,
      mttrMs: 60_000,
    });
    expect(found.uptimePercent).toBeCloseTo(100 * (1 - 120 / (7200 - 240)), 4);
    expect(found.mtbfMs).toBe((7_200_000 - 240_000 - 120_000) / 2);
  });

  test('is unknown without checks, and none has no mean time', async () => {
    const none = await stability({ ...soak, windows: 5, health: [] });
    expect(none).toMatchObject({ uptimePercent: null, mtbfMs: null, downtime: [] });
    const up = await stability({ ...soak, windows: 5 });
    expect(up).toMatchObject({ uptimePercent: 100, mttrMs: null });
  });

  test('is known for a minute after the last check, and no longer', async () => {
    const found = await stability({ ...soak, health: health.filter(({ atMs }) => atMs < 600_000) });
    expect(found).toMatchObject({ uptimePercent: 100, healthCheckedMs: 610_000 });
  });
});

test('alerts, logs, generators and gaps are gathered', async () => {
  const alert = (atMs: number, name: string, state: 'pending' | 'firing' | 'resolved'): JournalData => ({
    type: 'shakedown.alert.changed',
    data: { atMs, name, state, severity: 'page', detail: '' },
  });
  const more: JournalData[] = [
    alert(5000, 'Slow', 'pending'),
    alert(10_000, 'Slow', 'firing'),
    alert(20_000, 'Slow', 'firing'),
    alert(30_000, 'Slow', 'resolved'),
    alert(60_000, 'Full', 'firing'),
    { type: 'shakedown.log.errors', data: { atMs: 9000, source: 'shop.log', count: 2, example: 'boom' } },
    { type: 'shakedown.log.errors', data: { atMs: 4000, source: 'shop.log', count: 3, example: 'bang' } },
    { type: 'shakedown.generator.started', data: { atMs: 0, shard: 0, reason: 'start', pid: 1, detail: null } },
    { type: 'shakedown.generator.ended', data: { atMs: 50_000, shard: 0, reason: 'killed', lost: 12 } },
    {
      type: 'shakedown.generator.started',
      data: { atMs: 51_000, shard: 0, reason: 'replacement', pid: 2, detail: null },
    },
    // Of a gap that has been filled: it is not the reason of the one at the end.
    { type: 'shakedown.generator.started', data: { atMs: 200_000, shard: 0, reason: 'resume', pid: 3, detail: null } },
  ];
  const found = await stability({ ...soak, windows: 5, durationMs: 600_000, killed: true, more });
  expect(found.alerts).toEqual([
    { name: 'Slow', severity: 'page', fromMs: 10_000, toMs: 30_000, open: false },
    { name: 'Full', severity: 'page', fromMs: 60_000, toMs: 300_000, open: true },
  ]);
  expect(found.errorLogs).toEqual([{ source: 'shop.log', count: 5, firstAtMs: 4000, example: 'boom' }]);
  expect(found.generators.map(({ reason }) => reason)).toEqual(['start', 'replacement', 'resume']);
  expect(found.lostWithGenerators).toBe(12);
  expect(found.gaps).toEqual([{ fromMs: 300_000, toMs: 600_000, reason: 'ended without a final event (killed?)' }]);
  expect(found).toMatchObject({ coveredMs: 300_000, requiredMs: 7_200_000 });
});
