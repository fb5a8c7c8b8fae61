import { spawnSync } from 'node:child_process';
import { exitCodes, ShakedownError } from '../model/error.ts';
import { onUncaught } from './uncaught.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** `npm run` passes Ctrl-C on to a process that the terminal has already sent it to: what comes this soon after is the same key stroke. */
const sameKeyStrokeMs = 700;
/** What has not ended in order by then, after an error that nobody caught, never will. */
const endAtMostMs = 20 * 60_000;

/**
 * Turns SIGINT, SIGTERM and SIGHUP into an abort, so that a command can end in order; and so it does an error that nobody caught. A second signal
 * ends this process and all that it started at once.
 * @param onFirst called once, to say so to the user
 */
export function interruption(onFirst: (signalName: string) => void): AbortSignal {
  const controller = new AbortController();
  let firstAt: number | undefined;
  onUncaught((error) => {
    firstAt ??= performance.now();
    onFirst('an error of its own');
    controller.abort(asExpected(error));
    setTimeout(() => {
      killDescendants();
      process.exit(asExpected(error).exitCode);
    }, endAtMostMs).unref();
  });
  const listen = (name: NodeJS.Signals) => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      onFirst(name);
      controller.abort(new ShakedownError('INTERRUPTED', `Ended by ${name}.`, { exitCode: exitCodes.interrupted }));
    } else if (now - firstAt > sameKeyStrokeMs) {
      killDescendants();
      process.exit(exitCodes.interrupted);
    }
  };
  for (const name of signals) process.on(name, listen);
  return controller.signal;
}

function asExpected(error: unknown): ShakedownError {
  if (error instanceof ShakedownError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ShakedownError('INTERNAL', message, { exitCode: exitCodes.internal, cause: error });
}

/** Ends every process that this one started, directly or not: asks, waits a moment, and insists. */
function killDescendants(): void {
  const doomed = descendants();
  for (const name of ['SIGTERM', 'SIGKILL'] as const) {
    for (const pid of doomed) {
      try {
        process.kill(pid, name);
      } catch {
        // Already gone.
      }
    }
    if (name === 'SIGTERM') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  }
}

function descendants(): number[] {
  const listed = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8', timeout: 2000 });
  const children = new Map<number, number[]>();
  for (const line of (listed.stdout ?? '').split('\n')) {
    const [pid, parent] = line.trim().split(/\s+/).map(Number);
    if (pid && parent) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found: number[] = [];
  const queue = [process.pid];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const child of children.get(next) ?? []) {
      found.push(child);
      queue.push(child);
    }
  }
  return found;
}
