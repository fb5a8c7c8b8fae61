import { describe, expect, it } from 'vitest';
import { linearScale, logScale, logTicks, niceCeiling, ticks, timeTicks } from '../../src/report-kit/chart/scale.ts';
import { thinned } from '../../src/report-kit/chart/thin.ts';
import { hour, interrupted, minute } from '../report/fixture.ts';

describe('scales', () => {
  it('map to coordinates and stay on the drawing', () => {
    const y = linearScale(0, 400, 200, 0);
    expect([y(0), y(100), y(400), y(900), y(-5)]).toEqual([200, 150, 0, 0, 200]);
    const log = logScale(1, 1000, 0, 300);
    expect(log(10)).toBeCloseTo(100);
    expect(log(0)).toBe(0);
    expect(linearScale(5, 5, 0, 10)(5)).toBe(5);
  });

  it('have round values', () => {
    expect(ticks(400, 5)).toEqual([0, 100, 200, 300, 400]);
    expect(ticks(1.5, 5)).toEqual([0, 0.5, 1, 1.5]);
    expect([niceCeiling(213), niceCeiling(0.031), niceCeiling(0), niceCeiling(Number.NaN)]).toEqual([300, 0.04, 1, 1]);
    expect(logTicks(10, 20_000)).toEqual([10, 100, 1000, 10_000]);
  });

  it('have round times for a run of any length', () => {
    expect(timeTicks(24 * hour, 10).map((at) => at / hour)).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24]);
    expect(timeTicks(minute, 6)).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
    for (const length of [1, 999, 61_000, 72 * hour, 10_000 * hour]) {
      expect(timeTicks(length, 8).length).toBeLessThanOrEqual(9);
    }
    expect(timeTicks(0, 8)).toEqual([0]);
  });

  it('lose no peak where points are taken together', () => {
    const { timeline } = interrupted();
    const few = thinned(timeline, 100);
    const peak = (points: typeof timeline.points) => Math.max(...points.map((point) => point.p99 ?? 0));
    expect(few.points.length).toBeLessThanOrEqual(100);
    expect(peak(few.points)).toBe(peak(timeline.points));
    expect(few.bucketMs).toBe(timeline.bucketMs * 4);
  });
});
