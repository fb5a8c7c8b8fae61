import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { identify, lives } from '../../evidence/process.ts';
import { ShakedownError } from '../../model/error.ts';
import type { LocalProgram } from '../../model/local-system.ts';

/** A process for good: a pid alone may be given to another. */
export const standing = z.object({ pid: z.int(), startTicks: z.number() });

export type Standing = z.output<typeof standing>;

const lookEveryMs = 50;

/**
 * Starts a program that outlives this process, in a session of its own.
 * @param output file that its output is added to
 * @throws ShakedownError DEPLOYMENT_FAILED when there is no such program
 */
export async function startStanding(
  { argv, environment, folder }: LocalProgram,
  more: Readonly<Record<string, string>>,
  output: string,
): Promise<Standing> {
  const [program = '', ...args] = argv;
  const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...own } = process.env;
  const file = openSync(output, 'a', 0o600);
  try {
    const child = spawn(program, args, {
      stdio: ['ignore', file, file],
      detached: true,
      env: { ...own, ...environment, ...more },
      ...(folder === undefined ? {} : { cwd: folder }),
    });
    const failed = once(child, 'error').then(([error]) => error as Error);
    const error = child.pid === undefined ? await failed : null;
    if (error !== null) {
      throw new ShakedownError('DEPLOYMENT_FAILED', `${program} cannot be started: ${error.message}.`, {
        hint: 'Correct deployment.local.start.',
      });
    }
    failed.catch(() => {});
    child.unref();
    return standingOf(child.pid ?? -1);
  } finally {
    closeSync(file);
  }
}

export function standingOf(pid: number): Standing {
  return { pid, startTicks: identify(pid)?.startTicks ?? 0 };
}

/** Asks a process to end, and kills it when it takes longer than so many ms; nothing is done where it is gone. */
export async function endStanding(standing: Standing, graceMs: number): Promise<void> {
  signal(standing, 'SIGTERM');
  const until = performance.now() + graceMs;
  while (lives(standing) && performance.now() < until) await sleep(lookEveryMs);
  signal(standing, 'SIGKILL');
  const last = performance.now() + graceMs;
  while (lives(standing) && performance.now() < last) await sleep(lookEveryMs);
}

/** Kills a process, with all that it started, and waits until it is gone. */
export async function endGroup(leader: Standing): Promise<void> {
  while (lives(leader)) {
    try {
      process.kill(-leader.pid, 'SIGKILL');
    } catch {
      // Gone meanwhile.
    }
    await sleep(lookEveryMs);
  }
}

function signal(standing: Standing, name: NodeJS.Signals): void {
  if (!lives(standing)) return;
  try {
    process.kill(standing.pid, name);
  } catch {
    // Gone meanwhile.
  }
}
