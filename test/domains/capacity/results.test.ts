import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { measureCapacity, sustainableRate } from '../../../src/domains/capacity/metrics.ts';
import { capacityObjective } from '../../../src/domains/capacity/objectives.ts';
import { judgeAll } from '../../../src/gate/judge.ts';
import type { Metric } from '../../../src/gate/metric.ts';
import { Metrics } from '../../../src/gate/metrics.ts';
import type { CapacityResult, CapacityStep } from '../../../src/model/capacity.ts';
import type { RunFacts } from '../../../src/model/run-facts.ts';
import { buildResults } from '../../../src/run/results/build.ts';
import { loadOf } from '../../report/fixture/parts.ts';
import { rendered } from '../../report/rendered.ts';
import { makeRun } from '../../run/results/run-folder.ts';

const found: CapacityResult = {
  sustainablePerSecond: 1200,
  interval: { low: 1200, high: 1260, confidence: 0.6 },
  confirmations: 4,
  triedAgain: 4,
  confirmed: true,
  atLeastPerSecond: 1200,
  kneePerSecond: null,
  limitedBy: 'p95 above 100 ms',
  lowerBoundOnly: false,
  steps: [],
  scalability: null,
  whyNoScalability: null,
  closedLoop: null,
  sentence: 'Sustains it.',
};
const bound = { interval: null, lowerBoundOnly: true };

describe('measureCapacity', () => {
  it.each([
    ['pass', 'confirmed above', {}],
    [
      'inconclusive',
      'above, but not confirmed',
      { confirmations: 1, triedAgain: 1, confirmed: false, atLeastPerSecond: null },
    ],
    ['pass', 'not confirmed, but shown to be above', { confirmed: false, atLeastPerSecond: 1100 }],
    ['inconclusive', 'not confirmed, and shown only for less', { confirmed: false, atLeastPerSecond: 400 }],
    ['fail', 'wholly below', { sustainablePerSecond: 800, interval: { low: 800, high: 840, confidence: 0.6 } }],
    [
      'inconclusive',
      'on both sides',
      { sustainablePerSecond: 980, interval: { low: 980, high: 1030, confidence: 0.6 } },
    ],
    ['pass', 'at least, above', bound],
    ['inconclusive', 'at least, below', { ...bound, sustainablePerSecond: 800, atLeastPerSecond: 800 }],
    [
      'inconclusive',
      'at least, above, but not confirmed',
      { ...bound, confirmations: 5, triedAgain: 6, confirmed: false, atLeastPerSecond: null },
    ],
    [
      'fail',
      'nothing held',
      {
        sustainablePerSecond: null,
        interval: { low: 0, high: 4, confidence: 0.5 },
        confirmations: 0,
        confirmed: false,
        atLeastPerSecond: null,
      },
    ],
  ] as const)('is %s: %s', (verdict, _name, changes) => {
    const run = { invalidShare: 0, maxInvalidShare: 0.1, facts: {} as RunFacts };
    const [result] = judgeAll(
      [capacityObjective],
      new Metrics([sustainableRate as Metric]),
      () => measureCapacity({ ...found, ...changes }),
      run,
    );
    expect(result?.verdict).toBe(verdict);
  });
});

describe('a search for capacity that was cut off', () => {
  const folders: string[] = [];
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));
  const step = (startMs: number, ratePerSecond: number): CapacityStep => ({
    ...{ startMs, durationMs: 10_000, phase: 'ramp', plannedRatePerSecond: ratePerSecond, instances: null },
    ...{ achievedRatePerSecond: ratePerSecond, p50Ms: 20, p95Ms: 40, p99Ms: 60, errorPercent: 0 },
    ...{ outcome: 'held', reason: null },
  });
  const isRest = (window: number) => (window >= 11 && window < 15) || (window >= 25 && window < 30);

  // The length that a search begins with is a guess; this one was shorter, or longer, than it took.
  it.each([30_000, 484_000])(
    'lasted as long as it went on, and its rate is that of its steps: %d ms guessed',
    async (durationMs) => {
      const folder = await makeRun({
        ...{ windows: 34, windowMs: 1000, rate: 100, durationMs, killed: true },
        // Step, its last sessions, rest; step, rest; and a step that was cut off.
        rateAt: (window) => (window < 10 ? 100 : window === 10 ? 7 : window < 25 ? 200 : 400),
        more: [
          { type: 'shakedown.capacity.started', data: { stepMs: 10_000 } },
          { type: 'shakedown.capacity.step', data: { step: step(0, 100) } },
          { type: 'shakedown.capacity.step', data: { step: step(15_000, 200) } },
        ],
      });
      folders.push(folder);
      const journal = join(folder, 'journal.ndjson');
      const lines = (await readFile(journal, 'utf8')).split('\n').filter((line) => {
        const index = /"window":\{"index":(\d+)/.exec(line)?.[1];
        return index === undefined || !isRest(Number(index));
      });
      await writeFile(journal, lines.join('\n'));
      const results = await buildResults(folder);
      expect(results.run).toMatchObject({ plannedMs: 34_000, coveredMs: 34_000, interrupted: expect.any(String) });
      const sent = 10 * 100 + 10 * 200 + 4 * 400;
      expect(loadOf(results).averageRatePerSecond).toBeCloseTo(sent / 24, 0);
      // Steps of different rates have no trend.
      expect(results.sections.monitoring).not.toHaveProperty('stability');
      expect(results.timeline.bands.filter(({ lane }) => lane === 'gap')).toEqual([]);
      expect(results.missing.join(' ')).toContain('cut short after 34 s: ');
      expect((await rendered(results))['index.html']).toMatch(/Interrupted after 34\ss(?!\sof)/);
    },
  );
});
