import type { JournalData, JournalEvents } from '../../model/event.ts';
import type { AlertSpan, ErrorLog, ProcessChange, StabilityResult } from '../../model/stability.ts';
import type { MetricDescription } from '../../model/watch.ts';
import { type LineCount, LostGenerators } from '../load/public.ts';
import { isLimited, LimitShares } from './limit-shares.ts';
import { MetricFold } from './metric-fold.ts';
import { Presence } from './presence.ts';
import { ValidationFold } from './validation/fold.ts';

const metricsAtMost = 500;
/** Of each sort of event; a run with more has a list that nobody reads to its end. */
const eventsAtMost = 2000;
/** No run lasts longer; a moment past it is damage. */
const atMostMs = 60 * 24 * 3_600_000;

interface WatchedMetric {
  metric: MetricDescription;
  fold: MetricFold;
  /** Of its limit; null for what has none that is judged. */
  shares: LimitShares | null;
  /** Without those under a fault. */
  readings: Readings;
}

/** What readings over a run come to. */
export interface Readings {
  count: number;
  sum: number;
  min: number;
  max: number;
  last: number;
}

/** What was watched beside the load, gathered in memory that does not grow with the run. */
export class Watched {
  readonly metrics = new Map<string, WatchedMetric>();
  readonly alerts: AlertSpan[] = [];
  readonly logs = new Map<string, ErrorLog>();
  /** Error lines of all logs by minute of the run, without those under a fault. */
  readonly errorLines = new Map<number, number>();
  /** Of the runs that this one is compared with; found before it is judged. */
  linesBefore: LineCount[] = [];
  /** Names of the logs that the configuration has followed; found before it is judged. */
  logsAsked: string[] = [];
  readonly processes: ProcessChange[] = [];
  /** When the alerts and each log could be read, by source. */
  readonly checked = new Map<string, Presence>();
  readonly planned: JournalEvents['shakedown.downtime.planned'][] = [];
  readonly generators: StabilityResult['generators'] = [];
  readonly lost = new LostGenerators();
  readonly validation = new ValidationFold();

  /** @param disturbed whether a fault was on at a time: what it takes of a resource is shown, and not held against the target's limits */
  add(event: JournalData, disturbed: (atMs: number) => boolean): void {
    if ('atMs' in event.data && !(Math.abs(event.data.atMs) <= atMostMs)) return;
    this.validation.add(event);
    switch (event.type) {
      case 'shakedown.metrics.described':
        for (const metric of event.data.metrics) this.#describe(metric);
        break;
      case 'shakedown.metrics.sampled':
        this.#sample(event.data, event.data.atMs >= 0 && !disturbed(event.data.atMs));
        break;
      case 'shakedown.alert.changed':
        this.#alert(event.data);
        break;
      case 'shakedown.log.errors':
        this.#log(event.data, !disturbed(event.data.atMs));
        break;
      case 'shakedown.process.changed':
        push(this.processes, event.data);
        break;
      case 'shakedown.watch.checked': {
        const { source, ok, atMs } = event.data;
        const known = this.checked.get(source) ?? new Presence();
        if (this.checked.size < 200) this.checked.set(source, known);
        if (ok) known.add(atMs);
        else known.absent(atMs);
        break;
      }
      case 'shakedown.downtime.planned':
        push(this.planned, event.data);
        break;
      case 'shakedown.generator.started': {
        const { atMs, shard, reason, detail } = event.data;
        push(this.generators, { atMs, shard, reason: reason === 'relay' ? 'hand-over' : reason, detail });
        break;
      }
      case 'shakedown.generator.ended':
      case 'shakedown.generator.lost':
        this.lost.add(event);
        break;
    }
  }

  /** Described anew, a metric keeps its samples. */
  #describe(metric: MetricDescription): void {
    const known = this.metrics.get(metric.id);
    if (known !== undefined) {
      known.metric = metric;
      if (isLimited(metric)) known.shares ??= new LimitShares();
    } else if (this.metrics.size < metricsAtMost) {
      this.metrics.set(metric.id, {
        metric,
        fold: new MetricFold(),
        shares: isLimited(metric) ? new LimitShares() : null,
        readings: { count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, last: 0 },
      });
    }
  }

  #sample({ atMs, values }: JournalEvents['shakedown.metrics.sampled'], isJudged: boolean): void {
    for (const [id, value] of Object.entries(values)) {
      const known = this.metrics.get(id);
      known?.fold.add(atMs, value);
      if (isJudged && known !== undefined) count(known.readings, value);
      if (isJudged && known?.metric.limit) known.shares?.add(value, known.metric.limit, atMs);
    }
  }

  #alert(change: JournalEvents['shakedown.alert.changed']): void {
    const open = this.alerts.find((alert) => alert.open && alert.name === change.name);
    if (change.state === 'firing' && open === undefined) {
      const { name, severity, atMs } = change;
      push(this.alerts, { name, severity, fromMs: atMs, toMs: atMs, open: true });
    } else if (change.state === 'resolved' && open !== undefined) {
      open.toMs = change.atMs;
      open.open = false;
    }
  }

  #log({ source, count, atMs, example }: JournalEvents['shakedown.log.errors'], isJudged: boolean): void {
    const minute = Math.floor(atMs / 60_000);
    if (isJudged) this.errorLines.set(minute, (this.errorLines.get(minute) ?? 0) + count);
    const known = this.logs.get(source);
    if (known !== undefined) {
      known.count += count;
      known.firstAtMs = Math.min(known.firstAtMs, atMs);
    } else if (count > 0 && this.logs.size < 100) {
      this.logs.set(source, { source, count, firstAtMs: atMs, example: example.slice(0, 300) });
    }
  }
}

function count(readings: Readings, value: number): void {
  readings.count++;
  readings.sum += value;
  readings.min = Math.min(readings.min, value);
  readings.max = Math.max(readings.max, value);
  readings.last = value;
}

function push<T>(list: T[], item: T): void {
  if (list.length < eventsAtMost) list.push(item);
}
