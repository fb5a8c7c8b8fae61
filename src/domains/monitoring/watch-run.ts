import type { Journal } from '../../evidence/journal.ts';
import { RunClock } from '../../evidence/run-clock.ts';
import type { JournalData } from '../../model/event.ts';
import type { MetricDescription } from '../../model/watch.ts';
import { asSentence } from '../../report-kit/text.ts';
import { type SourcesInput, watchSources } from './sources.ts';
import { judgedFigures } from './watch/asked-by.ts';
import { followLog } from './watch/logs.ts';
import { followAlerts } from './watch/prometheus.ts';

export interface Watch {
  /** Begins to read; asked again, it only sets the clock. */
  start(zeroMs: number): void;
  stop(): void;
}

export interface WatchInput extends SourcesInput {
  durationMs: number;
  journal: Pick<Journal, 'append'>;
}

const troublesAtMost = 50;
/** Errors of a log are recorded at most this often: one line may come a thousand times. */
const logsEveryMs = 15_000;

/** How often figures are read, by the run's length: short runs have few points otherwise, long ones too large a journal. */
export function everyMs(durationMs: number): number {
  if (durationMs <= 120_000) return 1000;
  if (durationMs <= 1_800_000) return 5000;
  return durationMs <= 3_600_000 ? 10_000 : 15_000;
}

/**
 * Watches the target, the load generator and Shakedown itself over a run and writes what it sees to the journal. What cannot be read is
 * reported once and left out; nothing here ends a run.
 */
export function watchRun(input: WatchInput): Watch {
  const { journal, config, durationMs } = input;
  const { everyS, plannedDowntime } = config.watch;
  const warned = new Set<string>();
  const trouble = (message: string) => {
    if (warned.has(message) || warned.size >= troublesAtMost) return;
    warned.add(message);
    journal.append('shakedown.warning', { message });
  };
  const looks = [figures(input, trouble), alerts(input, trouble), logs(input, trouble)];
  const timers: NodeJS.Timeout[] = [];
  const clock = new RunClock();
  let stopped = false;
  const repeatedly = (look: Look, periodMs: number) => {
    let busy = false;
    const once = async () => {
      if (busy) return;
      busy = true;
      const atMs = clock.nowMs();
      try {
        const write = await look(atMs);
        if (!stopped && atMs >= 0) write();
      } catch {
        // The journal cannot be written: the next one who has to write to it reports that. A missing figure ends no run.
      }
      busy = false;
    };
    void once();
    timers.push(setInterval(() => void once(), periodMs));
  };
  return {
    start(at) {
      clock.set(at);
      if (timers.length > 0 || stopped) return;
      for (const downtime of plannedDowntime) {
        const fromMs = Math.max(0, momentMs(downtime.from, at));
        const toMs = Math.min(durationMs, momentMs(downtime.to, at));
        if (toMs > fromMs) journal.append('shakedown.downtime.planned', { fromMs, toMs, reason: downtime.reason });
      }
      const periodMs = everyS === null ? everyMs(durationMs) : everyS * 1000;
      for (const { look, atLeastMs } of looks) repeatedly(look, Math.max(periodMs, atLeastMs));
    },
    stop() {
      stopped = true;
      for (const timer of timers) clearInterval(timer);
    },
  };
}

/** Reads once, and returns what writes the result to the journal. */
type Look = (atMs: number) => Promise<() => void>;
type Trouble = (message: string) => void;

