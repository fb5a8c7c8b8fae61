import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findBlindSpots } from '../../../../../src/domains/monitoring/validation/rules/blind-spots/find.ts';
import { checkStatically } from '../../../../../src/domains/monitoring/validation/rules/checks/every.ts';
import { findPromtool } from '../../../../../src/domains/monitoring/validation/rules/promtool/find.ts';
import { readRuleText } from '../../../../../src/domains/monitoring/validation/rules/readers/read.ts';
import { onPath } from '../../../../../src/environment/paths.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'blind-spots-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Rules = Record<string, string | Record<string, unknown>>;

/** @param given name of an alert, or with a colon of a recorded metric → its expression, or its keys */
async function spotsOf(given: Rules) {
  const rules = Object.entries(given).map(([name, one]) => ({
    [name.includes(':') ? 'record' : 'alert']: name,
    ...(typeof one === 'string' ? { expr: one } : one),
  }));
  const { known } = checkStatically([readRuleText(JSON.stringify({ groups: [{ name: 'g', rules }] }), 'r.yml')], {
    requiredLabels: [],
    requiredAnnotations: [],
    scrape: { byJobMs: new Map(), otherMs: 15_000, isKnown: true },
  });
  const { spots, leftOut } = await findBlindSpots(known, { promtool: await findPromtool(), folder });
  expect(leftOut).toBe(0);
  return new Map(
    spots.map(({ rule, job, seenBy }) => [
      rule.name,
      { job, ...Object.fromEntries(Object.entries(seenBy).map(([way, names]) => [way, names.join(' ')])) },
    ]),
  );
}

describe.skipIf(onPath('promtool').length === 0)('what fires when the series of an alert are gone', () => {
  test.each<[string, Rules, { scrape: string; target: string }]>([
    ['an alert on its own job', { U: 'up{job="a"} == 0', T: 'absent(up{job="a"})' }, { scrape: 'U', target: 'T' }],
    ['an alert on another job', { U: 'up{job="b"} == 0', T: 'absent(up{job="b"})' }, { scrape: '', target: '' }],
    ['an alert on all other jobs', { U: 'up{job!="a"} == 0', T: 'absent(up{job="a"})' }, { scrape: '', target: 'T' }],
    ['an alert on one instance', { U: 'up{job="a", instance="a:1"} == 0' }, { scrape: '', target: '' }],
    ['an alert on one environment', { U: 'up{job="a", env="prod"} == 0' }, { scrape: '', target: '' }],
    ['an alert on all instances but some', { U: 'up{job="a", instance!~"test.*"} == 0' }, { scrape: 'U', target: '' }],
    ['an alert on a share of targets', { U: 'avg by (job) (up) < 0.9' }, { scrape: 'U', target: '' }],
    [
      'two alerts of one name',
      { U: { alert: 'S', expr: 'up{job="b"} == 0' }, V: { alert: 'S', expr: 'up{job="a"} == 0' } },
      { scrape: 'S', target: '' },
    ],
    [
      'an alert on what is recorded of up',
      { 'job:up:avg': 'avg by (job) (up)', U: 'job:up:avg{job="a"} < 1', T: 'absent(job:up:avg{job="a"})' },
      { scrape: 'U', target: 'T' },
    ],
    [
      'an alert on what is recorded of another job’s up',
      { 'job:up:avg': 'avg by (job) (up)', U: 'job:up:avg{job="b"} < 1', T: 'absent(job:up:avg{job="b"})' },
      { scrape: '', target: '' },
    ],
    [
      'absence through two recording rules, one of them a quantile',
      {
        'job:x:rate': 'sum by (job, le) (rate(x_bucket[1h]))',
        'job:x:p99': 'histogram_quantile(0.99, job:x:rate) > 0',
        T: 'absent(job:x:p99{job="a"})',
      },
      { scrape: 'T', target: 'T' },
    ],
    [
      'absence of what is only there above a threshold',
      { 'job:y:rate': 'sum by (job) (rate(y_total[5m])) > 0', T: 'absent(job:y:rate{job="a"})' },
      { scrape: 'T', target: 'T' },
    ],
    [
      'an alert that fires anyway, and for absence',
      { T: 'x{job="a"} > 0 or absent(x{job="a"})' },
      { scrape: 'T', target: 'T' },
    ],
    ['absence for days', { T: { expr: 'absent_over_time(x{job="a"}[2d])', for: '1d' } }, { scrape: 'T', target: 'T' }],
    ['what was there yesterday', { T: 'x{job="a"} offset 1d unless x{job="a"}' }, { scrape: 'T', target: 'T' }],
  ])('%s', async (_, rules, expected) => {
    const spots = await spotsOf({ ...rules, Own: 'x{job="a"} > 5' });
    expect(spots.get('Own')).toMatchObject(expected);
  });

  test('of several jobs each has to be seen; of none that is named, any', async () => {
    const u = 'up{job="a"} == 0';
    expect((await spotsOf({ U: u, Own: 'x{job=~"a|b"} > 5' })).get('Own')).toMatchObject({ job: 'b', scrape: '' });
    expect((await spotsOf({ U: u, Own: 'x{job="a"} / on (z) y{job="b"} > 5' })).get('Own')).toMatchObject({ job: 'b' });
    expect((await spotsOf({ U: u, Own: 'x > 5' })).get('Own')).toMatchObject({ job: null, scrape: '' });
    expect((await spotsOf({ U: 'up == 0', Own: 'x > 5' })).get('Own')).toMatchObject({ job: null, scrape: 'U' });
    const but = await spotsOf({ U: 'up{job!="batch"} == 0', Own: 'x > 5' });
    expect(but.get('Own')).toMatchObject({ job: 'batch', scrape: '' });
  });
});
