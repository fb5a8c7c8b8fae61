import { readFileSync } from 'node:fs';
import type { ResolvedConfig } from '../../config/resolved.ts';
import type { MetricDescription } from '../../model/watch.ts';
import { watchHost } from '../../monitoring/watch/host.ts';
import { Descent, programOf } from '../../monitoring/watch/proc.ts';
import { sameProcess, type WatchedProcess, watchProcesses } from '../../monitoring/watch/processes.ts';
import type { WatchSource } from '../../monitoring/watch/source.ts';
import type { SampleSystem } from '../../sample/options.ts';
import type { Journal } from '../journal.ts';

export interface Watch {
  /** Begins to read; again, when the load is started anew: the clock then begins there. */
  start(zeroMs: number): void;
  stop(): void;
}

export interface WatchInput {
  config: Pick<ResolvedConfig, 'watch'>;
  /** The sample system, when it is the target. */
  sample: Pick<SampleSystem, 'instances' | 'balancer' | 'database'> | null;
  /** The run's folder. */
  folder: string;
  durationMs: number;
  journal: Pick<Journal, 'append'>;
}

/** How often figures are read, by the run's length: short runs have few points otherwise, long ones too large a journal. */
function everyMs(durationMs: number): number {
  if (durationMs <= 120_000) return 1000;
  return durationMs <= 3_600_000 ? 5000 : 15_000;
}

/**
 * Watches the target, the load generator and Shakedown itself over a run and writes what it sees to the journal. What cannot be read is
 * told once and left out; nothing here ends a run.
 */
export function watchRun(input: WatchInput): Watch {
  const { journal, config } = input;
  const sources = sourcesOf(input);
  const described = new Map<string, string>();
  const told = new Set<string>();
  let zeroMs = Number.POSITIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let busy = false;
  let stopped = false;
  const look = async () => {
    if (busy) return;
    busy = true;
    try {
      await readAll();
    } catch {
      // The journal cannot be written: whoever has to write to it next says so, and a figure less ends no run.
    } finally {
      busy = false;
    }
  };
  const readAll = async () => {
    const atMs = Date.now() - zeroMs;
    const monotonicMs = performance.now();
    const fresh: MetricDescription[] = [];
    const values: Record<string, number> = {};
    const owners = new Set<string>();
    const readings = await Promise.all(sources.map((source) => source.read(monotonicMs)));
    if (stopped) return;
    for (const reading of readings) {
      for (const metric of reading.metrics) {
        // The operating system comes first; a scrape may tell of the same process again.
        if (owners.has(metric.id)) continue;
        owners.add(metric.id);
        const value = reading.values[metric.id];
        if (value === undefined) continue;
        values[metric.id] = Number(value.toPrecision(4));
        const known = `${metric.title} ${metric.limit}`;
        if (described.get(metric.id) === known) continue;
        described.set(metric.id, known);
        fresh.push(metric);
      }
      for (const label of reading.marks) journal.append('shakedown.marked', { atMs, lane: 'info', label });
      for (const message of reading.troubles) {
        if (told.has(message) || told.size >= troublesAtMost) continue;
        told.add(message);
        journal.append('shakedown.warning', { message });
      }
    }
    if (fresh.length > 0) journal.append('shakedown.metrics.described', { metrics: fresh });
    if (Object.keys(values).length > 0 && atMs >= 0) journal.append('shakedown.metrics.sampled', { atMs, values });
  };
  return {
    start(at) {
      zeroMs = at;
      if (timer !== undefined) return;
      void look();
      const { everyS } = config.watch;
      timer = setInterval(() => void look(), everyS === null ? everyMs(input.durationMs) : everyS * 1000);
    },
    stop() {
      stopped = true;
      clearInterval(timer);
    },
  };
}

const troublesAtMost = 50;

function sourcesOf({ config, sample, folder }: WatchInput): WatchSource[] {
  const descent = new Descent();
  return [watchProcesses([...targetProcesses(config, sample), ...ownProcesses(descent)], descent), watchHost(folder)];
}

function targetProcesses(config: WatchInput['config'], sample: WatchInput['sample']): WatchedProcess[] {
  const subject = 'target';
  const configured = config.watch.processes.map(({ name, pid, pidFile, children }): WatchedProcess => {
    if (pid !== null) return { name, subject, children, pids: sameProcess(pid) };
    return { name, subject, children, pids: () => pidIn(pidFile ?? '') };
  });
  if (sample === null) return configured;
  const instances = sample.instances.map(({ name }): WatchedProcess => {
    const pids = () => sample.instances.filter((one) => one.name === name).map(({ pid }) => pid);
    return { name, subject, children: false, pids };
  });
  return [
    ...instances,
    { name: 'balancer', subject, children: false, pids: () => [sample.balancer.pid] },
    { name: 'postgres', subject, children: true, pids: () => [sample.database.pid] },
    ...configured,
  ];
}

function ownProcesses(descent: Descent): WatchedProcess[] {
  const k6 = () => descent.childrenOf(process.pid).filter((pid) => programOf(pid) === 'k6');
  return [
    { name: 'shakedown', subject: 'harness', children: false, pids: () => [process.pid] },
    { name: 'k6', subject: 'generator', children: false, changes: true, pids: k6 },
  ];
}

function pidIn(file: string): number[] {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return pid > 0 ? [pid] : [];
  } catch {
    return [];
  }
}
