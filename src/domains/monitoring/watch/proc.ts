import { readdirSync } from 'node:fs';
import { parents, readProc, statOf } from '../../../environment/processes.ts';

/** Ticks a second of the times in /proc; 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;
/** Of x86-64 and most of arm64. */
const pageBytes = 4096;
const tableMs = 3000;

/** Figures of one process at a moment, as /proc shows them (proc(5)). What this user may not read is null. */
export interface ProcessFigures {
  pid: number;
  /** Ticks after the machine's start: with the pid it names a process for good. */
  startTicks: number;
  cpuSeconds: number;
  threads: number;
  /** Resident memory that is its own, and that which it shares or has mapped from files, bytes. */
  ownBytes: number;
  sharedBytes: number;
  descriptors: number | null;
  diskReadBytes: number | null;
  diskWriteBytes: number | null;
}

/** Reads one process; null when it is gone, or is dead and only not yet collected. */
export function readProcess(pid: number): ProcessFigures | null {
  const fields = statOf(pid);
  if (fields === null || fields[0] === 'Z' || fields[0] === 'X') return null;
  const [, resident = 0, shared = 0] = (readProc(`/proc/${pid}/statm`) ?? '').split(' ').map(Number);
  const io = readProc(`/proc/${pid}/io`);
  return {
    pid,
    startTicks: Number(fields[19]),
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    threads: Number(fields[17]),
    ownBytes: Math.max(0, resident - shared) * pageBytes,
    sharedBytes: shared * pageBytes,
    descriptors: entries(`/proc/${pid}/fd`),
    diskReadBytes: io === null ? null : figureIn(io, 'read_bytes'),
    diskWriteBytes: io === null ? null : figureIn(io, 'write_bytes'),
  };
}

/** Most files that the process may have open; null when unlimited or not to be read. */
export function descriptorLimit(pid: number): number | null {
  const soft = /^Max open files\s+(\d+)/m.exec(readProc(`/proc/${pid}/limits`) ?? '')?.[1];
  return soft === undefined ? null : Number(soft);
}

/** Bytes at which the process is ended for its memory: the limit of its control group, or all that the machine has. */
export function memoryLimit(pid: number): number | null {
  const machine = memoryInfo('MemTotal');
  const groups = readProc(`/proc/${pid}/cgroup`) ?? '';
  const unified = /^0::(\/.*)$/m.exec(groups)?.[1];
  const memory = /^\d+:(?:\w+,)*memory(?:,\w+)*:(\/.*)$/m.exec(groups)?.[1];
  const limits = [
    unified === undefined ? null : readProc(`/sys/fs/cgroup${unified}/memory.max`),
    memory === undefined ? null : readProc(`/sys/fs/cgroup/memory${memory}/memory.limit_in_bytes`),
  ].filter((text) => text !== null && /^\d+\s*$/.test(text));
  const known = [...limits.map(Number), ...(machine === null ? [] : [machine])];
  return known.length === 0 ? null : Math.min(...known);
}

/** A line of /proc/meminfo in bytes. */
export function memoryInfo(name: 'MemTotal' | 'MemAvailable'): number | null {
  const kB = figureIn(readProc('/proc/meminfo') ?? '', name);
  return kB === null ? null : kB * 1024;
}

/** Children by parent, read again when older than `tableMs`: it reads every process of the machine. */
export class Descent {
  #children = new Map<number, number[]>();
  #readAtMs = Number.NEGATIVE_INFINITY;

  /** Pids of the direct children of a process. */
  childrenOf(pid: number): readonly number[] {
    const nowMs = performance.now();
    if (nowMs - this.#readAtMs > tableMs) {
      this.#readAtMs = nowMs;
      this.#children = childrenTable();
    }
    return this.#children.get(pid) ?? [];
  }

  /** The process and all that descend from it. */
  treeOf(pid: number): number[] {
    const found = [pid];
    for (let i = 0; i < found.length && found.length < 1000; i++) found.push(...this.childrenOf(found[i] ?? 0));
    return found;
  }
}

function childrenTable(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const [pid, parent] of parents()) {
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [pid]);
    else siblings.push(pid);
  }
  return children;
}

function entries(folder: string): number | null {
  try {
    return readdirSync(folder).length;
  } catch {
    return null;
  }
}

function figureIn(text: string, name: string): number | null {
  const figure = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1];
  return figure === undefined ? null : Number(figure);
}
