import { expect, test } from 'vitest';
import { figuresOf, LatencySet } from '../../../../src/domains/load/judging/latencies.ts';
import { routeResult } from '../../../../src/domains/load/judging/parts.ts';
import type { RunFacts } from '../../../../src/model/run-facts.ts';

/** Latencies of route 3 alone, in milliseconds. */
function latencies(...valuesMs: number[]) {
  const set = new LatencySet(0);
  for (const valueMs of valuesMs) set.whole.record(1000 * valueMs);
  return {
    all: new LatencySet(0),
    invalid: new LatencySet(0).whole,
    routes: new Map([[3, set]]),
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
