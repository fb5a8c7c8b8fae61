import type { FaultRecord, HypothesisCheck } from '../../../model/chaos.ts';
import type { Verdict } from '../../../model/verdict.ts';
import type { ExperimentJournal } from './journal.ts';

/** What the verdict of an experiment is drawn from. */
export interface Evidence {
  journal: ExperimentJournal;
  checks: readonly HypothesisCheck[];
  faults: readonly FaultRecord[];
  /** Why it was stopped; null: it was not. */
  stopped: string | null;
  /** What could not be taken away. */
  left: readonly string[];
}

/**
 * fail: the steady state was left, by a check after something was done; inconclusive: nothing was shown, as the experiment did not do what
 * it says; pass: it did, every fault was measured, and the steady state held.
 */
export function verdictOf({ journal, checks, faults, stopped, left }: Evidence): { verdict: Verdict; reason: string } {
  const missed = checks.filter(({ met }) => !met);
  const of = (phase: HypothesisCheck['phase']) => missed.find((check) => check.phase === phase);
  const during = checks.filter(({ phase }) => phase === 'during');
  const say = (verdict: Verdict, reason: string) => ({ verdict, reason });

  const after = of('after');
  if (after !== undefined) return say('fail', `The steady state was lost: ${after.deviating}.`);
  const first = of('during');
  if (first !== undefined) {
    const count = during.filter(({ met }) => !met).length;
    return say(
      'fail',
      `The steady state was lost in ${count} of ${during.length} checks during the method: ${first.deviating}.`,
    );
  }
  const last = checks.at(-1);
  if (last?.phase === 'after rollback' && !last.met) {
    return say('fail', `The steady state did not come back after the rollbacks: ${last.deviating}.`);
  }
  if (left.length > 0) return say('inconclusive', `Not everything could be taken away: ${left.join('; ')}.`);
  if (stopped !== null) return say('inconclusive', `It was stopped before its end: ${stopped}.`);
  const before = of('before');
  if (before !== undefined) {
    return say(
      'inconclusive',
      `Nothing was done, as the steady state was not there to begin with: ${before.deviating}.`,
    );
  }
  const unseen = faults.find(({ proof }) => proof?.seen !== true);
  if (unseen !== undefined) {
    const why = unseen.error ?? unseen.proof?.checks.find(({ held }) => !held);
    const detail =
      typeof why === 'object' ? `${why.what} was ${why.measured}, not ${why.expected}` : (why ?? 'it was not measured');
    return say('inconclusive', `The fault ${unseen.fault} on ${unseen.component} was not seen to be there: ${detail}.`);
  }
  const failed = [...journal.run, ...journal.rollbacks].find(
    ({ activity, status }) => activity.type === 'action' && status !== 'succeeded',
  );
  if (failed !== undefined) {
    const why = failed.exception?.[0]?.trim() ?? 'it was cut off';
    return say('inconclusive', `The action "${String(failed.activity.name)}" failed: ${why.replace(/\.$/, '')}.`);
  }
  if (journal.status !== 'completed') return say('inconclusive', `It ended with the status ${journal.status}.`);
  const dry = journal.experiment.dry;
  if (typeof dry === 'string') return say('inconclusive', `It was a dry run, without ${dry}.`);
  if (checks.length === 0) return say('inconclusive', 'It has no hypothesis that was checked, so nothing was shown.');
  const proved =
    faults.length === 0 ? '' : ` and ${faults.length === 1 ? 'its fault was' : 'its faults were'} measured`;
  return say('pass', `The steady state held in ${checks.length} checks${proved}.`);
}
