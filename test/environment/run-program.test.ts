import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inBackground, runProgram } from '../../src/environment/run-program.ts';
import { isAlive } from '../alive.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-program-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function script(text: string): Promise<string> {
  const file = join(folder, 'program');
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
  return file;
}

test('gives back exit code and output', async () => {
  const file = await script('echo "out $1"; echo err >&2; exit 3');
  expect(await runProgram(file, ['a b'], { timeoutMs: 10_000 })).toEqual({
    kind: 'ended',
    code: 3,
    stdout: 'out a b\n',
    stderr: 'err\n',
  });
});

test('a program that hangs is killed with all that it started', async () => {
  const pidFile = join(folder, 'pid');
  const file = await script(`sleep 1000 & echo $! > ${pidFile}; wait`);
  const outcome = await runProgram(file, [], { timeoutMs: 500 });
  expect(outcome).toEqual({ kind: 'failed', reason: 'no end after 0.5 s' });
  const pid = Number(await readFile(pidFile, 'utf8'));
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
});

test('a grandchild that keeps the pipes is not waited for', async () => {
  const pidFile = join(folder, 'pid');
  const file = await script(`sleep 1000 & echo $! > ${pidFile}; echo done`);
  expect(await runProgram(file, [], { timeoutMs: 60_000 })).toMatchObject({ kind: 'ended', stdout: 'done\n' });
  process.kill(Number(await readFile(pidFile, 'utf8')));
});

test('an aborted signal ends it', async () => {
  const controller = new AbortController();
  const running = runProgram(await script('sleep 1000'), [], { timeoutMs: 60_000, signal: controller.signal });
  controller.abort();
  expect(await running).toEqual({ kind: 'failed', reason: 'interrupted' });
});

test('output without end does not fill memory', async () => {
  const outcome = await runProgram(await script('head -c 5000000 /dev/zero'), [], { timeoutMs: 20_000 });
  expect(outcome.kind === 'ended' ? outcome.stdout.length : 0).toBe(1_000_000);
});

test('what is not there, or cannot be run, is said', async () => {
  expect(await runProgram(join(folder, 'none'), [], { timeoutMs: 1000 })).toEqual({
    kind: 'failed',
    reason: 'not found',
  });
  const file = await script('true');
  await chmod(file, 0o644);
  expect(await runProgram(file, [], { timeoutMs: 1000 })).toEqual({ kind: 'failed', reason: 'not executable' });
});

test('a program in the background gives way to others, and so does what it starts', async () => {
  const niceness = async () => {
    const outcome = await runProgram('sh', ['-c', 'nice'], { timeoutMs: 20_000 });
    return outcome.kind === 'ended' ? Number(outcome.stdout) : outcome.reason;
  };
  const usual = await niceness();
  expect(await inBackground(async () => niceness())).toBe(Math.min(19, Number(usual) + 15));
  expect(await niceness()).toBe(usual);
});
