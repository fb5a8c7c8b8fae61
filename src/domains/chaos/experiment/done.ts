import type { RunNote } from './execute.ts';
import type { ActivityRun, ExperimentJournal } from './journal.ts';
import { faultModule, revertFunction } from './providers/faults.ts';
import { isObject, objectOr } from './values/json.ts';

export type Notes = ReadonlyMap<ActivityRun, RunNote>;

/** Why an action of the method, or anything of the rollbacks, did not do what it is there for; null: all did. One sentence. */
export function failureOf(journal: ExperimentJournal, notes: Notes): string | null {
  const actions = journal.run.filter(({ activity }) => activity.type === 'action');
  return firstFailure('action', actions, notes) ?? rollbackFailure(journal, notes);
}

/** The same, of the rollbacks only. */
export function rollbackFailure({ rollbacks }: ExperimentJournal, notes: Notes): string | null {
  return firstFailure('rollback', rollbacks, notes);
}

function firstFailure(what: string, runs: readonly ActivityRun[], notes: Notes): string | null {
  for (const run of runs) {
    const why = whyFailed(run, notes.get(run));
    if (why !== null) return `The ${what} "${String(run.activity.name)}" ${why}.`;
  }
  return null;
}

/** An activity that ran to its end still did not do it where its program or its request was refused, unless its own tolerance allows that. */
function whyFailed({ status, exception, activity, output }: ActivityRun, note: RunNote | undefined): string | null {
  if (status !== 'succeeded') return `failed: ${exception?.[0]?.trim().replace(/\.$/, '') ?? 'it was cut off'}`;
  const tolerated = note?.tolerated ?? null;
  if (tolerated !== null) return tolerated.met ? null : `did not do what it is there for: ${tolerated.why}`;
  if (activity.type !== 'action') return null;
  const { type } = objectOr(activity.provider);
  const code = isObject(output) && typeof output.status === 'number' ? output.status : 0;
  if (type === 'process' && code !== 0) {
    return code < 0 ? `failed: its program was ended by signal ${-code}` : `failed: its program ended with ${code}`;
  }
  if (type === 'http' && code >= 400) return `failed: it was answered with status ${code}`;
  if ((type === 'python' || type === 'node') && output === false) return 'failed: it gave false';
  return null;
}

/** Actions of the method that did something, in the order they were begun. To take a fault away is nothing done. */
export function actionsDone({ run }: ExperimentJournal, notes: Notes): RunNote[] {
  return run.flatMap((one) => {
    const note = notes.get(one);
    if (note === undefined || note.activity.type !== 'action' || one.status !== 'succeeded') return [];
    const { provider } = note.activity;
    const takesAway = provider.type === 'node' && provider.module === faultModule && provider.func === revertFunction;
    return takesAway ? [] : [note];
  });
}
