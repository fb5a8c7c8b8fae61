import { describe, expect, test } from 'vitest';
import {
  failuresByPart,
  type PartGrid,
  PartTimes,
  partGrid,
  partsAt,
  worstPercentile,
  worstShare,
} from '../../../../src/domains/load/judging/worst-part.ts';
import { judgeAll } from '../../../../src/gate/judge.ts';
import type { Measurement } from '../../../../src/gate/measurement.ts';
import type { Metric } from '../../../../src/gate/metric.ts';
import { Metrics } from '../../../../src/gate/metrics.ts';
import type { RunFacts } from '../../../../src/model/run-facts.ts';
import type { Objective, Verdict } from '../../../../src/model/verdict.ts';
import { seeded } from '../../../random.ts';

const common = { gate: 'performance', comparison: '<', weight: 1, key: true, minimumSamples: 0, windowS: 60 } as const;
const errors: Objective = {
  ...{ ...common, id: 'errors', title: 'Errors', metric: 'error_rate', statistic: 'value', target: 1, unit: '%' },
};
const times: Objective = {
  ...{ ...common, id: 'times', title: 'Times', metric: 'response_time', statistic: 'p95', target: 100, unit: 'ms' },
};
const metrics = new Metrics(
  [errors, times].map(({ metric, unit }) => ({ id: metric, words: metric, unit }) as unknown as Metric),
);

function verdictOf(objective: Objective, measurement: Measurement): { verdict: Verdict; reason: string } {
  const run = { invalidShare: 0, maxInvalidShare: 0.1, facts: {} as RunFacts };
  const [result] = judgeAll([objective], metrics, () => measurement, run);
  if (result === undefined) throw new Error('nothing was judged');
  return result;
}

const hour: PartGrid = partGrid({ windowS: 60, cellMs: 15_000, fromMs: 0, toMs: 3_600_000 }) as PartGrid;

/** A run of an hour in windows of 15 s; how likely one of its requests fails, or is slow, at a moment. */
function drawn(seed: number, each: number, likely: (startMs: number) => number) {
  const random = seeded(seed);
  return Array.from({ length: 240 }, (_, window) => {
    const startMs = window * 15_000;
    let failed = 0;
    for (let i = 0; i < each; i++) if (random() < likely(startMs)) failed++;
    return { startMs, failed, of: each };
  });
}

const judgedErrors = (windows: ReturnType<typeof drawn>) =>
  verdictOf(errors, worstShare(errors, hour, failuresByPart(hour, windows), 0));

function judgedTimes(windows: ReturnType<typeof drawn>) {
  const parts = new PartTimes(hour);
  for (const { startMs, failed, of } of windows) {
    for (const into of parts.at(startMs)) {
      into.recordMany(200_000, failed);
      into.recordMany(50_000, of - failed);
    }
  }
  return verdictOf(times, worstPercentile(times, parts, 0));
}

describe('parts', () => {
  test('are equally long, each begins in the middle of the one before, and the last ends with the run', () => {
    const grid = partGrid({ windowS: 60, cellMs: 1000, fromMs: 5000, toMs: 145_000 }) as PartGrid;
    const starts = new Set(Array.from({ length: 150 }, (_, second) => partsAt(grid, second * 1000)).flat());
    expect([...starts]).toEqual([5000, 35_000, 65_000, 85_000]);
    expect(partsAt(grid, 4999)).toEqual([]);
    expect(partsAt(grid, 64_999)).toEqual([5000, 35_000]);
    expect(partsAt(grid, 90_000)).toEqual([35_000, 65_000, 85_000]);
    expect(partsAt(grid, 145_000)).toEqual([]);
  });

  test.each([
    [{ windowS: 60, cellMs: 75_000, fromMs: 0, toMs: 3_600_000 }, /kept for 1 min 15 s each .* longer than the 1 min/],
    [{ windowS: 60, cellMs: 1000, fromMs: 30_000, toMs: 80_000 }, /no 1 min after the first 30 s/],
    [{ windowS: 1, cellMs: 1000, fromMs: 0, toMs: 86_400_000 }, /more than 10,000 parts of 1 s/],
  ])('that cannot be looked at alone say why: %j', (asked, why) => {
    expect(partGrid(asked)).toMatch(why);
  });

  test('are whole windows: where these do not divide them, a little longer', () => {
    expect(partGrid({ windowS: 60, cellMs: 7000, fromMs: 0, toMs: 600_000 })).toMatchObject({ lengthMs: 63_000 });
  });

  test('have the same times in any order', () => {
    const parts = new PartTimes(hour);
    for (const startMs of [60_000, 0, 60_000, 30_000]) for (const into of parts.at(startMs)) into.record(startMs + 1);
    expect([...parts.parts].map(([startMs, { count }]) => [startMs, count]).sort(([a = 0], [b = 0]) => a - b)).toEqual([
      [0, 2],
      [30_000, 3],
      [60_000, 2],
    ]);
  });
});

describe.each([
  ['errors', judgedErrors, 0.01, 400],
  ['times', judgedTimes, 0.05, 120],
] as const)('of %s', (_, judge, allowed, seeds) => {
  const count = (likely: (startMs: number) => number, verdict: Verdict) =>
    Array.from({ length: seeds }, (_, seed) => judge(drawn(seed, 150, likely))).filter((one) => one.verdict === verdict)
      .length;

  test('a run that is everywhere just what is allowed is not accused, though its worst minute is above', () => {
    // Of the runs that are no better than allowed, one in forty may be.
    expect(count(() => allowed, 'fail')).toBeLessThanOrEqual(seeds / 40);
    expect(count(() => allowed, 'pass')).toBe(0);
  });

  test('a run that is well within passes', () => {
    expect(count(() => allowed / 10, 'pass')).toBeGreaterThan(0.98 * seeds);
  });

  test.each([1_215_000, 3_540_000])('a bad minute is found, from %d ms on', (fromMs) => {
    const likely = (startMs: number) => (startMs >= fromMs && startMs < fromMs + 60_000 ? 8 * allowed : allowed / 10);
    expect(count(likely, 'fail')).toBeGreaterThan(0.98 * seeds);
  });

  test('so few requests that no minute shows anything pass nothing', () => {
    expect(judge(drawn(1, 2, () => 0))).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(
        /^In 119 of 119 parts of 1 min there were too few .* such as 8 from the start on\./,
      ),
    });
  });
});

test('the reason names the minute', () => {
  const bad = drawn(1, 150, (startMs) => (startMs >= 600_000 && startMs < 660_000 ? 0.3 : 0));
  expect(judgedErrors(bad).reason).toMatch(
    /^Error rate was \d+(\.\d+)? % in the 1 min from 10 min on, with 600 requests; below 1 % is required in every 1 min\./,
  );
  expect(judgedTimes(bad).reason).toMatch(
    /^p95 response time was 200 ms in the 1 min from (9 min 30 s|10 min) on, with 600 requests; below 100 ms/,
  );
});
