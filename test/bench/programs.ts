import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { setPriority } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Path of a peer program: what the variable names, else the first of these names on PATH; null when there is none. */
export function findPeer(variable: string, ...names: string[]): string | null {
  const places = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const named = process.env[variable];
  for (const path of named ? [named] : places) {
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not this one
    }
  }
  return null;
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface PeerOptions {
  env?: Record<string, string>;
  /** Ends it after so long. */
  endAfterMs?: number;
  onSpawn?(child: ChildProcess): void;
}

/** Runs a peer to its end, with the same priority over what shares the machine that our generator takes where it may. */
export function runPeer(path: string, args: string[], options: PeerOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, {
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended: Ended = { code: null, stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      ended.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      ended.stderr += text;
    });
    child.once('error', reject);
    child.once('spawn', () => {
      try {
        setPriority(child.pid ?? 0, -10);
      } catch {
        // Not allowed: then our own generator has no priority either.
      }
      options.onSpawn?.(child);
    });
    const timer =
      options.endAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGINT'), options.endAfterMs);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ ...ended, code });
    });
  });
}

const scripts = fileURLToPath(new URL('./k6', import.meta.url));

/** What k6 is given to run one of the scripts in `k6/`. */
export function k6Arguments(script: string, args: readonly string[] = []): string[] {
  return [
    'run',
    '--quiet',
    '--no-usage-report',
    '--no-color',
    '--log-output=stdout',
    '--log-format=raw',
    ...args,
    join(scripts, script),
  ];
}

/** Runs one of the scripts in `k6/` with k6 as it comes: what is printed with console.log is in `stdout`. */
export async function runPlainK6(
  k6: string,
  script: string,
  env: Record<string, string>,
  args: string[] = [],
): Promise<Ended> {
  const ended = await runPeer(k6, k6Arguments(script, args), { env });
  if (ended.code !== 0) throw new Error(`k6 ended with ${ended.code}: ${(ended.stderr || ended.stdout).slice(-500)}`);
  return ended;
}
