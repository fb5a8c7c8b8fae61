import type { LiveMetric } from '../../domains/live.ts';
import { type LoopbackServer, serveOnLoopback } from '../../environment/loopback.ts';
import { contentType, exposition } from './exposition.ts';
import { soFar } from './so-far.ts';
import type { LiveState } from './state.ts';

/** Upper bounds, ms: both default targets are among them, so that the share within them is exact. */
const bucketsMs = [5, 10, 25, 50, 75, 100, 150, 200, 300, 500, 1000, 2500, 5000, 10_000];
const statistics = [
  ['50', 'p50'],
  ['95', 'p95'],
  ['99', 'p99'],
] as const;

type Samples = LiveMetric['samples'];

/** null: not known, and so left out. */
const gauge = (name: string, help: string, value: number | null): LiveMetric => ({
  ...{ name, help, type: 'gauge' },
  samples: value === null ? [] : [{ value }],
});

const by = (label: string, values: Record<string, number>): Samples =>
  Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }));

/** The run's own metrics as they are at this moment, none of the process's. */
export function runMetrics(state: LiveState): LiveMetric[] {
  const { run, window } = state;
  const perSecond = (amount: number | undefined) =>
    window === null || amount === undefined ? null : (1000 * amount) / window.durationMs;
  const now = soFar(state).state;
  return [
    {
      name: 'shakedown_run_info',
      help: 'Always 1; its labels describe the run.',
      type: 'gauge',
      samples: [
        {
          labels: {
            ...{ candidate: run.name, version: run.version, environment: run.environment },
            ...{ run: state.id ?? '', engine: state.engine?.name ?? '' },
          },
          value: 1,
        },
      ],
    },
    {
      name: 'shakedown_requests_total',
      help: 'Requests by what became of them; unsent: planned, and never answered.',
      type: 'counter',
      samples: by('outcome', {
        completed: state.done - state.failed,
        failed: state.failed,
        unsent: state.unsent,
      }),
    },
    gauge('shakedown_requests_planned', 'Requests that were due in the windows that have closed.', state.due),
    responseTimes(state),
    {
      name: 'shakedown_window_response_time_seconds',
      help: 'Percentiles of the last window.',
      type: 'gauge',
      samples: statistics.flatMap(([percentile, key]) => {
        const ms = window?.response[key] ?? null;
        return ms === null ? [] : by('percentile', { [percentile]: ms / 1000 });
      }),
    },
    {
      name: 'shakedown_target_seconds',
      help: 'Targets that the percentiles are compared with.',
      type: 'gauge',
      samples: by('percentile', { '95': run.targetsMs.strict / 1000, '99': run.targetsMs.standard / 1000 }),
    },
    gauge(
      'shakedown_window_planned_per_second',
      'Rate that the last window was planned for.',
      perSecond(window?.planned),
    ),
    gauge(
      'shakedown_window_answered_per_second',
      'Rate of answers in the last window, failures included.',
      perSecond(window === null ? undefined : window.completed + window.failed),
    ),
    gauge(
      'shakedown_generator_lateness_p99_seconds',
      'Lateness of the load generator in the last window.',
      window === null ? null : window.generatorLatenessP99Ms / 1000,
    ),
    {
      name: 'shakedown_windows_total',
      help: 'Measuring windows; invalid: the load generator was the bottleneck, and they do not count.',
      type: 'counter',
      samples: by('state', { counted: state.windows - state.invalidWindows, invalid: state.invalidWindows }),
    },
    {
      name: 'shakedown_so_far',
      help: 'State of the run so far: 1 for the current one. Not the verdict.',
      type: 'gauge',
      samples: by('state', {
        within: Number(now === 'pass'),
        outside: Number(now === 'fail'),
        inconclusive: Number(now === 'inconclusive'),
      }),
    },
    ...state.panels.flatMap(({ metrics }) => metrics),
    gauge('shakedown_run_elapsed_seconds', 'Time since the load began.', state.elapsedMs / 1000),
    gauge('shakedown_run_planned_seconds', 'Length of the run.', state.totalMs / 1000),
    gauge('shakedown_disk_free_bytes', 'Free space on the disk that the run is written to.', state.freeBytes),
  ];
}

/** From the counts that the run keeps anyway: nothing is observed one by one. */
function responseTimes({ response }: LiveState): LiveMetric {
  const buckets = bucketsMs.map((ms) => [String(ms / 1000), response.countAtOrBelow(ms * 1000)] as const);
  return {
    name: 'shakedown_response_time_seconds',
    help: 'Response time from planned arrival, of windows that count. Rounded, for dashboards: the verdict is made from the histograms in the run’s folder.',
    type: 'histogram',
    samples: [
      ...[...buckets, ['+Inf', response.count] as const].map(([le, value]) => ({
        ...{ suffix: '_bucket', labels: { le }, value },
      })),
      { suffix: '_sum', value: ((response.mean ?? 0) * response.count) / 1e6 },
      { suffix: '_count', value: response.count },
    ],
  };
}

/**
 * Serves the run's metrics at `/metrics` on 127.0.0.1, in the text format of Prometheus. For dashboards only; no verdict is made from them.
 * @throws ShakedownError PORT_TAKEN
 */
export async function serveMetrics(state: LiveState, port: number): Promise<LoopbackServer> {
  return serveOnLoopback(port, {
    '/metrics': (_, response) => {
      response.writeHead(200, { 'Content-Type': contentType }).end(exposition(runMetrics(state)));
    },
  });
}
