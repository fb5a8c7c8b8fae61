import { expect, test } from 'vitest';
import { SessionsFold } from '../../../src/domains/journeys/fold.ts';
import type { JournalData } from '../../../src/model/event.ts';
import type { SessionCounts } from '../../../src/model/journeys.ts';
import { LatencyHistogram } from '../../../src/stats/histogram.ts';
import { encodeHistogram } from '../../../src/stats/payload.ts';

function payload(...values: number[]): string {
  const made = new LatencyHistogram();
  for (const value of values) made.record(value);
  return encodeHistogram(made);
}

function fold(...counts: SessionCounts[]): SessionsFold {
  const made = new SessionsFold();
  for (const each of counts) {
    const event: JournalData = { type: 'shakedown.sessions.counted', data: { window: 0, counts: [each] } };
    made.add(event);
  }
  return made;
}

test('adds up sessions, steps, times and features by window, each sort of window for itself', () => {
  const counted = (kind: SessionCounts['kind'], sessions: number): SessionCounts => ({
    ...{ kind, sessions },
    journeys: [
      {
        steps: [
          [10, 8],
          [0, 0],
          [8, 8],
        ],
        times: payload(100, 200),
        firstStep: payload(10),
      },
      { steps: [[4, 1]] },
    ],
    features: [
      [5, 2],
      [0, 0],
    ],
  });
  const { judged, excluded } = fold(counted('judged', 10), counted('judged', 20), counted('excluded', 3)).sums;
  expect(judged.sessions).toBe(30);
  const [twice, whole] = [
    { failed: 2, of: 10 },
    { failed: 0, of: 8 },
  ];
  expect(judged.steps[0]?.[0]).toEqual([twice, twice]);
  // Nobody was due at the second step.
  expect(judged.steps[0]?.[1]).toBeUndefined();
  expect(judged.steps[0]?.[2]).toEqual([whole, whole]);
  expect(judged.steps[1]).toEqual([
    [
      { failed: 3, of: 4 },
      { failed: 3, of: 4 },
    ],
  ]);
  expect(judged.features).toEqual([
    [
      { failed: 3, of: 5 },
      { failed: 3, of: 5 },
    ],
  ]);
  expect(judged.times.map(({ count }) => count)).toEqual([4, 0]);
  expect(judged.firstStep.map(({ count }) => count)).toEqual([2, 0]);
  expect(excluded.sessions).toBe(3);
});

test('a distribution that cannot be read is damage; what was counted stands', () => {
  const { judged } = fold({
    kind: 'judged',
    sessions: 1,
    journeys: [{ steps: [[1, 0]], times: 'x' }],
    features: [],
  }).sums;
  expect(judged.steps[0]?.[0]).toEqual([{ failed: 1, of: 1 }]);
  expect(judged.times[0]?.count).toBe(0);
});
