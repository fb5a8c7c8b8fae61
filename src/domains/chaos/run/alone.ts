import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Teardown } from '../../../evidence/teardown.ts';
import type { ResolvedConfig } from '../../../model/config.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { Experiment } from '../experiment/format.ts';
import type { Injector } from '../fault.ts';
import { faults } from '../faults/index.ts';
import { noteFolder } from '../guard/left.ts';
import { leftRegistry } from '../guard/places.ts';
import { createInjector, type InjectorEvent } from '../injector.ts';
import type { UndoList } from '../undo.ts';
import { configuredComponents } from './components.ts';
import { openGuarded } from './guarded.ts';
import { requireHttpLinks } from './http-links.ts';
import { warnOfLinks } from './links-ready.ts';
import { startLinks, untilReconnected } from './started-links.ts';
import { takenListens } from './taken-listens.ts';

interface Alone {
  config: ResolvedConfig;
  /** Hosts that may be contacted. */
  hosts: readonly string[];
  now(): number;
  signal: AbortSignal;
  teardown: Teardown;
  warn(message: string): void;
  phase(text: string): void;
  /** Activities are left out: nothing is started for them. */
  isDry: boolean;
  experiments: readonly Experiment[];
}

/** What experiments that are run without a load may make faults with. */
export interface AloneChaos {
  /** Of our own faults; null where the configuration names nothing that may be touched. */
  injector: Injector | null;
  /** Its guard is started when it is first needed. */
  undo: UndoList;
}

/** @throws ShakedownError CHAOS_HOST, GUARD_FAILED, TOXIPROXY_… where a link asks for one to be started */
export async function openAlone({
  config,
  hosts,
  now,
  signal,
  teardown,
  warn,
  phase,
  isDry,
  experiments,
}: Alone): Promise<AloneChaos> {
  let opening: Promise<UndoList> | undefined;
  const open = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'shakedown-chaos-'));
    const settle = noteFolder(leftRegistry(), folder);
    teardown.before('remove the folder of the guard', async () => {
      await rm(folder, { recursive: true, force: true });
      settle();
    });
    return openGuarded({ folder, signal, teardown, warn });
  };
  const guarded = () => {
    opening ??= open();
    return opening;
  };
  const undo: UndoList = { add: async (title, steps) => (await guarded()).add(title, steps) };
  // Nothing is started for a dry run; what would keep it from starting is known all the same.
  const [taken] = isDry ? await takenListens(config.chaos) : [];
  if (taken !== undefined)
    throw new ShakedownError('TOXIPROXY_REFUSED', `chaos.components.${taken.name}: ${taken.why}.`);
  const started = isDry ? null : await startLinks(config.chaos, { signal, teardown, warn, phase });
  if (started !== null) {
    phase('waiting for those who use the links that were started');
    await untilReconnected(signal);
  }
  const components = configuredComponents(config.chaos, hosts, started?.url);
  if (components.length === 0) return { injector: null, undo };
  if (!isDry) {
    await warnOfLinks(components, warn);
    await requireHttpLinks(experiments, components, warn);
  }
  await guarded();
  const on = (event: InjectorEvent) => {
    if (event.type === 'shakedown.warning') warn(event.data.message);
  };
  const injector = createInjector({ faults, components, undo, now, on, noop: config.chaos.noop });
  teardown.before('take the faults away', () => injector.revertAll('harness'));
  return { injector, undo };
}
