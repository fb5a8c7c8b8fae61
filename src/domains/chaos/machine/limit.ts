import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { FaultLayer, ProofCheck } from '../../../model/chaos.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { Fault } from '../fault.ts';
import { proofOf } from '../proof.ts';
import { doUndoably, type UndoStep } from '../undo.ts';
import { type ControlGroup, enterGroup, groupOf, makeGroup, whyNoGroup } from './cgroup.ts';
import { pidOf } from './pressure.ts';
import { familyOf } from './process.ts';

export interface LimitDescription<Arguments> {
  name: string;
  title: string;
  layer: FaultLayer;
  schema: z.ZodType<Arguments>;
  controller: 'cpu' | 'memory' | 'blkio';
  /** `at most 0.5 processors`. */
  words(args: Arguments): string;
  /** Why these arguments cannot be had here, over and above the group itself. */
  lacks?(args: Arguments, group: ControlGroup): Promise<string | null>;
  /** Files of the group, in order, and what is written to them. */
  settings(args: Arguments, group: ControlGroup): Promise<[file: string, text: string][]>;
  /** Measures that the limit on `group` holds. */
  measure(group: string, args: Arguments, version: 1 | 2): Promise<ProofCheck[]>;
}

/** A fault that puts a process, and what it started, into a control group of its own with a limit. */
export function limitFault<Arguments>(description: LimitDescription<Arguments>): Fault<Arguments, 'process'> {
  const { name, title, layer, schema, controller, words, lacks, settings, measure } = description;
  return {
    name,
    title,
    layer,
    on: ['process'],
    schema,
    async unavailable(component, args) {
      const pid = component.pid();
      const why = await whyNoGroup(pid, controller);
      if (why !== null || args === undefined || lacks === undefined) return why;
      const group = await groupOf(pid, controller);
      return group === null ? null : lacks(args, group);
    },
    touches(args, component) {
      return [`${component.name} and the processes that it started: ${words(args)}, by a control group of their own`];
    },
    async inject(args, component, { undo, noop, signal }) {
      const pid = pidOf(component);
      const parent = await groupOf(pid, controller);
      if (parent === null) throw new ShakedownError('FAULT_GONE', `${component.name} does not run now.`);
      const path = join(parent.path, `shakedown-${randomUUID()}`);
      const step: UndoStep = { kind: 'leave-cgroup', path, to: parent.path };
      const entry = await doUndoably({ undo, signal }, `lift ${name} from ${component.name}`, [step], async () => {
        await makeGroup(path);
        const limits = noop ? [] : await settings(args, { ...parent, path });
        for (const [file, text] of limits) await writeFile(join(path, file), text);
        // Children of other groups have their reasons to be there.
        for (const each of familyOf(pid)) {
          if ((await groupOf(each, controller))?.path === parent.path) await enterGroup(path, each).catch(ifGone(each));
        }
      });
      return {
        momentary: false,
        async prove() {
          const now = (await groupOf(component.pid(), controller))?.path;
          const inside: ProofCheck = {
            what: 'control group of the process',
            expected: path,
            measured: now ?? 'none',
            held: now === path,
          };
          return proofOf([inside, ...(await measure(path, args, parent.version))]);
        },
        async revert() {
          await entry.run();
        },
      };
    },
  };
}

/** A process that ended meanwhile is no failure. */
function ifGone(pid: number): (error: unknown) => void {
  return (error) => {
    if (familyOf(pid).length > 0) throw error;
  };
}

/** What the kernel says of a limit now. */
export async function limitCheck(group: string, file: string, expected: string): Promise<ProofCheck> {
  const measured = (await readFile(join(group, file), 'utf8').catch(() => 'no such limit')).trim();
  return { what: `limit in force (${file})`, expected, measured, held: measured === expected };
}
