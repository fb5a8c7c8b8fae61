import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ShakedownError } from '../../../model/error.ts';
import type { ComponentOf, Fault } from '../fault.ts';
import { groupOf } from '../machine/cgroup.ts';
import { notRoot } from '../machine/command.ts';
import { runningHere } from '../machine/container.ts';
import { soon } from '../machine/pressure.ts';
import { processorTimeMs } from '../machine/process.ts';
import { proofOf } from '../proof.ts';
import { doUndoably } from '../undo.ts';

/** Files of the freezer, and what is written to them and read from them. */
const freezer = {
  1: { file: 'freezer.state', on: 'FROZEN', off: 'THAWED' },
  2: { file: 'cgroup.freeze', on: '1', off: '0' },
} as const;
const watchedMs = 300;

/** Freezes every process of a container by its control group: connections stay open and nothing answers. */
export const containerPause: Fault<Record<string, never>, 'container'> = {
  name: 'container-pause',
  title: 'Container paused',
  layer: 'process',
  on: ['container'],
  schema: z.strictObject({}),
  async unavailable(component) {
    const found = await freezerOf(component);
    return typeof found === 'string' ? found : notRoot('freezing a control group');
  },
  touches: (_args, { name, engine, container }) => [`freezes ${name}, container ${container} of ${engine}`],
  async inject(_args, component, { undo, noop, signal }) {
    const found = await freezerOf(component);
    if (typeof found === 'string') throw new ShakedownError('FAULT_GONE', `${component.name}: ${found}.`);
    const { path, pid, version } = found;
    const { file, on, off } = freezer[version];
    const at = join(path, file);
    const entry = await doUndoably(
      { undo, signal },
      `let ${component.name} go on`,
      [{ kind: 'write', path: at, text: off }],
      async () => {
        if (!noop) await writeFile(at, on);
      },
    );
    const stateNow = async () => (await readFile(at, 'utf8').catch(() => 'gone')).trim();
    return {
      momentary: false,
      async prove() {
        const state = await soon(
          async () => {
            const measured = await stateNow();
            return { what: `state of its control group (${file})`, expected: on, measured, held: measured === on };
          },
          noop ? 200 : 3000,
        );
        const before = processorTimeMs(pid).onMs;
        await sleep(watchedMs);
        const takenMs = processorTimeMs(pid).onMs - before;
        const what = `processor time of its first process in ${watchedMs} ms`;
        return proofOf([state, { what, expected: '0 ms', measured: `${takenMs.toFixed(1)} ms`, held: takenMs === 0 }]);
      },
      async still() {
        const measured = await stateNow();
        return { what: `state of its control group (${file})`, expected: on, measured, held: measured === on };
      },
      async revert() {
        await entry.run();
        const state = await soon(async () => {
          const measured = await stateNow();
          return { what: file, expected: off, measured, held: measured === off || measured === 'gone' };
        }, 3000);
        if (!state.held) throw new Error(`${at} still says ${state.measured}`);
      },
    };
  },
};

/** The container's own freezer; text: why it has none that may be used. */
async function freezerOf(
  component: ComponentOf<'container'>,
): Promise<{ path: string; pid: number; version: 1 | 2 } | string> {
  const state = await runningHere(component);
  if (typeof state === 'string') return state;
  const group = await groupOf(state.pid, 'freezer');
  if (group === null) return 'this machine has no freezer among its control groups: use container-stop';
  // One that it shares holds others too, such as the engine itself.
  if (!group.path.includes(state.id)) return `its control group ${group.path} is not its own: use container-stop`;
  return { path: group.path, pid: state.pid, version: group.version };
}
