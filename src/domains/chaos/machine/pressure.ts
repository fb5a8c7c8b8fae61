import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { identify } from '../../../evidence/process.ts';
import type { ProofCheck } from '../../../model/chaos.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { Fault } from '../fault.ts';
import { proofOf } from '../proof.ts';
import { groupOf } from './cgroup.ts';
import { missingProgram } from './command.ts';
import { startWorker } from './worker.ts';

type Means = { means: 'stress-ng' | 'own' };

export interface PressureDescription<Arguments extends Means> {
  name: string;
  title: string;
  schema: z.ZodType<Arguments>;
  /** Of the target's control groups, those that its workers join, so that the target feels it and others less. */
  controllers: readonly ('cpu' | 'memory' | 'blkio')[];
  /** `2 processors, wanted all the time`. */
  words(args: Arguments): string;
  /** Arguments of stress-ng; `scratch` is a folder that is removed afterwards. */
  stress(args: Arguments, scratch: string): string[];
  /** Arguments of our own worker. */
  own(args: Arguments, scratch: string): string[];
  /** Measures the workers, the first of them `pid`, for a moment. */
  measure(pid: number, args: Arguments): Promise<ProofCheck[]>;
}

const ownWorker = fileURLToPath(new URL('./pressure-worker.mjs', import.meta.url));
/** Ends by itself even where nobody is left to end it. */
const longestSeconds = 3600;

/** A fault that takes something from the machine, or from the control groups of one process, by workers beside it. */
export function pressureFault<Arguments extends Means>(
  description: PressureDescription<Arguments>,
): Fault<Arguments, 'process'> {
  const { name, title, schema, controllers, words, stress, own, measure } = description;
  return {
    name,
    title,
    layer: 'resource',
    on: ['process'],
    schema,
    async unavailable(_component, args) {
      if (process.platform !== 'linux') return 'pressure is made on Linux only: run there, or leave this fault out';
      if (args?.means === 'own') return null;
      const missing = missingProgram({ 'stress-ng': 'stress-ng' });
      return missing === null ? null : `${missing}, or give "means": "own"`;
    },
    touches(args, component) {
      const place = controllers.length === 0 ? '' : `, in the control groups of ${component.name} where it has some`;
      return [`${words(args)}, by ${args.means === 'own' ? 'workers of our own' : 'stress-ng'}${place}`];
    },
    async inject(args, component, { undo, noop }) {
      const scratch = join(tmpdir(), `shakedown-${name}-${randomUUID()}`);
      const argv =
        args.means === 'own'
          ? [process.execPath, ownWorker, ...own(args, scratch)]
          : [
              'stress-ng',
              '--quiet',
              '--timeout',
              String(longestSeconds),
              '--temp-path',
              scratch,
              ...stress(args, scratch),
            ];
      const groups: string[] = [];
      for (const controller of controllers) {
        const group = await groupOf(component.pid(), controller);
        if (group !== null && !group.isRoot && !groups.includes(group.path)) groups.push(group.path);
      }
      const worker = await startWorker(`end ${name} beside ${component.name}`, argv, groups, scratch, undo);
      if (!noop) worker.begin();
      return {
        momentary: false,
        async prove() {
          return proofOf(await measure(worker.pid, args));
        },
        async still() {
          const state = identify(worker.pid)?.state ?? 'gone';
          const measured = state === 'T' ? 'stopped' : state === 'gone' ? 'gone' : 'at work';
          return { what: 'workers', expected: 'at work', measured, held: measured === 'at work' };
        },
        async revert() {
          await worker.end();
        },
      };
    },
  };
}

/**
 * Asks again until a check holds, as workers take a moment to begin, and at most for `forMs`.
 * @returns the last answer
 */
export async function soon(ask: () => ProofCheck | Promise<ProofCheck>, forMs = 8000): Promise<ProofCheck> {
  const deadline = performance.now() + forMs;
  for (;;) {
    const check = await ask();
    if (check.held || performance.now() > deadline) return check;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Throws where a process is gone, so that no fault is put on another. */
export function pidOf(component: { name: string; pid(): number }): number {
  const pid = component.pid();
  if (Number.isInteger(pid) && pid > 1) return pid;
  throw new ShakedownError('FAULT_GONE', `${component.name} does not run now.`, { hint: 'See why it ended.' });
}
