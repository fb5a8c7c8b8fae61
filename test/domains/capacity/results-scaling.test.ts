import { rm } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { CapacityStep } from '../../../src/model/capacity.ts';
import type { JournalData } from '../../../src/model/event.ts';
import { buildResults } from '../../../src/run/results/build.ts';
import { rendered } from '../../report/rendered.ts';
import { makeRun } from '../../run/results/run-folder.ts';

/**
 * The steps of a real search, `simulate --find-capacity --instances 1,2,3,4 --sample-defects workers=2/40,shared=6 --step 4s` with p95 below 400 ms: each
 * instance two requests at a time, 40 ms each, 6 of them on average in the database and one at a time for all. A closed queueing network of that
 * kind (mean value analysis, two customers an instance) bears 48.9, 92.1, 126.5 and 149.3 requests a second.
 */
const tried: [instances: number, ratePerSecond: number, p95Ms: number | null, outcome: CapacityStep['outcome']][] = [
  [1, 26.3, 267, 'held'],
  [1, 39.5, 465, 'missed'],
  [1, 32.2, 143, 'held'],
  [1, 35.7, 375, 'held'],
  [1, 37.5, 552, 'missed'],
  [2, 49.9, 145, 'held'],
  [2, 74.9, 297, 'held'],
  [2, 112.3, 961, 'missed'],
  [2, 91.7, 435, 'missed'],
  [2, 82.9, 377, 'held'],
  [2, 87.2, 452, 'missed'],
  [3, 87, 228, 'held'],
  [3, 130.5, 662, 'missed'],
  [3, 106.6, 257, 'held'],
  [3, 118, 574, 'missed'],
  [3, 112.1, 204, 'held'],
  [4, 104.7, 300, 'held'],
  [4, 157, 1195, 'missed'],
  [4, 128.2, 395, 'held'],
  [4, 141.8, 637, 'missed'],
  [4, 134.8, 451, 'missed'],
];
const theory = [48.9, 92.1, 126.5, 149.3];

function step([instances, ratePerSecond, p95Ms, outcome]: (typeof tried)[number], i: number): JournalData {
  return {
    type: 'shakedown.capacity.step',
    data: {
      step: {
        startMs: 8000 * i,
        durationMs: 4000,
        phase: 'scale',
        plannedRatePerSecond: ratePerSecond,
        achievedRatePerSecond: ratePerSecond,
        p50Ms: null,
        p95Ms,
        p99Ms: null,
        errorPercent: 0,
        instances,
        outcome,
        reason: outcome === 'missed' ? 'p95 above 400 ms' : null,
      },
    },
  };
}

it('finds how four real numbers of instances scale, and says so', async () => {
  const started: JournalData = { type: 'shakedown.capacity.started', data: { stepMs: 4000 } };
  const folder = await makeRun({ windows: 2, windowMs: 1000, rate: 50, more: [started, ...tried.map(step)] });
  try {
    const results = await buildResults(folder);
    const { byInstances = [], scalability, sentence = '' } = results.sections.capacity ?? {};
    expect(byInstances.map(({ n }) => n)).toEqual([1, 2, 3, 4]);
    byInstances.forEach(({ ratePerSecond, missedPerSecond }, i) => {
      const share = ratePerSecond / (theory[i] ?? 0);
      expect(share).toBeGreaterThan(0.6);
      expect(share).toBeLessThan(1.1);
      expect(missedPerSecond).toBeGreaterThan(ratePerSecond);
    });
    const intervals = scalability?.intervals;
    expect(scalability?.rSquared).toBeGreaterThan(0.9);
    expect(intervals?.sigma.low).toBeLessThanOrEqual(scalability?.sigma ?? Number.NaN);
    expect(intervals?.sigma.high).toBeGreaterThanOrEqual(scalability?.sigma ?? Number.NaN);
    expect(sentence).toMatch(/From 1 to 4 instances the rate rose by ×[\d.]+ of ×4/);
    // That they share something is seen, and told.
    expect(sentence).toMatch(/By the scalability law 4 instances do [67]\d % of what 4 times one would/);
    const page = (await rendered(results))['performance.html'];
    expect(page).toContain('Sustained by 4 instances');
    expect(page).toContain('By the scalability law');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
