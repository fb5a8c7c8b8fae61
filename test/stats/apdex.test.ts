import { expect, test } from 'vitest';
import { apdex } from '../../src/stats/apdex.ts';
import { LatencyHistogram } from '../../src/stats/histogram.ts';

function answers(): LatencyHistogram {
  const histogram = new LatencyHistogram();
  histogram.recordMany(50_000, 60);
  histogram.recordMany(300_000, 30);
  histogram.recordMany(500_000, 10);
  return histogram;
}

test('the specification’s example: 60 satisfied, 30 tolerating, 10 frustrated are 0.75', () => {
  expect(apdex(answers(), 100, { completed: 100, failed: 0 })).toBe(0.75);
});

test('failed requests are frustrated, whether their times are among the answers or not', () => {
  expect(apdex(answers(), 100, { completed: 100, failed: 100 })).toBe(0.375);
  expect(apdex(answers(), 100, { completed: 80, failed: 20 })).toBe(0.55);
  expect(apdex(answers(), 100, { completed: 0, failed: 100 })).toBe(0);
});

test('nothing asked has no score', () => {
  expect(apdex(new LatencyHistogram(), 100, { completed: 0, failed: 0 })).toBeNull();
});
