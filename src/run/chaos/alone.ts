import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Injector } from '../../chaos/fault.ts';
import type { InjectorEvent } from '../../chaos/injector.ts';
import type { ResolvedConfig } from '../../config/resolved.ts';
import type { Teardown } from '../tasks.ts';
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

/**
 * Our own faults for experiments that are run without a load.
 * @returns null where the configuration names nothing that may be touched
 * @throws ShakedownError CHAOS_HOST, GUARD_FAILED
 */
export async function openInjector({ config, hosts, now, signal, teardown, warn }: Alone): Promise<Injector | null> {
  const components = configuredComponents(config.chaos, hosts);
  if (components.length === 0) return null;
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-chaos-'));
  teardown.before('remove the folder of the guard', () => rm(folder, { recursive: true, force: true }));
  const on = (event: InjectorEvent) => {
    if (event.type === 'shakedown.warning') warn(event.data.message);
  };
  const injector = await openGuarded({ folder, components, now, on, noop: config.chaos.noop, signal, teardown, warn });
  teardown.before('take the faults away', () => injector.revertAll('harness'));
  return injector;
}
