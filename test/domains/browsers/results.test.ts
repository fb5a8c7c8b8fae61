import { rmSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import type { BrowserMeasured, BrowserSetup, PageViews, ValueCounts } from '../../../src/model/browser-visits.ts';
import type { JournalData } from '../../../src/model/event.ts';
import type { Results } from '../../../src/model/results.ts';
import { buildResults } from '../../../src/run/results/build.ts';
import { loadOf } from '../../report/fixture/parts.ts';
import { rendered } from '../../report/rendered.ts';
import { makeRun } from '../../run/results/run-folder.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const setup: BrowserSetup = {
  visitors: 2,
  browser: 'Chromium 156.0',
  k6: '2.2.0',
  notRun: null,
  pages: [
    { name: '/', paths: ['/'] },
    { name: '/products/:id', paths: ['/products/1', '/products/2'] },
  ],
  derived: true,
  quietMs: 15_000,
};

/** @param fromMs LCP of the first page view, each later one 10 ms more */
function views(condition: PageViews['condition'], page: number, loaded: number, fromMs: number, failed = 0): PageViews {
  const lcp = Array.from({ length: loaded }, (_, index): ValueCounts[number] => [fromMs + 10 * index, 1]);
  return {
    condition,
    page,
    loaded,
    failed: failed === 0 ? [] : [['timeout', failed]],
    vitals: [
      ['LCP', lcp],
      ['CLS', [[0, loaded]]],
    ],
  };
}

const measured = (all: PageViews[], more: Partial<BrowserMeasured> = {}): JournalData => ({
  type: 'shakedown.browsers.measured',
  data: {
    fromMs: 0,
    toMs: 10_000,
    views: all,
    traffic: { requests: 100, serverErrors: 1, receivedBytes: 50_000 },
    blocked: [],
    cpuSeconds: 5,
    peakCores: 0.75,
    ...more,
  },
});

async function resultsOf(more: JournalData[], budgets: object = {}): Promise<Results> {
  const folder = await makeRun({
    windows: 20,
    windowMs: 1000,
    rate: 200,
    config: { browser: { budgets }, uat: { budgets: { LCP: 2500, CLS: 0.1 } } },
    more,
  });
  folders.push(folder);
  return buildResults(folder);
}

const objective = (results: Results, id: string) => results.objectives.find((each) => each.objective.id === id);
const html = async (results: Results) => ((await rendered(results))['browsers.html'] ?? '').replaceAll('\u00a0', ' ');

it('adds periods up, and puts what was seen without load beside what was seen under it', async () => {
  const results = await resultsOf([
    { type: 'shakedown.browsers.started', data: setup },
    measured([views('quiet', 0, 20, 300)]),
    measured([views('load', 0, 20, 800), views('load', 1, 20, 1200, 3)], { blocked: [['cdn.example', 4]] }),
    measured([views('load', 0, 10, 1000)], { blocked: [['cdn.example', 1]], peakCores: 1.25 }),
    { type: 'shakedown.browsers.crashed', data: { atMs: 7000, why: 'Target has <b>crashed</b>' } },
  ]);
  const lcp = (condition: string) =>
    results.sections.browsers?.vitals.find((each) => each.metric === 'LCP' && each.condition === condition);
  expect(lcp('quiet')).toMatchObject({
    samples: 20,
    p25: 340,
    p75: 440,
    max: 490,
    source: 'browser users',
    budget: 2500,
  });
  // Of 50 values, the 38th: 20 of the second page lie above 1200.
  expect(lcp('load')).toMatchObject({ samples: 50, p75: 1270, verdict: 'pass', worstPage: '/products/:id' });
  expect(lcp('load')?.interval?.low).toBeLessThan(1270);
  expect(results.sections.browsers?.visits).toMatchObject({
    judged: false,
    traffic: { requests: 300, serverErrors: 3 },
    blocked: [{ host: 'cdn.example', count: 5 }],
    cpuCoresMean: 0.5,
    cpuCoresMax: 1.25,
    crashes: { count: 1 },
  });
  expect(results.sections.browsers?.visits.counts).toContainEqual({
    condition: 'load',
    page: '/products/:id',
    views: 23,
    loaded: 20,
    failed: [['timeout', 3]],
  });
  // Shown, not judged: nothing of it is among the objectives, nor among the replayed requests.
  expect(objective(results, 'vital-lcp')).toBeUndefined();
  expect(loadOf(results).requests.planned).toBe(4000);
  const page = await html(results);
  for (const text of [
    'Browser users <small>',
    '2 browser users in Chromium 156.0',
    '3 of 53 failed (timeout 3)',
    '5: cdn.example',
  ])
    expect(page).toContain(text);
  expect(page).toContain('Target has &lt;b&gt;crashed');
});

