import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn } from 'node:child_process';

export interface RunProgramOptions {
  timeoutMs: number;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Another user than this process's. */
  identity?: { uid?: number; gid?: number };
  signal?: AbortSignal | undefined;
  /** Called at once with its pid, which is that of its group as well; not when it cannot be started. */
  started?: (pid: number) => void;
}

export type ProgramOutcome =
  | { kind: 'ended'; code: number; stdout: string; stderr: string }
  | { kind: 'failed'; reason: string };

const maxOutputBytes = 1_000_000;

const background = new AsyncLocalStorage<true>();

/** Programs that are run within give way to all others where the machine is busy, as far as its system knows of priorities. */
export function inBackground<T>(body: () => T): T {
  return background.run(true, body);
}

/**
 * Runs a program to its end and gives back what it wrote. It never hangs: past its time the program and all that it started
 * are killed, and a grandchild that keeps the pipes open is not waited for. Output past 1 MB is cut.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  options: RunProgramOptions,
): Promise<ProgramOutcome> {
  return new Promise((resolve) => {
    if (options.signal?.aborted) {
      resolve({ kind: 'failed', reason: 'interrupted' });
      return;
    }
    const givesWay = background.getStore() === true && process.platform !== 'win32';
    // A group of its own, so that what the program starts can be killed with it.
    const child = spawn(
      ...(givesWay ? (['nice', ['-n', '15', program, ...args]] as const) : ([program, args] as const)),
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        ...(options.env === undefined ? {} : { env: options.env }),
        ...options.identity,
      },
    );
    if (child.pid !== undefined) options.started?.(child.pid);
    const killAll = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // Already gone.
      }
    };
    const settle = (outcome: ProgramOutcome) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', interrupt);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(outcome);
    };
    const interrupt = () => {
      killAll();
      settle({ kind: 'failed', reason: 'interrupted' });
    };
    const timer = setTimeout(() => {
      killAll();
      settle({ kind: 'failed', reason: `no end after ${options.timeoutMs / 1000} s` });
    }, options.timeoutMs);
    options.signal?.addEventListener('abort', interrupt, { once: true });

    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.on('error', (error: NodeJS.ErrnoException) => settle({ kind: 'failed', reason: spawnReason(error) }));
    child.on('exit', (code, signal) => {
      // The pipes may hold a little more than was read by now; other processes that hold them are not waited for.
      const end = () =>
        settle(
          code === null
            ? { kind: 'failed', reason: `ended by ${signal}` }
            : { kind: 'ended', code, stdout: stdout(), stderr: stderr() },
        );
      const grace = setTimeout(end, 200);
      child.once('close', () => {
        clearTimeout(grace);
        end();
      });
    });
  });
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    if (bytes < maxOutputBytes) chunks.push(chunk);
    bytes += chunk.length;
  });
  return () => Buffer.concat(chunks).subarray(0, maxOutputBytes).toString('utf8');
}

function spawnReason(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'not found';
  return error.code === 'EACCES' ? 'not executable' : error.message;
}
