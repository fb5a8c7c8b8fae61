import { expect, it } from 'vitest';
import {
  growth,
  indicesOf,
  mayGrow,
  type Shown,
  slowness,
  usualOf,
} from '../../../src/domains/rehearsal/blue-green/trouble.ts';
import type { Sent } from '../../../src/domains/rehearsal/witness/request.ts';

const limits = { slowdownPercent: 100, memoryMbPerMinute: 120 };
const wave = (length: number, level: number) => Array.from({ length }, (_, i) => level * (1 + 0.1 * Math.sin(i * 2.4)));
const memory = (perSecond: number, points = 20, jump = 0) =>
  Array.from({ length: points }, (_, i) => ({ atMs: i * 250, mb: 120 + jump + (perSecond * i) / 4 + (i % 3) * 0.4 }));
const shown = (change: Partial<Shown> = {}): Shown => ({
  ...{ indices: wave(20, 1), memory: memory(0.2), healthMs: wave(20, 2) },
  ...change,
});

it('a version that is three times as slow is turned around, one that is a third slower is not', () => {
  const found = slowness(shown(), shown({ indices: wave(20, 3) }), limits);
  expect(found).toMatchObject({ unclear: false });
  expect(found?.reason).toMatch(/^It took 3\.\d times as long as the version before \(at least 2\.\d times/);
  expect(slowness(shown(), shown({ indices: wave(20, 1.33) }), limits)).toBeNull();
  expect(slowness(shown(), shown({ indices: wave(20, 3) }), { ...limits, slowdownPercent: 400 })).toBeNull();
});

it('a machine that became slow is not put down to the version', () => {
  const found = slowness(shown(), shown({ indices: wave(20, 3), healthMs: wave(20, 6) }), limits);
  expect(found).toMatchObject({ unclear: true, reason: expect.stringContaining('the machine was busy') });
});

it('looks only when it is due, and says nothing of too few windows', () => {
  expect(slowness(shown(), shown({ indices: [...wave(10, 1), ...wave(9, 30)] }), limits)).toBeNull();
  expect(slowness(shown(), shown({ indices: wave(9, 3) }), limits)).toBeNull();
  expect(slowness(shown({ indices: wave(9, 1) }), shown({ indices: wave(20, 3) }), limits)).toBeNull();
});

it('memory that grows with the version is named when it took its time, and a heap that fills up once is not', () => {
  const long = 80;
  expect(growth(shown(), shown({ memory: memory(15, long) }), limits)).toEqual({
    reason: expect.stringMatching(
      /^Its memory grew by 22\d MB an instance, 9\d\d MB a minute, beside 1\d of the version before \(allowed 120 more\)\.$/,
    ),
    unclear: false,
  });
  // As it may be only filling up, five seconds are too few.
  expect(growth(shown(), shown({ memory: memory(15) }), limits)).toEqual({
    reason: expect.stringContaining('a heap that only fills up after its start may do the same'),
    unclear: true,
  });
  expect(growth(shown(), shown({ memory: memory(5) }), limits)).toBeNull();
  expect(growth(shown(), shown({ memory: memory(15, 15) }), limits)).toBeNull();
  // The version before grew just as much: whether it would have levelled off was not seen.
  expect(growth(shown({ memory: memory(15) }), shown({ memory: memory(15) }), limits)).toBeNull();
  expect(growth(shown({ memory: memory(15) }), shown({ memory: memory(15, long) }), limits)?.unclear).toBe(true);
  // It fills up to what the version before had.
  expect(growth(shown({ memory: memory(0, 20, 300) }), shown({ memory: memory(15, long) }), limits)).toBeNull();
  const once = [...memory(0.2, 5), ...memory(0.2, 15, 60)];
  expect(growth(shown(), shown({ memory: once.map(({ mb }, i) => ({ atMs: i * 250, mb })) }), limits)).toBeNull();
  expect(growth(shown(), shown({ memory: [] }), limits)).toBeNull();
});

it('a version is watched on as long as its memory may grow', () => {
  expect(mayGrow(shown(), shown({ memory: memory(5) }), limits)).toBe(true);
  expect(mayGrow(shown(), shown({ memory: memory(0.2) }), limits)).toBe(false);
  expect(mayGrow(shown({ memory: memory(0, 20, 300) }), shown({ memory: memory(15) }), limits)).toBe(false);
});

it('windows are of one side, and each answer is held against what is usual for its route', () => {
  const sent = (label: string, endMs: number, ms: number, instance: string): Sent => ({
    ...{ id: '', kind: 'replay', method: 'GET', label, dueMs: endMs - ms, sentMs: endMs - ms, endMs },
    ...{ status: 200, instance, error: null, reused: false },
  });
  const before = [sent('a', 10, 5, 'blue-1'), sent('b', 20, 50, 'blue-2')];
  const usual = usualOf(before, 'blue');
  const after = [sent('a', 110, 10, 'green-1'), sent('b', 120, 100, 'green-1'), sent('a', 130, 5, 'blue-1')];
  const window = { side: 'green', fromMs: 100, toMs: 300, widthMs: 100 };
  expect(indicesOf([...before, ...after], window, usual).map((x) => Math.round(x * 100))).toEqual([200]);
});
