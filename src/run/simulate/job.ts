import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Journal, openJournal } from '../../evidence/journal.ts';
import { type Evidence, keepEvidence } from '../../evidence/keep-evidence.ts';
import { createRunFolder, reopenRunFolder } from '../../evidence/run-folder.ts';
import { type Teardown, withTeardown } from '../../evidence/teardown.ts';
import { exitCodes, ShakedownError } from '../../model/error.ts';
import type { SimulateOptions, SimulateOutcome } from '../progress.ts';
import { firstOf, reportRun, tellFailure } from './outcome.ts';

/** A run's folder, locked, with its journal open. */
export interface Job {
  readonly run: { id: string; path: string };
  readonly journal: Journal;
  readonly evidence: Evidence;
  readonly teardown: Teardown;
  /** From here on there is something to report. */
  begun(): void;
  /** An error ended the load, as the journal says already. */
  failed(error: unknown): void;
}

export type JobOptions = Pick<SimulateOptions, 'config' | 'resume' | 'signal' | 'onEvent'>;

/** For everything to end in order after an error that nobody caught; what waits for the part that failed would wait for ever. */
const graceMs = 30_000;

/**
 * Does the work of a run in a folder of its own, or in that of the run to go on with; then, however it ended, takes back what it did, judges what was
 * measured and writes the reports.
 * @throws ShakedownError for what stands in the way before `begun`; from then on there is always a report
 */
export async function runJob(
  { config, resume, signal, onEvent }: JobOptions,
  work: (job: Job) => Promise<void>,
): Promise<SimulateOutcome> {
  const run = resume === undefined ? await createRunFolder(config.reports.folder) : await reopenRunFolder(resume);
  let hasBegun = false;
  let failure: unknown;
  try {
    await withTeardown(async (teardown) => {
      teardown.before('release the run folder', () => run.release());
      const raw = openJournal(join(run.path, 'journal.ndjson'), { source: `shakedown/runs/${run.id}` });
      teardown.before('close the journal', () => raw.close());
      const { journal, evidence } = keepEvidence(run.path, raw);
      teardown.before('take the reserve away', () => evidence.release());
      const begun = () => {
        hasBegun = true;
      };
      const failed = (error: unknown) => {
        failure = error;
      };
      const done = new AbortController();
      try {
        await Promise.race([work({ run, journal, evidence, teardown, begun, failed }), uncaught(signal, done.signal)]);
        evidence.check();
      } catch (error) {
        // What could not be written has been recorded already, with the last of the room.
        if (hasBegun && evidence.failure === null)
          journal.append('shakedown.run.interrupted', { reason: firstOf(error).message });
        throw error;
      } finally {
        done.abort();
      }
    });
  } catch (error) {
    if (!hasBegun) {
      // Nothing was measured: an empty run would only be in the way. One that could not go on has been measured before.
      if (resume === undefined) await rm(run.path, { recursive: true, force: true });
      throw error;
    }
    // What was measured is reported, and the error with it.
    failure = error;
  }
  if (failure !== undefined) tellFailure(failure, onEvent);
  return reportRun(run.path, { signal, onEvent, failure });
}

/** Rejects when an error that nobody caught is to end the run, and that did not end in order within its time. */
function uncaught(signal: AbortSignal, done: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fired = () => {
      const { reason } = signal;
      if (!(reason instanceof ShakedownError) || reason.exitCode !== exitCodes.internal) return;
      sleep(graceMs, undefined, { signal: done }).then(
        () => reject(reason),
        () => {},
      );
    };
    if (signal.aborted) fired();
    else signal.addEventListener('abort', fired, { once: true });
  });
}
