import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalEvents } from '../model/event.ts';
import { withdrawAttempt } from './attempt.ts';
import { type Journal, openJournal } from './journal.ts';
import { writeManifest } from './manifest.ts';
import { createRunFolder, type RunFolder, reopenRunFolder } from './run-folder.ts';
import { type Teardown, withTeardown } from './teardown.ts';

/** A run without a load of its own, while it is recorded. */
export interface RecordedRun {
  readonly id: string;
  /** Its folder, absolute. */
  readonly path: string;
  readonly journal: Journal;
  /** Undone when the run ends, last first; the journal is open until all of that is done. */
  readonly teardown: Teardown;
  /** Its first event: from now on there is something to report. */
  begin(started: JournalEvents['shakedown.run.started']): void;
}

/**
 * Records a run in a folder of its own, and seals its evidence. A run in which nothing began leaves nothing.
 * @param base folder of the runs
 * @returns the run's folder; it is not judged yet
 * @throws ShakedownError RUN_FOLDER, and what `body` throws
 */
export async function recordRun(base: string, body: (run: RecordedRun) => Promise<void>): Promise<string> {
  const folder = await createRunFolder(base);
  let isBegun = false;
  await recorded(folder, (run) =>
    body({
      ...run,
      begin(started) {
        run.begin(started);
        isBegun = true;
      },
    }),
  ).catch(async (error: unknown) => {
    if (!isBegun) {
      await rm(folder.path, { recursive: true, force: true });
      withdrawAttempt(folder.id);
    }
    throw error;
  });
  return folder.path;
}

/**
 * Goes on with a run that ended or was cut off, and seals its evidence anew.
 * @throws ShakedownError RUN_LOCKED while a living process works on it, and what `body` throws
 */
export async function continueRun(
  path: string,
  body: (run: Omit<RecordedRun, 'begin'>) => Promise<void>,
): Promise<void> {
  await recorded(await reopenRunFolder(path), async (run) => {
    // What it seals is added to: until that is sealed anew, nothing is.
    await rm(join(path, 'manifest.json'), { force: true });
    run.journal.append('shakedown.run.resumed', {});
    await body(run);
  });
}

async function recorded({ id, path, release }: RunFolder, body: (run: RecordedRun) => Promise<void>): Promise<void> {
  await withTeardown(async (teardown) => {
    teardown.before('release the run folder', release);
    const journal = openJournal(join(path, 'journal.ndjson'), { source: `shakedown/runs/${id}` });
    teardown.before('close the journal', () => journal.close());
    const begin: RecordedRun['begin'] = (started) => journal.append('shakedown.run.started', started);
    await body({ id, path, journal, teardown, begin });
    journal.append('shakedown.run.ended', { endedAt: new Date().toISOString() });
  });
  writeManifest(path);
}
