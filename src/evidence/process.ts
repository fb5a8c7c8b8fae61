import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process for good: a pid alone may be given to another. */
export interface ProcessIdentity {
  pid: number;
  /** Ticks after the machine's start, field 22 of /proc/<pid>/stat (proc(5)). */
  startTicks: number;
  /** `R`, `S`, `D`, `T`, … */
  state: string;
}

/** The process of that pid; null when there is none, or it is dead and only not yet collected. */
export function identify(pid: number): ProcessIdentity | null {
  const stat = text(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The name, in brackets, may hold anything; the figures begin after the last bracket.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = 'X'] = fields;
  return state === 'Z' || state === 'X' ? null : { pid, startTicks: Number(fields[19]), state };
}

/** Whether that very process still lives. */
export function lives({ pid, startTicks }: { pid: number; startTicks: number }): boolean {
  return identify(pid)?.startTicks === startTicks;
}

/** Changes with every start of the machine: what pids of another boot meant is not known any more. Empty where there is no /proc. */
export function bootId(): string {
  return (text('/proc/sys/kernel/random/boot_id') ?? '').trim();
}

/** In which numbering of processes this one lives: each container has its own. Empty where there is no /proc. */
export function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** Where a pid means a process: each boot, each container and each machine has its own numbering. */
export interface ProcessPlace {
  /** Empty where the system has none. */
  bootId: string;
  /** Empty where the system has none. */
  pidNamespace: string;
  host: string;
}

/** Whether a pid of that place means a process that can be seen from here. */
export function seesProcessesOf({ bootId: boot, pidNamespace: namespace, host }: ProcessPlace): boolean {
  // Where the system has no boot id its name is all that distinguishes it.
  return boot === bootId() && namespace === pidNamespace() && (boot !== '' || host === hostname());
}

function text(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
