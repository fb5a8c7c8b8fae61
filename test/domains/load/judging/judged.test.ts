import { describe, expect, test } from 'vitest';
import { brokenWindows, healthShare, judgedPart } from '../../../../src/domains/load/judging/judged.ts';
import { requestTotals } from '../../../../src/domains/load/judging/parts.ts';
import type { WindowResult } from '../../../../src/model/results.ts';
import type { RunFacts } from '../../../../src/model/run-facts.ts';
import type { Objective } from '../../../../src/model/verdict.ts';

const none = { p50: null, p90: null, p95: null, p99: null, p999: null, max: null, mean: null };

function window(index: number, more: Partial<WindowResult> = {}): WindowResult {
  return {
    ...{ index, startMs: index * 1000, durationMs: 1000 },
    ...{ planned: 10, completed: 8, failed: 1, unsent: 1, bytes: 100 },
    ...{ response: none, service: none, generatorLatenessP99Ms: 0, targetWaitP99Ms: 0, starved: 0, stallMs: 0 },
    ...{ generatorCpuCores: null, invalid: null },
    ...more,
  };
}

const windows = (from: number, to: number, more?: Partial<WindowResult>) =>
  Array.from({ length: to - from }, (_, i) => window(from + i, more));

const whole = { parts: [{ fromMs: 0, toMs: 10_000 }], plannedMs: 10_000, search: null };

describe('what of a run counts', () => {
  test('all of one that ran to its end', () => {
    const judged = judgedPart({ ...whole, windows: windows(0, 10) });
    expect(judged).toMatchObject({ durationMs: 10_000, coveredMs: 10_000, endMs: 10_000, invalidWindows: 0 });
    expect(judged).toMatchObject({ plannedRatePerSecond: 10, counts: { completed: 80, failed: 10, unsent: 10 } });
  });

  test('not invalid windows, nor those under a fault, nor their time', () => {
    const judged = judgedPart({
      ...whole,
      windows: [...windows(0, 6), ...windows(6, 8, { invalid: 'late' }), ...windows(8, 10, { excluded: 'latency' })],
    });
    expect(judged).toMatchObject({ durationMs: 6000, coveredMs: 10_000, invalidWindows: 2, plannedRatePerSecond: 10 });
    expect(judged.windows).toHaveLength(6);
  });

  test('what is asked for past the planned end counts as requests, and is no part of its time or rate', () => {
    const late = windows(10, 13, { planned: 2, completed: 2, failed: 0, unsent: 0 });
    const judged = judgedPart({
      ...whole,
      parts: [{ fromMs: 0, toMs: 13_000 }],
      windows: [...windows(0, 10), ...late],
    });
    expect(judged).toMatchObject({ durationMs: 10_000, coveredMs: 10_000, endMs: 10_000, plannedRatePerSecond: 10 });
    expect(judged.inTime).toHaveLength(10);
    expect(judged.windows).toHaveLength(13);
    expect(judged.counts.completed).toBe(86);
  });

  test('invalid windows past the end take nothing off the time', () => {
    const judged = judgedPart({
      ...whole,
      parts: [{ fromMs: 0, toMs: 12_000 }],
      windows: [...windows(0, 10), ...windows(10, 12, { invalid: 'late' })],
    });
    expect(judged.durationMs).toBe(10_000);
  });

  test('of a run that was resumed both parts, and not what lies between', () => {
    const parts = [
      { fromMs: 0, toMs: 3000 },
      { fromMs: 6000, toMs: 11_000 },
    ];
    const judged = judgedPart({ ...whole, parts, windows: [...windows(0, 3), ...windows(6, 11)] });
    expect(judged).toMatchObject({ durationMs: 7000, coveredMs: 7000, endMs: 10_000, plannedRatePerSecond: 10 });
  });

  test('of a search its steps without the rests, and one that was cut short', () => {
    const search = [
      { fromMs: 0, toMs: 3000 },
      { fromMs: 5000, toMs: 8000 },
    ];
    const judged = judgedPart({
      ...{ search, plannedMs: 4000, parts: [{ fromMs: 0, toMs: 12_000 }] },
      // In window 8 sessions of the second step come to their end; from 10 on there is a third.
      windows: [...windows(0, 3), ...windows(5, 9), ...windows(10, 12)],
    });
    expect(judged).toMatchObject({ durationMs: 8000, coveredMs: 12_000, endMs: 12_000 });
    expect(judged.inTime.map(({ index }) => index)).toEqual([0, 1, 2, 5, 6, 7, 10, 11]);
  });

  test('nothing of one without a window that counts', () => {
    const judged = judgedPart({ ...whole, windows: windows(0, 10, { invalid: 'late' }) });
    expect(judged).toMatchObject({ durationMs: 0, plannedRatePerSecond: null, coveredMs: 10_000 });
    expect(judgedPart({ ...whole, windows: [] }).durationMs).toBe(0);
  });
});

