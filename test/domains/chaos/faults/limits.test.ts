import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Fault } from '../../../../src/domains/chaos/fault.ts';
import { cpuLimit } from '../../../../src/domains/chaos/faults/cpu-limit.ts';
import { descriptorLimit } from '../../../../src/domains/chaos/faults/descriptor-limit.ts';
import { ioSlow } from '../../../../src/domains/chaos/faults/io-slow.ts';
import { memoryLimit } from '../../../../src/domains/chaos/faults/memory-limit.ts';
import { listInMemory, take } from './undo-steps.ts';

let target: ChildProcess;
const component = { kind: 'process', name: 'shop-1', pid: () => target.pid ?? -1 } as const;

beforeEach(async () => {
  target = spawn(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (target.stdout !== null) await once(target.stdout, 'data');
});
afterEach(async () => {
  target.kill('SIGKILL');
  await once(target, 'exit');
});

// biome-ignore lint/suspicious/noExplicitAny: arguments of many faults, some of them for containers too
const cases: [Fault<any, any>, Record<string, unknown>][] = [
  [cpuLimit, { processors: 0.02 }],
  [memoryLimit, { bytes: 256_000_000 }],
  [descriptorLimit, { leave: 2 }],
  [ioSlow, { bytesPerSecond: 1_000_000 }],
];
const here = { ...component, pid: () => process.pid };

for (const [fault, given] of cases) {
  const args = fault.schema.parse(given);
  const why = await fault.unavailable(here, args);
  const note = why ? ` (${why})` : '';
  it.skipIf(why !== null)(`${fault.name} is in force while it is on, and leaves nothing${note}`, async () => {
    const undo = listInMemory();
    const was = state();
    const active = await fault.inject(args, component, { undo, signal: AbortSignal.timeout(15_000), noop: false });
    const proof = await active.prove();
    expect(proof.checks.filter((check) => !check.held)).toEqual([]);
    expect(proof.seen).toBe(true);
    await active.revert();
    await active.revert();
    expect(undo.left()).toEqual([]);
    expect(state()).toEqual(was);
  });

  it.skipIf(why !== null)(`${fault.name} goes by its undo steps, and twice without harm${note}`, async () => {
    const undo = listInMemory();
    const was = state();
    await fault.inject(args, component, { undo, signal: AbortSignal.timeout(15_000), noop: false });
    for (const step of undo.added[0]?.steps ?? []) await take(step);
    expect(state()).toEqual(was);
    for (const { steps } of undo.added) {
      for (const step of steps) if (step.kind === 'leave-cgroup') expect(existsSync(step.path)).toBe(false);
    }
  });
}

it('does not raise the limit of a process that may open fewer as it is', async () => {
  const child = spawn('/bin/sh', ['-c', 'ulimit -n 64; echo set; exec sleep 600'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    await once(child.stdout, 'data');
    const few = { kind: 'process' as const, name: 'few', pid: () => child.pid ?? -1 };
    const undo = listInMemory();
    const context = { undo, signal: AbortSignal.timeout(15_000), noop: false };
    await expect(descriptorLimit.inject({ leave: 1000 }, few, context)).rejects.toMatchObject({
      code: 'FAULT_ARGUMENTS',
      message: expect.stringMatching(/may open no more than 64 descriptors as it is/),
    });
    expect(undo.added).toEqual([]);
  } finally {
    child.kill('SIGKILL');
  }
});

it.skipIf((await descriptorLimit.unavailable(here)) !== null)(
  'leaves a later process with the same pid alone',
  async () => {
    const undo = listInMemory();
    await descriptorLimit.inject({ leave: 0 }, component, { undo, signal: AbortSignal.timeout(15_000), noop: false });
    const [step] = undo.added[0]?.steps ?? [];
    if (step?.kind !== 'command') throw new Error('no command');
    const limited = state();
    // The same step as for a process that began at another time.
    await take({ ...step, argv: step.argv.map((part) => part.replace(/= \d+ \|\|/, '= 1 ||')) });
    expect(state()).toEqual(limited);
    await take(step);
    expect(state()).not.toEqual(limited);
  },
);

function state(): string {
  const { pid } = target;
  return `${readFileSync(`/proc/${pid}/cgroup`, 'utf8')}${/Max open files.*/.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[0]}`;
}
