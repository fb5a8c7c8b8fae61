import type { Journal } from '../../evidence/journal.ts';
import type { Evidence } from '../../evidence/keep-evidence.ts';
import type { WindowResult } from '../../model/results.ts';
import type { LatencyHistogram } from '../../stats/histogram.ts';
import type { LoadListener } from './engine.ts';
import type { RepeatedFailure } from './events.ts';

/** What a load shows of itself while it is on. */
export type LoadProgress =
  | {
      kind: 'window';
      window: WindowResult;
      elapsedMs: number;
      totalMs: number;
      /** Of the whole run so far. */
      planned: number;
      /** Answered, failures included. */
      done: number;
      failed: number;
      /** Response times of the window's requests, µs; to be read, not kept. */
      response?: LatencyHistogram;
    }
  /** A few times a second while the load is on, also when no window closes. */
  | { kind: 'tick'; elapsedMs: number; totalMs: number; done: number; failed: number }
  | { kind: 'warning'; text: string };

/**
 * What every load records alike, be it a run or a step of one: failures, warnings, and windows that could not be written.
 * @param offsetMs where the load's clock reads zero on the run's
 */
export function recordIn(
  journal: Pick<Journal, 'append'>,
  evidence: Evidence,
  show: (progress: LoadProgress) => void,
  offsetMs: () => number = () => 0,
): Required<Pick<LoadListener, 'failures' | 'logins' | 'warning' | 'unwritable'>> {
  return {
    failures(failures) {
      const again: RepeatedFailure[] = [];
      for (const { firstMs, lastMs: _, known, ...failure } of failures) {
        const atMs = firstMs + offsetMs();
        const { kind, status, route, group, count } = failure;
        if (known) again.push([kind, status, route, atMs, count, ...(group === undefined ? [] : [group])]);
        else journal.append('shakedown.error.seen', { ...failure, atMs });
      }
      if (again.length > 0) journal.append('shakedown.errors.repeated', { errors: again });
    },
    logins: (logins) => journal.append('shakedown.logins.counted', { logins }),
    warning(message) {
      journal.append('shakedown.warning', { message });
      show({ kind: 'warning', text: message });
    },
    unwritable: (cause) => evidence.fail(cause),
  };
}
