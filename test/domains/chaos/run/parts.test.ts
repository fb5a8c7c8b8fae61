import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultDuring } from '../../../../src/domains/chaos/run/fault-during.ts';
import { readChaosPlan } from '../../../../src/domains/chaos/run/plan.ts';
import { runInTurn, type ScheduleInput } from '../../../../src/domains/chaos/run/schedule.ts';
import { StopWatch } from '../../../../src/domains/chaos/run/stop.ts';
import type { FaultRecord } from '../../../../src/model/chaos.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chaos-plan-'));
  await mkdir(join(folder, 'chaos', 'experiments'), { recursive: true });
  for (const name of ['a.yaml', 'b.json', 'c.yml', 'notes.md']) {
    await writeFile(join(folder, 'chaos', 'experiments', name), 'title: x\nmethod: []\n');
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const names = (files: { file: string }[]) => files.map(({ file }) => file.split('/').at(-1));

describe('what --chaos names', () => {
  test('is every experiment of the project where nothing is named', async () => {
    expect(names((await readChaosPlan([], folder, true)).files)).toEqual(['a.yaml', 'b.json', 'c.yml']);
  });

  test('is a plan with an order of its own, the same for the same seed', async () => {
    const text = (seed: number) =>
      `order: random\nseed: ${seed}\nstartS: 12\npauseS: 3\nexperiments:\n${[1, 2, 3, 4, 5, 6].map((n) => `  - experiments/e${n}.yaml`).join('\n')}\n  - { file: experiments/late.yaml, atS: 90 }\n`;
    const file = join(folder, 'chaos', 'plan.yaml');
    await writeFile(file, text(5));
    const first = await readChaosPlan([], folder, true);
    expect(first).toMatchObject({ startMs: 12_000, pauseMs: 3000 });
    expect(first.files.find(({ file: one }) => one.endsWith('late.yaml'))?.notBeforeMs).toBe(90_000);
    expect(await readChaosPlan([file], folder, true)).toEqual(first);
    await writeFile(file, text(6));
    expect(names((await readChaosPlan([], folder, true)).files)).not.toEqual(names(first.files));
    await rm(file);
  });

  test.each([
    ['experiments: []\n', /experiments: /],
    ['experiments: [a.yaml]\npauses: 3\nstartS: soon\n', /startS: .*pauses/],
  ])('is refused where it is wrong: %j', async (text, message) => {
    const file = join(folder, 'wrong.yaml');
    await writeFile(file, text);
    await expect(readChaosPlan([file], folder, true)).rejects.toMatchObject({
      code: 'CHAOS_PLAN',
      message: expect.stringMatching(message),
    });
  });

  test.each([
    ['plan.yaml', 'startS: 5\n'],
    ['plan.yaml', ''],
    ['plan.yaml', 'experiments: []\n'],
    ['other.yaml', 'order: random\nseed: 3\n'],
  ])('a plan without experiments says what, where and what to do: %s %j', async (name, text) => {
    const file = join(folder, name);
    await writeFile(file, text);
    await expect(readChaosPlan([file], folder, true)).rejects.toMatchObject({
      code: 'CHAOS_PLAN',
      message: `${file}: experiments: the plan names no experiment.`,
      hint: expect.stringContaining('experiments: [experiments/slow-database.yaml]'),
    });
    await rm(file);
  });

  test('is told where it is not there', async () => {
    await expect(readChaosPlan(['gone.yaml'], folder, true)).rejects.toMatchObject({ code: 'CHAOS_PLAN' });
    await expect(readChaosPlan([], join(folder, 'none'), false)).rejects.toMatchObject({ code: 'CHAOS_PLAN' });
  });
});

describe('experiments in turn', () => {
  const run = async (change: Partial<ScheduleInput<string>>) => {
    let clock = 0;
    const told: string[] = [];
    await runInTurn({
      items: ['a', 'b', 'c'].map((item) => ({ item, notBeforeMs: null })),
      durationMs: 300_000,
      startMs: null,
      pauseMs: 15_000,
      now: () => clock,
      until: async (atMs) => {
        clock = Math.max(clock, atMs);
      },
      signal: new AbortController().signal,
      run: async (item) => {
        told.push(`${item} at ${clock / 1000}`);
        clock += 30_000;
      },
      leftOut: (item) => told.push(`${item} left out`),
      ...change,
    });
    return told;
  };

  test('come one after the other, with a pause to recover in', async () => {
    expect(await run({})).toEqual(['a at 60', 'b at 105', 'c at 150']);
  });

  test('wait for their own moment', async () => {
    const items = [
      { item: 'a', notBeforeMs: null },
      { item: 'b', notBeforeMs: 200_000 },
    ];
    expect(await run({ items })).toEqual(['a at 60', 'b at 200']);
  });

  test('are left out, and told, where no time is left', async () => {
    expect(await run({ durationMs: 150_000 })).toEqual(['a at 30', 'b at 75', 'c at 120']);
    expect(await run({ durationMs: 100_000 })).toEqual(['a at 20', 'b at 65', 'c left out']);
  });

  test('end with the run', async () => {
    const ended = new AbortController();
    const told = await run({
      signal: ended.signal,
      until: async () => {
        ended.abort();
        throw new Error('aborted');
      },
    });
    expect(told).toEqual(['a left out', 'b left out', 'c left out']);
  });
});

const fault = (change: Partial<FaultRecord>): FaultRecord => ({
  ...{ id: 'f1', experiment: 'e', fault: 'latency', title: 'Latency', layer: 'network', component: 'db' },
  ...{ arguments: {}, touches: [], announcedMs: 950, injectedMs: 1000, revertedMs: 2000, revertedBy: 'rollback' },
  ...{ proof: null, error: null },
  ...change,
});

test('a period is set aside from the announcement of a fault until what it left has settled', () => {
  const aside = (fromMs: number, toMs: number, change: Partial<FaultRecord> = {}) =>
    faultDuring([fault(change)], fromMs, toMs);
  expect(aside(0, 950)).toBeNull();
  expect(aside(0, 1000)).toBe('Latency, db');
  expect(aside(11_900, 12_900)).toBe('Latency, db');
  expect(aside(12_000, 13_000)).toBeNull();
  expect(aside(50_000, 51_000, { revertedMs: null })).toBe('Latency, db');
  expect(aside(1000, 2000, { injectedMs: null, revertedMs: null, error: 'no rights' })).toBeNull();
});

test('an experiment stops where too much fails for too long, and for a file', async () => {
  const file = join(folder, 'stop');
  const watch = new StopWatch({ errorPercent: 50, forMs: 2000, file });
  for (let atMs = 0; atMs <= 5000; atMs += 250) watch.tick(atMs, atMs, 0);
  expect(watch.reason()).toBeNull();
  for (let atMs = 5250; atMs <= 6000; atMs += 250) watch.tick(atMs, atMs, atMs - 5000);
  // One of two seconds is all failures: half is not more than half.
  expect(watch.reason()).toBeNull();
  for (let atMs = 6250; atMs <= 6500; atMs += 250) watch.tick(atMs, atMs, atMs - 5000);
  expect(watch.reason()).toMatch(/^75 % of the requests failed over 2 s/);
  const quiet = new StopWatch({ errorPercent: 50, forMs: 2000, file });
  await writeFile(file, '');
  expect(quiet.reason()).toContain('the stop file');
});
