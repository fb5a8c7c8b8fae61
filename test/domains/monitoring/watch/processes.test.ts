import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it, vi } from 'vitest';
import { Descent, readProcess } from '../../../../src/domains/monitoring/watch/proc.ts';
import {
  sameProcess,
  type WatchedProcess,
  watchProcesses,
} from '../../../../src/domains/monitoring/watch/processes.ts';
import type { Reading } from '../../../../src/domains/monitoring/watch/source.ts';

const started: ChildProcess[] = [];
afterEach(async () => {
  const left: number[] = [];
  for (const { pid = -1, exitCode, signalCode } of started.splice(0)) {
    if (exitCode !== null || signalCode !== null) continue;
    // What it started goes with it: a process that is killed ends no other.
    left.push(...new Descent().treeOf(pid));
    process.kill(-pid, 'SIGKILL');
  }
  await vi.waitFor(() => expect(left.filter((pid) => readProcess(pid) !== null)).toEqual([]), { timeout: 10_000 });
});

/** A process of its own that runs `code` and says a line when it is ready. */
async function node(code: string): Promise<{ child: ChildProcess; pid: number; ask(): Promise<void> }> {
  const child = spawn(process.execPath, ['-e', `${code}; process.stdin.resume(); console.log('ready')`], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // In a group of its own, to be ended with all that it starts.
    detached: true,
  });
  started.push(child);
  const line = () => once(child.stdout as NodeJS.ReadableStream, 'data');
  await line();
  return {
    child,
    pid: child.pid ?? -1,
    async ask() {
      const answered = line();
      child.stdin?.write('x');
      await answered;
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

const one = (pids: () => number[], more: Partial<WatchedProcess> = {}) =>
  watchProcesses([{ name: 'app', subject: 'target', children: false, pids, ...more }]);
const reading = (source: ReturnType<typeof one>, atMs: number) => source.read(atMs) as Reading;

it('reads memory, descriptors, threads and their limits, and CPU from the second reading on', async () => {
  const { pid, ask } = await node(
    `process.stdin.on('data', () => { const end = Date.now() + 300; while (Date.now() < end); console.log('done') });
     const fs = require('node:fs'); const open = []; for (let i = 0; i < 50; i++) open.push(fs.openSync('/dev/null'));
     global.kept = Buffer.alloc(100e6, 1)`,
  );
  const source = one(sameProcess(pid));
  const first = reading(source, 1000);
  expect(first.values['app.cpu']).toBeUndefined();
  expect(first.values['app.memory']).toBeGreaterThan(120e6);
  expect(first.values['app.memory']).toBeLessThan(400e6);
  expect(first.values['app.fds']).toBeGreaterThan(60);
  expect(first.values['app.threads']).toBeGreaterThan(4);
  const limits = Object.fromEntries(first.metrics.map(({ id, limit }) => [id, limit]));
  expect(limits['app.fds']).toBeGreaterThan(100);
  expect(limits['app.memory']).toBeGreaterThan(200e6);
  await ask();
  // On the reader's clock a second has gone by: what was used in 0.3 s of work is that many cores of it.
  const second = reading(source, 2000);
  expect(second.values['app.cpu']).toBeGreaterThan(0.02);
  expect(second.values['app.cpu']).toBeLessThan(0.6);
});

it('counts descendants when asked to', async () => {
  const { pid } = await node(
    `global.child = require('node:child_process').spawn(process.execPath, ['-e', 'global.kept = Buffer.alloc(150e6, 1); setInterval(() => {}, 1000); process.send(1)'], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
     await new Promise((resolve) => child.once('message', resolve))`
      .replace(/^/, '(async () => {')
      .concat('})().then(() => console.log("grown"))'),
  );
  const alone = one(sameProcess(pid));
  const family = one(sameProcess(pid), { children: true });
  let atMs = 0;
  // Its child takes a moment to grow, and who descends from whom is looked up every few seconds only.
  await vi.waitFor(
    () => {
      const { values, metrics } = reading(family, ++atMs);
      const without = reading(alone, atMs).values['app.memory'] ?? 0;
      expect((values['app.memory'] ?? 0) - without).toBeGreaterThan(100e6);
      expect(metrics[0]?.source).toBe(`/proc of pid ${pid} and 1 more`);
    },
    { timeout: 10_000, interval: 100 },
  );
  expect(new Descent().treeOf(pid)).toHaveLength(2);
});

it('tells of a process that goes away and of one that comes in its place, and is not misled by a pid used again', async () => {
  const first = await node('');
  let pid = first.pid;
  const source = one(() => [pid]);
  const kept = sameProcess(first.pid);
  expect(reading(source, 1000).marks).toEqual([]);
  await end(first.child);
  const gone = reading(source, 2000);
  expect(gone.marks).toEqual(['app went away']);
  expect(gone.values).toEqual({});
  expect(reading(source, 3000).marks).toEqual([]);
  expect(kept()).toEqual([]);
  const second = await node('');
  pid = second.pid;
  const back = reading(source, 4000);
  expect(back.marks).toEqual(['app is back']);
  expect(back.values['app.memory']).toBeGreaterThan(1e6);
  const third = await node('');
  pid = third.pid;
  expect(reading(source, 5000).marks).toEqual(['app was restarted']);
  expect(readProcess(first.pid)).toBeNull();
});

it('says that there is nothing to watch, and goes on', () => {
  const { values, troubles } = reading(
    one(() => [2 ** 30]),
    1000,
  );
  expect(values).toEqual({});
  expect(troubles).toEqual(['app has no process to watch.']);
});
