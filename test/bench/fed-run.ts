import { join } from 'node:path';
import { recordIn } from '../../src/domains/load/record.ts';
import { windowLengthMs } from '../../src/domains/load/sizing.ts';
import { mergeLengths } from '../../src/domains/load/windows/merging.ts';
import { packRoutes } from '../../src/domains/load/windows/route-windows.ts';
import { everyMs } from '../../src/domains/monitoring/watch-run.ts';
import { systemClock } from '../../src/evidence/clock.ts';
import { type Journal, openJournal } from '../../src/evidence/journal.ts';
import type { Evidence } from '../../src/evidence/keep-evidence.ts';
import type { JournalData } from '../../src/model/event.ts';
import type { MetricDescription } from '../../src/model/watch.ts';
import { gaussian, seeded } from '../random.ts';
import { makeRun } from '../run/results/run-folder.ts';
import { FedAccounting } from './fed-accounting.ts';

const minuteMs = 60_000;
const zeroMs = Date.parse('2026-11-20T09:00:00.000Z');
const metricKinds = ['cpu', 'memory', 'descriptors'] as const;

const quiet: Evidence = { signal: new AbortController().signal, failure: null, fail() {}, check() {}, release() {} };

export interface FedRunOptions {
  durationMs: number;
  ratePerSecond: number;
  routes: number;
  /** Figures watched beside the load. */
  series: number;
}

/**
 * A whole run's folder, made by what makes it in earnest, at full speed: the accounting with its windows and logs, the journal with the watched
 * figures, health and checkpoints at their own intervals. Only k6 and the target are not there.
 */
export class FedRun {
  readonly folder: string;
  readonly #accounting: FedAccounting;
  readonly #journal: Journal;
  readonly #watched: MetricDescription[];
  readonly #options: FedRunOptions;
  readonly #normal = gaussian(seeded(4));
  #watchedMs = 0;
  #minuteMs = 0;

  static async begin(options: FedRunOptions): Promise<FedRun> {
    const { durationMs, ratePerSecond, series } = options;
    const routes = Array.from({ length: options.routes }, (_, i) => `GET /area-${i % 7}/things-${i}/:id`);
    const windowMs = windowLengthMs(durationMs);
    const metrics = described(series);
    const more: JournalData[] = [{ type: 'shakedown.metrics.described', data: { metrics } }];
    const made = { windows: 0, windowMs, rate: ratePerSecond, durationMs, routes, killed: true, more };
    return new FedRun(await makeRun(made), options, windowMs, metrics);
  }

  private constructor(folder: string, options: FedRunOptions, windowMs: number, watched: MetricDescription[]) {
    const { durationMs, ratePerSecond, routes } = options;
    this.folder = folder;
    this.#options = options;
    this.#watched = watched;
    const clock = { ...systemClock, now: () => zeroMs + this.plannedMs };
    this.#journal = openJournal(join(folder, 'journal.ndjson'), { source: 'shakedown/runs/bench', clock });
    this.#accounting = new FedAccounting({
      windowMs,
      ratePerSecond,
      routes,
      durationMs,
      folder: join(folder, 'windows'),
      merge: mergeLengths(durationMs, windowMs),
      on: {
        window: (window, byRoute) =>
          this.#journal.append('shakedown.window.closed', { window, routes: packRoutes(byRoute) }),
        failures: recordIn(this.#journal, quiet, () => {}).failures,
      },
    });
  }

  get plannedMs(): number {
    return this.#accounting.stream.plannedMs;
  }

  get samples(): number {
    return this.#accounting.stream.sent;
  }

  /** Goes on until so many samples were taken in, or until this moment of the run. */
  feed(untilSamples: number, untilMs = Number.POSITIVE_INFINITY): void {
    const watchEveryMs = everyMs(this.#options.durationMs);
    while (this.samples < untilSamples && this.plannedMs < untilMs) {
      this.#accounting.step();
      for (; this.#watchedMs <= this.plannedMs; this.#watchedMs += watchEveryMs) this.#watch(this.#watchedMs);
      for (; this.#minuteMs <= this.plannedMs; this.#minuteMs += minuteMs) {
        this.#journal.append('shakedown.health.checked', { atMs: this.#minuteMs, up: true, detail: 'status 200' });
        this.#journal.append('shakedown.load.checkpoint', { fidelity: this.#accounting.fidelityState() });
      }
    }
  }

  /** @throws Error when a sample is not accounted for */
  end(): void {
    const { coveredMs, fidelity, accounting } = this.#accounting.finish();
    if (accounting.completed + accounting.failed !== this.samples || accounting.unsent !== 0) {
      throw new Error(`${this.samples} samples, but ${JSON.stringify(accounting)}`);
    }
    this.#journal.append('shakedown.load.ended', { coveredMs, fidelity, accounting });
    this.#journal.append('shakedown.run.ended', { endedAt: new Date(zeroMs + this.plannedMs).toISOString() });
    this.#journal.close();
  }

  #watch(atMs: number): void {
    const values = this.#watched.map(({ id, kind }): [string, number] => {
      const level = kind === 'cpu' ? 0.4 : kind === 'memory' ? 3e8 : 120;
      return [id, Number((level * (1 + 0.05 * this.#normal())).toPrecision(4))];
    });
    this.#journal.append('shakedown.metrics.sampled', { atMs, values: Object.fromEntries(values) });
  }
}

function described(series: number): MetricDescription[] {
  return Array.from({ length: series }, (_, i) => {
    const kind = metricKinds[i % metricKinds.length] ?? 'cpu';
    const instance = `shop-${Math.floor(i / metricKinds.length) + 1}`;
    return {
      id: `${instance}.${kind}`,
      title: `${instance} ${kind}`,
      kind,
      unit: kind === 'cpu' ? ('cores' as const) : kind === 'memory' ? ('bytes' as const) : ('count' as const),
      subject: 'target' as const,
      instance,
      source: `/proc of pid ${1000 + i}`,
      limit: kind === 'cpu' ? 2 : kind === 'memory' ? 1e9 : 1024,
    };
  });
}
