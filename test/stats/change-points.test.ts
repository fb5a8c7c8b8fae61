import { expect, test } from 'vitest';
import { changePoints } from '../../src/stats/change-points.ts';
import { autoregressive } from './autoregressive.ts';

const found = (y: readonly number[]) => changePoints(y.map((value, x) => ({ x, y: value })));

test('levels that change are found where they change', () => {
  const noise = autoregressive(0.3, 1)(240);
  const shifts = found(noise.map((y, i) => y + (i < 80 ? 50 : i < 170 ? 60 : 52)));
  expect(shifts).toHaveLength(2);
  expect(Math.abs((shifts[0]?.at.x ?? 0) - 80)).toBeLessThanOrEqual(2);
  expect(Math.abs((shifts[1]?.at.x ?? 0) - 170)).toBeLessThanOrEqual(2);
  expect(shifts[0]?.before).toBeCloseTo(50, 0);
  expect(shifts[0]?.after).toBeCloseTo(60, 0);
});

test('series that only wander have none, at most 2 % of them one', () => {
  for (const phi of [0, 0.5, 0.7, 0.9]) {
    const draw = autoregressive(phi, 40 + phi * 10);
    let alarms = 0;
    for (let k = 0; k < 200; k++) if (found(draw(120)).length > 0) alarms++;
    expect(alarms).toBeLessThanOrEqual(4);
  }
});

test('a line, a spike and a constant are no change of level', () => {
  const noise = autoregressive(0, 9)(200);
  expect(found(noise.map((y, i) => y + i * 0.2))).toEqual([]);
  expect(found(noise.map((y, i) => y + (i > 90 && i < 94 ? 500 : 0)))).toEqual([]);
  expect(found(noise.map(() => 4))).toEqual([]);
  expect(found([1, 2, 3])).toEqual([]);
});

test('a step in an otherwise constant series is found', () => {
  expect(found(Array.from({ length: 60 }, (_, i) => (i < 30 ? 1 : 2)))).toEqual([
    { at: { x: 30, y: 2 }, before: 1, after: 2 },
  ]);
});

test('a step of two standard deviations in noise is found, though both a line and two levels leave much of it', () => {
  const draw = autoregressive(0, 21);
  let seen = 0;
  for (let k = 0; k < 60; k++) {
    const at = found(draw(240).map((y, i) => y + (i < 120 ? 0 : 2)))[0]?.at.x ?? 0;
    if (Math.abs(at - 120) <= 4) seen++;
  }
  expect(seen).toBeGreaterThanOrEqual(58);
});

test('noise around a line is hardly ever taken for a step', () => {
  for (const phi of [0, 0.7]) {
    const draw = autoregressive(phi, 23);
    let alarms = 0;
    for (let k = 0; k < 100; k++) if (found(draw(240).map((y, i) => y + (6 * i) / 240)).length > 0) alarms++;
    expect(alarms).toBeLessThanOrEqual(2);
  }
});
