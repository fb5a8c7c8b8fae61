import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LatencyPlan, readLatencies } from '../../../../src/domains/load/judging/latencies.ts';
import { LatencyHistogram } from '../../../../src/stats/histogram.ts';
import { formatInterval, histogramLogHeader } from '../../../../src/stats/hlog.ts';
import { seeded } from '../../../random.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latencies-'));
  mkdirSync(join(folder, 'windows'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const windowMs = 10_000;

function of(count: number, ms: number): LatencyHistogram {
  const histogram = new LatencyHistogram();
  histogram.recordMany(ms * 1000, count);
  return histogram;
}

/** A line of a log: of one window, or of several merged ones. */
const line = (tag: string, window: number, histogram: LatencyHistogram, windows = 1) =>
  formatInterval({
    ...{ tag, histogram },
    startSec: (window * windowMs) / 1000,
    lengthSec: (windows * windowMs) / 1000,
  });

const write = (name: string, ...lines: string[]) =>
  writeFileSync(join(folder, 'windows', `${name}.hlog`), histogramLogHeader(new Date(0)) + lines.join(''));

/** Windows 0 to 29, of which 3 is invalid and 4 under a fault; two windows a point. */
function plan(more: Partial<LatencyPlan> = {}): LatencyPlan {
  const placeOf = new Map<number, number>();
  let place = 0;
  for (let index = 0; index < 30; index++) placeOf.set(index, index === 3 || index === 4 ? -1 : place++);
  return {
    ...{ windowMs, placeOf, judgedWindows: place },
    isInvalid: (index) => index === 3,
    routes: new Set([0, 1]),
    selections: [],
    grids: new Map(),
    pointOf: (index) => Math.floor(index / 2),
    ...more,
  };
}

const read = async (name: 'response' | 'service', points = true, given = plan()) => {
  const warnings: string[] = [];
  return { ...(await readLatencies(folder, name, given, points, (text) => warnings.push(text))), warnings };
};

test('each window goes where it belongs: all that count, the invalid ones, routes, batches, points', async () => {
  write(
    'response',
    ...[line('all', 0, of(10, 5)), line('r0', 0, of(6, 5)), line('r1', 0, of(4, 5)), line('r2', 0, of(9, 5))],
    ...[line('all', 3, of(20, 7)), line('r0', 3, of(20, 7))],
    ...[line('all', 4, of(30, 9)), line('r1', 4, of(30, 9))],
    ...[line('all', 29, of(40, 11)), line('other', 29, of(40, 11)), line('all', 30, of(99, 1))],
  );
  const found = await read('response');
  expect(found.warnings).toEqual([]);
  expect([found.all.whole.count, found.invalid.count]).toEqual([50, 20]);
  expect(Array.from(found.routes, ([route, { whole }]) => [route, whole.count])).toEqual([
    [0, 6],
    [1, 4],
  ]);
  // As many batches as windows: the first and the last hold one each.
  expect(found.all.batches.map(({ count }) => count)).toEqual([10, ...Array(26).fill(0), 40]);
  expect(found.routes.get(0)?.batches.map(({ count }) => count)).toEqual([6, ...Array(27).fill(0)]);
  // All that was measured is on the timeline; what is in no event is not whole, and is not.
  expect(Array.from(found.points, ([point, { count }]) => [point, count])).toEqual([
    [0, 10],
    [1, 20],
    [2, 30],
    [14, 40],
  ]);
  expect((await read('response', false)).points.size).toBe(0);
});

test('what objectives are about has a set of its own, with batches: of routes together, and without a warm-up', async () => {
  write(
    'service',
    ...[line('all', 0, of(10, 5)), line('r0', 0, of(6, 5)), line('r1', 0, of(4, 5))],
    ...[line('all', 3, of(50, 5)), line('r1', 3, of(50, 5))],
    ...[line('all', 5, of(20, 5)), line('r1', 5, of(12, 5)), line('r2', 5, of(8, 5))],
  );
  const selections = [
    { key: 'both', keys: new Set([0, 1]), fromMs: 0 },
    { key: 'rare', keys: new Set([2]), fromMs: 0 },
    { key: 'warm', keys: null, fromMs: 2 * windowMs },
  ];
  const { all, routes, selected } = await read('service', true, plan({ selections }));
  expect([all.batches.length, routes.get(0)?.batches.length]).toEqual([28, 0]);
  const counts = Array.from(selected, ([key, { whole, batches }]) => [key, whole.count, batches.length]);
  // Route 2 has no set of its own, and is counted where an objective asks for it; what is invalid is counted nowhere.
  expect(counts).toEqual([
    ['both', 22, 28],
    ['rare', 8, 28],
    ['warm', 20, 28],
  ]);
});

test('of more windows than batches each has as many, but for the last; routes have at most 60', async () => {
  const placeOf = new Map(Array.from({ length: 130 }, (_, index) => [index, index] as const));
  write('response', ...[0, 64, 129].flatMap((index) => [line('all', index, of(1, 5)), line('r0', index, of(1, 5))]));
  const { routes } = await read('response', true, plan({ placeOf, judgedWindows: 130 }));
  // 130 ÷ 60 is three windows a batch: 44 batches.
  expect(
    routes
      .get(0)
      ?.batches.map(({ count }, batch) => [batch, count])
      .filter(([, count]) => count),
  ).toEqual([
    [0, 1],
    [21, 1],
    [43, 1],
  ]);
  expect(routes.get(0)?.batches.length).toBe(44);
});

test('merged windows count by their tag, and have the place of the middle one', async () => {
  write(
    'response',
    ...[line('all', 0, of(10, 5), 6), line('invalid.all', 0, of(20, 7), 6), line('excluded.all', 0, of(30, 9), 6)],
    ...[line('r0', 6, of(4, 5), 2), line('void.r0', 6, of(5, 5), 2)],
  );
  const found = await read('response');
  expect([found.all.whole.count, found.invalid.count, found.routes.get(0)?.whole.count]).toEqual([10, 20, 4]);
  // Of windows 0, 1, 2 and 5 the middle is 2, place 2.
  expect(found.all.batches.findIndex(({ count }) => count > 0)).toBe(2);
  expect(found.points.get(0)?.count).toBe(60);
});

test('the slowest minute is one of those that count and have a hundred answers', async () => {
  const minute = (index: number, count: number, ms: number) => line('all', index * 6, of(count, ms));
  write(
    'response',
    ...[minute(0, 100, 50), line('all', 1, of(100, 60)), line('all', 3, of(500, 900))],
    ...[minute(1, 99, 800), minute(2, 100, 70), minute(3, 200, 70), minute(4, 100, 40)],
  );
  const { worstMinute } = await read('response');
  // Minutes overlap by half: what is slow at one moment is in two of them.
  expect([90_000, 120_000]).toContain(worstMinute?.startMs);
  expect(worstMinute?.p95Ms).toBeCloseTo(70, 0);
  write('response', minute(4, 100, 40));
  expect((await read('response')).worstMinute).toMatchObject({
    startMs: expect.toSatisfy((ms) => ms === 210_000 || ms === 240_000),
  });
  write('response', minute(4, 99, 40));
  expect((await read('response')).worstMinute).toBeNull();
});

test('of many minutes of a steady load none is accused: what it certainly was allows for their number', async () => {
  const minutes = 1440;
  const placeOf = new Map(Array.from({ length: 6 * minutes }, (_, window) => [window, window]));
  const day = plan({ placeOf, judgedWindows: 6 * minutes });
  // Of a hundred answers four take a second, so that now and then a minute has more than ten of them.
  const withSlow = (slow: number) => {
    const histogram = of(100 - slow, 50);
    histogram.recordMany(1_000_000, slow);
    return histogram;
  };
  const random = seeded(1);
  let most = 0;
  const lines = Array.from({ length: minutes }, (_, minute) => {
    let slow = 0;
    for (let i = 0; i < 100; i++) if (random() < 0.04) slow++;
    most = Math.max(most, slow);
    return line('all', minute * 6, withSlow(slow));
  });
  expect(most).toBeGreaterThan(10);
  write('response', ...lines);
  const { worstMinute } = await read('response', true, day);
  expect(worstMinute?.lowMs).toBeCloseTo(50, 0);
  lines[700] = line('all', 700 * 6, withSlow(40));
  write('response', ...lines);
  const bad = (await read('response', true, day)).worstMinute;
  expect([699.5 * 60_000, 700 * 60_000]).toContain(bad?.startMs);
  expect(bad?.lowMs).toBeCloseTo(1000, -1);
});

test('damaged lines are counted in a warning, and nothing else is lost; a missing log has none', async () => {
  const good = line('all', 0, of(10, 5));
  write('response', good, 'what is this\n', good.replace(/,[^,]*\n$/, ',AAAA\n'), line('all', 1, of(3, 5)));
  const found = await read('response');
  expect(found.all.whole.count).toBe(13);
  expect(found.warnings).toEqual(['2 damaged lines of windows/response.hlog were skipped.']);
  const none = await read('service');
  expect([none.all.whole.count, none.warnings, none.worstMinute]).toEqual([0, [], null]);
});
