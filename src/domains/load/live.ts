import { type LivePanel, markAt } from '../live.ts';

/** Load generators that took over, or took the place of one that died. The load's figures are what the rest of the view is about. */
export function live(): LivePanel {
  return {
    follow(event) {
      if (event.type !== 'shakedown.generator.started' || event.data.reason === 'start') return null;
      const { reason, shard, atMs, detail } = event.data;
      const label = `generator ${shard + 1}: ${reason}${detail === null ? '' : `, ${detail}`}`;
      return [markAt(atMs, { lane: 'info', label, state: reason === 'hand-over' ? 'info' : 'inconclusive' })];
    },
  };
}
