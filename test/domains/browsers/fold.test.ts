import { expect, test } from 'vitest';
import { BrowserFold, failedViews } from '../../../src/domains/browsers/fold.ts';
import type { BrowserMeasured, BrowserSetup, PageViews } from '../../../src/model/browser-visits.ts';

const setup: BrowserSetup = {
  ...{ visitors: 2, browser: 'Chromium', k6: '2', notRun: null, derived: true, quietMs: 9000 },
  pages: [{ name: '/', paths: ['/'] }],
};

function views(condition: PageViews['condition'], page: number, lcp: number): PageViews {
  return {
    condition,
    page,
    loaded: 3,
    failed: [
      ['timeout', 2],
      ['crash', 1],
    ],
    vitals: [['LCP', [[lcp, 3]]]],
  };
}

function measured(fold: BrowserFold, more: Partial<BrowserMeasured>): void {
  const traffic = { requests: 10, serverErrors: 2, receivedBytes: 100 };
  const data = { fromMs: 0, toMs: 1000, views: [], traffic, blocked: [], cpuSeconds: null, peakCores: null, ...more };
  fold.add({ type: 'shakedown.browsers.measured', data });
}

test('views are added up by page and condition, and over all pages of a condition', () => {
  const fold = new BrowserFold();
  measured(fold, { views: [views('load', 0, 100), views('load', 1, 200), views('fault', 0, 900)] });
  measured(fold, { views: [views('load', 0, 300)] });
  const first = fold.sums('load', 0);
  expect(first.loaded).toBe(6);
  expect(first.failed).toEqual(
    new Map([
      ['timeout', 4],
      ['crash', 2],
    ]),
  );
  expect(first.vitals.get('LCP')?.values()).toEqual([
    [100, 3],
    [300, 3],
  ]);
  const all = fold.sums('load', null);
  expect([all.loaded, failedViews(all), all.vitals.get('LCP')?.max]).toEqual([9, 9, 300]);
});

test('traffic, processor time and what was blocked are added up; of cores the most is kept', () => {
  const fold = new BrowserFold();
  measured(fold, { blocked: [['ads.example', 2]], cpuSeconds: 1.5, peakCores: 2 });
  measured(fold, { blocked: [['ads.example', 3]], cpuSeconds: 0.5, peakCores: 1, fromMs: 1000, toMs: 3000 });
  // Neither one without a figure nor one without a length is part of the time.
  measured(fold, { fromMs: 3000, toMs: 4000 });
  measured(fold, { fromMs: 4000, toMs: 4000, cpuSeconds: 7 });
  expect(fold.traffic).toEqual({ requests: 40, serverErrors: 8, receivedBytes: 400 });
  expect(fold.blocked).toEqual(new Map([['ads.example', 5]]));
  expect(fold.cpu).toEqual({ seconds: 2, overMs: 3000, peakCores: 2 });
});

test('of a run that was resumed the last start counts, and the longest quiet', () => {
  const fold = new BrowserFold();
  fold.add({ type: 'shakedown.browsers.started', data: setup });
  fold.add({ type: 'shakedown.browsers.crashed', data: { atMs: 1, why: 'killed' } } as never);
  fold.add({ type: 'shakedown.browsers.ended', data: { atMs: 2, why: 'crashed too often' } } as never);
  expect(fold.crashes).toEqual({ count: 1, why: 'killed' });
  expect(fold.endedEarly).toBe('crashed too often');
  fold.add({ type: 'shakedown.browsers.started', data: { ...setup, visitors: 3, quietMs: 500 } });
  expect(fold.setup).toMatchObject({ visitors: 3, quietMs: 9000 });
  expect(fold.endedEarly).toBeNull();
});
