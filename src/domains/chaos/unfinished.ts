import type { ExperimentResult } from '../../model/chaos.ts';

type Begun = Pick<ExperimentResult, 'title' | 'description' | 'file' | 'tags'> & { atMs: number };

/**
 * An experiment that shows nothing, as it did not finish.
 * @param stopped by what
 * @param reason one sentence
 */
export function unfinished({ atMs, ...named }: Begun, stopped: string, reason: string): ExperimentResult {
  return {
    ...named,
    faults: [],
    stretch: { fromMs: atMs, toMs: atMs },
    status: 'aborted',
    deviated: false,
    hypothesis: null,
    verdict: 'inconclusive',
    reason,
    stopped,
    journal: '',
  };
}
