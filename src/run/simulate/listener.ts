import type { LoadListener } from '../../domains/load/engine.ts';
import type { RepeatedFailure } from '../../domains/load/public.ts';
import type { Journal } from '../../evidence/journal.ts';
import type { Evidence } from '../../evidence/keep-evidence.ts';
import type { SimulateOptions } from '../progress.ts';

/**
 * What every load tells alike, be it a run or a step of one: failures, warnings, and windows that could not be written.
 * @param offsetMs where the load's clock reads zero on the run's
 */
export function toldBy(
  journal: Pick<Journal, 'append'>,
  evidence: Evidence,
  onEvent: SimulateOptions['onEvent'],
  offsetMs: () => number = () => 0,
): Required<Pick<LoadListener, 'failures' | 'warning' | 'unwritable'>> {
  return {
    failures(failures) {
      const again: RepeatedFailure[] = [];
      for (const { firstMs, lastMs: _, known, ...failure } of failures) {
        const atMs = firstMs + offsetMs();
        if (known) again.push([failure.kind, failure.status, failure.route, atMs, failure.count]);
        else journal.append('shakedown.error.seen', { ...failure, atMs });
      }
      if (again.length > 0) journal.append('shakedown.errors.repeated', { errors: again });
    },
    warning(message) {
      journal.append('shakedown.warning', { message });
      onEvent({ kind: 'warning', text: message });
    },
    unwritable: (cause) => evidence.fail(cause),
  };
}
