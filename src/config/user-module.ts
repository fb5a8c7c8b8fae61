import { AsyncLocalStorage } from 'node:async_hooks';
import { ShakedownError } from '../model/error.ts';

const loading = new AsyncLocalStorage<string>();
const files = new Set<string>();

/** Does what runs code of a configuration module, so that what this code throws later is known to be its own. */
export function asUserModule<T>(file: string, work: () => T): T {
  files.add(file);
  return loading.run(file, work);
}

/**
 * The message for an error that nobody caught: one that a configuration module threw after it was loaded, in a timer or a promise
 * that nobody waits for, is that module's. Others are returned as they are.
 */
export function ofUserModule(error: unknown): unknown {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const file = loading.getStore() ?? [...files].find((one) => stack.includes(one));
  if (file === undefined) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ShakedownError('CONFIG_SYNTAX', `${file} threw an error after it was loaded: ${message}`, {
    hint: 'Correct that module, or one that it imports: no timer and no promise of it may fail.',
    cause: error,
  });
}
