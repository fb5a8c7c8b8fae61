import { expect, test } from 'vitest';
import { LoadFold } from '../../../../src/domains/load/judging/fold.ts';
import type { JournalData } from '../../../../src/model/event.ts';
import type { PackedRouteWindow, WindowResult } from '../../../../src/model/results.ts';
import { LatencyHistogram } from '../../../../src/stats/histogram.ts';
import { encodeHistogram } from '../../../../src/stats/payload.ts';

const none = { p50: null, p90: null, p95: null, p99: null, p999: null, max: null, mean: null };

function closed(startMs: number, routes: PackedRouteWindow[], more: Partial<WindowResult> = {}): JournalData {
  const window: WindowResult = {
    ...{
      index: startMs / 1000,
      startMs,
      durationMs: 1000,
      planned: 10,
      completed: 8,
      failed: 1,
      unsent: 1,
      bytes: 100,
    },
    ...{ response: none, service: none, generatorLatenessP99Ms: 0, targetWaitP99Ms: 0, starved: 0, stallMs: 0 },
    ...{ generatorCpuCores: null, invalid: null },
    ...more,
  };
  return { type: 'shakedown.window.closed', data: { window, routes } } as JournalData;
}

const started = (fromMs?: number): JournalData =>
  ({
    type: 'shakedown.load.started',
    data: { startedAt: `from ${fromMs ?? 'the start'}`, ...(fromMs === undefined ? {} : { fromMs }) },
  }) as JournalData;
const ended = (coveredMs: number): JournalData =>
  ({ type: 'shakedown.load.ended', data: { coveredMs, fidelity: { score: 1 } } }) as unknown as JournalData;

function fold(...events: JournalData[]): LoadFold {
  const made = new LoadFold();
  for (const event of events) made.add(event);
  return made;
}

test('a route is added up over all windows, and over those that are judged', () => {
  const made = fold(
    started(),
    closed(0, [[2, 10, 1, 3, 500]]),
    closed(1000, [[2, 20, 2, 4, 600]], { invalid: 'late' }),
    closed(2000, [[2, 30, 4, 5, 700]], { excluded: 'latency' }),
  );
  expect(made.routes[2]).toEqual({
    all: { completed: 60, failed: 7, unsent: 12, bytes: 1800 },
    judged: { completed: 10, failed: 1, unsent: 3, bytes: 500 },
  });
  expect(fold(started(), closed(0, [[100_000, 1, 0, 0, 0]])).routes).toEqual([]);
});

test('a part reaches to its last window, and to where its load ended', () => {
  expect(fold(started(), closed(0, []), closed(1000, [])).parts).toEqual([{ fromMs: 0, toMs: 2000 }]);
  expect(fold(started(), closed(1000, []), closed(0, [])).parts).toEqual([{ fromMs: 0, toMs: 2000 }]);
  expect(fold(started(), closed(0, []), ended(600)).parts).toEqual([{ fromMs: 0, toMs: 600 }]);
  expect(fold(closed(0, [])).parts).toEqual([{ fromMs: 0, toMs: 1000 }]);
});

test('a run that was resumed has two parts, began once, and has not ended until the second has', () => {
  const made = fold(started(), closed(0, []), ended(1000), started(5000));
  expect(made.ended).toBeNull();
  expect(made.startedAt).toBe('from the start');
  made.add(ended(4000));
  expect(made.parts).toEqual([
    { fromMs: 0, toMs: 1000 },
    { fromMs: 5000, toMs: 5000 },
  ]);
});

test('fidelity is that of the one part that ended in order; nothing is known of one that did not', () => {
  expect(fold(started(), ended(1000)).fidelity()).toEqual({ score: 1 });
  expect(fold(started(), ended(1000), started(2000), ended(3000)).fidelity()).toBeNull();
  expect(fold(started()).fidelity()).toBeNull();
});

test('of a run that was resumed fidelity is over the newest sums of each part', () => {
  const sums = (sent: number): JournalData =>
    ({
      type: 'shakedown.load.checkpoint',
      data: {
        atMs: 0,
        fidelity: {
          ...{ scales: [], planned: [sent], sent: [sent], sessions: 1, disordered: 0, compared: sent, matched: sent },
          lateness: encodeHistogram(new LatencyHistogram()),
        },
      },
    }) as unknown as JournalData;
  const made = fold(started(), sums(10), sums(20), started(5000), sums(300), ended(9000));
  expect(made.fidelity()?.sentRequests).toBe(320);
});

test('checks of health are kept in order', () => {
  const checked = (atMs: number): JournalData =>
    ({ type: 'shakedown.health.checked', data: { atMs, up: true } }) as unknown as JournalData;
  expect(fold(checked(0), checked(1000)).health.map(({ atMs }) => atMs)).toEqual([0, 1000]);
});

test('failures that never reached the wire are counted, however often an event stands for', () => {
  const seen = (kind: string, count?: number) =>
    ({
      type: 'shakedown.error.seen',
      data: { kind, status: 0, route: 0, atMs: 0, message: '', ...(count === undefined ? {} : { count }) },
    }) as JournalData;
  expect(fold(started(), seen('refused'), seen('timeout', 5)).notOnTheWire).toBe(0);
  expect(fold(started(), seen('unsent'), seen('extraction', 4), seen('blocked', 2)).notOnTheWire).toBe(7);
});
