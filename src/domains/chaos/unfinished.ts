import type { ExperimentResult } from '../../model/chaos.ts';

type Begun = Pick<ExperimentResult, 'title' | 'description' | 'file' | 'tags'> & {
  atMs: number;
  /** Title of its hypothesis, of which nothing was checked; absent: it is not known, or it has none. */
  hypothesis?: string | undefined;
};

/**
 * An experiment that shows nothing, as it did not finish.
 * @param stopped by what
 * @param reason one sentence
 * @param skipped it was never begun
 */
export function unfinished(
  { atMs, hypothesis, ...named }: Begun,
  stopped: string,
  reason: string,
  skipped?: ExperimentResult['skipped'],
): ExperimentResult {
  return {
    ...(skipped === undefined ? {} : { skipped }),
    ...named,
    faults: [],
    period: { fromMs: atMs, toMs: atMs },
    status: 'aborted',
    deviated: false,
    hypothesis: hypothesis === undefined ? null : { title: hypothesis, checks: [] },
    verdict: 'inconclusive',
    reason,
    stopped,
    journal: '',
  };
}
