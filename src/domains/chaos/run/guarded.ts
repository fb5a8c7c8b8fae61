import type { Teardown } from '../../../evidence/teardown.ts';
import { createGuard } from '../guard/guard.ts';
import { listRegistry } from '../guard/places.ts';
import type { UndoList } from '../undo.ts';

export interface GuardedOptions {
  /** Of the undo list and of what the guard did. */
  folder: string;
  signal: AbortSignal;
  teardown: Teardown;
  warn(message: string): void;
}

/**
 * A list of what must be undone, with a guard that does so when this process is gone.
 * @throws ShakedownError GUARD_FAILED
 */
export async function openGuarded({ folder, signal, teardown, warn }: GuardedOptions): Promise<UndoList> {
  const guard = await createGuard({ folder, registry: listRegistry(), signal, onWarning: warn });
  teardown.before('end the guard', async () => {
    if (!(await guard.close())) warn('Not every fault could be taken away: run `shakedown chaos clean`.');
  });
  return guard;
}
