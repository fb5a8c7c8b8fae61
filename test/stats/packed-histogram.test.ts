import { expect, test } from 'vitest';
import { LatencyHistogram } from '../../src/stats/histogram.ts';
import { PackedHistogram } from '../../src/stats/packed-histogram.ts';
import { seeded } from '../random.ts';

test('a packed histogram reads as the whole one, whatever was added in how many parts', () => {
  const random = seeded(4);
  const whole = new LatencyHistogram();
  const packed = new PackedHistogram();
  for (let part = 0; part < 5; part++) {
    const histogram = new LatencyHistogram();
    for (let i = 0; i < 300; i++) histogram.record(Math.exp(4 + 10 * random()));
    whole.add(histogram);
    packed.add(histogram);
  }
  expect(packed.count).toBe(1500);
  for (const p of [-1, 0, 0.01, 10, 50, 95, 99, 99.9, 100, 101]) expect(packed.percentile(p)).toBe(whole.percentile(p));
  for (let i = 0; i < 500; i++) {
    const us = Math.exp(3 + 12 * random());
    expect(packed.countAbove(us)).toBe(whole.countAbove(us));
  }
  const max = whole.max ?? 0;
  expect([packed.countAbove(max), packed.countAbove(0), packed.countAbove(2 ** 40)]).toEqual([0, 1500, 0]);
});

test('an empty one has nothing', () => {
  const packed = new PackedHistogram();
  expect([packed.count, packed.percentile(50), packed.countAbove(5)]).toEqual([0, null, 0]);
  packed.add(new LatencyHistogram());
  expect([packed.count, packed.percentile(50)]).toEqual([0, null]);
});
