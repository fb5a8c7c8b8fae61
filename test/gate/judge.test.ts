import { describe, expect, test } from 'vitest';
import { judgeAll, type RunEvidence } from '../../src/gate/judge.ts';
import type { Measurement } from '../../src/gate/measurement.ts';
import type { RunFacts } from '../../src/model/run-facts.ts';
import type { Comparison, Interval, Objective, ObjectiveResult } from '../../src/model/verdict.ts';
import { classic, metrics } from './classic.ts';

const asked = (plannedRatePerSecond: number | null) =>
  ({ judged: { plannedRatePerSecond, coveredMs: 60_000 } }) as RunFacts;
const run: RunEvidence = { invalidShare: 0, maxInvalidShare: 0.1, facts: asked(1200) };

function objective(id: string): Objective {
  const found = classic.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no objective ${id}`);
  return found;
}

/** The same interval at any confidence. */
function sure(low: number, high: number): (confidence: number) => Interval {
  return (confidence) => ({ low, high, confidence });
}

function judged(what: Objective, measurement: Measurement, evidence: Partial<RunEvidence> = {}): ObjectiveResult {
  const [result] = judgeAll([what], metrics, () => measurement, { ...run, ...evidence });
  if (result === undefined) throw new Error('not judged');
  return result;
}

const p99 = objective('response-p99');

test.each([
  // An interval narrows with the root of the count; of what never happened, with the count.
  ['response-p99', 190, sure(170, 230), 'about 16 min at this rate'],
  ['availability', 100, sure(99.97, 100), 'about 3 min at this rate'],
  ['response-p99', 199.99, sure(150, 250), 'though not within a week at this rate'],
  ['response-p99', 190, sure(0, Number.POSITIVE_INFINITY), 'a longer run would show which.'],
] as const)('%s at %d is open, with how long it would take', (id, value, interval, text) => {
  const { verdict, reason } = judged(objective(id), { value, samples: 50_000, interval });
  expect([verdict, reason]).toEqual(['inconclusive', expect.stringContaining(text)]);
});

test.each([
  { value: Number.NaN, samples: 5000 },
  { value: 150, samples: 5000, interval: sure(Number.NaN, Number.NaN) },
  { value: 150, samples: 5000, interval: sure(140, Number.NaN) },
])('what is no number neither passes nor fails: %o', (measurement) => {
  for (const id of ['response-p99', 'availability'])
    expect(judged(objective(id), measurement).verdict).toBe('inconclusive');
});

describe('an interval', () => {
  test.each<[number, number, number, string]>([
    [150, 140, 160, 'pass'],
    [199, 198, 199.9, 'pass'],
    [199, 198, 200, 'inconclusive'],
    [195, 180, 210, 'inconclusive'],
    [205, 180, 230, 'inconclusive'],
    [213, 208, 219, 'fail'],
    [200, 200, 200, 'fail'],
    [150, 0, Number.POSITIVE_INFINITY, 'inconclusive'],
    [900, 800, Number.POSITIVE_INFINITY, 'fail'],
  ])('p99 of %d in %d–%d against 200 ms', (value, low, high, verdict) => {
    const result = judged(p99, { value, samples: 5000, interval: sure(low, high) });
    expect(result.verdict).toBe(verdict);
    // Infinity is no JSON.
    expect(result.interval === null).toBe(!Number.isFinite(high));
  });

  test.each<[Comparison, number, number, string]>([
    ['<=', 190, 200, 'pass'],
    ['<', 190, 200, 'inconclusive'],
    ['>=', 200, 210, 'pass'],
    ['>', 200, 210, 'inconclusive'],
    ['>', 190, 200, 'fail'],
    ['=', 200, 200, 'pass'],
    ['=', 190, 210, 'inconclusive'],
    ['=', 190, 199, 'fail'],
  ])('on the target: %s 200 with %d–%d', (comparison, low, high, verdict) => {
    const value = (low + high) / 2;
    expect(judged({ ...p99, comparison }, { value, samples: 5000, interval: sure(low, high) }).verdict).toBe(verdict);
  });

  test('that allows for other moments decides on passing, the run’s own on failing; each is shown where it decides', () => {
    const rare = { value: 213, samples: 90_000, interval: sure(20, 700), observed: sure(208, 219) };
    expect(judged(p99, rare)).toMatchObject({ verdict: 'fail', interval: { low: 208, high: 219 } });
    const lucky = { value: 120, samples: 90_000, interval: sure(20, 700), observed: sure(118, 122) };
    expect(judged(p99, lucky)).toMatchObject({ verdict: 'inconclusive', interval: { low: 20, high: 700 } });
  });

  test('fails only at the confidence that so many objectives ask for', () => {
    const wider = (confidence: number): Interval => ({ low: confidence > 0.96 ? 199 : 201, high: 210, confidence });
    const measurement = { value: 205, samples: 5000, interval: wider };
    expect(judged(p99, measurement).verdict).toBe('fail');
    const many = judgeAll([p99, objective('response-p95'), objective('response-p50')], metrics, () => measurement, run);
    expect(many.find((result) => result.objective.id === 'response-p99')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('could be chance'),
    });
  });
});

describe('too little evidence is inconclusive', () => {
  test('nothing measured, with the reason', () => {
    const result = judged(p99, { value: null, samples: 0, absent: 'every window is invalid' });
    expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'Not measured: every window is invalid.' });
  });

  test('too few samples, however good or bad', () => {
    for (const value of [1, 10_000]) {
      const result = judged(p99, { value, samples: 37, interval: sure(value, value) });
      expect(result.verdict).toBe('inconclusive');
      expect(result.reason).toBe('Only 37 samples; 1,000 are needed to judge this.');
    }
  });

  test('a saturated generator spoils latency and throughput, not errors', () => {
    const saturated = { invalidShare: 0.34 };
    for (const id of ['response-p50', 'response-p95', 'response-p99', 'throughput']) {
      const result = judged(objective(id), { value: 5000, samples: 5000, interval: sure(4900, 5100) }, saturated);
      expect(result.verdict).toBe('inconclusive');
      expect(result.reason).toContain('bottleneck in 34 % of the windows (10 % are allowed)');
    }
    const errors = judged(objective('error-rate'), { value: 5, samples: 5000, interval: sure(4, 6) }, saturated);
    expect(errors.verdict).toBe('fail');
    expect(judged(p99, { value: 50, samples: 5000, interval: sure(49, 51) }, { invalidShare: 0.1 }).verdict).toBe(
      'pass',
    );
  });

  test('what a saturated generator can cause itself fails nobody', () => {
    const timeouts = {
      value: 5,
      samples: 5000,
      interval: sure(4, 6),
      certain: { value: 0, samples: 5000, interval: sure(0, 0.05) },
    };
    expect(judged(objective('error-rate'), timeouts).verdict).toBe('fail');
    expect(judged(objective('error-rate'), timeouts, { invalidShare: 0.34 }).verdict).toBe('inconclusive');
    const told = { ...timeouts, certain: { value: 3, samples: 5000, interval: sure(2, 4) } };
    expect(judged(objective('error-rate'), told, { invalidShare: 0.34 }).verdict).toBe('fail');
  });

  test('fast failures do not make a target fast', () => {
    const refused = { value: 1, samples: 5000, interval: sure(1, 1), unservedShare: 0.02 };
    expect(judged(p99, refused).verdict).toBe('inconclusive');
    expect(judged(objective('response-p95'), refused).verdict).toBe('pass');
    expect(judged(p99, { ...refused, value: 900, interval: sure(900, 900) }).verdict).toBe('fail');
  });

  test('what tells how much the run can show never fails the candidate', () => {
    for (const [id, value] of [
      ['fidelity', 60],
      ['coverage', 40],
      ['invalid-windows', 80],
    ] as const) {
      expect(judged(objective(id), { value, samples: 5000 }).verdict).toBe('inconclusive');
    }
  });
});

describe('throughput', () => {
  const throughput = objective('throughput');
  test.each<[number, number | null, string]>([
    [1127, 1130, 'pass'],
    [1000, 1000, 'inconclusive'],
    [50, 50, 'inconclusive'],
    [49, 50, 'inconclusive'],
    [20, 50, 'fail'],
    [990, 1010, 'fail'],
    [0, 1200, 'fail'],
    [800, null, 'inconclusive'],
  ])('%d a second answered of %d asked for', (value, plannedRatePerSecond, verdict) => {
    expect(judged(throughput, { value, samples: 60_000 }, { facts: asked(plannedRatePerSecond) }).verdict).toBe(
      verdict,
    );
  });
});

describe('stable time', () => {
  const table = [objective('stable-time'), objective('availability')];
  const found = (hours: number, low: number, high: number): ObjectiveResult | undefined =>
    judgeAll(
      table,
      metrics,
      ({ metric }) =>
        metric === 'stable_time'
          ? { value: hours, samples: 9000 }
          : { value: (low + high) / 2, samples: 9000, interval: sure(low, high) },
      run,
    ).find((result) => result.objective.metric === 'stable_time');

  test('healthy but short is inconclusive, and says how much was shown', () => {
    expect(found(1 / 60, 99.995, 100)).toMatchObject({ verdict: 'inconclusive', reason: '1 min of 24 h shown.' });
  });
  test('unhealthy fails, however long', () => {
    expect(found(30, 97, 98)?.verdict).toBe('fail');
    expect(found(1 / 60, 97, 98)?.reason).toBe('Not stable over the 1 min measured: availability failed.');
  });
  test('long enough passes only when availability is shown', () => {
    expect(found(24, 99.992, 100)?.verdict).toBe('pass');
    expect(found(24, 99.9, 100)?.verdict).toBe('inconclusive');
  });
  test('without a measure of health it is inconclusive', () => {
    expect(judged(objective('stable-time'), { value: 25, samples: 9000 }).verdict).toBe('inconclusive');
  });
});

test('results come worst first, key objectives before others, causes before what they explain', () => {
  const results = judgeAll(
    [...classic],
    metrics,
    ({ id }) => {
      if (id === 'response-p50' || id === 'response-p99')
        return { value: 500, samples: 9000, interval: sure(490, 510) };
      if (id === 'error-rate') return { value: 3, samples: 9000, interval: sure(2, 4) };
      if (id === 'fidelity') return { value: null, samples: 0 };
      return { value: id === 'throughput' ? 1190 : 99.995, samples: 9000 };
    },
    run,
  );
  expect(results.slice(0, 3).map((result) => result.objective.id)).toEqual([
    'error-rate',
    'response-p99',
    'response-p50',
  ]);
  const verdicts = results.map((result) => result.verdict);
  expect(verdicts).toEqual([...verdicts].sort((a, b) => 'fip'.indexOf(a.charAt(0)) - 'fip'.indexOf(b.charAt(0))));
});
