import { type LivePanel, markAt } from '../live.ts';

/** Moves of traffic as they are made. */
export function live(): LivePanel {
  return {
    follow(event) {
      if (event.type !== 'shakedown.rehearsal.marked') return null;
      const { atMs, text, kind } = event.data;
      return [markAt(atMs, { lane: 'deployments', label: text, state: kind === 'trouble' ? 'fail' : 'info' })];
    },
  };
}
