import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../../../environment/free-port.ts';
import { findMonitoringProgram, needMonitoringProgram } from '../../../../environment/monitoring-programs.ts';
import type { Teardown } from '../../../../evidence/teardown.ts';
import type { SampleSystem } from '../../../../model/sample-system.ts';
import { copyWith } from '../alertmanager/copy.ts';
import { readAlertmanager } from '../alertmanager/read.ts';
import { startStandIns } from '../receivers/stand-ins.ts';
import { startAlertmanager } from './alertmanager.ts';
import { answering, startOwn } from './own-process.ts';
import { startPrometheus } from './prometheus.ts';
import { prometheusCopy, readPrometheusConfig } from './prometheus-config.ts';
import type { FaultedSample, SecondSample, Stack, Target, WatchedSample } from './stack.ts';
import { startVisitors } from './visitors.ts';

/** Fifteen seconds, as in production, would leave questions over five minutes with too little to answer from. */
const scrapeEveryS = 5;

/**
 * In its first five seconds a Prometheus knows no Alertmanager. What it has to say then it says again only after a minute, which is too long to see
 * that what always fires comes.
 */
const flags = ['--rules.alert.resend-delay=10s'];

export interface SampleStackOptions {
  readonly system: SampleSystem;
  /** Its production set: `prometheus.yml`, `alertmanager.yml` and what they name. */
  readonly set: { readonly prometheus: string; readonly alertmanager: string };
  readonly logFile: string;
  /** Of the collector that takes its traces; absent: it has none of its own. */
  readonly tracesUrl?: string | null;
  /** For data and logs; removed by whoever made it. */
  readonly folder: string;
  readonly teardown: Teardown;
  readonly signal: AbortSignal;
}

/** Starts Prometheus, Alertmanager and exporters over the sample system, with visitors in the shop. @throws ShakedownError MONITORING_PROGRAM_MISSING */
export async function startSampleStack(options: SampleStackOptions): Promise<Omit<Stack, 'second'>> {
  const { set, folder, teardown, signal } = options;
  const prometheus = await needMonitoringProgram('prometheus');
  const alertmanager = await needMonitoringProgram('alertmanager');
  const watched = await watchSample(options);
  const model = readAlertmanager(set.alertmanager);
  const standIns = await startStandIns(model);
  teardown.before('end the receivers', () => standIns.close());
  const pager = await startAlertmanager({
    program: alertmanager.path,
    ...{ folder: join(folder, 'alertmanager'), config: copyWith(model, standIns.list).text, signal },
  });
  teardown.before('end Alertmanager', () => pager.process.stop());
  const home = join(folder, 'prometheus');
  const targets = { ...watched.targets, alertmanager: [targetOf(pager.url, 'alertmanager')] };
  await writeTargets(home, targets);
  const copy = prometheusCopy(readPrometheusConfig(set.prometheus), {
    ...{ intervalS: scrapeEveryS, alertmanagers: [pager.url] },
  });
  const server = await startPrometheus({ program: prometheus.path, folder: home, config: copy.text, flags, signal });
  teardown.before('end Prometheus', () => server.process.stop());
  const plain = { headers: {}, caFile: null };
  return {
    isOwn: true,
    prometheus: { url: server.url, ...plain },
    alertmanager: { url: pager.url, ...plain },
    sample: { ...watched, targets, received: standIns.received, calmSinceEpochMs: Date.now() },
  };
}

export interface SecondSampleOptions extends SampleStackOptions {
  /** What its Prometheus scrapes as Alertmanager: that of the first system. */
  readonly alertmanagers: readonly Target[];
}

/** Watches a further sample system, with a Prometheus that has no rules and tells nobody. */
export async function startSecondSample(options: SecondSampleOptions): Promise<SecondSample> {
  const { set, folder, teardown, signal, alertmanagers } = options;
  const { path: program } = await needMonitoringProgram('prometheus');
  const watched = await watchSample(options);
  const home = join(folder, 'prometheus');
  await writeTargets(home, { ...watched.targets, alertmanager: alertmanagers });
  const about = { intervalS: scrapeEveryS, alertmanagers: [], rules: [] };
  const { text: config } = prometheusCopy(readPrometheusConfig(set.prometheus), about);
  const server = await startPrometheus({ program, folder: home, config, signal });
  teardown.before('end the second Prometheus', () => server.process.stop());
  return { watched, prometheusUrl: server.url };
}

export function targetOf(url: string, instance: string): Target {
  return { address: new URL(url).host, instance };
}

/** What is scraped, as files that Prometheus finds beside its configuration; it sees when they change. */
export async function writeTargets(folder: string, targets: WatchedSample['targets']): Promise<void> {
  await mkdir(join(folder, 'targets'), { recursive: true });
  for (const [job, list] of Object.entries(targets)) {
    const groups = list.map(({ address, instance }) => ({ targets: [address], labels: { instance } }));
    await writeFile(join(folder, 'targets', `${job}.json`), JSON.stringify(groups));
  }
}

async function watchSample(options: SampleStackOptions): Promise<FaultedSample> {
  const { system, logFile, tracesUrl = null, folder, teardown, signal } = options;
  await mkdir(folder, { recursive: true });
  const visitors = await startVisitors(system);
  teardown.before('end the visitors', () => visitors.stop());
  const missing: { job: string; why: string }[] = [];
  const exporter = async (
    job: string,
    name: 'nodeExporter' | 'postgresExporter',
    environment: NodeJS.ProcessEnv,
  ): Promise<Target[]> => {
    const program = await findMonitoringProgram(name);
    if ('why' in program) {
      missing.push({ job, why: program.why });
      return [];
    }
    const url = `http://127.0.0.1:${await freePort()}`;
    const listen = `--web.listen-address=${new URL(url).host}`;
    const process = await startOwn(program.path, [listen], join(folder, `${job}.log`), environment);
    teardown.before(`end the exporter of ${job}`, () => process.stop());
    await answering(`The exporter of ${job}`, { process, url: `${url}/`, signal });
    return [targetOf(url, job)];
  };
  const targets = {
    shop: system.instances.map(({ url, name }) => targetOf(url, name)),
    balancer: [targetOf(system.balancer.url, 'balancer')],
    postgres: await exporter('postgres', 'postgresExporter', {
      DATA_SOURCE_NAME: `${system.database.url}?sslmode=disable`,
    }),
    node: await exporter('node', 'nodeExporter', {}),
  };
  return { ...{ system, logFile, tracesUrl, visitors, targets, missing } };
}
