import { spawn } from 'node:child_process';
import { lstat, open, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify } from '../process.ts';
import type { UndoStep } from '../undo.ts';

/** Longest that one step may take: with it a list of independent steps is through within 2 s. */
const stepTimeoutMs = 1_500;

/**
 * Does one step. Done twice it does no harm; what is not there any more counts as done.
 * @throws Error saying what could not be done
 */
export async function runStep(step: UndoStep, timeoutMs = stepTimeoutMs): Promise<void> {
  switch (step.kind) {
    case 'signal':
      signal(step);
      return;
    case 'command':
      await command(step, timeoutMs);
      return;
    case 'http':
      await request(step, timeoutMs);
      return;
    case 'remove':
      await remove(step.path);
      return;
    case 'write':
      await write(step.path, step.text);
      return;
    case 'leave-cgroup':
      await leaveGroup(step.path, step.to);
      return;
  }
}

function signal({ pid, startTicks, signal: name }: Extract<UndoStep, { kind: 'signal' }>): void {
  if (identify(pid)?.startTicks !== startTicks) return;
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function command({ argv, okExits }: Extract<UndoStep, { kind: 'command' }>, timeoutMs: number): Promise<void> {
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    // In a session of its own: what the terminal sends to this one must not end an undoing.
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-500);
    });
    const timer = setTimeout(() => {
      if (child.pid !== undefined) killGroup(child.pid);
      settle(new Error(`${program}: no end after ${timeoutMs / 1000} s`));
    }, timeoutMs);
    const settle = (error?: Error) => {
      clearTimeout(timer);
      child.stderr.destroy();
      if (error === undefined) resolve();
      else reject(error);
    };
    child.on('error', (error) => settle(new Error(`${program}: ${error.message}`)));
    child.on('exit', (code, name) => {
      if (code !== null && (code === 0 || okExits.includes(code))) settle();
      else setTimeout(() => settle(new Error(`${program} ended with ${code ?? name}: ${said.trim()}`)), 20);
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

async function request(step: Extract<UndoStep, { kind: 'http' }>, timeoutMs: number, isAgain = false): Promise<void> {
  let response: Response;
  try {
    response = await fetch(step.url, {
      method: step.method,
      body: step.body,
      headers: step.body === null ? {} : { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
    // Nobody listens there: what was set in that process is gone with it.
    if (cause?.code === 'ECONNREFUSED') return;
    // A connection that was kept open and is closed now says nothing of what listens there.
    if (!isAgain && (cause?.code === 'UND_ERR_SOCKET' || cause?.code === 'ECONNRESET')) {
      await request(step, timeoutMs, true);
      return;
    }
    throw new Error(`${step.method} ${step.url}: ${cause?.message ?? message}`, { cause: error });
  }
  await response.body?.cancel();
  if (response.ok || step.okStatuses.includes(response.status)) return;
  throw new Error(`${step.method} ${step.url} was answered with status ${response.status}`);
}

async function remove(path: string): Promise<void> {
  const about = await lstat(path).catch(ignoreAbsent);
  if (about === undefined) return;
  if (about.isDirectory()) await rmdir(path).catch(ignoreAbsent);
  else await rm(path, { force: true });
}

async function write(path: string, text: string): Promise<void> {
  const file = await open(path, 'r+').catch(ignoreAbsent);
  if (file === undefined) return;
  try {
    const about = await file.stat();
    if (about.isFile() && about.size > 0) await file.truncate().catch(() => {});
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}

async function leaveGroup(path: string, to: string): Promise<void> {
  // What is being forked meanwhile turns up the next time.
  for (let tries = 0; ; tries++) {
    const members = await readFile(join(path, 'cgroup.procs'), 'utf8').catch(ignoreAbsent);
    if (members === undefined) return;
    for (const pid of members.split('\n').filter((line) => line !== '')) {
      await writeFile(join(to, 'cgroup.procs'), pid).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ESRCH') throw error;
      });
    }
    try {
      await rmdir(path);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return;
      if (code !== 'EBUSY' || tries === 50) throw error;
      await sleep(10);
    }
  }
}

function ignoreAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
