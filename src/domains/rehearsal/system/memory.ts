import { readFileSync } from 'node:fs';
import type { Side } from './state.ts';

/** Resident memory of an instance, on average, MB; null where it cannot be read: only processes of this machine show theirs. */
export function residentMb({ instances }: Side): number | null {
  const sizes = instances.map(({ process }) => (process === null ? null : residentOf(process.pid)));
  const known = sizes.filter((size) => size !== null);
  return known.length === 0 || known.length < sizes.length ? null : known.reduce((a, b) => a + b, 0) / known.length;
}

function residentOf(pid: number): number | null {
  try {
    const kb = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kb === undefined ? null : Number(kb) / 1024;
  } catch {
    return null;
  }
}
