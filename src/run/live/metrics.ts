import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type LoopbackServer, refuse, serveOnLoopback } from '../../environment/loopback.ts';
import { soFar } from './so-far.ts';
import type { LiveState } from './state.ts';

/** Upper bounds, ms: both default targets are among them, so that the share within them is exact. */
const bucketsMs = [5, 10, 25, 50, 75, 100, 150, 200, 300, 500, 1000, 2500, 5000, 10_000];
const statistics = [
  ['0.5', 'p50'],
  ['0.95', 'p95'],
  ['0.99', 'p99'],
] as const;

const responseName = 'shakedown_response_time_seconds';
const responseHelp =
  'Response time from planned arrival, of windows that count. For dashboards: the verdict rests on finer counts.';

/** Filled when it is scraped, from the counts that the run keeps anyway: nothing is observed one by one. */
class CountedHistogram extends Histogram<'le'> {
  #state: LiveState;

  constructor(state: LiveState, registry: Registry) {
    const buckets = bucketsMs.map((ms) => ms / 1000);
    super({ name: responseName, help: responseHelp, buckets, registers: [registry] });
    this.#state = state;
  }

  override async get() {
    // The library's types give numbers for what are words at run time.
    return (await this.getForPromString()) as unknown as Awaited<ReturnType<Histogram<'le'>['get']>>;
  }

  /** What the registry asks for the text; the values of `get`, and there first. */
  async getForPromString() {
    const { response } = this.#state;
    const name = responseName;
    const row = (suffix: string, labels: { le?: string | number }, value: number) => ({
      metricName: `${name}_${suffix}`,
      labels,
      value,
    });
    const values = [
      ...bucketsMs.map((ms) => row('bucket', { le: ms / 1000 }, response.countAtOrBelow(ms * 1000))),
      row('bucket', { le: '+Inf' }, response.count),
      row('sum', {}, ((response.mean ?? 0) * response.count) / 1e6),
      row('count', {}, response.count),
    ];
    return { name, help: responseHelp, type: 'histogram', aggregator: 'sum', values };
  }
}

/** The run's own metrics, none of the process's; every value is taken when it is asked for. */
export function runMetrics(state: LiveState): Registry {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: string, help: string, read: () => Record<string, number>, label: string) =>
    new Counter({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        this.reset();
        for (const [value, amount] of Object.entries(read())) this.inc({ [label]: value }, amount);
      },
    });
  const gauge = (name: string, help: string, read: () => number | null) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const value = read();
        // What is not known is left out, not 0.
        if (value === null) this.remove();
        else this.set(value);
      },
    });
  const labelled = (name: string, help: string, label: string, read: () => Record<string, number>) =>
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        this.reset();
        for (const [value, amount] of Object.entries(read())) this.set({ [label]: value }, amount);
      },
    });
  const { run } = state;
  new Gauge({
    name: 'shakedown_run_info',
    help: 'Always 1; its labels say what is run.',
    labelNames: ['candidate', 'version', 'environment', 'run', 'engine'],
    registers,
    collect() {
      this.reset();
      const { name: candidate, version, environment } = run;
      this.set({ candidate, version, environment, run: state.id ?? '', engine: state.engine?.name ?? '' }, 1);
    },
  });
  counter(
    'shakedown_requests_total',
    'Requests by what became of them; unsent: planned, and never answered.',
    () => ({ completed: state.done - state.failed, failed: state.failed, unsent: state.unsent }),
    'outcome',
  );
  gauge('shakedown_requests_planned', 'Requests planned so far.', () => state.planned);
  new CountedHistogram(state, registry);
  labelled('shakedown_window_response_time_seconds', 'Percentiles of the last window.', 'quantile', () =>
    Object.fromEntries(
      statistics.flatMap(([quantile, key]) => {
        const ms = state.window?.response[key] ?? null;
        return ms === null ? [] : [[quantile, ms / 1000]];
      }),
    ),
  );
  labelled('shakedown_target_seconds', 'Targets that the percentiles are held against.', 'quantile', () => ({
    '0.95': run.targetsMs.strict / 1000,
    '0.99': run.targetsMs.standard / 1000,
  }));
  const perSecond = (amount: (window: NonNullable<LiveState['window']>) => number) => () =>
    state.window === null ? null : (1000 * amount(state.window)) / state.window.durationMs;
  gauge(
    'shakedown_window_planned_per_second',
    'Rate that the last window was planned for.',
    perSecond(({ planned }) => planned),
  );
  gauge(
    'shakedown_window_answered_per_second',
    'Rate of answers in the last window, failures included.',
    perSecond(({ completed, failed }) => completed + failed),
  );
  gauge('shakedown_generator_lateness_p99_seconds', 'Lateness of the load generator in the last window.', () =>
    state.window === null ? null : state.window.generatorLatenessP99Ms / 1000,
  );
  counter(
    'shakedown_windows_total',
    'Measuring windows; void: the load generator was the bottleneck, and they do not count.',
    () => ({ counted: state.windows - state.voidWindows, void: state.voidWindows }),
    'state',
  );
  labelled('shakedown_so_far', 'How the run stands, 1 for the state that holds. Not the verdict.', 'state', () => {
    const now = soFar(state).state;
    return { within: Number(now === 'pass'), outside: Number(now === 'fail'), open: Number(now === 'inconclusive') };
  });
  gauge('shakedown_target_up', 'Whether the target answered its last health check.', () =>
    state.health === null ? null : Number(state.health.up),
  );
  gauge('shakedown_run_elapsed_seconds', 'Time since the load began.', () => state.elapsedMs / 1000);
  gauge('shakedown_run_planned_seconds', 'Length of the run.', () => state.totalMs / 1000);
  gauge('shakedown_disk_free_bytes', 'Left on the disk that the run is written to.', () => state.freeBytes);
  return registry;
}

/**
 * Serves the run's metrics at `/metrics` on 127.0.0.1, in the text format of Prometheus. For dashboards only; no verdict is made from them.
 * @throws ShakedownError PORT_TAKEN
 */
export async function serveMetrics(state: LiveState, port: number): Promise<LoopbackServer> {
  const registry = runMetrics(state);
  return serveOnLoopback(port, {
    '/metrics': (_, response) => {
      registry.metrics().then(
        (text) => response.writeHead(200, { 'Content-Type': registry.contentType }).end(text),
        (error: Error) => refuse(response, 500, error.message),
      );
    },
  });
}
