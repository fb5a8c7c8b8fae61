import { describe, expect, test } from 'vitest';
import { figuresOf, LatencySet } from '../../../../src/domains/load/judging/latencies.ts';
import {
  averageRate,
  noFidelity,
  peakRate,
  requestTotals,
  routeResult,
} from '../../../../src/domains/load/judging/parts.ts';
import type { WindowResult } from '../../../../src/model/results.ts';
import type { JudgedRun, RunFacts } from '../../../../src/model/run-facts.ts';

/** Latencies of route 3 alone, in milliseconds. */
function latencies(...valuesMs: number[]) {
  const set = new LatencySet(5);
  valuesMs.forEach((valueMs, i) => {
    for (const histogram of set.at(i / valuesMs.length)) histogram.record(1000 * valueMs);
  });
  return {
    all: new LatencySet(0),
    invalid: new LatencySet(0).whole,
    routes: new Map([[3, set]]),
    selected: new Map(),
    parts: new Map(),
    worstMinute: null,
    points: new Map(),
  };
}

test('a route has its counts, its figures in milliseconds, and an interval where there are enough requests for one', () => {
  const all = { completed: 996, failed: 3, unsent: 1, bytes: 5 };
  const routes = [];
  routes[3] = { all, judged: all };
  const facts = { plan: { plan: { routes: [] } }, routes } as unknown as RunFacts;
  const many = routeResult(facts, 3, latencies(...Array.from({ length: 1000 }, () => 50)), latencies(40));
  expect(many).toMatchObject({
    method: '',
    route: '(unknown route)',
    planned: 1000,
    completed: 996,
    failed: 3,
    unsent: 1,
  });
  expect(many.response.p50).toBeCloseTo(50, 1);
  expect(many.service.p50).toBeCloseTo(40, 1);
  expect(many.p95Interval?.low).toBeCloseTo(50, 1);
  // To three digits, as the histogram holds values.
  expect(Math.abs((many.p95Interval?.high ?? 0) - 50)).toBeLessThan(0.04);
  expect(routeResult(facts, 3, latencies(50, 60), latencies()).p95Interval).toBeNull();
  expect(routeResult(facts, 4, latencies(50), latencies())).toMatchObject({ planned: 0, completed: 0 });
});

test('figures are the percentiles that they are named after', () => {
  const figures = figuresOf(
    latencies(...Array.from({ length: 1000 }, (_, i) => i + 1)).routes.get(3)?.whole ?? new LatencySet(0).whole,
  );
  for (const [name, expected] of Object.entries({
    p50: 500,
    p90: 900,
    p95: 950,
    p99: 990,
    p999: 999,
    max: 1000,
    mean: 500.5,
  }))
    expect(Math.abs((figures[name as keyof typeof figures] ?? 0) - expected)).toBeLessThanOrEqual(1);
});

describe('rates', () => {
  const window = (completed: number, durationMs: number) => ({ completed, durationMs }) as WindowResult;
  const judged = (windows: WindowResult[], durationMs: number) =>
    ({ windows, inTime: windows, durationMs }) as unknown as JudgedRun;

  test('are answers a second, over the time that counts', () => {
    expect(averageRate(judged([window(300, 1000), window(100, 1000)], 2000))).toBe(200);
    expect(averageRate(judged([], 0))).toBeNull();
    expect(averageRate(judged([window(3, 1)], -1))).toBeNull();
  });

  test('peak in a whole window: a short last one shows any rate', () => {
    expect(peakRate(judged([window(300, 1000), window(500, 1000), window(90, 100)], 2100))).toBe(500);
    expect(peakRate(judged([], 0))).toBeNull();
    expect(peakRate(judged([window(0, 1000)], 1000))).toBe(0);
  });
});

describe('requests', () => {
  const windows = [1, 2].map(
    () =>
      ({
        planned: 10,
        completed: 7,
        failed: 2,
        unsent: 1,
        bytes: 5,
        generatorLatenessP99Ms: 3,
      }) as unknown as WindowResult,
  );
  const facts = (more: object) =>
    ({ windows, loadEnded: null, fidelity: null, parts: [{}], ...more }) as unknown as RunFacts;

  test('are those of all windows, and sent are those answered where nobody summed them up', () => {
    expect(requestTotals(facts({}))).toEqual({
      ...{ planned: 20, sent: 18, completed: 14, failed: 4, unsent: 2, bytes: 10 },
    });
  });

  test('of a run in parts, what was sent is at least what its windows counted', () => {
    const fidelity = { sentRequests: 12 };
    expect(requestTotals(facts({ fidelity })).sent).toBe(12);
    expect(requestTotals(facts({ fidelity, parts: [{}, {}] })).sent).toBe(18);
    expect(requestTotals(facts({ fidelity: { sentRequests: 30 }, parts: [{}, {}] })).sent).toBe(30);
  });

  test('of a run in one part are what ended it accounts for; of more parts only its last part is', () => {
    const loadEnded = { accounting: { planned: 99 } };
    expect(requestTotals(facts({ loadEnded })).planned).toBe(99);
    expect(requestTotals(facts({ loadEnded, parts: [{}, {}] })).planned).toBe(20);
  });

  test('without a fidelity the worst window bounds the lateness', () => {
    const totals = requestTotals(facts({}));
    expect(noFidelity(totals, windows)).toMatchObject({
      ...{ score: null, plannedRequests: 20, sentRequests: 18, latenessMs: { p50: null, p99: 3, max: null } },
    });
    expect(noFidelity(totals, []).latenessMs.p99).toBeNull();
  });
});
