import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ShakedownError } from '../../../model/error.ts';
import type { Fault } from '../fault.ts';
import { missingProgram, mustRun, notRoot } from '../machine/command.ts';
import { pidOf } from '../machine/pressure.ts';
import { openDescriptors, startTicksOf } from '../machine/process.ts';
import { proofOf } from '../proof.ts';
import { doUndoably, type UndoStep } from '../undo.ts';

const schema = z.strictObject({
  /** Descriptors that it may still open beside those that it has; default none. */
  leave: z.int().min(0).max(100_000).default(0),
});

/** Proof: the limit of the process, and how many more it could open. */
export const descriptorLimit: Fault<z.infer<typeof schema>, 'process'> = {
  name: 'descriptor-limit',
  title: 'Descriptors used up',
  layer: 'resource',
  on: ['process'],
  schema,
  async unavailable() {
    return missingProgram({ prlimit: 'util-linux' }) ?? notRoot('lifting the limits of another process again');
  },
  touches({ leave }, component) {
    return [`${component.name}: may open ${leave} descriptors more than it has`];
  },
  async inject({ leave }, component, { undo, noop, signal }) {
    const pid = pidOf(component);
    const was = await limitOf(pid);
    const ticks = startTicksOf(pid);
    if (was === null || ticks === null) throw new ShakedownError('FAULT_GONE', `${component.name} does not run now.`);
    // A later process may have its pid. Field 22 of its stat, counted after the name (which may hold spaces), distinguishes them.
    const back = `test "$(sed 's/.*) //' /proc/${pid}/stat 2>/dev/null | cut -d' ' -f20)" = ${ticks} || exit 0`;
    const step: UndoStep = {
      kind: 'command',
      argv: ['/bin/sh', '-c', `${back}; exec prlimit --pid ${pid} --nofile=${was.soft}:${was.hard}`],
      okExits: [0],
    };
    const limit = openDescriptors(pid) + leave;
    if (limit >= Number(was.soft.replace('unlimited', 'Infinity'))) {
      const message = `${component.name} may open no more than ${was.soft} descriptors as it is: to leave ${leave} is no limit.`;
      throw new ShakedownError('FAULT_ARGUMENTS', message, { hint: 'Leave fewer.' });
    }
    const entry = await doUndoably(
      { undo, signal },
      `give ${component.name} its descriptors back`,
      [step],
      async () => {
        if (!noop) await mustRun(['prlimit', '--pid', String(pid), `--nofile=${limit}:${was.hard}`]);
      },
    );
    return {
      momentary: false,
      async prove() {
        const [now, open] = [await limitOf(pid), openDescriptors(pid)];
        const room = Math.max(0, Number(now?.soft ?? Number.NaN) - open);
        return proofOf([
          {
            what: 'limit in force',
            expected: String(limit),
            measured: now?.soft ?? 'gone',
            held: now?.soft === String(limit),
          },
          // It may have closed some since.
          {
            what: 'could open more',
            expected: `${leave}, and what it closed since`,
            measured: String(room),
            held: room <= leave + 16,
          },
        ]);
      },
      async still() {
        // A process that can open nothing may end, and another is started without the limit.
        const measured = startTicksOf(pid) === ticks ? ((await limitOf(pid))?.soft ?? 'ended') : 'ended';
        const held = measured === 'ended' || measured === String(limit);
        return { what: 'limit in force', expected: String(limit), measured, held };
      },
      async revert() {
        await entry.run();
      },
    };
  },
};

async function limitOf(pid: number): Promise<{ soft: string; hard: string } | null> {
  const text = await readFile(`/proc/${pid}/limits`, 'utf8').catch(() => '');
  const found = /^Max open files\s+(\S+)\s+(\S+)/m.exec(text);
  return found === null ? null : { soft: found[1] ?? '', hard: found[2] ?? '' };
}
