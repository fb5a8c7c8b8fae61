import { describe, expect, test } from 'vitest';
import type { Results } from '../../../src/model/results.ts';
import { found, judged } from './own.ts';

const times = { metric: 'response_time', comparison: '<' };

describe('objectives of one’s own, beside the default ones', () => {
  test('any percentile, a share above a limit, mean, min and max', async () => {
    const results = await judged({
      odd: { ...times, statistic: 'p97.5', target: 1000 },
      slow: { ...times, statistic: 'share above 50 ms', target: 90 },
      none: { ...times, statistic: 'share above 20000 ms', target: 0.1 },
      mean: { ...times, statistic: 'mean', target: 100 },
      least: { ...times, statistic: 'min', target: 20 },
    });
    const [p95, odd, p99] = ['response-p95', 'odd', 'response-p99'].map((id) => found(results, id).value ?? 0);
    expect(p95).toBeLessThan(odd as number);
    expect(odd).toBeLessThan(p99 as number);
    expect(found(results, 'odd')).toMatchObject({ verdict: 'pass', subject: 'p97.5 response time' });
    expect(found(results, 'odd').objective).toMatchObject({ gate: 'performance', unit: 'ms', key: true });
    const slow = found(results, 'slow');
    expect(slow).toMatchObject({ verdict: 'pass', subject: 'share of response times above 50 ms' });
    expect(slow.objective.unit).toBe('%');
    expect(slow.value).toBeGreaterThan(5);
    expect(slow.interval?.high).toBeGreaterThan(slow.value as number);
    expect(found(results, 'none')).toMatchObject({ verdict: 'pass', value: 0 });
    expect(found(results, 'mean').value).toBeGreaterThan(found(results, 'least').value as number);
  });

  test('a method, a path with any method, and all paths that begin alike', async () => {
    const failures = () => ({ kind: 'http', status: 500, count: 10, message: 'no' }) as const;
    const errors = { metric: 'error_rate', comparison: '<', target: 0.5 };
    const results = await judged(
      {
        writes: { ...errors, method: 'POST' },
        reads: { ...errors, method: 'GET' },
        checkout: { ...errors, route: '/checkout' },
        shop: { ...errors, route: 'GET /*' },
        wrong: { ...errors, route: 'GET /prodcts' },
        'write-times': { ...times, statistic: 'p95', method: 'POST', target: 1000 },
        rate: { metric: 'throughput', comparison: '>', target: 100, method: 'POST' },
      },
      { failures, failingRoute: 3 },
    );
    expect(found(results, 'writes')).toMatchObject({ verdict: 'fail', subject: 'error rate of POST' });
    expect(found(results, 'checkout')).toMatchObject({ verdict: 'fail', subject: 'error rate of /checkout' });
    expect(found(results, 'checkout').value).toBeCloseTo((100 * 10) / 144, 0);
    for (const id of ['reads', 'shop']) expect(found(results, id)).toMatchObject({ verdict: 'pass', value: 0 });
    expect(found(results, 'wrong')).toMatchObject({
      verdict: 'inconclusive',
      reason: 'Not measured: no request of GET /prodcts was planned.',
    });
    const writes = found(results, 'writes');
    expect(found(results, 'write-times').samples).toBe(writes.samples);
    expect(found(results, 'rate').value).toBeCloseTo((writes.samples - 600) / 60, 0);
    expect(found(results, 'rate').verdict).toBe('pass');
  });

  test('the availability of a route is that of its own failures', async () => {
    const answers = { kind: 'http', status: 404, count: 40, message: 'not there', route: 0 } as const;
    const broken = { kind: 'http', status: 500, count: 40, message: 'no', route: 3 } as const;
    const up = { metric: 'availability', comparison: '>=', target: 99.9 };
    const results = await judged(
      {
        home: { ...up, route: 'GET /' },
        checkout: { ...up, route: 'POST /checkout' },
        reads: { ...up, method: 'GET' },
      },
      { failures: (window) => (window % 2 === 0 ? answers : broken) },
    );
    // 404 is an answer: the target was there.
    for (const id of ['home', 'reads']) expect(found(results, id)).toMatchObject({ verdict: 'pass', value: 100 });
    expect(found(results, 'checkout')).toMatchObject({ verdict: 'fail' });
    expect(found(results, 'checkout').value).toBeCloseTo(100 - (100 * 20) / 144, 0);
  });

  test('a warm-up is left out of times, failures and rates, and of nothing else', async () => {
    const warm = (window: number) => window < 20;
    const objectives = {
      ...Object.fromEntries(
        ['', 'GET /products'].flatMap((route) => {
          const of = { excludeFirstS: 20, ...(route === '' ? {} : { route }) };
          return [
            [`times ${route}`, { ...times, statistic: 'p95', target: 100, ...of }],
            [`errors ${route}`, { metric: 'error_rate', comparison: '<', target: 0.1, ...of }],
          ];
        }),
      ),
      rate: { metric: 'throughput', comparison: '>', target: 1000, excludeFirstS: 20 },
      all: { ...times, statistic: 'p95', target: 100, excludeFirstS: 60 },
    };
    const results = await judged(objectives, {
      ...{ failingRoute: 1, medianMs: (window) => (warm(window) ? 400 : 30) },
      failures: (window) => (warm(window) ? { kind: 'http', status: 500, count: 50, message: 'no' } : null),
    });
    for (const id of ['response-p95', 'error-rate']) expect(found(results, id).verdict, id).toBe('fail');
    for (const id of ['times ', 'errors ', 'times GET /products', 'errors GET /products', 'rate'])
      expect(found(results, id), id).toMatchObject({ verdict: 'pass' });
    expect(found(results, 'errors ').samples).toBe(found(results, 'times ').samples);
    expect(found(results, 'errors GET /products').samples).toBe(found(results, 'times GET /products').samples);
    expect(found(results, 'rate').value).toBeCloseTo(1200, -1);
    expect(found(results, 'rate').subject).toBe('throughput without the first 20 s');
    expect(found(results, 'all')).toMatchObject({ verdict: 'inconclusive', value: null });
  });

  test('what passes without being within the stricter target is a warning, and counts half', async () => {
    const results = await judged({ 'response-p95': { warn: 20 }, 'response-p99': { warn: 199 } });
    const p95 = found(results, 'response-p95');
    expect(p95).toMatchObject({ verdict: 'pass', isWarning: true });
    expect(p95.reason).toMatch(/below 100 ms as required\. A warning: it was not shown to be below 20 ms\./);
    expect(found(results, 'response-p99').isWarning).toBeUndefined();
    const score = (of: Results) => of.gates.find(({ id }) => id === 'performance')?.score ?? 0;
    const without = await judged({});
    expect(score(results)).toBeLessThan(score(without));
    // Not fewer points than a failure would take.
    expect(score(results)).toBeGreaterThan(score(await judged({ 'response-p95': { target: 20, key: false } })));
    const many = await judged(
      Object.fromEntries(['p50', 'p95', 'p99'].map((p) => [`response-${p}`, { warn: 1, weight: 30 }])),
    );
    expect(many.gates.find(({ id }) => id === 'performance')).toMatchObject({ verdict: 'inconclusive' });
  });
});

test.each<[string, Record<string, object>, RegExp]>([
  ['an id that was misspelt', { 'response-p96': { target: 80 } }, /no default objective has this id; did you mean/],
  ['no target', { mine: { metric: 'error_rate', comparison: '<' } }, /objectives\."mine"\.target: is missing/],
  ['another metric of a default one', { 'response-p95': { metric: 'throughput' } }, /is response_time/],
  ['a route where there is none', { health: { route: 'GET /' } }, /health_up is not measured by route/],
  ['a method in small letters', { 'error-rate': { method: 'post' } }, /method/],
  ['a percentile of a rate', { 'error-rate': { statistic: 'p95' } }, /error_rate has no statistic p95/],
])('refused: %s', async (_, objectives, problem) => {
  await expect(judged(objectives)).rejects.toThrow(problem);
});
