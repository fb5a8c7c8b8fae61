import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withdrawAttempt } from '../../evidence/attempt.ts';
import { type Journal, openJournal } from '../../evidence/journal.ts';
import { type Evidence, keepEvidence } from '../../evidence/keep-evidence.ts';
import { createRunFolder, reopenRunFolder } from '../../evidence/run-folder.ts';
import { type Teardown, withTeardown } from '../../evidence/teardown.ts';
import { exitCodes, firstError, ShakedownError } from '../../model/error.ts';
import { domains } from '../domains.ts';
import { heard } from '../live/heard.ts';
import { Panels } from '../live/panels.ts';
import type { SimulateOptions } from '../progress.ts';

/** A run's folder, locked, with its journal open. */
export interface Job {
  readonly run: { id: string; path: string };
  readonly journal: Journal;
  /** The domains' parts of the live view, which follow the journal. */
  readonly panels: Panels;
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
 * Does the work of a run in a folder of its own, or in that of the run to go on with, and takes back what it did, however it ended.
 * @returns the folder, and the error that ended the run after it had begun; undefined: none did
 * @throws ShakedownError for what stands in the way before `begun`; from then on there is something to report
 */
export async function runJob(
  { config, resume, signal, onEvent }: JobOptions,
  work: (job: Job) => Promise<void>,
): Promise<{ folder: string; failure: unknown }> {
  const run = resume === undefined ? await createRunFolder(config.reports.folder) : await reopenRunFolder(resume);
  let hasBegun = false;
  let failure: unknown;
  try {
    await withTeardown(async (teardown) => {
      teardown.before('release the run folder', () => run.release());
      const raw = openJournal(join(run.path, 'journal.ndjson'), { source: `shakedown/runs/${run.id}` });
      teardown.before('close the journal', () => raw.close());
      const { journal: kept, evidence } = keepEvidence(run.path, raw);
      teardown.before('remove the disk reserve', () => evidence.release());
      await loadForTheEnd();
      const panels = await Panels.open(onEvent);
      const journal = heard(kept, panels, onEvent);
      const begun = () => {
        hasBegun = true;
      };
      const failed = (error: unknown) => {
        failure = error;
      };
      const done = new AbortController();
      try {
        await Promise.race([
          work({ run, journal, panels, evidence, teardown, begun, failed }),
          uncaught(signal, done.signal),
        ]);
        evidence.check();
      } catch (error) {
        // What could not be written has been recorded already, with the last of the room.
        if (hasBegun && evidence.failure === null)
          journal.append('shakedown.run.interrupted', { reason: firstError(error).message });
        throw error;
      } finally {
        done.abort();
      }
    });
  } catch (error) {
    if (!hasBegun) {
      // Nothing was measured: an empty run would only be in the way. One that could not go on has been measured before.
      if (resume === undefined) {
        await rm(run.path, { recursive: true, force: true });
        withdrawAttempt(run.id);
      }
      throw error;
    }
    failure = error;
  }
  return { folder: run.path, failure };
}

/** Rejects when an error that nobody caught is to end the run, and that did not end in order within its time. */
function uncaught(signal: AbortSignal, done: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fired = () => {
      const { reason } = signal;
      if (!(reason instanceof ShakedownError) || reason.exitCode === exitCodes.interrupted) return;
      sleep(graceMs, undefined, { signal: done }).then(
        () => reject(reason),
        () => {},
      );
    };
    if (signal.aborted) fired();
    else signal.addEventListener('abort', fired, { once: true });
  });
}

/**
 * Loads what judges and reports. From a clone it is compiled when it is loaded, by a process that Ctrl-C ends with the others of the terminal; and
 * days later there may be other files in its place.
 */
async function loadForTheEnd(): Promise<void> {
  await Promise.all(domains.flatMap(({ judging, reporting }) => [judging?.(), reporting?.()]));
}
