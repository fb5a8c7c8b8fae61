import { expect, it } from 'vitest';
import { kneeOf } from '../../../src/run/calibrate/knee.ts';

const late = 'the generator was 80 ms late (p99), more than 50 ms';
const service = { p50: 1, p90: 2, p95: 2, p99: 3, p999: 4, max: 5, mean: 1 };
type Window = Parameters<typeof kneeOf>[0][number];

/** Windows of a second: `.` counts, `x` is invalid, `s` has a slow target, `f` one that fails. Rates rise by 100. */
function windows(marks: string): Window[] {
  return [...marks].map((mark, index) => ({
    ...{
      startMs: index * 1000,
      durationMs: 1000,
      planned: (index + 1) * 100,
      failed: mark === 'f' ? 50 : 0,
      unsent: 0,
    },
    ...{ service: { ...service, p99: mark === 's' ? 900 : 3 }, targetWaitP99Ms: 0 },
    invalid: mark === 'x' ? late : null,
  }));
}

it.each([
  ['....xxxx', 400, null, 0],
  ['.......', 700, 'nothing faster was tried', 0],
  ['......x', 600, null, 0],
  ['...x..xxx', 600, null, 1],
  // One window that counts among those that do not is luck.
  ['....x.x.', 400, null, 0],
  ['....ssss', 400, 'the target did not keep up', 0],
  ['....ffff', 400, 'the target did not keep up', 0],
  ['....xsss', 400, null, 0],
])('%s: %s a second', (marks, ratePerSecond, atLeast, passedOver) => {
  expect(kneeOf(windows(marks), 60_000)).toEqual({ ratePerSecond, atLeast, passedOver });
  expect(kneeOf(windows(marks).reverse(), 60_000)).toEqual({ ratePerSecond, atLeast, passedOver });
});

it.each(['', 'xxxx', 'x.x.', 'ffff'])('%s: no figure', (marks) => {
  expect(kneeOf(windows(marks), 60_000)).toBeNull();
});

it('the rate is that of a second, whatever the length of a window, and windows without requests are none', () => {
  const [first, second, third] = windows('..x') as [Window, Window, Window];
  const half = { ...second, durationMs: 500 };
  expect(kneeOf([first, half, third, { ...third, startMs: 3000, planned: 0 }], 60_000)?.ratePerSecond).toBe(400);
});

it('what sessions still send after the ramp is no part of it', () => {
  const tail = { ...(windows('.')[0] as Window), startMs: 4000, planned: 3 };
  expect(kneeOf([...windows('....'), tail], 4000)).toEqual({
    ...{ ratePerSecond: 400, atLeast: 'nothing faster was tried', passedOver: 0 },
  });
});
