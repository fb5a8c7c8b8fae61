import type { SampleDefects } from '../defects.ts';
import { seededRandom } from '../random.ts';

export interface Faults {
  /** How long to hold a request that arrives now, in milliseconds. */
  holdMs(catalogue: boolean): number;
  /** Whether to answer with 500 instead. */
  fails(): boolean;
  /** Called once a request. */
  leak(): void;
  /** Called once a request: the first one starts what ends the process. */
  die(): void;
}

/** The planted faults of one instance; `startedAtMs` is the same for all, so that the whole system freezes at once. */
export function createFaults(
  defects: SampleDefects,
  seed: number,
  startedAtMs: number,
  now: () => number = Date.now,
): Faults {
  const { slowMs = 0, errorRate = 0, freezeEveryMs = 0, freezeForMs = 0, leakKbPerRequest = 0, diesAfterMs } = defects;
  const dice = seededRandom(seed);
  const leaked: Buffer[] = [];
  let isDying = false;
  return {
    holdMs(catalogue) {
      const slow = catalogue ? slowMs : 0;
      if (freezeEveryMs <= 0) return slow;
      const elapsed = now() - startedAtMs;
      const intoPeriod = elapsed % freezeEveryMs;
      // The first freeze comes after a whole period: a run can start.
      return elapsed >= freezeEveryMs && intoPeriod < freezeForMs ? slow + freezeForMs - intoPeriod : slow;
    },
    fails: () => errorRate > 0 && dice() < errorRate,
    leak() {
      // Filled, as memory that was never touched is not really taken.
      if (leakKbPerRequest > 0) leaked.push(Buffer.alloc(leakKbPerRequest * 1024, 1));
    },
    die() {
      if (diesAfterMs === undefined || isDying) return;
      isDying = true;
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), diesAfterMs).unref();
    },
  };
}
