import type { Journal } from '../../evidence/journal.ts';
import { withTeardown } from '../../evidence/teardown.ts';
import type { Services } from '../command.ts';
import { type Conduct, conduct, type Stop } from './conduct.ts';
import type { EnvironmentLock } from './lock/lock.ts';

export interface StageRoom {
  readonly services: Services;
  readonly signal: AbortSignal;
  say(line: string): void;
}

/** Does what is left of a stage, and writes why it stopped. */
export async function goOn({
  lock,
  journal,
  ...stage
}: Omit<Conduct, 'probe'> & {
  lock: EnvironmentLock;
  journal: Pick<Journal, 'append'>;
}): Promise<void> {
  const { memory, loaded, services } = stage;
  const lose = () => memory.record('shakedown.stage.lock-lost', { sentence: String(lock.lost.reason) });
  lock.lost.addEventListener('abort', lose, { once: true });
  const signal = AbortSignal.any([stage.signal, lock.lost]);
  const probe = () =>
    withTeardown(async (teardown) => (await services.openTarget(loaded.config, teardown, signal)).artifacts);
  const stop = await conduct({ ...stage, signal, probe });
  lock.lost.removeEventListener('abort', lose);
  const reason = interruptedBy[stop];
  if (reason !== undefined) {
    memory.record('shakedown.stage.paused', { reason });
    journal.append('shakedown.run.interrupted', { reason });
  }
}

const interruptedBy: Partial<Record<Stop, string>> = {
  interrupted: 'by the user',
  paused: 'it was paused',
  unlocked: 'the lock of the environment was lost',
};
