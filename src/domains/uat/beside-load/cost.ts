import { Descent, readProcess } from '../../monitoring/public.ts';

const lookEveryMs = 1000;

export interface CostWatch {
  /** This process and all that descend from it are measured. */
  follow(pid: number): void;
  /** CPU time they took, s, and the most memory of their own that they held at once, as far as it was seen; null where /proc does not say. */
  end(): { cpuSeconds: number | null; memoryBytes: number | null };
}

/** Adds up the CPU time and the memory of a process and all it starts, browsers among them, each as it was when it was last seen. */
export function watchCost(): CostWatch {
  const descent = new Descent();
  const seconds = new Map<number, number>();
  let root: number | null = null;
  let memoryBytes = 0;
  const look = () => {
    if (root === null) return;
    let held = 0;
    for (const pid of descent.treeOf(root)) {
      const figures = readProcess(pid);
      if (figures === null) continue;
      seconds.set(pid, figures.cpuSeconds);
      held += figures.ownBytes;
    }
    memoryBytes = Math.max(memoryBytes, held);
  };
  const timer = setInterval(look, lookEveryMs);
  timer.unref();
  return {
    follow(pid) {
      root = pid;
    },
    end() {
      clearInterval(timer);
      if (seconds.size === 0) return { cpuSeconds: null, memoryBytes: null };
      const cpuSeconds = Math.round(100 * [...seconds.values()].reduce((sum, used) => sum + used, 0)) / 100;
      return { cpuSeconds, memoryBytes };
    },
  };
}
