import { cpuSecondsOf } from '../../../load/cpu.ts';
import { Descent } from '../../../monitoring/watch/proc.ts';

const lookEveryMs = 1000;

export interface CostWatch {
  /** The processes that descend from this one are looked at, and it itself. */
  follow(pid: number): void;
  /** CPU time they took, s, as far as it was seen; null where /proc does not say. */
  end(): number | null;
}

/** Adds up the CPU time of a process and all it starts, browsers among them, each as it was when it was last seen. */
export function watchCost(): CostWatch {
  const descent = new Descent();
  const seconds = new Map<number, number>();
  let root: number | null = null;
  const look = () => {
    if (root === null) return;
    for (const pid of descent.treeOf(root)) {
      const used = cpuSecondsOf(pid);
      if (used !== null) seconds.set(pid, used);
    }
  };
  const timer = setInterval(look, lookEveryMs);
  timer.unref();
  return {
    follow(pid) {
      root = pid;
    },
    end() {
      clearInterval(timer);
      if (seconds.size === 0) return null;
      return Math.round(100 * [...seconds.values()].reduce((sum, used) => sum + used, 0)) / 100;
    },
  };
}
