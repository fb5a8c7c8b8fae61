import { onRunFolder } from '../evidence/run-folder.ts';

/** Holds the process id of the Shakedown that started this one as a part of its own work. What is started further on inherits it, and is not meant. */
export const parentVariable = 'SHAKEDOWN_PARENT';

/** After the parent is gone, what has not ended in order by then is ended at once. */
const endAfterMs = 120_000;

/**
 * Where another Shakedown started this process: says which run it makes, and ends in order when that one is gone, also when it was killed. The
 * kernel closes the channel between them then.
 */
export function followParent(): void {
  if (process.env[parentVariable] !== String(process.ppid) || process.send === undefined) return;
  onRunFolder((path) => {
    process.send?.({ shakedownRun: path });
  });
  process.once('disconnect', () => {
    process.kill(process.pid, 'SIGINT');
    setTimeout(() => process.kill(-process.pid, 'SIGKILL'), endAfterMs).unref();
  });
  // Listening is no work that keeps a finished command alive.
  process.channel?.unref();
}

/** The folder that a command said it makes a run in; null: it said something else. */
export function announced(message: unknown): string | null {
  const { shakedownRun } = (typeof message === 'object' && message !== null ? message : {}) as {
    shakedownRun?: unknown;
  };
  return typeof shakedownRun === 'string' ? shakedownRun : null;
}
