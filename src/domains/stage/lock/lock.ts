import { createHash } from 'node:crypto';
import { exitCodes, ShakedownError } from '../../../model/error.ts';

/** The environment, held for one stage. */
export interface EnvironmentLock {
  readonly kind: 'host' | 'postgres' | 'lease';
  /** How far it reaches, a sentence. */
  readonly detail: string;
  /** Fires when it is not held any more, though nobody gave it back; the reason is a sentence. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/** What is locked: an environment, by its name and where it answers. */
export function environmentKey(environment: string, place: string): string {
  return createHash('sha256').update(`shakedown stage\n${environment}\n${place}`).digest('hex');
}

export function isTaken(environment: string, who: string): ShakedownError {
  return new ShakedownError('STAGE_LOCKED', `Another stage is at work in the environment ${environment}: ${who}.`, {
    hint: 'Wait for it to end, or end it: two at a time would measure each other.',
    exitCode: exitCodes.usage,
  });
}

export function cannotLock(kind: string, why: string): ShakedownError {
  return new ShakedownError('STAGE_LOCK', `The environment cannot be locked by ${kind}: ${why}.`, {
    hint: 'Mend what stage.lock names, or set stage.lock.kind: host, which keeps out stages of this machine only.',
  });
}
