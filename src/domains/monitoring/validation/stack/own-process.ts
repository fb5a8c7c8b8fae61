import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodes, ShakedownError } from '../../../../model/error.ts';

/** A program of ours that runs until it is stopped or this process is gone, however it goes. */
export interface OwnProcess {
  readonly pid: number;
  /** False once it has ended by itself. */
  readonly alive: boolean;
  /** What it wrote, both outputs; the last megabyte. */
  log(): string;
  /** Ends it as an operator would (SIGTERM), and by force where that takes longer than ten seconds. Safe to call twice. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

// The shell ends with the program, so that its end is seen. A second one lives by its standard input, which the kernel closes when this process is
// gone, even by SIGKILL; then it ends the program.
const watched = `trap '' INT TERM HUP
exec 4<&0
"$@" </dev/null 3>&- 4>&- &
program=$!
echo $program >&3
exec 3>&-
{ read -r end <&4; kill -9 $program; } >/dev/null 2>&1 &
lifeline=$!
wait $program
kill -9 $lifeline 2>/dev/null`;

const logAtMost = 1_000_000;
const stopGraceMs = 10_000;

/** @param logFile takes what it writes */
export async function startOwn(
  program: string,
  args: readonly string[],
  logFile: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<OwnProcess> {
  const output = openSync(logFile, 'a', 0o600);
  const child = spawn('/bin/sh', ['-c', watched, 'sh', program, ...args], {
    stdio: ['pipe', output, output, 'pipe'],
    detached: true,
    env: { ...process.env, ...environment },
  });
  closeSync(output);
  child.stdin?.on('error', () => {});
  const state = { alive: true };
  const gone = once(child, 'exit').then(
    () => {
      state.alive = false;
    },
    () => {
      state.alive = false;
    },
  );
  const [first] = (await Promise.race([
    once(child.stdio[3] as NodeJS.ReadableStream, 'data'),
    gone.then(() => ['']),
  ])) as [Buffer | string];
  const pid = Number.parseInt(String(first), 10) || 0;
  const send = (signal: NodeJS.Signals) => {
    try {
      if (pid > 0 && state.alive) process.kill(pid, signal);
    } catch {
      // It is gone.
    }
  };
  const end = async (signal: NodeJS.Signals) => {
    send(signal);
    const timer = setTimeout(() => send('SIGKILL'), stopGraceMs);
    await gone;
    clearTimeout(timer);
    child.stdin?.end();
  };
  return {
    pid,
    get alive() {
      return state.alive;
    },
    log: () => readFileSync(logFile, 'utf8').slice(-logAtMost),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/**
 * Waits until a program of ours answers at a URL.
 * @throws ShakedownError MONITORING_START_FAILED with the end of its log
 */
export async function answering(
  title: string,
  {
    process,
    url,
    signal,
    timeoutMs = 30_000,
  }: { process: OwnProcess; url: string; signal?: AbortSignal | undefined; timeoutMs?: number },
): Promise<void> {
  const until = performance.now() + timeoutMs;
  while (process.alive && performance.now() < until) {
    signal?.throwIfAborted();
    const ok = await fetch(url, { signal: AbortSignal.timeout(2000) }).then(
      async (answer) => {
        await answer.body?.cancel();
        return answer.ok;
      },
      () => false,
    );
    if (ok) return;
    await sleep(25);
  }
  const lines = process.log().trim().split('\n');
  const told = lines.filter((line) => /level=error|level=ERROR|error/i.test(line)).at(-1) ?? lines.at(-1) ?? '';
  await process.kill();
  const message = `${title} did not start: ${told.slice(0, 400) || 'it wrote nothing'}`;
  throw new ShakedownError('MONITORING_START_FAILED', message, { exitCode: exitCodes.inconclusive });
}
