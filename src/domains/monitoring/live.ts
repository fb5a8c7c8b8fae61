import { type LivePanel, markAt } from '../live.ts';

/** Whether the target is up, its alerts, and when it is down on purpose. */
export function live(): LivePanel {
  let health: { up: boolean; detail: string } | null = null;
  return {
    follow(event) {
      switch (event.type) {
        case 'shakedown.health.checked':
          health = event.data;
          return [];
        case 'shakedown.alert.changed': {
          const { name, state, atMs } = event.data;
          if (state === 'pending') return null;
          const label = `${name} ${state}`;
          return [markAt(atMs, { lane: 'alerts', label, state: state === 'firing' ? 'inconclusive' : 'info' })];
        }
        case 'shakedown.downtime.planned': {
          const { fromMs, toMs, reason } = event.data;
          return [{ lane: 'info', startMs: fromMs, endMs: toMs, label: reason, state: 'info' }];
        }
        default:
          return null;
      }
    },
    figures() {
      const value = health === null ? null : `${health.up ? 'up' : 'down'}, ${health.detail}`;
      return [
        { name: 'Target', value, none: 'not checked yet', state: health === null || health.up ? 'pass' : 'fail' },
      ];
    },
    alarm: () => (health?.up === false ? `The target does not answer its health check: ${health.detail}` : null),
    metrics: () => [
      {
        name: 'shakedown_target_up',
        help: 'Whether the target answered its last health check.',
        type: 'gauge',
        samples: health === null ? [] : [{ value: Number(health.up) }],
      },
    ],
  };
}