function figures(input: WatchInput, trouble: Trouble): { look: Look; atLeastMs: number } {
  const { journal } = input;
  const sources = watchSources(input);
  // What is held against a target keeps its digits.
  const judged = new Set(judgedFigures(input.config));
  const described = new Map<string, string>();
  const look: Look = async (atMs) => {
    const monotonicMs = performance.now();
    const readings = await Promise.all(sources.map((source) => source.read(monotonicMs)));
    return () => {
      const fresh: MetricDescription[] = [];
      const values = new Map<string, number>();
      for (const reading of readings) {
        for (const metric of reading.metrics) {
          const value = reading.values[metric.id];
          // The operating system comes first; a scrape may report the same process again.
          if (value === undefined || values.has(metric.id)) continue;
          values.set(metric.id, Number(value.toPrecision(judged.has(metric.id) ? 12 : 4)));
          const known = `${metric.title} ${metric.limit}`;
          if (described.get(metric.id) === known) continue;
          described.set(metric.id, known);
          fresh.push(metric);
        }
        for (const label of reading.marks) journal.append('shakedown.marked', { atMs, lane: 'info', label });
        for (const changed of reading.processes) journal.append('shakedown.process.changed', { atMs, ...changed });
        for (const message of reading.troubles) trouble(message);
      }
      if (fresh.length > 0) journal.append('shakedown.metrics.described', { metrics: fresh });
      if (values.size > 0) journal.append('shakedown.metrics.sampled', { atMs, values: Object.fromEntries(values) });
    };
  };
  return { look, atLeastMs: 0 };
}

function alerts({ config, journal, via }: WatchInput, trouble: Trouble): { look: Look; atLeastMs: number } {
  const { prometheus } = config.watch;
  const changes =
    prometheus?.alerts === true ? followAlerts({ ...prometheus, ...(via === undefined ? {} : { via }) }) : null;
  const note = readable(journal);
  const look: Look = async (atMs) => {
    if (changes === null) return () => {};
    try {
      const changed = await changes();
      return () => {
        note(atMs, 'alerts', true);
        for (const change of changed) journal.append('shakedown.alert.changed', { atMs, ...change });
      };
    } catch (error) {
      const why = error instanceof SyntaxError ? 'the answer is none' : (error as Error).message.slice(0, 100);
      return () => {
        note(atMs, 'alerts', false);
        trouble(asSentence(`The alerts of Prometheus cannot be read: ${why}`));
      };
    }
  };
  return { look, atLeastMs: 5000 };
}

function logs({ config, journal, durationMs }: WatchInput, trouble: Trouble): { look: Look; atLeastMs: number } {
  const followed = config.watch.logs.map(({ name, file, pattern }) => ({ name, errors: followLog(file, pattern) }));
  const note = readable(journal);
  const look: Look = async (atMs) => {
    const ok = new Map<string, boolean>();
    const found: Extract<JournalData, { type: 'shakedown.log.errors' }>['data'][] = [];
    for (const { name, errors } of followed) {
      try {
        const { count, example, skippedBytes, isAbsent } = errors();
        ok.set(name, !isAbsent);
        if (isAbsent) trouble(`The log ${name} is not there.`);
        if (count > 0) found.push({ atMs, source: name, count, example });
        if (skippedBytes > 0)
          trouble(`The log ${name} grows faster than it is read; some error lines are not counted.`);
      } catch (error) {
        ok.set(name, false);
        trouble(`The log ${name} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}.`);
      }
    }
    return () => {
      for (const [name, isRead] of ok) note(atMs, `log ${name}`, isRead);
      for (const errors of found) journal.append('shakedown.log.errors', errors);
    };
  };
  return { look, atLeastMs: Math.min(logsEveryMs, everyMs(durationMs)) };
}

const checkedEveryMs = 60_000;

/** Writes down whether a source could be read: every change at once, a steady state once a minute. */
function readable(journal: WatchInput['journal']): (atMs: number, source: string, ok: boolean) => void {
  const noted = new Map<string, { ok: boolean; atMs: number }>();
  return (atMs, source, ok) => {
    const last = noted.get(source);
    if (last !== undefined && last.ok === ok && atMs - last.atMs < checkedEveryMs) return;
    noted.set(source, { ok, atMs });
    journal.append('shakedown.watch.checked', { atMs, source, ok });
  };
}

/** @param moment ISO 8601, or seconds after the load began */
function momentMs(moment: string | number, zeroMs: number): number {
  return typeof moment === 'number' ? moment * 1000 : Date.parse(moment) - zeroMs;
}
