import { join } from 'node:path';
import { readJournal } from '../../../evidence/read-journal.ts';
import type { JournalEvents } from '../../../model/event.ts';
import { runEvents } from '../../../model/run-events.ts';
import { events } from '../events.ts';

export interface Begun {
  run: JournalEvents['shakedown.run.started'] | null;
  scenarios: JournalEvents['shakedown.uat.started'] | null;
}

/** How a run and its scenarios were begun, as its journal says. @throws ShakedownError RUN_NOT_FOUND */
export async function begunBy(folder: string): Promise<Begun> {
  const begun: Begun = { run: null, scenarios: null };
  for await (const event of readJournal(join(folder, 'journal.ndjson'), { ...runEvents, ...events }, () => {})) {
    if (event.type === 'shakedown.run.started') begun.run ??= event.data;
    if (event.type === 'shakedown.uat.started') begun.scenarios ??= event.data;
    if (begun.run !== null && begun.scenarios !== null) break;
  }
  return begun;
}
