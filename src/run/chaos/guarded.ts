import { join } from 'node:path';
import type { Component, Injector } from '../../chaos/fault.ts';
import { faults } from '../../chaos/faults/index.ts';
import { createGuard } from '../../chaos/guard/guard.ts';
import { createInjector, type InjectorEvent } from '../../chaos/injector.ts';
import { cacheFolder } from '../../environment/paths.ts';
import type { Teardown } from '../tasks.ts';

export interface GuardedOptions {
  /** Of the undo list and of what the guard did. */
  folder: string;
  /** All that may be touched. */
  components: readonly Component[];
  now(): number;
  on(event: InjectorEvent): void;
  /** Negative control: everything but the faults themselves is done. */
  noop: boolean;
  signal: AbortSignal;
  teardown: Teardown;
  warn(message: string): void;
}

/**
 * Stands ready to make faults, each on the list of a guard that takes it away when this process is gone.
 * @throws ShakedownError GUARD_FAILED
 */
export async function openGuarded(options: GuardedOptions): Promise<Injector> {
  const { folder, components, now, on, noop, signal, teardown, warn } = options;
  const guard = await createGuard({ folder, registry: join(cacheFolder(), 'chaos'), signal, onWarning: warn });
  teardown.before('end the guard', async () => {
    if (!(await guard.close())) warn('Not every fault could be taken away: run `shakedown chaos clean`.');
  });
  return createInjector({ faults, components, undo: guard, now, on, noop });
}
