import { isExecutable, onPath } from './paths.ts';

/** Finds kubectl: SHAKEDOWN_KUBECTL, else PATH; null when there is none. It is not got from anywhere: it must fit the user's cluster. */
export function findKubectl(env: NodeJS.ProcessEnv = process.env): string | null {
  const named = env.SHAKEDOWN_KUBECTL;
  if (named !== undefined && named !== '') return isExecutable(named) ? named : null;
  return onPath('kubectl', env)[0] ?? null;
}
