import { readFileSync } from 'node:fs';

/** Ticks a second of the times in /proc; 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** CPU time used by a process so far, user and system, in seconds; null where /proc does not say. */
export function cpuSecondsOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold anything; the figures begin after the last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return null;
  }
}

/** Samples the CPU of a process; `between` gives the mean cores used over a period of the run's clock. */
export class CpuWatch {
  #samples: { atMs: number; seconds: number }[] = [];

  add(atMs: number, seconds: number | null): void {
    if (seconds !== null) this.#samples.push({ atMs, seconds });
    if (this.#samples.length > 1200) this.#samples.splice(0, 600);
  }

  between(fromMs: number, toMs: number): number | null {
    const before = this.#samples.findLast((sample) => sample.atMs <= fromMs) ?? this.#samples[0];
    const after = this.#samples.find((sample) => sample.atMs >= toMs) ?? this.#samples.at(-1);
    if (before === undefined || after === undefined || after.atMs <= before.atMs) return null;
    return ((after.seconds - before.seconds) * 1000) / (after.atMs - before.atMs);
  }
}
