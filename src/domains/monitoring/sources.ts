import { readFileSync } from 'node:fs';
import { commandOf } from '../../environment/processes.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import type { SampleSystem } from '../../model/sample-system.ts';
import type { AskVia } from './watch/ask.ts';
import { queriesOf } from './watch/asked-by.ts';
import { watchHost } from './watch/host.ts';
import { Descent } from './watch/proc.ts';
import { sameProcess, type WatchedProcess, watchProcesses } from './watch/processes.ts';
import { watchPrometheus } from './watch/prometheus.ts';
import { watchScrape } from './watch/scrape.ts';
import { unhurried, type WatchSource } from './watch/source.ts';

const networkWaitMs = 500;

export interface SourcesInput {
  config: Pick<ResolvedConfig, 'watch' | 'objectives'>;
  /** The sample system, when it is the target. */
  sample: Pick<SampleSystem, 'instances' | 'balancer' | 'database'> | null;
  /** The run's folder. */
  folder: string;
  /** Asks scrapes and Prometheus from elsewhere; absent: from here. */
  via?: AskVia | undefined;
}

/** Everything that gives figures for this run. */
export function watchSources({ config, sample, folder, via }: SourcesInput): WatchSource[] {
  const descent = new Descent();
  const { prometheus, scrape } = config.watch;
  const from = via === undefined ? {} : { via };
  return [
    watchProcesses([...targetProcesses(config, sample), ...ownProcesses(descent)], descent),
    watchHost(folder),
    ...[
      ...scrape.map((one) => watchScrape({ ...one, ...from, url: () => one.url })),
      ...(sample?.instances ?? []).map(({ name }) => sampleScrape(name, sample)),
      ...(prometheus === null ? [] : [watchPrometheus({ ...prometheus, queries: queriesOf(config), ...from })]),
    ].map((source) => unhurried(source, networkWaitMs)),
  ];
}

function sampleScrape(name: string, sample: SourcesInput['sample']): WatchSource {
  const url = () => {
    const instance = sample?.instances.find((one) => one.name === name);
    return instance === undefined ? null : `${instance.url}/metrics`;
  };
  return watchScrape({ name, url, headers: {}, caFile: null, metrics: [] });
}

function targetProcesses(config: SourcesInput['config'], sample: SourcesInput['sample']): WatchedProcess[] {
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
  // By the script it runs: the program itself may have any name, `k6-shakedown-…` in the cache.
  const k6 = () => descent.childrenOf(process.pid).filter((pid) => /\/replay-\w+\.js\0/.test(commandOf(pid) ?? ''));
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
