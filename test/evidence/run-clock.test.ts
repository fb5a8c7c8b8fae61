import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RunClock } from '../../src/evidence/run-clock.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

test('reads nothing until it is set, then the time since zero, though the wall clock is set meanwhile', () => {
  const clock = new RunClock();
  expect(clock.nowMs()).toBe(Number.NEGATIVE_INFINITY);
  clock.set(Date.now() - 500);
  expect(clock.nowMs()).toBeCloseTo(500, 6);
  vi.advanceTimersByTime(2000);
  vi.setSystemTime(0);
  expect(clock.nowMs()).toBeCloseTo(2500, 6);
  vi.setSystemTime(1_000_000);
  clock.set(1_000_800);
  expect(clock.nowMs()).toBeCloseTo(-800, 6);
});
