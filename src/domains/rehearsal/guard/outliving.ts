import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** A cold start on a busy machine takes seconds. */
const startTimeoutMs = 30_000;
const triesAtMost = 20;

/**
 * Starts a process in a session of its own that does something when this process is gone, even by SIGKILL: its channel to this process is closed by the
 * kernel then. Its program calls `whenLeftAlone`.
 * @param argv arguments of Node.js @param environment added to this process's
 * @returns what ends it, once there is nothing left to do
 * @throws what `failed` makes of the reason why it cannot be started
 */
export async function startOutliving(
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
  failed: (why: string) => Error,
): Promise<() => Promise<void>> {
  const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...own } = process.env;
  const child = spawn(process.execPath, argv, {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    detached: true,
    cwd: '/',
    env: { ...own, ...environment },
  });
  const why = await Promise.race([
    once(child, 'message').then(() => ''),
    once(child, 'exit').then(([code, name]) => `it ended with ${name ?? code}`),
    once(child, 'error').then(([error]) => (error as Error).message),
    sleep(startTimeoutMs, `no answer in ${startTimeoutMs / 1000} s`, { ref: false }),
  ]);
  if (why !== '') {
    child.kill('SIGKILL');
    throw failed(why);
  }
  child.unref();
  child.channel?.unref();
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    child.channel?.ref();
    const exit = once(child, 'exit');
    child.send('done', () => {});
    await exit;
  };
}

/**
 * In that process: waits until the other says that it is done, or is gone without a word; then does the work, again and again until it is done.
 * @param againAfterMs between tries
 */
export function whenLeftAlone(work: () => Promise<void> | void, againAfterMs: number): void {
  const tried = async () => {
    for (let tries = 0; tries < triesAtMost; tries++) {
      try {
        await work();
        return;
      } catch {
        await sleep(againAfterMs);
      }
    }
  };
  let isDone = false;
  process.on('message', () => {
    isDone = true;
    process.disconnect?.();
  });
  process.on('disconnect', () => {
    if (!isDone) void tried();
  });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => {});
  process.send?.('ready');
}
