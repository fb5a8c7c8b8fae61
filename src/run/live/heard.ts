import type { JournalData } from '../../model/event.ts';
import type { TimelineBand } from '../../model/results.ts';
import type { Journal } from '../journal.ts';
import type { ProgressEvent } from '../progress.ts';

/** The same journal; what whoever watches the run should know of its events is told as well, once it is written. */
export function heard(journal: Journal, onEvent: (event: ProgressEvent) => void): Journal {
  return {
    get lost() {
      return journal.lost;
    },
    append(type, data) {
      journal.append(type, data);
      const event = progressOf({ type, data } as JournalData);
      if (event !== null) onEvent(event);
    },
    close: () => journal.close(),
  };
}

const mark = (band: Omit<TimelineBand, 'endMs'>): ProgressEvent => ({
  kind: 'mark',
  band: { ...band, endMs: band.startMs },
});

/** What of the journal is shown while the run is on; null for the rest, and for what other events tell already. */
function progressOf(event: JournalData): ProgressEvent | null {
  switch (event.type) {
    case 'shakedown.run.started':
      return { kind: 'run', id: event.data.runId };
    case 'shakedown.load.started':
      return { kind: 'started', startedAt: event.data.startedAt };
    case 'shakedown.health.checked':
      return { kind: 'health', up: event.data.up, detail: event.data.detail };
    case 'shakedown.marked':
      return mark({ lane: event.data.lane, startMs: event.data.atMs, label: event.data.label, state: 'info' });
    case 'shakedown.alert.changed': {
      const { name, state, atMs } = event.data;
      if (state === 'pending') return null;
      return mark({
        lane: 'alerts',
        startMs: atMs,
        label: `${name} ${state}`,
        state: state === 'firing' ? 'inconclusive' : 'info',
      });
    }
    case 'shakedown.generator.started': {
      const { reason, shard, atMs, detail } = event.data;
      if (reason === 'start') return null;
      const label = `generator ${shard + 1}: ${reason}${detail === null ? '' : `, ${detail}`}`;
      return mark({ lane: 'info', startMs: atMs, label, state: reason === 'relay' ? 'info' : 'inconclusive' });
    }
    case 'shakedown.downtime.planned': {
      const { fromMs, toMs, reason } = event.data;
      return { kind: 'mark', band: { lane: 'info', startMs: fromMs, endMs: toMs, label: reason, state: 'info' } };
    }
    default:
      return null;
  }
}
