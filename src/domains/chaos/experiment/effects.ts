import type { Notes } from './done.ts';
import { type RunNote, toleratedOf } from './execute.ts';
import { wantedFaults } from './fault-rules.ts';
import type { Activity } from './format.ts';
import type { ExperimentJournal } from './journal.ts';
import { runProvider } from './providers/run.ts';
import type { Session } from './session.ts';

/**
 * Probes of the method whose tolerance is met before anything is done: they cannot show what actions of the user's own do. Where there are faults of
 * ours, which are measured, none is asked.
 * @throws the signal's reason
 */
export async function metBeforehand(session: Session): Promise<ReadonlySet<Activity>> {
  const met = new Set<Activity>();
  const { experiment, dry } = session;
  if (dry !== null || wantedFaults(experiment).length > 0) return met;
  for (const { activity } of experiment.method) {
    if (activity.type === 'probe' && activity.hasTolerance && (await toleratedNow(activity, session)))
      met.add(activity);
  }
  return met;
}

/** Whether a probe is within its tolerance now; one that fails is not. It leaves no record. @throws the signal's reason */
async function toleratedNow(activity: Activity, session: Session): Promise<boolean> {
  try {
    return (await toleratedOf(activity, await runProvider(activity, 'method', session), session))?.met === true;
  } catch {
    if (session.signal.aborted) throw session.signal.reason;
    return false;
  }
}

/**
 * Why nothing shows that actions of the user's own had an effect; null: a probe of the method with a tolerance that was not met before the
 * method was met after one of them had begun.
 * @param metBefore probes whose tolerance was met before anything was done
 */
export function effectMissing(
  { run }: ExperimentJournal,
  notes: Notes,
  actions: readonly RunNote[],
  metBefore: ReadonlySet<Activity>,
): string | null {
  const firstMs = Math.min(...actions.map(({ fromMs }) => fromMs));
  const probes = run.flatMap((one) => {
    const note = notes.get(one);
    return note?.activity.type === 'probe' && note.tolerated !== null && note.fromMs >= firstMs ? [note] : [];
  });
  if (probes.some(({ activity, tolerated }) => tolerated?.met && !metBefore.has(activity))) return null;
  const [probe] = probes;
  const name = `"${probe?.activity.name}"`;
  if (probe?.tolerated?.met === false) return `the probe ${name} did not see it: ${probe.tolerated.why}`;
  if (probe !== undefined) return `the probe ${name} was met before they were begun, too`;
  return 'give its method a probe with a tolerance that is met only where they did what they are there for';
}

/** A probe of the method whose own tolerance was not met, as a sentence: it did not see what it was to see. null: all of them saw it. */
export function probeNotMet({ run }: ExperimentJournal, notes: Notes): string | null {
  for (const one of run) {
    const note = notes.get(one);
    if (note?.activity.type !== 'probe' || note.tolerated?.met !== false) continue;
    return `The probe "${note.activity.name}" of its method did not see what it was to see: ${note.tolerated.why}.`;
  }
  return null;
}
