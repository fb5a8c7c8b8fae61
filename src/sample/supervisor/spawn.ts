import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Keeps the end of what a process wrote to stderr, to say why it died. */
const keptErrorBytes = 4096;

export interface OwnChild {
  process: ChildProcess;
  pid: number;
  /** The end of its stderr. */
  errors(): string;
  exited: Promise<void>;
}

/**
 * Starts a program of ours (`ownProgram`) as a process of its own with an IPC channel. The channel is its lifeline: when this process is
 * gone, however it went, the child sees the channel close and ends.
 */
export function spawnOwn(
  program: readonly string[],
  options: { detached?: boolean; environment?: Record<string, string> } = {},
): OwnChild {
  // A larger nursery: what a request leaves behind is gone before it is ever copied.
  const child = spawn(process.execPath, ['--max-semi-space-size=16', ...program], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    detached: options.detached ?? false,
    env: { ...childEnvironment(), ...options.environment },
  });
  let errors = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (text: string) => {
    errors = (errors + text).slice(-keptErrorBytes);
  });
  child.on('error', (error) => {
    errors += error.message;
  });
  const exited = once(child, 'close').then(
    () => undefined,
    () => undefined,
  );
  return { process: child, pid: child.pid ?? -1, errors: () => errors.trim(), exited };
}

/** A debugger port or coverage folder meant for the caller is not for its children. */
function childEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...rest } = process.env;
  return rest;
}

/** Waits until the process has ended; kills it when it takes longer than `graceMs`. */
export async function endChild(child: OwnChild, graceMs: number): Promise<void> {
  const timer = setTimeout(() => child.process.kill('SIGKILL'), graceMs);
  await child.exited;
  clearTimeout(timer);
}
