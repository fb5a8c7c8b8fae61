import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Injector } from '../../chaos/fault.ts';
import { faults } from '../../chaos/faults/index.ts';
import { createGuard } from '../../chaos/guard/guard.ts';
import { createInjector } from '../../chaos/injector.ts';
import type { ResolvedConfig } from '../../config/resolved.ts';
import { cacheFolder } from '../../environment/paths.ts';
import type { Teardown } from '../tasks.ts';
import { configuredComponents } from './components.ts';

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
  const guard = await createGuard({ folder, registry: join(cacheFolder(), 'chaos'), signal, onWarning: warn });
  teardown.before('end the guard', async () => {
    if (!(await guard.close())) warn('Not every fault could be taken away: run `shakedown chaos clean`.');
  });
  const on = (event: { type: string; data: object }) => {
    if (event.type === 'shakedown.warning' && 'message' in event.data) warn(String(event.data.message));
  };
  const injector = createInjector({ faults, components, undo: guard, now, on, noop: config.chaos.noop });
  teardown.before('take the faults away', () => injector.revertAll('harness'));
  return injector;
}
