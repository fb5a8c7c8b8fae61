import { expect, it } from 'vitest';
import { vitalsOf } from '../../src/domains/uat/vitals.ts';
import type { ConditionVital, UatCondition } from '../../src/model/uat.ts';
import type { VitalName, VitalSample } from '../../src/model/vital.ts';
import { vitalsBesideView } from '../../src/report-kit/vitals-table.ts';
import { ready } from './fixture.ts';
import { rendered } from './rendered.ts';

const budgets = { LCP: 2500, INP: 200, CLS: 0.1, FCP: 1800, TTFB: 800 };

function taken(condition: UatCondition, source: ConditionVital['source'], lcp: number): ConditionVital[] {
  const samples = Array.from({ length: 20 }, (_, index): VitalSample[] => [
    { metric: 'LCP', value: lcp + index, page: '/' },
    { metric: 'CLS', value: 0.01, page: '/basket' },
  ]).flat();
  const unsupported: VitalName[] = ['INP'];
  return vitalsOf([{ browser: 'chromium', samples, unsupported }], budgets).map((each) => ({
    ...each,
    condition,
    source,
  }));
}

const seen = (text: string | undefined) => text?.replaceAll('\u00a0', ' ');

it('puts conditions side by side, each way of opening pages in rows of its own, and makes no zero of what is unsupported', () => {
  const view = vitalsBesideView([
    ...taken('fault', 'scenarios', 4000),
    ...taken('quiet', 'scenarios', 400),
    ...taken('load', 'browser users', 900),
  ]);
  expect(view?.conditions).toEqual(['No load', 'Under load', 'With a fault on']);
  const row = (metric: string, by: string) => view?.rows.find((each) => each.metric === metric && each.by === by);
  expect(row('LCP', 'chromium')?.cells.map(({ state, p75 }) => [state, seen(p75)])).toEqual([
    ['pass', '414 ms'],
    ['not run', '–'],
    ['fail', '4,014 ms'],
  ]);
  expect(row('LCP', 'chromium, browser users')?.cells.map(({ samples }) => seen(samples))).toEqual([
    '',
    '20 loads',
    '',
  ]);
  expect(row('INP', 'chromium')?.cells.map(({ word, samples }) => [word, samples])).toEqual([
    ['Unsupported', ''],
    ['Not measured', ''],
    ['Unsupported', ''],
  ]);
});

it('has a page where there is any, and else none', async () => {
  expect(await rendered(ready())).not.toHaveProperty('browsers.html');
  const base = ready();
  const vitals = taken('load', 'browser users', 900);
  const pages = await rendered({ ...base, sections: { ...base.sections, uat: { vitals } } });
  expect(pages['browsers.html']).toContain('chromium, browser users');
});