describe('what became of all requests', () => {
  const ended = {
    coveredMs: 10_000,
    accounting: { planned: 60, completed: 50, failed: 4, unsent: 6 },
    fidelity: {},
  } as unknown as NonNullable<RunFacts['loadEnded']>;
  const facts = (more: Partial<RunFacts>) =>
    ({ windows: windows(0, 10), parts: whole.parts, loadEnded: null, fidelity: null, ...more }) as RunFacts;
  const sums = { planned: 100, completed: 80, failed: 10, unsent: 10 };

  test('is what its end says', () => {
    expect(requestTotals(facts({ loadEnded: ended }))).toMatchObject({ ...ended.accounting, bytes: 1000 });
  });

  test('of one that was resumed is what its windows say, for its end speaks of the last part only', () => {
    const parts = [
      { fromMs: 0, toMs: 5000 },
      { fromMs: 5000, toMs: 10_000 },
    ];
    expect(requestTotals(facts({ loadEnded: ended, parts }))).toMatchObject(sums);
    // A harness that was killed has written down fewer as sent than its windows counted.
    const fidelity = { sentRequests: 70 } as NonNullable<RunFacts['fidelity']>;
    expect(requestTotals(facts({ parts, fidelity })).sent).toBe(90);
    expect(requestTotals(facts({ parts, fidelity: { ...fidelity, sentRequests: 95 } })).sent).toBe(95);
  });

  test('of one that was cut off is what its windows say', () => {
    expect(requestTotals(facts({}))).toMatchObject({ ...sums, sent: 90 });
  });
});

test('a health check holds until the next, and no longer than somebody looked', () => {
  const at = (atMs: number, up: boolean) => ({ atMs, up });
  expect(healthShare({ health: [] }, 1000)).toBeNull();
  expect(healthShare({ health: [at(0, true), at(3000, false)] }, 4000)).toBe(0.75);
  expect(healthShare({ health: [at(0, true), at(1_000_000, false)] }, 1_070_000)).toBe(0.5);
});

test('where a target was broken: in how many windows, from when to when, and whether one after the other', () => {
  const p95 = (...ms: number[]) =>
    ms.map((value, index) => window(index, { response: { ...none, p95: value }, service: { ...none, p95: 1 } }));
  const objective = { metric: 'response_time', statistic: 'p95', comparison: '<', target: 100 } as unknown as Objective;
  expect(brokenWindows(objective, p95(50, 120, 100, 60))).toEqual({
    ...{ windows: 2, of: 4, fromMs: 1000, toMs: 3000, isConsecutive: true },
  });
  expect(brokenWindows(objective, p95(120, 50, 120))).toMatchObject({ windows: 2, toMs: 3000, isConsecutive: false });
  expect(brokenWindows(objective, p95(50, 60))).toBeNull();
  expect(brokenWindows({ ...objective, metric: 'service_time' }, p95(120))).toBeNull();
  expect(brokenWindows({ ...objective, route: 'GET /' }, p95(120))).toBeNull();
});
