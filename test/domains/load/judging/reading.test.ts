import { expect, test } from 'vitest';
import { failureShare, successShare } from '../../../../src/domains/load/judging/reading.ts';

const windows = Array.from({ length: 40 }, (_, i) => ({ failed: i % 4 === 0 ? 2 : 0, of: 100 }));

test('the share of what succeeded mirrors that of what failed, interval by interval', () => {
  const all = { failed: 20, of: 4000, windows, absent: 'nothing' };
  const [failed, succeeded] = [failureShare(all), successShare(all)];
  expect([failed.value, succeeded.value]).toEqual([0.5, 99.5]);
  expect([succeeded.samples, succeeded.absent]).toEqual([4000, 'nothing']);
  for (const which of ['interval', 'observed'] as const) {
    const [of, to] = [failed[which]?.(0.95), succeeded[which]?.(0.95)];
    expect(of?.low).toBeGreaterThan(0);
    expect(of?.high).toBeGreaterThan(of?.low ?? 0);
    expect(to?.low).toBeCloseTo(100 - (of?.high ?? 0), 9);
    expect(to?.high).toBeCloseTo(100 - (of?.low ?? 0), 9);
  }
});

test('of nothing there is no share, and no interval', () => {
  const none = { failed: 0, of: 0, windows: [], absent: 'nothing was asked for' };
  for (const found of [failureShare(none), successShare(none)]) {
    expect([found.value, found.samples, found.absent]).toEqual([null, 0, 'nothing was asked for']);
    expect([found.interval?.(0.95), found.observed?.(0.95)]).toEqual([null, null]);
  }
});

test('without windows all requests are one moment, of which nothing is known', () => {
  const found = failureShare({ failed: 20, of: 4000, windows: [], absent: '' });
  expect(found.value).toBe(0.5);
  expect(found.interval?.(0.95)).toMatchObject({ low: 0, high: 100 });
});
