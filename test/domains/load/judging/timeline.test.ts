import { expect, test } from 'vitest';
import { timelineBands, timelinePoints, windowsPerPoint } from '../../../../src/domains/load/judging/timeline.ts';
import type { WindowResult } from '../../../../src/model/results.ts';

const none = { p50: null, p90: null, p95: null, p99: null, p999: null, max: null, mean: null };

function window(index: number, reason: string | null = null): WindowResult {
  return {
    index,
    startMs: index * 1000,
    durationMs: 1000,
    planned: 12,
    completed: 9,
    failed: 1,
    unsent: 2,
    bytes: 0,
    response: none,
    service: none,
    generatorLatenessP99Ms: 0,
    targetWaitP99Ms: 0,
    starved: 0,
    stallMs: 0,
    generatorCpuCores: null,
    invalid: reason,
  };
}

function windows(count: number, reason: (index: number) => string | null = () => null): WindowResult[] {
  return Array.from({ length: count }, (_, index) => window(index, reason(index)));
}

const upTo = (toMs: number) => [{ fromMs: 0, toMs }];

test('points and void bands are bounded, however many the windows', () => {
  for (const count of [1, 359, 360, 361, 720, 86_400]) {
    const all = windows(count, (index) => (index % 2 === 0 ? 'late' : null));
    const perPoint = windowsPerPoint(all);
    expect(timelinePoints(all, perPoint, 1000, new Map()).length).toBeLessThanOrEqual(360);
    expect(timelineBands(all, upTo(count * 1000), count * 1000, (perPoint - 1) * 1000).length).toBeLessThanOrEqual(180);
  }
});

test('as many windows make a point as 360 points need, and no more', () => {
  expect([0, 1, 360, 361, 720, 721].map((count) => windowsPerPoint(windows(count)))).toEqual([1, 1, 1, 2, 2, 3]);
});

test('a point sums its windows up, and is void when most of it is', () => {
  const points = timelinePoints(
    windows(7, (index) => (index < 2 ? 'late' : null)),
    3,
    1000,
    new Map(),
  );
  expect(points.map(({ atMs }) => atMs)).toEqual([0, 3000, 6000]);
  expect(points[0]).toMatchObject({ ratePerSecond: 9, plannedRatePerSecond: 12, errorPercent: 10, invalid: true });
  expect(points[1]?.invalid).toBe(false);
});

test('quiet periods are no gaps, holes in what was covered are', () => {
  const holed = windows(30).filter(({ index }) => index < 10 || index >= 20);
  expect(timelineBands(holed, upTo(30_000), 30_000, 0)).toEqual([]);
  expect(timelineBands(holed, [...upTo(10_000), { fromMs: 20_000, toMs: 30_000 }], 30_000, 0)).toEqual([
    { lane: 'gap', startMs: 10_000, endMs: 20_000, label: 'not measured', state: 'inconclusive' },
  ]);
});

test('a gap ends with the run, however late it was resumed', () => {
  const parts = [...upTo(10_000), { fromMs: 33_000, toMs: 33_000 }];
  expect(timelineBands(windows(10), parts, 30_000, 0)).toMatchObject([{ startMs: 10_000, endMs: 30_000 }]);
});

test('what is planned after the last window is a gap; nothing at all is one from the start', () => {
  expect(timelineBands(windows(10), upTo(10_000), 60_000, 0)).toMatchObject([{ startMs: 10_000, endMs: 60_000 }]);
  expect(timelineBands([], [], 60_000, 0)).toMatchObject([{ lane: 'gap', startMs: 0, endMs: 60_000 }]);
});

test('a period without a load generator says what was lost in all of it, and when', () => {
  const lossy = windows(10, (index) => (index >= 3 && index < 6 ? `${index} were lost` : null)).map((one) =>
    one.invalid === null ? one : { ...one, lost: one.index },
  );
  const died = { shard: 1, atMs: 3300, reason: 'killed', fromMs: 3210, toMs: 5870, lost: 12 };
  const elsewhere = { ...died, fromMs: 9000, toMs: 9500 };
  expect(timelineBands(lossy, upTo(10_000), 10_000, 0, [died, elsewhere])).toMatchObject([
    {
      ...{ lane: 'invalid', startMs: 3000, endMs: 6000 },
      label: '12 of 36 requests were lost with a load generator that died, from 3.2 s to 5.9 s',
    },
  ]);
  const late = lossy.map((one) => (one.index === 6 ? { ...one, invalid: 'the generator was late' } : one));
  expect(timelineBands(late, upTo(10_000), 10_000, 0)).toMatchObject([
    {
      endMs: 7000,
      label: '12 of 48 requests were lost with a load generator that died; the generator was late',
    },
  ]);
});

test('what sessions still ask for after the end makes no gap of a quiet second', () => {
  const tailed = windows(36).filter(({ index }) => index !== 12);
  expect(timelineBands(tailed, upTo(30_000), 30_000, 0)).toEqual([]);
});
