import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { bootId, identify, lives } from '../../src/evidence/process.ts';

const hasProc = existsSync('/proc/self/stat');

test.skipIf(!hasProc)('a process is itself by its pid and its start', () => {
  const own = identify(process.pid);
  if (own === null) throw new Error('this process lives');
  expect(lives(own)).toBe(true);
  expect(lives({ pid: own.pid, startTicks: own.startTicks + 1 })).toBe(false);
  expect(identify(2 ** 22 + 1)).toBeNull();
  expect(bootId()).toMatch(/^[0-9a-f-]{36}$/);
});

test.skipIf(!hasProc)('one that is dead and only not yet collected lives no more', async () => {
  // The program that takes the shell's place knows nothing of the shell's child, and never waits for it.
  const parent = spawn('sh', ['-c', '{ read line; } <&3 & echo $!; exec tail -f /dev/null'], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  try {
    const [line] = await once(createInterface({ input: parent.stdout as NodeJS.ReadableStream }), 'line');
    const child = identify(Number(line));
    if (child === null) throw new Error('the child waits for a line');
    // The shell itself would collect it.
    while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8').trim() !== 'tail') await sleep(5);
    process.kill(child.pid, 'SIGKILL');
    while (lives(child)) await sleep(5);
    // Its entry is still there: nobody has collected it.
    expect(existsSync(`/proc/${child.pid}`)).toBe(true);
    expect(identify(child.pid)).toBeNull();
  } finally {
    parent.kill('SIGKILL');
  }
});
