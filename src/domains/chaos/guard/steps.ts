import { spawn } from 'node:child_process';
import { lstat, open, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify } from '../../../evidence/process.ts';
import type { UndoStep } from '../undo.ts';
import { ask } from './ask.ts';
import { takeToxicOff, usualPromptMs } from './toxic.ts';

export interface Patience {
  /** Longest that a command or a request may take. */
  stepMs: number;
  /** After which a Toxiproxy that does not let go of a toxic is not waited for. */
  promptMs: number;
}

/** Of a run that goes on: kubectl needs seconds to reach a cluster far away. */
const usual: Patience = { stepMs: 15_000, promptMs: usualPromptMs };

/**
 * Does one step. Done twice it does no harm; what is not there any more counts as done.
 * @returns what others may have noticed of it; null: nothing
 * @throws Error saying what could not be done
 */
export async function runStep(step: UndoStep, { stepMs, promptMs }: Patience = usual): Promise<string | null> {
  if (step.kind === 'toxic') return await takeToxicOff(step, promptMs);
  switch (step.kind) {
    case 'signal':
      signal(step);
      break;
    case 'command':
      await command(step, stepMs);
      break;
    case 'http':
      await request(step, stepMs);
      break;
    case 'remove':
      await remove(step.path);
      break;
    case 'write':
      await write(step.path, step.text);
      break;
    case 'leave-cgroup':
      await leaveGroup(step.path, step.to);
      break;
  }
  return null;
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

async function request(step: Extract<UndoStep, { kind: 'http' }>, timeoutMs: number): Promise<void> {
  const { method, url, body, okStatuses } = step;
  const reply = await ask(method, url, body, timeoutMs);
  // What was set in a process that is not there any more is gone with it.
  if (reply === 'nobody') return;
  if (reply === 'late') throw new Error(`${method} ${url}: no answer in ${timeoutMs / 1000} s`);
  if (reply.ok || okStatuses.includes(reply.status)) return;
  throw new Error(`${method} ${url} was answered with status ${reply.status}`);
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
