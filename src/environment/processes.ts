import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Text of a file of /proc; null when it is not there or may not be read. */
export function readProc(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** Fields of /proc/<pid>/stat from the third on, the state (proc(5)); null when there is no such process. */
export function statOf(pid: number | string): string[] | null {
  const stat = readProc(`/proc/${pid}/stat`);
  // The name, in brackets, may hold anything; the figures begin after the last bracket.
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Pid and parent of every process of the machine. Where there is no /proc, such as on macOS, `ps` is asked. */
export function parents(): [pid: number, parent: number][] {
  if (!existsSync('/proc/self')) return byPs();
  return readdirSync('/proc').flatMap((name): [number, number][] => {
    const fields = /^\d+$/.test(name) ? statOf(name) : null;
    return fields === null ? [] : [[Number(name), Number(fields[1])]];
  });
}

function byPs(): [number, number][] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => line.trim().split(/\s+/).map(Number)).map(([pid = 0, parent = 0]) => [pid, parent]);
}

/** Processes that a process started. Some, as PostgreSQL's, have a session each, so that they are in no common group. */
export function childrenOf(pid: number): number[] {
  return parents().flatMap(([each, parent]) => (parent === pid ? [each] : []));
}

/** The command line of a process, on Linux with a zero byte after each argument; null when it is gone. */
export function commandOf(pid: number): string | null {
  if (existsSync('/proc/self')) return readProc(`/proc/${pid}/cmdline`);
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return null;
  }
}
