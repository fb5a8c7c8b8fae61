import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { lockedBy, takeLock } from '../../src/evidence/lock.ts';
import { bootId, identify } from '../../src/evidence/process.ts';
import { reopenRunFolder } from '../../src/evidence/run-folder.ts';

let folder: string;
let file: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-lock-'));
  file = join(folder, 'lock.json');
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

const lockModule = new URL('../../src/evidence/lock.ts', import.meta.url).href;
const script = (code: string) => [
  '--import',
  'tsx',
  '--input-type=module',
  '-e',
  `import { takeLock } from ${JSON.stringify(lockModule)}; ${code}`,
];

/** A process that runs `code`, and the lines that it writes. */
function started(code: string, [program, ...before]: readonly string[] = [process.execPath]) {
  const child = spawn(program as string, [...before, ...script(code)], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  return { child, line: async () => (await lines.next()).value as string };
}

const holding = (lock: string) =>
  `const taken = await takeLock(${JSON.stringify(lock)}, Date.now());
   console.log('release' in taken ? 'taken' : 'by ' + taken.pid);
   process.stdin.resume();`;

test('a living process keeps it, a killed one does not, and it is taken away by its holder only', async () => {
  const first = started(holding(file));
  expect(await first.line()).toBe('taken');
  expect(await lockedBy(file)).toMatchObject({ pid: first.child.pid });
  expect(await takeLock(file, Date.now())).toMatchObject({ pid: first.child.pid });
  await expect(reopenRunFolder(folder)).rejects.toMatchObject({
    code: 'RUN_LOCKED',
    message: expect.stringContaining(`by process ${first.child.pid}`),
  });
  const gone = once(first.child, 'exit');
  first.child.kill('SIGKILL');
  await gone;
  expect(await lockedBy(file)).toBeNull();
  const run = await reopenRunFolder(folder);
  expect(readdirSync(folder)).toEqual(['lock.json']);
  const own = readFileSync(file, 'utf8');
  writeFileSync(file, own.replace('"pid"', '"pid" '));
  run.release();
  expect(existsSync(file)).toBe(true);
  writeFileSync(file, own);
  run.release();
  expect(existsSync(file)).toBe(false);
});

const canUnshare = (() => {
  try {
    execFileSync('unshare', ['-pf', '--mount-proc', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

test.skipIf(!canUnshare)(
  'in a container, where every run is process 1, a dead one does not lock out the next',
  async () => {
    const container = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', process.execPath];
    const first = started(holding(file), container);
    expect(await first.line()).toBe('taken');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: 1 });
    const gone = once(first.child, 'exit');
    first.child.kill('SIGKILL');
    await gone;
    const next = started(holding(file), container);
    expect(await next.line()).toBe('taken');
  },
);

test('of several that take what a dead one left, one has it', async () => {
  const [racers, rounds] = [4, 25];
  const lock = (round: number) => join(folder, `r${round}.json`);
  const stale = JSON.stringify({ pid: 2 ** 22 + 1, startTicks: 1, bootId: bootId(), since: '' });
  for (let round = 0; round < rounds; round++) writeFileSync(lock(round), stale);
  const processes = Array.from({ length: racers }, () =>
    started(`
      import { existsSync } from 'node:fs';
      console.log('ready');
      for (let round = 0; round < ${rounds}; round++) {
        while (!existsSync(${JSON.stringify(folder)} + '/go' + round));
        const taken = await takeLock(${JSON.stringify(folder)} + '/r' + round + '.json', Date.now());
        console.log('release' in taken ? process.pid : 0);
      }
      process.stdin.resume();`),
  );
  for (const one of processes) expect(await one.line()).toBe('ready');
  for (let round = 0; round < rounds; round++) {
    writeFileSync(join(folder, `go${round}`), '');
    const outcomes = await Promise.all(processes.map(({ line }) => line()));
    const winners = outcomes.map(Number).filter((pid) => pid > 0);
    expect(winners).toHaveLength(1);
    expect(await lockedBy(lock(round))).toMatchObject({ pid: winners[0] });
  }
  expect(readdirSync(folder).filter((name) => !/^(go\d+|r\d+\.json)$/.test(name))).toEqual([]);
}, 60_000);

describe('what a lock file says', () => {
  const own = { pid: process.pid, startTicks: identify(process.pid)?.startTicks ?? null, bootId: bootId() };
  it.each([
    ['this process', own, true],
    ['an earlier version, this process', { pid: process.pid, since: '2026-11-20T09:00:00Z' }, true],
    ['an earlier version, none', { pid: 2 ** 22 + 1 }, false],
    ['of a system without /proc', { ...own, startTicks: null, bootId: '' }, true],
    ['its pid was given to another', { ...own, startTicks: (own.startTicks ?? 0) - 1 }, false],
    ['before the machine was started anew', { ...own, bootId: 'another' }, false],
    ['nothing', null, false],
    ['no pid', { pid: -1 }, false],
  ])('%s', async (_, text, isHeld) => {
    writeFileSync(file, JSON.stringify(text));
    expect(await lockedBy(file)).toEqual(isHeld ? expect.objectContaining({ pid: process.pid }) : null);
  });

  it('process 1, which a run in a container is, can hold it', async () => {
    writeFileSync(file, JSON.stringify({ pid: 1, startTicks: identify(1)?.startTicks ?? null, bootId: bootId() }));
    expect(await lockedBy(file)).toMatchObject({ pid: 1 });
  });

  it('what a power failure left of one is no lock; a refusal by number alone says so', async () => {
    writeFileSync(file, '');
    expect(await lockedBy(file)).toBeNull();
    writeFileSync(file, JSON.stringify({ pid: process.pid }));
    await expect(reopenRunFolder(folder)).rejects.toMatchObject({ hint: expect.stringContaining(`remove ${file}`) });
  });
});
