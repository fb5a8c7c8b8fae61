import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalEvents } from '../model/event.ts';
import { type Journal, openJournal } from './journal.ts';
import { writeManifest } from './manifest.ts';
import { createRunFolder } from './run-folder.ts';
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
  const { id, path, release } = await createRunFolder(base);
  let isBegun = false;
  await withTeardown(async (teardown) => {
    teardown.before('release the run folder', release);
    const journal = openJournal(join(path, 'journal.ndjson'), { source: `shakedown/runs/${id}` });
    teardown.before('close the journal', () => journal.close());
    const begin = (started: JournalEvents['shakedown.run.started']) => {
      journal.append('shakedown.run.started', started);
      isBegun = true;
    };
    await body({ id, path, journal, teardown, begin });
    journal.append('shakedown.run.ended', { endedAt: new Date().toISOString() });
  }).catch(async (error: unknown) => {
    if (!isBegun) await rm(path, { recursive: true, force: true });
    throw error;
  });
  writeManifest(path);
  return path;
}
