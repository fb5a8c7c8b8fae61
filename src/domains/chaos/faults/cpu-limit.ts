import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { runCommand } from '../machine/command.ts';
import { limitCheck, limitFault } from '../machine/limit.ts';

const schema = z.strictObject({
  /** Processors that it may use at most: 0.25 is a quarter of one. */
  processors: z.number().min(0.01).max(1024),
});

const periodMicroseconds = 100_000;
const roundMs = 450;
const mostRounds = 12;

function quota(processors: number): string {
  return String(Math.round(processors * periodMicroseconds));
}

/** Proof: the limit that the kernel has for it, and that something busy in the same group is held back. */
export const cpuLimit = limitFault({
  name: 'cpu-limit',
  title: 'Processor time limited',
  layer: 'resource',
  schema,
  controller: 'cpu',
  onContainers: true,
  words: ({ processors }) => `at most ${processors} processors`,
  async settings({ processors }, { version }) {
    if (version === 2) return [['cpu.max', `${quota(processors)} ${periodMicroseconds}`]];
    return [
      ['cpu.cfs_period_us', String(periodMicroseconds)],
      ['cpu.cfs_quota_us', quota(processors)],
    ];
  },
  async measure(group, { processors }, version) {
    const inForce =
      version === 2
        ? await limitCheck(group, 'cpu.max', `${quota(processors)} ${periodMicroseconds}`)
        : await limitCheck(group, 'cpu.cfs_quota_us', quota(processors));
    const before = await timesThrottled(group);
    const busy = 'echo $$ > "$0/cgroup.procs"; while :; do :; done';
    let times = 0;
    // On a busy machine it does not reach its limit every time.
    for (let round = 0; round < (inForce.held ? mostRounds : 1) && times === 0; round++) {
      const workers = Array.from({ length: Math.ceil(processors) + 1 }, () =>
        runCommand(['/bin/sh', '-c', busy, group], roundMs),
      );
      await Promise.all(workers);
      times = (await timesThrottled(group)) - before;
    }
    return [
      inForce,
      {
        what: `held back while something in its group is busy for ${roundMs} ms`,
        expected: 'at least once',
        measured: times === 1 ? 'once' : `${times} times`,
        held: times >= 1,
      },
    ];
  },
});

async function timesThrottled(group: string): Promise<number> {
  const text = await readFile(join(group, 'cpu.stat'), 'utf8').catch(() => '');
  return Number(/^nr_throttled (\d+)/m.exec(text)?.[1] ?? 0);
}
