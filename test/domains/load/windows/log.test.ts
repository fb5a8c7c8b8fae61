import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WindowLog } from '../../../../src/domains/load/windows/log.ts';
import { mergeLengths } from '../../../../src/domains/load/windows/merging.ts';
import type { RotationStep } from '../../../../src/domains/load/windows/recent.ts';
import { type HistogramInterval, readHistogramLog } from '../../../../src/stats/hlog.ts';
import { appendWindow, lengths, loggedIn, startedAt, truthOf, windowMs } from './logged.ts';

const names = ['response', 'service'] as const;
const hourMs = 3_600_000;
const count = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'windows-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const openedLog = () => new WindowLog({ folder, windowMs, startedAt, merge: lengths });

async function expectWhole(indices: readonly number[]): Promise<void> {
  for (const name of names) {
    expect(await loggedIn(folder, name, new Set(indices))).toEqual(truthOf(name, indices));
  }
}

test('windows are merged bucket for bucket, invalid ones apart, and the log stays a standard one', async () => {
  const indices = count(0, 30);
  const log = openedLog();
  for (const index of indices) {
    appendWindow(log, index);
    if (index % 5 === 4) await expectWhole(count(0, index + 1));
  }
  log.close();
  await expectWhole(indices);
  expect(readdirSync(folder).sort()).toEqual(['response.hlog', 'service.hlog']);
  const intervals: HistogramInterval[] = [];
  for await (const interval of readHistogramLog(join(folder, 'response.hlog'))) intervals.push(interval);
  const ofRoute = intervals.filter(({ tag }) => tag === 'r0');
  expect(ofRoute.map(({ startSec, lengthSec }) => [startSec, lengthSec]).slice(0, 3)).toEqual([
    [0, 4],
    [4, 4],
    [8, 4],
  ]);
  expect(intervals.filter(({ tag }) => tag === 'all')).toHaveLength(30);
  expect(intervals.filter(({ tag }) => tag === 'invalid.r0').map(({ startSec }) => startSec)).toEqual([2, 9, 16, 23]);
});

test('a window whose event could not be written is merged with none', async () => {
  const log = openedLog();
  for (const index of count(0, 7)) appendWindow(log, index);
  log.forget(6);
  log.close();
  await expectWhole(count(0, 6));
});

test('a log that is not to be merged is left as it is', async () => {
  const log = new WindowLog({ folder, windowMs, startedAt });
  for (const index of count(0, 10)) appendWindow(log, index);
  log.close();
  await expectWhole(count(0, 10));
  expect(readdirSync(folder).sort()).toEqual(['response.hlog', 'service.hlog']);
});

describe('a process killed before it can', () => {
  const steps: RotationStep[] = ['merge', 'append', 'sync', 'write', 'rename', 'renamed'];
  const cases = steps.map((step, i) => ({ step, times: i + 1 }));
  test.each(cases)('$step, the time no. $times, loses nothing and counts nothing twice', async ({ step, times }) => {
    const killed = kill(step, times);
    await expectWhole(killed);
    // Another process goes on a little later.
    const log = openedLog();
    const later = count(22, 45);
    for (const index of later) appendWindow(log, index);
    await expectWhole([...killed, ...later]);
    log.close();
    await expectWhole([...killed, ...later]);
  });

  test('write all of a merged interval, wherever it was cut off', async () => {
    const killed = kill('sync', 1);
    const whole = join(folder, 'response.hlog');
    const { size } = statSync(whole);
    const batch = size - readFileSync(whole, 'latin1').lastIndexOf('Tag=all');
    for (let cut = 1; cut < batch; cut += 97) {
      truncateSync(whole, size - cut);
      const lines = readFileSync(whole, 'latin1')
        .split('\n')
        .filter((line) => line.startsWith('Tag=all,'));
      if (lines.length < killed.length) break;
      expect(await loggedIn(folder, 'response', new Set(killed))).toEqual(truthOf('response', killed));
    }
    expect.hasAssertions();
  });

  function kill(step: RotationStep, times: number): number[] {
    const events = join(folder, 'events');
    const script = fileURLToPath(new URL('./log-process.ts', import.meta.url));
    const { signal, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', script, folder, events, step, String(times)],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(signal).toBe('SIGKILL');
    return readFileSync(events, 'utf8').trim().split('\n').map(Number);
  }
});

test('intervals are merged by the length of the run', () => {
  const minuteMs = 60_000;
  expect(mergeLengths(24 * hourMs, minuteMs)).toEqual({
    response: { all: minuteMs, routes: 5 * minuteMs },
    service: { all: 5 * minuteMs, routes: 15 * minuteMs },
  });
  expect(mergeLengths(hourMs, 10_000).response).toEqual({ all: 10_000, routes: 80_000 });
  expect(mergeLengths(24 * hourMs, 1000).response).toEqual({ all: 1000, routes: 5 * minuteMs });
  expect(mergeLengths(48_000, 1000).response).toEqual({ all: 1000, routes: 1000 });
});
