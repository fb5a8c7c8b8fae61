import { markAt } from '../../domains/live.ts';
import type { Journal } from '../../evidence/journal.ts';
import type { JournalData } from '../../model/event.ts';
import type { ProgressEvent } from '../progress.ts';
import type { Panels } from './panels.ts';

/** The same journal; those who watch the run are shown each event once it is written. */
export function heard(journal: Journal, panels: Panels, onEvent: (event: ProgressEvent) => void): Journal {
  return {
    get lost() {
      return journal.lost;
    },
    append(type, data) {
      journal.append(type, data);
      const written = { type, data } as JournalData;
      if (written.type === 'shakedown.run.started') onEvent({ kind: 'run', id: written.data.runId });
      if (written.type === 'shakedown.load.started') onEvent({ kind: 'started', startedAt: written.data.startedAt });
      if (written.type === 'shakedown.marked') {
        const { atMs, lane, label } = written.data;
        onEvent({ kind: 'mark', band: markAt(atMs, { lane, label, state: 'info' }) });
      }
      panels.follow(written);
    },
    close: () => journal.close(),
  };
}
