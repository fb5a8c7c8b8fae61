import type { FaultRecord } from '../../../model/chaos.ts';
import type { Session } from './session.ts';

/** What was taken away at the end of an experiment, and what could not be, in plain words. */
export interface TakenAway {
  cleaned: string[];
  left: string[];
}

/** Takes away every fault that is still on, last first; one that fails does not stop the others. */
export async function revertFaults(
  { injector, redact }: Session,
  faults: readonly FaultRecord[],
  taken: TakenAway,
): Promise<void> {
  const on = faults.filter(({ injectedMs, revertedMs }) => injectedMs !== null && revertedMs === null);
  for (const { id, fault, component } of [...on].reverse()) {
    const name = `${fault} on ${component}`;
    if (taken.left.some((line) => line.startsWith(name))) continue;
    try {
      await injector?.revert(id, 'harness');
      taken.cleaned.push(name);
    } catch (error) {
      taken.left.push(redact.text(`${name}: ${(error as Error).message}`));
    }
  }
}

/** Undoes what activities left, last first, where rollbacks always run; otherwise it stays, as with Chaos Toolkit. */
export async function cleanUp(session: Session, always: boolean, taken: TakenAway): Promise<void> {
  for (const { title, undo, entry } of session.leftovers.splice(0).reverse()) {
    try {
      if (always && (await undo(session))) taken.cleaned.push(title);
      await entry?.drop();
    } catch (error) {
      taken.left.push(session.redact.text(`${title}: ${(error as Error).message}`));
    }
  }
}
