import { expect, test } from 'vitest';
import { outOfReach } from '../../../src/run/simulate/out-of-reach.ts';
import { classic } from '../../gate/classic.ts';

const routes = [{ method: 'GET', route: '/search', requests: 1, bytes: 1 }];
const plan = (rate: number, seconds: number) => ({ averageRatePerSecond: rate, requests: rate * seconds, routes });

test('what a minute at 80 requests a second cannot show is said, with what could', () => {
  expect(outOfReach(classic, plan(80, 60), 60_000)).toEqual({
    reasons: [
      'throughput above 1,000 /s (planned: 80 /s)',
      'availability at least 99.99 % (needs 36,887 requests, 7 min 42 s at this rate)',
      '24 h of stable time (planned: 1 min)',
    ],
    needs: ['--duration 24h', '--rate 1050'],
  });
});

test('a day at the full rate is enough, and so are five minutes for a policy that asks for no more', () => {
  expect(outOfReach(classic, plan(1100, 86_400), 86_400_000)).toBeNull();
  const five = classic.map((objective) => {
    const target = { throughput: 10, availability: 99.9, 'stable-time': 0.08 }[objective.id];
    return target === undefined ? objective : { ...objective, target };
  });
  expect(outOfReach(five, plan(60, 300), 300_000)).toBeNull();
  expect(outOfReach(five, plan(11, 300), 300_000)?.needs).toEqual(['--duration 6m']);
});

test('an objective of a route that the plan does not have is said before the load', () => {
  const [p95] = classic.filter(({ metric }) => metric === 'response_time');
  if (p95 === undefined) throw new Error('no objective of response times');
  const of = (route: string) => outOfReach([{ ...p95, title: 'search', key: true, route }], plan(100, 600), 600_000);
  expect(of('GET /search')).toBeNull();
  expect(of('GET /serach')?.reasons).toEqual(['search: no request of GET /serach is planned']);
});

test('so few requests that no part of the run can show its target are said before the load', () => {
  const own = (metric: string) => {
    const found = classic.find((one) => one.metric === metric);
    if (found === undefined) throw new Error(`no objective of ${metric}`);
    return {
      ...found,
      statistic: metric === 'error_rate' ? ('value' as const) : ('p95' as const),
      key: true,
      windowS: 60,
    };
  };
  const errors = { ...own('error_rate'), title: 'Errors', target: 1 };
  expect(outOfReach([errors], plan(6, 3600), 3_600_000)).toEqual({
    reasons: ['errors below 1 % in every 1 min (needs 368 requests in each)'],
    needs: ['--rate 7'],
  });
  expect(outOfReach([errors], plan(7, 3600), 3_600_000)).toBeNull();
  expect(outOfReach([own('response_time')], plan(1, 3600), 3_600_000)?.needs).toEqual(['--rate 2']);
  expect(outOfReach([errors], plan(100, 30), 30_000)?.needs).toEqual(['--duration 1m']);
});
