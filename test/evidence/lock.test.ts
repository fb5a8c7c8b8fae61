import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { lockedBy, takeLock } from '../../src/evidence/lock.ts';
import { bootId, identify, pidNamespace } from '../../src/evidence/process.ts';
import { isAtWork, reopenRunFolder } from '../../src/evidence/run-folder.ts';

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

const agedBy = (seconds: number) => {
  const then = new Date(Date.now() - seconds * 1000);
  utimesSync(file, then, then);
};

test.skipIf(!canUnshare)(
  'in a container, where every run is process 1, a dead one is waited for and does not lock out the next',
  async () => {
    const container = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', process.execPath];
    const first = started(holding(file), container);
    expect(await first.line()).toBe('taken');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: 1 });
    const gone = once(first.child, 'exit');
    first.child.kill('SIGKILL');
    await gone;
    agedBy(58);
    const next = started(holding(file), container);
    expect(await next.line()).toBe('taken');
  },
);

test.skipIf(!canUnshare)(
  'a run in another container is held as long as its lock is renewed, and free a minute after that',
  async () => {
    const first = started(holding(file), [
      ...['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'],
      process.execPath,
    ]);
    expect(await first.line()).toBe('taken');
    expect(await lockedBy(file)).toMatchObject({ pid: 1, elsewhere: hostname() });
    expect(await isAtWork(folder)).toBe(true);
    await expect(reopenRunFolder(folder)).rejects.toMatchObject({
      code: 'RUN_LOCKED',
      message: expect.stringContaining('in another container'),
      hint: expect.stringContaining(`remove ${file}`),
    });
    const gone = once(first.child, 'exit');
    first.child.kill('SIGKILL');
    await gone;
    expect(await lockedBy(file)).toMatchObject({ pid: 1 });
    agedBy(61);
    expect(await lockedBy(file)).toBeNull();
    (await reopenRunFolder(folder)).release();
  },
  30_000,
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

  const here = { ...own, pidNamespace: pidNamespace(), host: hostname() };
  it.each([
    ['another container of this machine', { ...here, pidNamespace: 'pid:[1]' }, true],
    ['another machine', { ...here, bootId: 'another' }, true],
    ['another machine, both without /proc', { ...here, bootId: '', pidNamespace: '', host: 'other' }, true],
    // Its number is seen from here, and the process is not.
    ['this machine, a dead process', { ...here, pid: 2 ** 22 + 1 }, false],
  ])('%s: renewed', async (_, text, isHeld) => {
    writeFileSync(file, JSON.stringify(text));
    agedBy(59);
    expect((await lockedBy(file))?.elsewhere ?? null).toBe(isHeld ? text.host : null);
    // A clock that runs behind shows the same.
    agedBy(-59);
    expect(await lockedBy(file)).toEqual(isHeld ? expect.objectContaining({ pid: process.pid }) : null);
    agedBy(61);
    expect(await lockedBy(file)).toBeNull();
  });

  it('a living process of this machine holds it, however old the lock', async () => {
    writeFileSync(file, JSON.stringify(here));
    agedBy(3600);
    expect(await lockedBy(file)).toMatchObject({ pid: process.pid, elsewhere: null });
    expect(await isAtWork(folder)).toBe(false);
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
