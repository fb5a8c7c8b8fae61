import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Teardown } from '../../../evidence/teardown.ts';
import type { ResolvedConfig } from '../../../model/config.ts';
import type { Injector } from '../fault.ts';
import { faults } from '../faults/index.ts';
import { createInjector, type InjectorEvent } from '../injector.ts';
import type { UndoList } from '../undo.ts';
import { configuredComponents } from './components.ts';
import { openGuarded } from './guarded.ts';

interface Alone {
  config: ResolvedConfig;
  /** Hosts that may be contacted. */
  hosts: readonly string[];
  now(): number;
  signal: AbortSignal;
  teardown: Teardown;
  warn(message: string): void;
}

/** What experiments that are run without a load may make faults with. */
export interface AloneChaos {
  /** Of our own faults; null where the configuration names nothing that may be touched. */
  injector: Injector | null;
  /** Its guard is started when it is first needed. */
  undo: UndoList;
}

/** @throws ShakedownError CHAOS_HOST, GUARD_FAILED */
export async function openAlone({ config, hosts, now, signal, teardown, warn }: Alone): Promise<AloneChaos> {
  let opening: Promise<UndoList> | undefined;
  const open = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'shakedown-chaos-'));
    teardown.before('remove the folder of the guard', () => rm(folder, { recursive: true, force: true }));
    return openGuarded({ folder, signal, teardown, warn });
  };
  const guarded = () => {
    opening ??= open();
    return opening;
  };
  const undo: UndoList = { add: async (title, steps) => (await guarded()).add(title, steps) };
  const components = configuredComponents(config.chaos, hosts);
  if (components.length === 0) return { injector: null, undo };
  await guarded();
  const on = (event: InjectorEvent) => {
    if (event.type === 'shakedown.warning') warn(event.data.message);
  };
  const injector = createInjector({ faults, components, undo, now, on, noop: config.chaos.noop });
  teardown.before('take the faults away', () => injector.revertAll('harness'));
  return { injector, undo };
}
