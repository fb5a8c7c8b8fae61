import { type LivePanel, markAt } from '../live.ts';

/** A fault when it begins, and as long as it was on when it has ended. */
export function live(): LivePanel {
  const faults = new Map<string, { label: string; fromMs: number }>();
  return {
    follow(event) {
      switch (event.type) {
        case 'shakedown.fault.announced': {
          const { id, title, component, announcedMs } = event.data.fault;
          faults.set(id, { label: `${title}, ${component}`, fromMs: announcedMs });
          return null;
        }
        case 'shakedown.fault.injected': {
          const { id, atMs } = event.data;
          const known = faults.get(id);
          if (known === undefined) return null;
          known.fromMs = atMs;
          return [markAt(atMs, { lane: 'faults', label: `${known.label}: begins`, state: 'info' })];
        }
        case 'shakedown.fault.ended': {
          const { id, atMs, error } = event.data;
          const known = faults.get(id);
          faults.delete(id);
          if (known === undefined) return null;
          const { label, fromMs } = known;
          if (error !== null)
            return [markAt(atMs, { lane: 'faults', label: `${label}: ${error}`, state: 'inconclusive' })];
          return [{ lane: 'faults', startMs: fromMs, endMs: atMs, label, state: 'info' }];
        }
        default:
          return null;
      }
    },
  };
}
