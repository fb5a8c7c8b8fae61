import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../../../environment/free-port.ts';
import { ShakedownError } from '../../../../model/error.ts';
import { shownMatcher } from '../alertmanager/matcher.ts';
import type { AlertmanagerModel, Labels, Route } from '../alertmanager/model.ts';
import { allRoutes } from '../alertmanager/routing.ts';
import { answering, type OwnProcess, startOwn } from './own-process.ts';

export interface OwnAlertmanager {
  readonly url: string;
  readonly process: OwnProcess;
  /** `127.0.0.1:…` of its gossip; null: it is alone. */
  readonly peerAddress: string | null;
  /** Sends alerts to it as a Prometheus would. @throws ShakedownError ALERTMANAGER_ANSWER */
  post(alerts: readonly PostedAlert[]): Promise<void>;
  /** Sum of one of its own counters, over all labels that match. */
  counter(name: string, labels?: Labels): Promise<number>;
}

export interface PostedAlert {
  readonly labels: Labels;
  readonly annotations?: Labels;
  readonly startsAt?: string;
  readonly endsAt?: string;
}

export interface AlertmanagerOptions {
  readonly program: string;
  readonly folder: string;
  /** YAML. */
  readonly config: string;
  /** Absent: alone. A list: in a cluster with these, also when it is empty. */
  readonly peers?: readonly string[];
  /** Where it listened before; absent: on a free port. */
  readonly port?: number;
  readonly environment?: NodeJS.ProcessEnv;
  readonly flags?: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** Starts an Alertmanager on 127.0.0.1. @throws ShakedownError MONITORING_START_FAILED */
export async function startAlertmanager(options: AlertmanagerOptions): Promise<OwnAlertmanager> {
  const { program, folder, config, peers, environment = {}, signal, flags = [] } = options;
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'alertmanager.yml');
  await writeFile(file, config, { mode: 0o600 });
  const port = options.port ?? (await freePort());
  const gossip = peers === undefined ? null : `127.0.0.1:${await freePort()}`;
  const cluster =
    gossip === null
      ? ['--cluster.listen-address=']
      : [`--cluster.listen-address=${gossip}`, ...(peers ?? []).map((peer) => `--cluster.peer=${peer}`)];
  const process = await startOwn(
    program,
    [
      ...[`--config.file=${file}`, `--storage.path=${join(folder, 'data')}`],
      ...[`--web.listen-address=127.0.0.1:${port}`, `--web.external-url=http://127.0.0.1:${port}`],
      ...['--log.level=debug', ...cluster, ...flags],
    ],
    join(folder, 'alertmanager.log'),
    environment,
  );
  const url = `http://127.0.0.1:${port}`;
  await answering('Alertmanager', { process, url: `${url}/-/ready`, signal });
  return {
    ...{ url, process, peerAddress: gossip },
    async post(alerts) {
      const response = await fetch(`${url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(alerts),
        signal: AbortSignal.timeout(10_000),
      });
      if (response.ok) return;
      throw new ShakedownError('ALERTMANAGER_ANSWER', `Alertmanager refused alerts: ${await response.text()}`);
    },
    async counter(name, labels = {}) {
      const text = await (await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(10_000) })).text();
      const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
      return text
        .split('\n')
        .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
        .filter((line) => wanted.every((one) => line.includes(one)))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
    },
  };
}

/**
 * The key of the group that an alert is in, as Alertmanager writes it into its messages: `{}/{severity="critical"}:{alertname="A"}`
 * (dispatch.Route.Key, aggrGroup.GroupKey).
 */
export function wireGroupKey(model: AlertmanagerModel, route: Route, labels: Labels): string {
  const nodes = allRoutes(model.route).filter(({ path }) => route.path === path || route.path.startsWith(`${path}.`));
  const steps = nodes
    .sort((a, b) => a.path.length - b.path.length)
    .map(({ matchers }) => `{${[...matchers].map(shownMatcher).sort().join(',')}}`);
  const names = route.groupBy.includes('...') ? Object.keys(labels).sort() : route.groupBy;
  const values = names
    .filter((name) => labels[name] !== undefined)
    .map((name) => `${name}=${JSON.stringify(labels[name])}`);
  return `${steps.join('/')}:{${values.join(', ')}}`;
}

/** PagerDuty's dedup_key and Opsgenie's alias: the digest of the group's key (notify.Key.Hash). */
export function dedupKey(groupKey: string): string {
  return createHash('sha256').update(groupKey).digest('hex');
}
