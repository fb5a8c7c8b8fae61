import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { FaultLayer, ProofCheck } from '../../../model/chaos.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { ActiveFault, ComponentOf, Fault, FaultContext } from '../fault.ts';
import { proofOf } from '../proof.ts';
import { doUndoably, type UndoStep } from '../undo.ts';
import { type ControlGroup, enterGroup, groupOf, makeGroup, whyNoGroup } from './cgroup.ts';
import { notRoot } from './command.ts';
import { runningHere } from './container.ts';
import { pidOf } from './pressure.ts';
import { familyOf, startTicksOf } from './process.ts';

export interface LimitDescription<Arguments> {
  name: string;
  title: string;
  layer: FaultLayer;
  schema: z.ZodType<Arguments>;
  controller: 'cpu' | 'memory' | 'blkio';
  /** Its files hold one value each, so that what a container's own group had can be written back. */
  onContainers?: true;
  /** `at most 0.5 processors`. */
  words(args: Arguments): string;
  /** Why these arguments cannot be had here, over and above the group itself. */
  lacks?(args: Arguments, group: ControlGroup): Promise<string | null>;
  /** Files of the group, in order, and what is written to them. */
  settings(args: Arguments, group: ControlGroup): Promise<[file: string, text: string][]>;
  /** Measures that the limit on `group` holds. */
  measure(group: string, args: Arguments, version: 1 | 2): Promise<ProofCheck[]>;
}

/** A fault that puts a process, and what it started, into a control group of its own with a limit; of a container it limits the group that it has. */
export function limitFault<Arguments>(
  description: LimitDescription<Arguments>,
): Fault<Arguments, 'process' | 'container'> {
  const { name, title, layer, schema, controller, words, lacks, settings, measure } = description;
  return {
    name,
    title,
    layer,
    on: description.onContainers === true ? ['process', 'container'] : ['process'],
    schema,
    async unavailable(component, args) {
      const pid = component.pid();
      const why =
        component.kind === 'container' ? await whyNoOwnGroup(component, controller) : await whyNoGroup(pid, controller);
      if (why !== null || args === undefined || lacks === undefined) return why;
      const group = await groupOf(pid, controller);
      return group === null ? null : lacks(args, group);
    },
    touches(args, component) {
      const { kind, name: who } = component;
      if (kind === 'container') return [`container ${component.container}: ${words(args)}, by its control group`];
      return [`${who} and the processes that it started: ${words(args)}, by a control group of their own`];
    },
    async inject(args, component, context) {
      if (component.kind === 'container') return limitContainer(description, args, component, context);
      const { undo, noop, signal } = context;
      const pid = pidOf(component);
      const parent = await groupOf(pid, controller);
      if (parent === null) throw new ShakedownError('FAULT_GONE', `${component.name} does not run now.`);
      const path = join(parent.path, `shakedown-${randomUUID()}`);
      let limited: LimitFile[] = [];
      const step: UndoStep = { kind: 'leave-cgroup', path, to: parent.path };
      const entry = await doUndoably({ undo, signal }, `lift ${name} from ${component.name}`, [step], async () => {
        await makeGroup(path);
        const limits = noop ? [] : await settings(args, { ...parent, path });
        for (const [file, text] of limits) await writeFile(join(path, file), text);
        // Children of other groups have their reasons to be there.
        for (const each of familyOf(pid)) {
          if ((await groupOf(each, controller))?.path === parent.path) await enterGroup(path, each).catch(ifGone(each));
        }
        limited = await filesOf(path, limits);
      });
      const ticks = startTicksOf(pid);
      return {
        momentary: false,
        async still() {
          // A limit may end a process, and what supervises it then starts another without.
          if (startTicksOf(pid) !== ticks)
            return { what: 'the process', expected: 'limited', measured: 'ended', held: true };
          const now = (await groupOf(pid, controller))?.path ?? 'none';
          if (now !== path) return { what: 'control group of the process', expected: path, measured: now, held: false };
          return unchanged(limited);
        },
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

/** The limit of the group that a container has, written back afterwards. */
async function limitContainer<Arguments>(
  { name, controller, settings, measure }: LimitDescription<Arguments>,
  args: Arguments,
  component: ComponentOf<'container'>,
  { undo, noop, signal }: FaultContext,
): Promise<ActiveFault> {
  const group = await groupOf(pidOf(component), controller);
  if (group === null) throw new ShakedownError('FAULT_GONE', `${component.name} does not run now.`);
  const limits = await settings(args, group);
  const before = await filesOf(group.path, limits);
  let limited: LimitFile[] = [];
  // The last first, as a quota may only be as long as its period.
  const steps = before.map((one): UndoStep => ({ kind: 'write', ...one })).reverse();
  const entry = await doUndoably({ undo, signal }, `lift ${name} from ${component.name}`, steps, async () => {
    if (!noop) for (const [file, text] of limits) await writeFile(join(group.path, file), text);
    limited = await filesOf(group.path, limits);
  });
  return {
    momentary: false,
    still: () => unchanged(limited),
    prove: async () => proofOf(await measure(group.path, args, group.version)),
    async revert() {
      await entry.run();
      for (const { path, text } of before) {
        const now = (await readFile(path, 'utf8').catch(() => text)).trim();
        if (now !== text) throw new Error(`${path} is ${now}, and was ${text}`);
      }
    },
  };
}

async function whyNoOwnGroup(
  component: ComponentOf<'container'>,
  controller: LimitDescription<never>['controller'],
): Promise<string | null> {
  const state = await runningHere(component);
  if (typeof state === 'string') return state;
  const group = await groupOf(state.pid, controller);
  if (group === null) return `this machine has no control group for ${controller}: mount cgroup version 1 or 2`;
  // One that it shares holds others too.
  if (!group.path.includes(state.id)) return `its control group ${group.path} is not its own`;
  return notRoot('limiting a control group');
}

interface LimitFile {
  path: string;
  text: string;
}

function filesOf(group: string, limits: readonly [file: string, text: string][]): Promise<LimitFile[]> {
  return Promise.all(
    limits.map(async ([file]) => ({
      path: join(group, file),
      text: (await readFile(join(group, file), 'utf8')).trim(),
    })),
  );
}

/** Whether files of a group hold what they held: the first that does not. */
async function unchanged(files: readonly LimitFile[]): Promise<ProofCheck> {
  for (const { path, text } of files) {
    const measured = (await readFile(path, 'utf8').catch(() => 'gone')).trim();
    if (measured !== text) return { what: `limit in force (${path})`, expected: text, measured, held: false };
  }
  return { what: 'limits in force', expected: 'as they were set', measured: 'as they were set', held: true };
}

/** What the kernel says of a limit now. */
export async function limitCheck(group: string, file: string, expected: string): Promise<ProofCheck> {
  const measured = (await readFile(join(group, file), 'utf8').catch(() => 'no such limit')).trim();
  return { what: `limit in force (${file})`, expected, measured, held: measured === expected };
}
