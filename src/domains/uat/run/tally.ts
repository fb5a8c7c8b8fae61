import type { UatAttempt } from '../../../model/uat.ts';

/** How far scenarios are. */
export interface UatTally {
  /** Scenario runs that have ended: passed, failed or flaky. */
  done: number;
  failed: number;
  /** Failed first and passed when tried again. */
  flaky: number;
}

export function noTally(): UatTally {
  return { done: 0, failed: 0, flaky: 0 };
}

/**
 * Takes one more attempt into account.
 * @param retries how often a failed scenario is tried again: until then its failure is not its last word
 * @returns how the scenario came out; null: it is tried again, or was not run to its end
 */
export function addAttempt(
  tally: UatTally,
  { status, retry }: Pick<UatAttempt, 'status' | 'retry'>,
  retries: number,
): 'passed' | 'failed' | 'flaky' | null {
  if (status === 'skipped' || status === 'interrupted') return null;
  if (status === 'failed' && retry < retries) return null;
  tally.done++;
  if (status === 'failed') {
    tally.failed++;
    return 'failed';
  }
  if (retry === 0) return 'passed';
  tally.flaky++;
  return 'flaky';
}
