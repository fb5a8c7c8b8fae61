import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Fault } from '../../../../src/domains/chaos/fault.ts';
import { cpuPressure } from '../../../../src/domains/chaos/faults/cpu-pressure.ts';
import { descriptorPressure } from '../../../../src/domains/chaos/faults/descriptor-pressure.ts';
import { ioPressure } from '../../../../src/domains/chaos/faults/io-pressure.ts';
import { memoryPressure } from '../../../../src/domains/chaos/faults/memory-pressure.ts';
import { familyOf } from '../../../../src/domains/chaos/machine/process.ts';
import { isAlive } from '../../../alive.ts';
import { listInMemory, take } from './undo-steps.ts';

const self = { kind: 'process', name: 'shop-1', pid: () => process.pid } as const;
// biome-ignore lint/suspicious/noExplicitAny: arguments of many faults
const cases: [Fault<any, 'process'>, Record<string, unknown>][] = [
  [cpuPressure, { workers: 1, load: 60 }],
  [memoryPressure, { bytes: 64_000_000 }],
  [ioPressure, { workers: 1 }],
  [descriptorPressure, { count: 400 }],
];

for (const [fault, given] of cases) {
  for (const means of ['stress-ng', 'own'] as const) {
    const args = fault.schema.parse({ ...given, means });
    const why = await fault.unavailable(self, args);
    it.skipIf(why !== null)(
      `${fault.name} by ${means} is seen while it is on, and leaves nothing${why ? ` (${why})` : ''}`,
      async () => {
        const undo = listInMemory();
        const active = await fault.inject(args, self, { undo, signal: AbortSignal.timeout(15_000), noop: false });
        const proof = await active.prove();
        expect(proof.checks.filter((check) => !check.held)).toEqual([]);
        expect(proof.seen).toBe(true);
        await active.revert();
        await active.revert();
        expect(undo.left()).toEqual([]);
        expect(own()).toEqual([]);
      },
    );
  }
}

it('ends by the steps on the undo list alone, as after a harness that was killed', async () => {
  const undo = listInMemory();
  const args = cpuPressure.schema.parse({ workers: 2, means: 'own' });
  const active = await cpuPressure.inject(args, self, { undo, signal: AbortSignal.timeout(15_000), noop: false });
  expect((await active.prove()).seen).toBe(true);
  for (const step of undo.added[0]?.steps ?? []) await take(step);
  await expect.poll(() => familyOf(process.pid).length).toBeLessThanOrEqual(before);
  expect(own()).toEqual([]);
});

for (const means of ['stress-ng', 'own'] as const) {
  const why = await cpuPressure.unavailable(self, cpuPressure.schema.parse({ means }));
  it.skipIf(why !== null)(
    `ends by itself when the harness is killed, even without a guard (${why ?? means})`,
    async () => {
      const script = fileURLToPath(new URL('./pressing.ts', import.meta.url));
      const harness = spawn(process.execPath, ['--import', 'tsx', script, means], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = await once(harness.stdout, 'data');
      const { seen, pid } = JSON.parse(String(line));
      expect(seen).toBe(true);
      const family = familyOf(pid);
      expect(family.length).toBeGreaterThan(1);
      harness.kill('SIGKILL');
      await expect.poll(() => family.filter(isAlive), { timeout: 5000 }).toEqual([]);
      for (const name of own()) rmSync(join(tmpdir(), name), { recursive: true });
    },
    20_000,
  );
}

it('tells what it will touch', () => {
  const args = cpuPressure.schema.parse({ workers: 2, load: 50 });
  expect(cpuPressure.touches(args, self)).toEqual([
    '50 % of 2 processors, by stress-ng, in the control groups of shop-1 where it has some',
  ]);
});

const before = familyOf(process.pid).length;

function own(): string[] {
  return readdirSync(tmpdir()).filter((name) => /^shakedown-\w+-pressure-/.test(name));
}