it('judges vitals under load by their budgets; what was seen without load or under a fault does not count', async () => {
  const events: JournalData[] = [
    { type: 'shakedown.browsers.started', data: setup },
    measured([views('quiet', 0, 40, 10_000), views('load', 0, 40, 800), views('fault', 0, 40, 20_000)]),
  ];
  const results = await resultsOf(events, { LCP: 1500, CLS: 0.05 });
  expect(objective(results, 'vital-lcp')).toMatchObject({ verdict: 'pass', value: 1090, samples: 40 });
  expect(objective(results, 'vital-cls')).toMatchObject({ verdict: 'pass', value: 0 });
  const tight = await resultsOf(events, { LCP: 500 });
  expect(objective(tight, 'vital-lcp')?.verdict).toBe('fail');
  expect(tight.verdict).not.toBe('pass');
  const between = await resultsOf(events, { LCP: 1095 });
  expect(objective(between, 'vital-lcp')?.verdict).toBe('inconclusive');
});

it('takes a page that did not load for slower than any, and reports it', async () => {
  const results = await resultsOf(
    [{ type: 'shakedown.browsers.started', data: setup }, measured([views('load', 0, 40, 800, 4)])],
    { LCP: 1500 },
  );
  // The 33rd of 44, where it would have been the 30th of 40.
  expect(objective(results, 'vital-lcp')).toMatchObject({ value: 1120 });
  expect(objective(results, 'vital-lcp')?.reason).toContain('4 of 44 page views failed');
  const many = await resultsOf(
    [{ type: 'shakedown.browsers.started', data: setup }, measured([views('load', 0, 40, 800, 30)])],
    { LCP: 1500 },
  );
  expect(objective(many, 'vital-lcp')).toMatchObject({ verdict: 'inconclusive', value: null });
  expect(objective(many, 'vital-lcp')?.reason).toContain('30 of 70 page views failed');
});

it('says that nothing was run where there is no browser, and makes no zero of it', async () => {
  const notRun = 'there is no Chromium; `npx playwright install chromium` brings it';
  const results = await resultsOf(
    [
      {
        type: 'shakedown.browsers.started',
        data: { ...setup, browser: null, k6: null, pages: [], derived: false, quietMs: 0, notRun },
      },
    ],
    { LCP: 1500 },
  );
  expect(results.sections.browsers?.vitals).toEqual([]);
  expect(results.missing).toContain(`No browser visited the target: ${notRun}.`);
  expect(objective(results, 'vital-lcp')).toMatchObject({ verdict: 'inconclusive', value: null });
  expect(await html(results)).toContain('there is no Chromium');
});

it('tells that visits ended before the load did, and goes on from there when the run is resumed', async () => {
  const ended: JournalData = { type: 'shakedown.browsers.ended', data: { atMs: 5000, why: 'k6 ended with 107' } };
  const first: JournalData[] = [
    { type: 'shakedown.browsers.started', data: setup },
    measured([views('load', 0, 10, 800)]),
    ended,
  ];
  const cut = await resultsOf(first);
  expect(cut.missing).toContain('Visits by browsers ended before the load did: k6 ended with 107.');
  expect(await html(cut)).toContain('k6 ended with 107');
  const resumed = await resultsOf([
    ...first,
    { type: 'shakedown.browsers.started', data: { ...setup, quietMs: 0 } },
    measured([views('load', 0, 10, 800)]),
  ]);
  expect(resumed.sections.browsers?.visits).toMatchObject({ endedEarly: null, quietMs: 15_000 });
  expect(resumed.sections.browsers?.vitals.find(({ metric }) => metric === 'LCP')?.samples).toBe(20);
});
