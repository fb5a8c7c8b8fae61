import type { LoadListener } from '../../load/engine.ts';
import type { Journal } from '../journal.ts';
import type { SimulateOptions } from '../progress.ts';
import type { Evidence } from './evidence.ts';

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
      for (const { firstMs, lastMs: _, ...failure } of failures) {
        journal.append('shakedown.error.seen', { ...failure, atMs: firstMs + offsetMs() });
      }
    },
    warning(message) {
      journal.append('shakedown.warning', { message });
      onEvent({ kind: 'warning', text: message });
    },
    unwritable: (cause) => evidence.fail(cause),
  };
}
