import { readdirSync, readFileSync } from 'node:fs';
import { identify } from '../../../evidence/process.ts';

function statFields(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold spaces; field 3 is the first after it.
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** When a process began, which distinguishes it from a later one with the same pid. Null: no such process. */
export function startTicksOf(pid: number): number | null {
  return identify(pid)?.startTicks ?? null;
}

/** A process and all that it started, as far as they still run. */
export function familyOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const each = Number(name);
    if (!Number.isInteger(each)) continue;
    const parent = Number(statFields(each)?.[1] ?? -1);
    children.set(parent, [...(children.get(parent) ?? []), each]);
  }
  const family: number[] = [];
  for (const queue = [pid]; queue.length > 0; ) {
    const next = queue.pop() ?? 0;
    if (startTicksOf(next) !== null) family.push(next);
    queue.push(...(children.get(next) ?? []));
  }
  return family;
}

/** Time on a processor and time waiting for one, of all threads, ms. Zero where the process is gone. */
export function processorTimeMs(pid: number): { onMs: number; waitingMs: number } {
  let [on, waiting] = [0, 0];
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const [ran = 0, waited = 0] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')
        .split(' ')
        .map(Number);
      on += ran;
      waiting += waited;
    }
  } catch {
    // It ended meanwhile.
  }
  return { onMs: on / 1e6, waitingMs: waiting / 1e6 };
}

/** Memory in use that is its own or shared, bytes. */
export function residentBytes(pid: number): number {
  return kibibytes(`/proc/${pid}/status`, 'VmRSS') * 1024;
}

/** Bytes that a process had written to storage. */
export function storageBytes(pid: number): number {
  try {
    return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Memory that can be had without swapping, bytes. */
export function availableBytes(): number {
  return kibibytes('/proc/meminfo', 'MemAvailable') * 1024;
}

/** Open descriptors of a process. */
export function openDescriptors(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

function kibibytes(path: string, name: string): number {
  try {
    return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(path, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
