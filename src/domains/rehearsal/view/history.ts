import type { Results } from '../../../model/results.ts';
import { duration } from '../../../report-kit/format.ts';
import { moment } from '../../../report-kit/time.ts';

const shownAtMost = 20;

/** The deployments so far, the newest first; null: there was none. */
export function historyView({ sections: { rehearsal } }: Results): object | null {
  if (rehearsal === undefined || rehearsal.history.length === 0) return null;
  const newest = [...rehearsal.history].reverse().slice(0, shownAtMost);
  return {
    rows: newest.map(
      ({ number, version, startedAt, durationMs, status, reason, driver, artifacts, migration, by }) => ({
        ...{ number, version, driver, by, reason },
        started: moment(startedAt),
        took: duration(durationMs),
        status,
        state: status === 'success' ? 'pass' : 'fail',
        digest: artifacts[0] === undefined ? 'not declared' : artifacts[0].digest.slice(0, 19),
        migration: migration ?? 'unknown',
      }),
    ),
  };
}
