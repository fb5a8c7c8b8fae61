import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runHistory } from '../../../../src/domains/stage/dashboard/history.ts';
import { historyView } from '../../../../src/domains/stage/dashboard/trends.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const runs = () => join(folder, 'runs');
const env = () => ({ XDG_CACHE_HOME: join(folder, 'cache') });
const read = () => runHistory(runs(), env());

function leave(id: string, version: string, p95: number, more: object = {}): void {
  mkdirSync(join(runs(), id), { recursive: true });
  const objective = (metric: string, statistic: string, value: number, of: object = {}) => ({
    ...{ objective: { metric, statistic, unit: 'ms', ...of }, value },
  });
  const results = {
    run: { startedAt: `2026-11-${id.slice(8, 10)}T09:00:00Z`, command: "shakedown simulate --duration '24h'" },
    candidate: { version },
    word: 'PASSED',
    objectives: [
      objective('response_time', 'p95', 999, { route: 'GET /x' }),
      objective('response_time', 'p95', p95),
      objective('response_time', 'p99', p95 * 2),
    ],
    ...more,
  };
  writeFileSync(join(runs(), id, 'results.json'), JSON.stringify(results));
}

describe('the history of runs', () => {
  it('is read from their results, and the next time from the index, of which only what changed is read again', () => {
    leave('2026-11-20T0900-0001', 'v1', 100);
    leave('2026-11-21T0900-0002', 'v2', 120);
    const before = read();
    expect(before.map(({ id, command, p95Ms, p99Ms }) => [id, command, p95Ms, p99Ms])).toEqual([
      ['2026-11-21T0900-0002', 'simulate', 120, 240],
      ['2026-11-20T0900-0001', 'simulate', 100, 200],
    ]);
    const [first, second] = ['2026-11-20T0900-0001', '2026-11-21T0900-0002'].map((id) =>
      join(runs(), id, 'results.json'),
    );
    // As long as before and of the same time, it is taken from the index.
    const text = readFileSync(first ?? '', 'utf8');
    utimesSync(first ?? '', 1e9, 1e9);
    expect(read()).toEqual(before);
    writeFileSync(first ?? '', text.replace('"v1"', '"v9"'));
    utimesSync(first ?? '', 1e9, 1e9);
    expect(read()).toEqual(before);
    writeFileSync(second ?? '', text.replace('"v1"', '"v30"'));
    expect(read()[0]?.version ?? read()[1]?.version).toBeDefined();
    expect(read().map(({ version }) => version)).toContain('v30');
    rmSync(join(runs(), '2026-11-20T0900-0001'), { recursive: true });
    expect(read().length).toBe(1);
    expect(readdirSync(runs())).toEqual(['2026-11-21T0900-0002']);
  });
  it('passes over what is no result, is not over, or says a word that there is not', () => {
    leave('2026-11-20T0900-0001', 'v1', 100, { word: '<script>' });
    leave('2026-11-20T0900-0002', 'v1', 100, { run: { startedAt: 'x', command: '', isRunning: true } });
    mkdirSync(join(runs(), 'other'));
    writeFileSync(join(runs(), 'other', 'results.json'), '{');
    expect(read()).toEqual([]);
    rmSync(join(folder, 'cache'), { recursive: true });
    writeFileSync(join(folder, 'cache'), 'a file where the cache should be');
    leave('2026-11-20T0900-0003', 'v1', 100);
    expect(read().length).toBe(1);
  });
  it('looks past the logs beside the runs, and past links that lead nowhere or in a circle', () => {
    leave('2026-11-20T0900-0001', 'v1', 100);
    for (const name of ['attempts.log', 'sign-offs.log']) writeFileSync(join(runs(), name), '');
    symlinkSync('circle', join(runs(), 'circle'));
    symlinkSync(join(folder, 'gone'), join(runs(), 'nowhere'));
    expect(read().map(({ id }) => id)).toEqual(['2026-11-20T0900-0001']);
  });
  it('compares each release with the one before it', () => {
    leave('2026-11-20T0900-0001', 'v1', 100);
    leave('2026-11-20T0900-0002', 'v1', 100);
    leave('2026-11-21T0900-0003', 'v2', 150, { word: 'FAILED' });
    const { releases } = historyView(read()) as {
      releases: { version: string; change: string; state: string; runs: string }[];
    };
    expect(releases.map(({ version, change, state, runs: of }) => [version, change, state, of])).toEqual([
      ['v2', expect.stringMatching(/^\+50/), 'fail', '1 run'],
      ['v1', '–', 'pass', '2 runs'],
    ]);
  });
});
