import { describe, expect, test } from 'vitest';
import { found, judged, resolved } from './own.ts';

const errors = { metric: 'error_rate', comparison: '<', target: 2, windowS: 10 };
const times = { metric: 'response_time', statistic: 'p95', comparison: '<', target: 150, windowS: 10 };
const bad = (window: number) => window >= 25 && window < 35;
const failing = (window: number) =>
  bad(window) ? ({ kind: 'http', status: 500, count: 60, message: 'no' } as const) : null;

describe('an objective on the worst part of a run', () => {
  const route = 'POST /checkout';

  test('passes where every part holds, and says which was the worst', async () => {
    const results = await judged({ errors, times, 'route-errors': {}, mine: { ...errors, route: 'GET /' } });
    expect(found(results, 'errors')).toMatchObject({
      verdict: 'pass',
      value: 0,
      subject: 'error rate in the worst 10 s',
    });
    expect(found(results, 'times')).toMatchObject({ verdict: 'pass', subject: 'p95 response time in the worst 10 s' });
    expect(found(results, 'times').reason).toMatch(/The worst of 11 parts: \d+(\.\d+)? ms in the 10 s from /);
    expect(found(results, 'mine').verdict).toBe('pass');
  });

  test('fails by a part, where the whole run is not shown to', async () => {
    const results = await judged(
      { errors, whole: { metric: 'error_rate', comparison: '<', target: 5 }, times },
      { failures: failing, medianMs: (window) => (bad(window) ? 120 : 20) },
    );
    expect(found(results, 'whole').verdict).not.toBe('fail');
    expect(found(results, 'whole').value).toBeLessThan(1);
    expect(found(results, 'errors')).toMatchObject({ verdict: 'fail', value: 5 });
    expect(found(results, 'errors').reason).toMatch(
      /^Error rate was 5 % in the 10 s from 25 s on, with 12,000 requests/,
    );
    expect(found(results, 'times').verdict).toBe('fail');
    expect(found(results, 'times').reason).toMatch(/in the 10 s from 25 s on/);
  });

  test('of a route, by failures and by times', async () => {
    const results = await judged(
      { errors: { ...errors, route }, others: { ...errors, route: 'GET /products' }, times: { ...times, route } },
      { failures: failing, failingRoute: 3, routeMedianMs: (one, window) => (one === 3 && bad(window) ? 400 : null) },
    );
    expect(found(results, 'errors')).toMatchObject({
      verdict: 'fail',
      subject: 'error rate of POST /checkout in the worst 10 s',
      reason: expect.stringMatching(/^Error rate of POST \/checkout was \d.* % in the 10 s from 25 s on/),
    });
    expect(found(results, 'others').verdict).toBe('pass');
    expect(found(results, 'times').verdict).toBe('fail');
  });

  test('that is shorter than the times of a route are kept for is open, and says so', async () => {
    // An hour in windows of 5 s: a route’s times are merged to a 48th, 75 s.
    const long = { windows: 720, windowMs: 5000, rate: 50, samples: 5, routes: ['GET /', 'GET /x'] };
    const results = await judged(
      {
        short: { ...times, windowS: 60, route: 'GET /' },
        enough: { ...times, windowS: 120, route: 'GET /', target: 500 },
        all: { ...times, windowS: 60, target: 500 },
        'short-errors': { ...errors, windowS: 5, route: 'GET /' },
      },
      long,
    );
    expect(found(results, 'short')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/kept for 1 min 15 s each in this run, longer than the 1 min asked for/),
    });
    expect(found(results, 'enough').verdict).toBe('pass');
    expect(found(results, 'all').verdict).toBe('pass');
    expect(found(results, 'short-errors').verdict).toBe('inconclusive');
  });

  test('that is longer than the run is open', async () => {
    const results = await judged({ errors: { ...errors, windowS: 61 }, times: { ...times, windowS: 61 } });
    for (const id of ['errors', 'times'])
      expect(found(results, id)).toMatchObject({
        verdict: 'inconclusive',
        reason: expect.stringMatching(/the run has no 1 min 1 s/),
      });
  });

  test('with requests that were never sent in one part passes no time', async () => {
    const results = await judged({ times }, { unsent: (window) => (bad(window) ? 300 : 0) });
    expect(found(results, 'times')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/20 % of the requests failed or were never sent/),
    });
  });

  test('leaves a warm-up out', async () => {
    const made = { failures: (window: number) => (window < 15 ? failing(25) : null) };
    const results = await judged({ errors, later: { ...errors, excludeFirstS: 15 } }, made);
    expect(found(results, 'errors').verdict).toBe('fail');
    expect(found(results, 'later').verdict).toBe('pass');
  });
});

test('what is not judged by parts is refused', () => {
  expect(() => resolved({ a: { metric: 'throughput', comparison: '>', target: 1, windowS: 60 } })).toThrow(
    /throughput is not measured by windowS/,
  );
  expect(() => resolved({ a: { ...times, statistic: 'mean' } })).toThrow(/only percentiles are judged/);
  expect(() => resolved({ a: { ...times, comparedWith: 'last', target: 10 } })).toThrow(/compared with earlier runs/);
});
