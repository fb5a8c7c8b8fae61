import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { replaceFileSync } from './atomic-file.ts';
import { bootId, identify, lives } from './process.ts';

/** Who holds a lock. A pid alone may be given to another process; in a container every run is process 1. */
export interface LockHolder {
  pid: number;
  /** null: of a system without /proc, or a lock of an earlier version. Then it is known by its pid only. */
  startTicks: number | null;
}

interface Written extends LockHolder {
  /** Empty where the system has none. */
  bootId: string;
  /** ISO 8601. */
  since: string;
}

export interface Lock {
  /** Takes it away, if it is still ours; safe to call twice. */
  release(): void;
}

/** A lock is written by the call after the one that makes it: one that stays empty for longer was cut off by a power failure. */
const emptyForMs = 500;

/**
 * Takes a lock file for this process, also from one that is dead. Of several that try at the same time one has it.
 * @returns the living process that has it
 */
export async function takeLock(file: string, nowMs: number): Promise<Lock | LockHolder> {
  const text = ownText(nowMs);
  for (;;) {
    try {
      writeFileSync(file, text, { flag: 'wx' });
      return { release: () => releaseOwn(file, text) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const before = await settled(file);
    if (before === null) continue;
    const holder = livingHolder(before);
    if (holder !== null) return holder;
    // Only one may put its own in place of a dead one's. Who claims this very lock checks that it is still there, so that none
    // takes away what another has just put there.
    const claim = await takeLock(`${file}.${createHash('sha256').update(before).digest('hex').slice(0, 8)}`, nowMs);
    if (!('release' in claim)) return claim;
    try {
      if (textOf(file) !== before) continue;
      replaceFileSync(file, text);
      return { release: () => releaseOwn(file, text) };
    } finally {
      claim.release();
    }
  }
}

/** The living process that a lock file names; null when there is none. */
export async function lockedBy(file: string): Promise<LockHolder | null> {
  const text = await settled(file);
  return text === null ? null : livingHolder(text);
}

function ownText(nowMs: number): string {
  const own: Written = {
    pid: process.pid,
    startTicks: identify(process.pid)?.startTicks ?? null,
    bootId: bootId(),
    since: new Date(nowMs).toISOString(),
  };
  return `${JSON.stringify(own)}\n`;
}

function livingHolder(text: string): LockHolder | null {
  const holder = parsed(text);
  return holder !== null && isAlive(holder) ? { pid: holder.pid, startTicks: holder.startTicks } : null;
}

/** Locks of earlier versions hold the pid only. null: what is there is no lock. */
function parsed(text: string): Omit<Written, 'since'> | null {
  let found: Partial<Record<keyof Written, unknown>> | null;
  try {
    found = JSON.parse(text) as typeof found;
  } catch {
    return null;
  }
  const { pid, startTicks, bootId } = found ?? {};
  if (!Number.isSafeInteger(pid) || Number(pid) < 1) return null;
  return {
    pid: Number(pid),
    startTicks: typeof startTicks === 'number' ? startTicks : null,
    bootId: typeof bootId === 'string' ? bootId : '',
  };
}

function isAlive({ pid, startTicks, bootId: boot }: Omit<Written, 'since'>): boolean {
  if (boot !== '' && boot !== bootId()) return false;
  if (startTicks !== null) return lives({ pid, startTicks });
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Of another user, but alive.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Its text; waits while it is being written. null: it is gone. */
async function settled(file: string): Promise<string | null> {
  const until = performance.now() + emptyForMs;
  for (;;) {
    const text = textOf(file);
    if (text !== '' || performance.now() > until) return text;
    await sleep(10);
  }
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function releaseOwn(file: string, text: string): void {
  if (textOf(file) === text) rmSync(file, { force: true });
}
