import { ShakedownError } from '../../model/error.ts';
import type { ToChild } from './messages.ts';

/** How long an ending process may take before it kills itself. */
const endGraceMs = 8000;

export interface Lifeline {
  /** Registers what undoes a step; called in reverse order, at once when the process is ending already. */
  onEnd(undo: () => unknown): void;
  /** Called when the parent went away without a word, before the undo steps. */
  onOrphaned(rescue: () => unknown): void;
  /** Called for SIGTERM; without it SIGTERM ends the process at once. */
  onDrain(drain: () => Promise<void>): void;
  onMessage(listener: (message: ToChild) => void): void;
  /** To the parent; dropped when it is gone. */
  send(message: unknown): void;
}

/**
 * Runs the body of a child process. Its configuration comes as the first IPC message, and it ends when the parent says so, on
 * SIGTERM, or when the IPC channel closes because the parent is gone, even by SIGKILL. The process is never exited by force
 * unless its end takes too long: it ends when nothing is left to do.
 */
export function runChild<Config>(start: (config: Config, lifeline: Lifeline) => Promise<void>): void {
  const { lifeline, end, drain, heard, failed } = lifelineOfProcess();
  process.on('message', (message: ToChild) => {
    if (message.type === 'stop') end(false);
    else if (message.type === 'start') start(message.config as Config, lifeline).catch(failed);
    else heard(message);
  });
  process.on('disconnect', () => end(true));
  process.on('SIGTERM', () => drain().finally(() => end(false)));
  // Ctrl-C in a terminal reaches the whole group; the parent decides what it means.
  process.on('SIGINT', () => {});
}

/** How often a process looks whether the one that it ends with is still there. */
const ownerEveryMs = 1000;

/**
 * The same for a process that outlives the one that started it: its configuration is JSON in the environment variable `SHAKEDOWN_SAMPLE`, and
 * SIGTERM ends it. What goes wrong at its start is on its standard error. Where `ENDS_WITH` names a process, it ends when that is gone, even by SIGKILL.
 */
export function runAlone<Config>(start: (config: Config, lifeline: Lifeline) => Promise<void>): void {
  const { lifeline, end, drain } = lifelineOfProcess();
  process.on('SIGTERM', () => drain().finally(() => end(false)));
  // Who started it may have gone; the process stays.
  process.on('SIGHUP', () => {});
  const owner = Number(process.env.ENDS_WITH ?? 0);
  if (owner > 0) {
    const timer = setInterval(() => {
      if (isThere(owner)) return;
      clearInterval(timer);
      void end(true);
    }, ownerEveryMs).unref();
  }
  start(JSON.parse(process.env.SHAKEDOWN_SAMPLE ?? '{}') as Config, lifeline).catch(async (error: unknown) => {
    await end(false);
    throw error;
  });
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function lifelineOfProcess() {
  const undos: (() => unknown)[] = [];
  let rescue: () => unknown = () => {};
  let drain = async () => {};
  let listener: (message: ToChild) => void = () => {};
  let ending: Promise<void> | undefined;

  const end = (orphaned: boolean) => {
    ending ??= (async () => {
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), endGraceMs).unref();
      if (orphaned) await settle(rescue);
      for (const undo of undos.splice(0).reverse()) await settle(undo);
      if (process.connected) process.disconnect();
    })();
    return ending;
  };
  const send = (message: unknown) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => {});
  };

  const lifeline: Lifeline = {
    onEnd(undo) {
      if (ending === undefined) undos.push(undo);
      else ending = ending.then(() => settle(undo));
    },
    onOrphaned(added) {
      rescue = added;
    },
    onDrain(added) {
      drain = added;
    },
    onMessage(added) {
      listener = added;
    },
    send,
  };

  return {
    lifeline,
    end,
    drain: () => drain(),
    heard: (message: ToChild) => listener(message),
    failed(error: unknown) {
      if (ending !== undefined) return;
      send({ type: 'failed', ...failure(error) });
      end(false);
    },
  };
}

function failure(error: unknown): { code: string; message: string; hint: string | null } {
  if (error instanceof ShakedownError) return { code: error.code, message: error.message, hint: error.hint ?? null };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'SAMPLE_FAILED', message, hint: null };
}

async function settle(step: () => unknown): Promise<void> {
  try {
    await step();
  } catch {
    // One step that cannot be undone must not keep the others from being undone.
  }
}
