import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export const bin = fileURLToPath(new URL('../../bin/shakedown.mjs', import.meta.url));

export interface CliRun {
  child: ChildProcessByStdio<null, Readable, Readable>;
  /** What was written so far. */
  output: { stdout: string; stderr: string };
  /** Exit code and all output, when it has ended. */
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

export interface CliOptions {
  cwd: string;
  env?: NodeJS.ProcessEnv;
  /** Absent: that of this repository. */
  program?: string;
}

/** Starts the real command line in `cwd`; the environment is this process's own, without colours, and `env` over it. */
export function startCli(args: string[], options: CliOptions): CliRun {
  const { FORCE_COLOR: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [options.program ?? bin, ...args], {
    cwd: options.cwd,
    env: { ...inherited, NO_COLOR: '1', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...output }));
  return { child, output, ended };
}

export const runCli = (args: string[], options: CliOptions) => startCli(args, options).ended;

/** An environment in which no program is found, nothing is downloaded and the cache is empty. */
export function bareEnvironment(folder: string): NodeJS.ProcessEnv {
  return {
    PATH: '/nowhere',
    XDG_CACHE_HOME: folder,
    SHAKEDOWN_OFFLINE: '1',
    SHAKEDOWN_K6: '',
    PLAYWRIGHT_BROWSERS_PATH: folder,
  };
}
