import type { Controls } from './controls.ts';
import type { ActivityEvent, ExperimentEvents } from './events.ts';
import type { Activity, Step } from './format.ts';
import { Halted, sleep } from './halt.ts';
import { type ActivityRun, timestamp } from './journal.ts';
import { judgeTolerance } from './judge-tolerance.ts';
import { runProvider } from './providers/run.ts';
import { ActivityFailed, type Place, type Session } from './session.ts';
import { shown, type Tolerated } from './tolerance.ts';
import type { Json } from './values/json.ts';
import { substitute } from './values/substitute.ts';

/** What running activities takes besides the session. */
export interface Stage {
  session: Session;
  controls: Controls;
  on: ExperimentEvents;
  /** The clock of the result, ms. */
  now(): number;
  /** What the journal has no place for, of every activity that was begun. */
  notes: Map<ActivityRun, RunNote>;
}

/** When an activity ran, and what its tolerance makes of it. */
export interface RunNote {
  activity: Activity;
  fromMs: number;
  /** null: it has not ended. */
  toMs: number | null;
  /** Of the method and the rollbacks, where Chaos Toolkit applies no tolerance; null: it has none, or nothing was done. */
  tolerated: Tolerated | null;
}

/** What was asked for makes no sense, such as an address that is none. In a method Chaos Toolkit aborts there. */
export class Unexpected extends Error {}

/**
 * Runs an activity with its pauses and controls, and leaves a record of it in `runs` from its start on.
 * @returns what it gave, secrets and all; the record is without them
 * @throws Halted; Unexpected, which is on record as failed too
 */
export async function execute(step: Step, place: Place, stage: Stage, runs: ActivityRun[]): Promise<{ output: Json }> {
  const { activity } = step;
  const given: { output: Json } = { output: null };
  await stage.controls.around('activity', activity.controls, activity.written, () =>
    recorded(step, place, stage, runs, given),
  );
  return given;
}

async function recorded(
  step: Step,
  place: Place,
  stage: Stage,
  runs: ActivityRun[],
  given: { output: Json },
): Promise<ActivityRun> {
  const { session, on } = stage;
  const { activity, background } = step;
  const report = (state: ActivityEvent['state'], seconds: number | null, detail: string | null) =>
    on.activity?.({ place, type: activity.type, name: activity.name, background, state, seconds, detail });
  const dry = isDry(activity, session);
  const pause = async (written: Json) => {
    const seconds = Number(substitute(written, session.lookup) ?? 0);
    if (!(seconds > 0)) return;
    report('pausing', seconds, null);
    if (!dry && session.dry !== 'pause') await sleep(seconds * 1000, session.signal);
  };

  await pause(activity.pauses.before);
  const startedMs = performance.now();
  const run: ActivityRun = { activity: session.redact.value(activity.written), output: null, start: timestamp() };
  const note: RunNote = { activity, fromMs: stage.now(), toMs: null, tolerated: null };
  runs.push(run);
  stage.notes.set(run, note);
  report('started', null, null);
  const end = (status: NonNullable<ActivityRun['status']>, detail: string | null) => {
    run.status = status;
    run.end = timestamp();
    note.toMs = stage.now();
    run.duration = (performance.now() - startedMs) / 1000;
    report(status, run.duration, detail);
  };
  try {
    if (!dry) given.output = await runProvider(activity, place, session);
    run.output = session.redact.value(given.output);
    end('succeeded', run.output === null ? null : shown(run.output));
    if (!dry && place !== 'hypothesis') note.tolerated = await toleratedOf(activity, given.output, session);
  } catch (error) {
    if (session.signal.aborted) {
      end('aborted', null);
      throw session.signal.reason;
    }
    const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
    run.exception = [session.redact.text(`${name}: ${message}\n`)];
    end('failed', session.redact.text(message));
    if (error instanceof Halted) throw error;
    if (!(error instanceof ActivityFailed)) {
      throw new Unexpected(session.redact.text(`"${activity.name}": ${message}`), { cause: error });
    }
  }
  await pause(activity.pauses.after);
  return run;
}

/** null: it has no tolerance. @throws the signal's reason */
export async function toleratedOf(activity: Activity, output: Json, session: Session): Promise<Tolerated | null> {
  if (!activity.hasTolerance) return null;
  try {
    return await judgeTolerance(activity.written.tolerance ?? null, output, session);
  } catch (error) {
    if (session.signal.aborted) throw session.signal.reason;
    return { met: false, why: session.redact.text((error as Error).message) };
  }
}

function isDry({ type }: Activity, { dry }: Session): boolean {
  return dry === 'activities' || (dry === 'actions' && type === 'action') || (dry === 'probes' && type === 'probe');
}

/**
 * Runs the steps one after another, those in the background beside the others, and waits for all.
 * @param over checked between two steps: true ends them early
 * @param unexpected called with what makes no sense; where it throws, the rest is not started
 * @throws Halted, and what `unexpected` throws, when all in the background have ended too
 */
export async function executeAll(
  steps: readonly Step[],
  place: Place,
  stage: Stage,
  runs: ActivityRun[],
  over: () => boolean,
  unexpected: (error: Unexpected, background: boolean) => void,
): Promise<void> {
  const background: Promise<unknown>[] = [];
  const one = (step: Step) =>
    execute(step, place, stage, runs).catch((error: unknown) => {
      if (!(error instanceof Unexpected)) throw error;
      unexpected(error, step.background);
    });
  try {
    for (const step of steps) {
      if (step.background) {
        const running = one(step);
        running.catch(() => {});
        background.push(running);
      } else await one(step);
      if (over()) break;
    }
  } finally {
    await Promise.allSettled(background);
  }
  stage.session.signal.throwIfAborted();
}
