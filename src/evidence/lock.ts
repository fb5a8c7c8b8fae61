import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { replaceFileSync } from './atomic-file.ts';
import { bootId, identify, lives, pidNamespace, seesProcessesOf } from './process.ts';
import { statOf } from './stat.ts';

/** Who holds a lock. A pid alone may be given to another process; in a container every run is process 1. */
export interface LockHolder {
  pid: number;
  /** null: of a system without /proc, or a lock of an earlier version. Then it is known by its pid only. */
  startTicks: number | null;
  /** The host's name, where the holder is in another container or on another machine; null: it is here. */
  elsewhere: string | null;
}

interface Written extends Pick<LockHolder, 'pid' | 'startTicks'> {
  /** Empty where the system has none. */
  bootId: string;
  /** Empty where the system has none, or the lock is of an earlier version. */
  pidNamespace: string;
  /** Empty in a lock of an earlier version. */
  host: string;
  /** ISO 8601. */
  since: string;
}

export interface Lock {
  /** Takes it away, if it is still ours; safe to call twice. */
  release(): void;
}

/** A process in another container or on another machine cannot be asked for: it shows that it lives by the time of its lock file. */
const renewEveryMs = 10_000;
const deadAfterMs = 60_000;
const watchEveryMs = 250;

/** A lock is written by the call after the one that makes it: one that stays empty for longer was cut off by a power failure. */
const emptyForMs = 500;

/**
 * Takes a lock file for this process, also from one that is dead. Of several that try at the same time one has it. A holder in another container
 * is watched until it shows that it lives or has been silent for long enough: a run that is restarted right after it was killed waits for a minute.
 * @returns the living process that has it
 */
export async function takeLock(file: string, nowMs: number): Promise<Lock | LockHolder> {
  const text = ownText(nowMs);
  for (;;) {
    try {
      writeFileSync(file, text, { flag: 'wx' });
      return held(file, text);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const before = await settled(file);
    if (before === null) continue;
    const holder = livingHolder(file, before);
    if (holder !== null && (holder.elsewhere === null || (await isRenewedAgain(file)))) return holder;
    // Only one may put its own in place of a dead one's. Who claims this very lock checks that it is still there, so that none
    // takes away what another has just put there.
    const claim = await takeLock(`${file}.${createHash('sha256').update(before).digest('hex').slice(0, 8)}`, nowMs);
    if (!('release' in claim)) return claim;
    try {
      if (textOf(file) !== before) continue;
      replaceFileSync(file, text);
      return held(file, text);
    } finally {
      claim.release();
    }
  }
}

/** The living process that a lock file names; null when there is none. */
export async function lockedBy(file: string): Promise<LockHolder | null> {
  const text = await settled(file);
  return text === null ? null : livingHolder(file, text);
}

function ownText(nowMs: number): string {
  const own: Written = {
    pid: process.pid,
    startTicks: identify(process.pid)?.startTicks ?? null,
    bootId: bootId(),
    pidNamespace: pidNamespace(),
    host: hostname(),
    since: new Date(nowMs).toISOString(),
  };
  return `${JSON.stringify(own)}\n`;
}

/** Renews the file's time until it is released, so that others see from anywhere that its holder lives. */
function held(file: string, text: string): Lock {
  const timer = setInterval(() => renewOwn(file, text), renewEveryMs);
  timer.unref();
  return {
    release() {
      clearInterval(timer);
      releaseOwn(file, text);
    },
  };
}

function livingHolder(file: string, text: string): LockHolder | null {
  const holder = parsed(text);
  if (holder === null) return null;
  const { pid, startTicks, host } = holder;
  if (isHere(holder)) return isAlive(holder) ? { pid, startTicks, elsewhere: null } : null;
  return isRenewed(file) ? { pid, startTicks, elsewhere: host } : null;
}

/** Locks of earlier versions hold the pid only. null: what is there is no lock. */
function parsed(text: string): Omit<Written, 'since'> | null {
  let found: Partial<Record<keyof Written, unknown>> | null;
  try {
    found = JSON.parse(text) as typeof found;
  } catch {
    return null;
  }
  const { pid, startTicks } = found ?? {};
  const word = (key: keyof Written) => (typeof found?.[key] === 'string' ? found[key] : '');
  if (!Number.isSafeInteger(pid) || Number(pid) < 1) return null;
  return {
    pid: Number(pid),
    startTicks: typeof startTicks === 'number' ? startTicks : null,
    bootId: word('bootId'),
    pidNamespace: word('pidNamespace'),
    host: word('host'),
  };
}

/** Whether the holder's pid means a process that can be seen from here. Locks of earlier versions name no place and were never renewed. */
function isHere(holder: Omit<Written, 'since'>): boolean {
  return holder.host === '' || seesProcessesOf(holder);
}

/** Waits until the holder renews the file's time (true), or has not done so for long enough, or the file is gone (false). */
async function isRenewedAgain(file: string): Promise<boolean> {
  const before = renewedAtMs(file);
  while (isRenewed(file)) {
    if (renewedAtMs(file) !== before) return true;
    await sleep(watchEveryMs);
  }
  return false;
}

function renewedAtMs(file: string): number | undefined {
  return statOf(file)?.mtimeMs;
}

/** A clock that is set, or that of another machine, may be off in either direction. */
function isRenewed(file: string): boolean {
  const atMs = renewedAtMs(file);
  return atMs !== undefined && Math.abs(Date.now() - atMs) < deadAfterMs;
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
    // A pipe that nobody writes to would be waited for.
    if (!statSync(file).isFile()) throw new Error(`${file} is no file`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function releaseOwn(file: string, text: string): void {
  if (textOf(file) === text) rmSync(file, { force: true });
}

function renewOwn(file: string, text: string): void {
  try {
    const now = new Date();
    if (textOf(file) === text) utimesSync(file, now, now);
  } catch {
    // The disk may answer again at the next turn; a run must not end for its lock's time.
  }
}
