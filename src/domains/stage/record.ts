import { join } from 'node:path';
import { type JournalCheck, noCheck, readJournal } from '../../evidence/read-journal.ts';
import { ShakedownError } from '../../model/error.ts';
import type { JournalEvents } from '../../model/event.ts';
import { runEvents } from '../../model/run-events.ts';
import { events } from './events.ts';
import { StageFold } from './fold.ts';

/** What the journal of a stage says: how it began, and all that came of it. */
export interface StageRecord {
  readonly started: JournalEvents['shakedown.run.started'];
  readonly fold: StageFold;
  /** What reading it showed of the journal itself. */
  readonly check: JournalCheck;
}

/**
 * Reads the journal of a stage, also of one that was cut off anywhere.
 * @throws ShakedownError STAGE_RESUME where it does not say what the stage was to do, RUN_NOT_FOUND where it cannot be read
 */
export async function readStageRecord(folder: string): Promise<StageRecord> {
  const fold = new StageFold();
  const check = noCheck();
  let started: StageRecord['started'] | null = null;
  const schemas = { ...runEvents, ...events };
  for await (const event of readJournal(join(folder, 'journal.ndjson'), schemas, () => {}, check)) {
    if (event.type === 'shakedown.run.started') started ??= event.data;
    fold.add(event);
  }
  if (started === null || fold.planned === null)
    throw new ShakedownError('STAGE_RESUME', `The run ${folder} is no stage, or was cut off before it was planned.`, {
      hint: 'Nothing was done yet: begin a new stage.',
    });
  return { started, fold, check };
}
