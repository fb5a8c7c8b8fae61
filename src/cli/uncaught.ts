import { ofUserModule } from '../config/user-module.ts';

/** Errors that nobody caught: a rejected promise that no one waits for, a throw in a timer. Node would end the process with 1, which means failed. */
const listeners = new Set<(error: unknown) => void>();
let first: { error: unknown } | null = null;

/** The first error that nobody caught; null: there was none. */
export function uncaughtError(): { error: unknown } | null {
  return first;
}

/** Called with the first such error, by what can end in order then. */
export function onUncaught(listener: (error: unknown) => void): void {
  listeners.add(listener);
}

/** From here on such errors end what is under way in order. @param end ends the process where nothing is */
export function catchUncaught(end: (error: unknown) => void): void {
  // Rejections come here too, as nothing else listens for them.
  process.on('uncaughtException', (thrown) => {
    const error = ofUserModule(thrown);
    // What follows from it while everything is being ended is not news.
    if (first !== null) return;
    first = { error };
    if (listeners.size === 0) end(error);
    for (const listener of listeners) listener(error);
  });
}
