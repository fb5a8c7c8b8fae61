import type { Journal } from '../../evidence/journal.ts';
import type { JournalData } from '../../model/event.ts';
import type { TimelineBand } from '../../model/results.ts';
import type { ProgressEvent } from '../progress.ts';

/** The same journal; what whoever watches the run should know of its events is told as well, once it is written. */
export function heard(journal: Journal, onEvent: (event: ProgressEvent) => void): Journal {
  const faults = new Map<string, { label: string; fromMs: number }>();
  return {
    get lost() {
      return journal.lost;
    },
    append(type, data) {
      journal.append(type, data);
      const written = { type, data } as JournalData;
      const event = faultOf(written, faults) ?? progressOf(written);
      if (event !== null) onEvent(event);
    },
    close: () => journal.close(),
  };
}

const mark = (band: Omit<TimelineBand, 'endMs'>): ProgressEvent => ({
  kind: 'mark',
  band: { ...band, endMs: band.startMs },
});

/** A fault when it begins, and as a stretch when it has ended. */
function faultOf(event: JournalData, faults: Map<string, { label: string; fromMs: number }>): ProgressEvent | null {
  switch (event.type) {
    case 'shakedown.fault.announced': {
      const { id, title, component, announcedMs } = event.data.fault;
      faults.set(id, { label: `${title}, ${component}`, fromMs: announcedMs });
      return null;
    }
    case 'shakedown.fault.injected': {
      const known = faults.get(event.data.id);
      if (known === undefined) return null;
      known.fromMs = event.data.atMs;
      return mark({ lane: 'faults', startMs: event.data.atMs, label: `${known.label}: begins`, state: 'info' });
    }
    case 'shakedown.fault.ended': {
      const { id, atMs, error } = event.data;
      const known = faults.get(id);
      faults.delete(id);
      if (known === undefined) return null;
      const { label, fromMs } = known;
      if (error !== null)
        return mark({ lane: 'faults', startMs: atMs, label: `${label}: ${error}`, state: 'inconclusive' });
      return { kind: 'mark', band: { lane: 'faults', startMs: fromMs, endMs: atMs, label, state: 'info' } };
    }
    default:
      return null;
  }
}

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
    case 'shakedown.uat.round.ended': {
      const { round, startMs, endMs, passed, failed, flaky } = event.data;
      if (startMs === null || endMs === null) return null;
      const label = `scenarios, round ${round}: ${passed} of ${passed + failed + flaky} passed`;
      const state = failed > 0 ? 'fail' : flaky > 0 ? 'inconclusive' : 'pass';
      return { kind: 'mark', band: { lane: 'uat', startMs, endMs, label, state } };
    }
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
