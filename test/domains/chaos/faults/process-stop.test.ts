import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { processStop } from '../../../../src/domains/chaos/faults/process-stop.ts';
import { identify } from '../../../../src/evidence/process.ts';

test('a process that is stopped already is not stopped again, so it is not let go on either', async () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const component = { kind: 'process', name: 'worker', pid: () => pid } as never;
  try {
    expect(await processStop.unavailable(component, {})).toBeNull();
    process.kill(pid, 'SIGSTOP');
    while (identify(pid)?.state !== 'T') await sleep(5);
    expect(await processStop.unavailable(component, {})).toMatch(/is stopped already/);
  } finally {
    child.kill('SIGKILL');
  }
});
