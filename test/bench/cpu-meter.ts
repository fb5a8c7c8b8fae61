import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { cpuSecondsOf } from '../../src/domains/load/cpu.ts';
import { ownCpuSeconds } from './measure.ts';

/** CPU time over a period of a load, in seconds. */
export interface CpuUse {
  k6: number;
  /** This process: it hands sessions out, reads samples and closes windows, and does nothing else meanwhile. */
  harness: number;
}

/** Meters the k6 that this process started, and this process, from now on for `durationMs`. @throws Error without such a k6 */
export async function meter(k6Path: string, durationMs: number): Promise<CpuUse> {
  const pid = k6Pid(k6Path);
  const before = { k6: cpuSecondsOf(pid), harness: ownCpuSeconds() };
  await wait(durationMs);
  const after = { k6: cpuSecondsOf(pid), harness: ownCpuSeconds() };
  if (before.k6 === null || after.k6 === null) throw new Error('k6 ended before its time.');
  return { k6: after.k6 - before.k6, harness: after.harness - before.harness };
}

/** The k6 that this process started. @throws Error without one */
export function k6Pid(k6Path: string): number {
  const pid = childPids().find((child) => commandOf(child).startsWith(`${k6Path}\0run\0`));
  if (pid === undefined) throw new Error('The k6 of this load was not found in /proc.');
  return pid;
}

function childPids(): number[] {
  const tasks = `/proc/${process.pid}/task`;
  return readdirSync(tasks).flatMap((task) =>
    readFileSync(`${tasks}/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
