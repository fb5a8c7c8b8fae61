import type { FaultRecord, HypothesisCheck } from '../../../model/chaos.ts';
import { withoutDoubledStops } from '../../../model/full-stop.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { endOfFault, goneEarly } from '../felt.ts';
import { actionsDone, failureOf, type Notes, rollbackFailure } from './done.ts';
import { effectMissing, probeNotMet } from './effects.ts';
import type { Activity } from './format.ts';
import type { ExperimentJournal } from './journal.ts';
import { lateProbe, partlyUnder, timesSince, timesUnder } from './watched.ts';

/** What the verdict of an experiment is drawn from. */
export interface Evidence {
  journal: ExperimentJournal;
  /** Of the activities in the journal. */
  notes: Notes;
  /** Probes of the method whose tolerance was met before anything was done. */
  metBefore: ReadonlySet<Activity>;
  checks: readonly HypothesisCheck[];
  faults: readonly FaultRecord[];
  /** Why it was stopped; null: it was not. */
  stopped: string | null;
  /** What could not be taken away. */
  left: readonly string[];
  /** Requests of a load were sent meanwhile; whether any fell into the fault is judged with the run. */
  besideLoad: boolean;
}

/**
 * fail: the steady state was left, by a check after something was done; inconclusive: nothing was shown, as the experiment did not do what
 * it says; pass: it did, every fault was measured, and the steady state held.
 */
export function verdictOf({ journal, notes, metBefore, checks, faults, stopped, left, besideLoad }: Evidence): {
  verdict: Verdict;
  reason: string;
} {
  const missed = checks.filter(({ met }) => !met);
  const of = (phase: HypothesisCheck['phase']) => missed.find((check) => check.phase === phase);
  const during = checks.filter(({ phase }) => phase === 'during');
  const undoneBadly = rollbackFailure(journal, notes);
  const say = (verdict: Verdict, reason: string) => ({
    verdict,
    reason: withoutDoubledStops(
      undoneBadly === null || reason.includes(undoneBadly) ? reason : `${reason} ${undoneBadly}`,
    ),
  });

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
  const failure = failureOf(journal, notes);
  if (failure !== null) return say('inconclusive', failure);
  if (journal.status !== 'completed') return say('inconclusive', `It ended with the status ${journal.status}.`);
  const dry = journal.experiment.dry;
  if (typeof dry === 'string') return say('inconclusive', `It was a dry run, without ${dry}.`);
  if (checks.length === 0) return say('inconclusive', 'It has no hypothesis that was checked, so nothing was shown.');
  const untouched = faults.find(({ touched }) => touched?.applied === 0);
  if (untouched !== undefined) return say('inconclusive', untouchedReason(untouched));
  const actions = actionsDone(journal, notes);
  if (actions.length === 0) return say('inconclusive', 'Nothing was done: no action of its method did anything.');
  if (faults.length === 0) return say(...ofOwnActions({ journal, notes, metBefore, checks }, actions));
  const unwatched = faults.find((fault) => timesUnder(checks, [fault]) === 0);
  if (unwatched !== undefined && !besideLoad) {
    return say('inconclusive', unwatchedReason(unwatched, checks));
  }
  const unused = faults.find(({ connections }) => connections === 0 || connections === null);
  if (unused !== undefined) return say('inconclusive', `${unusedReason(unused)}${earlyReason(faults)}`);
  const unmet = probeNotMet(journal, notes);
  if (unmet !== null) return say('inconclusive', `${unmet}${earlyReason(faults)}`);
  const proved = ` and ${faults.length === 1 ? 'its fault was' : 'its faults were'} measured`;
  if (unwatched !== undefined) {
    return say(
      'pass',
      `The steady state was there again after the fault${proved}; only the load looked while it was on.${earlyReason(faults)}`,
    );
  }
  const under = timesUnder(checks, faults);
  return say(
    'pass',
    `The steady state held in ${checks.length} checks, ${under} of them under the fault${proved}.${earlyReason(faults)}`,
  );
}

/** Nothing of ours measures what actions of the user's own did. */
function ofOwnActions(
  { journal, notes, metBefore, checks }: Pick<Evidence, 'journal' | 'notes' | 'metBefore' | 'checks'>,
  actions: ReturnType<typeof actionsDone>,
): [Verdict, string] {
  const since = timesSince(checks, Math.min(...actions.map(({ fromMs }) => fromMs)));
  if (since === 0) {
    return ['inconclusive', 'Nothing was checked after its actions were begun, so what they did was not seen.'];
  }
  const missing = effectMissing(journal, notes, actions, metBefore);
  if (missing !== null) {
    return ['inconclusive', `That its actions had an effect was not measured, so nothing was shown: ${missing}.`];
  }
  return ['pass', `The steady state held in ${checks.length} checks, ${since} of them after its actions were begun.`];
}

function untouchedReason({ fault, component, touched }: FaultRecord): string {
  const matched = touched?.matched ?? 0;
  const came =
    matched === 0 ? 'no request that it is for came by' : `it let all ${matched} requests that it is for go by`;
  return `The fault ${fault} on ${component} touched nothing, so nothing was shown: ${came} there while it was on.`;
}

function unusedReason({ fault, component, connections }: FaultRecord): string {
  const asked =
    'let what is tested connect to the listen address of the link, or let a probe of the hypothesis ask through it.';
  return connections === 0
    ? `Nobody was on ${component} while ${fault} was on it, so nothing was shown: ${asked}`
    : `Whether anybody was on ${component} while ${fault} was on it cannot be seen from this machine: run this where its proxy runs, or start its Toxiproxy with -proxy-metrics, which count connections when they end.`;
}

/** Of the first that was gone before its time; empty: none was. */
function earlyReason(faults: readonly FaultRecord[]): string {
  const words = faults.map(goneEarly).find((one) => one !== null);
  return words === undefined ? '' : ` ${words}`;
}

function unwatchedReason(unwatched: FaultRecord, checks: readonly HypothesisCheck[]): string {
  const { fault, component, injectedMs } = unwatched;
  const early = goneEarly(unwatched);
  if (early !== null) return `Nothing was checked while it was on: ${early}`;
  const revertedMs = endOfFault(unwatched);
  const seconds =
    injectedMs === null || revertedMs === null ? '' : ` for ${((revertedMs - injectedMs) / 1000).toFixed(1)} s`;
  const late = lateProbe(checks, unwatched);
  const [what, probe] =
    late === null ? ['Nothing was checked', ''] : [`The probe "${late}" did not look`, ', each probe'];
  const part = partlyUnder(checks, unwatched);
  const partly =
    part === null
      ? ''
      : ` (the probe "${part}" was under way when it came or went, and took no longer than without it, so it may have been answered without it)`;
  return (
    `${what} while ${fault} on ${component} was on${seconds}, so what it did was not seen${partly}: ` +
    `let the hypothesis be checked meanwhile (runtime.hypothesis.strategy: continuously)${probe}, more often than the fault is long.`
  );
}
