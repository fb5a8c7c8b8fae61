import type { changesOf as changes } from './candidate.ts';

/** For who asks of a candidate which runs count: the gates that runs of other commands judge, and how old they may be. */
export { earlierGates, usualMaxAgeHours } from './gates.ts';
export { isOwnRun } from './own-run.ts';

/** For what people decide on: what changed is part of it. It is loaded when it is asked for, for this file is by every command. */
export async function changesOf(...about: Parameters<typeof changes>): ReturnType<typeof changes> {
  return (await import('./candidate.ts')).changesOf(...about);
}
