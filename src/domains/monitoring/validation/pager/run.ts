import { setMaxListeners } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMonitoringProgram, needMonitoringProgram } from '../../../../environment/monitoring-programs.ts';
import { runProgram } from '../../../../environment/run-program.ts';
import { exitCodes, firstError, ShakedownError } from '../../../../model/error.ts';
import { copyWith } from '../alertmanager/copy.ts';
import type { AlertmanagerModel } from '../alertmanager/model.ts';
import { readAlertmanager } from '../alertmanager/read.ts';
import {
  alertFaults,
  inhibits,
  isTold,
  receiverNamed,
  routesOf,
  routingFaults,
  untakenRoutes,
} from '../alertmanager/routing.ts';
import type { PartContext } from '../part.ts';
import { startStandIns } from '../receivers/stand-ins.ts';
import { readRules } from '../rules/readers/read.ts';
import { readPrometheusConfig } from '../stack/prometheus-config.ts';
import { behaviours, tryBehaviour } from './behaviours.ts';
import type { Bench, KnownAlert } from './bench.ts';
import { tryFalseEnd } from './dying.ts';
import type { Evidence, Kind } from './evidence.ts';
import { silencesAt, tryMuted, trySilenced } from './held-back.ts';
import { knownAlerts, type RoutableAlert } from './known-alerts.ts';
import { tryLargeGroup } from './large-group.ts';
import { clockOf, timesEvidence } from './times.ts';
import { tryDown, tryPair, tryRestart, trySilence } from './trials.ts';

/** Breaks each link between an alert and a person, one by one, on copies. */
export async function run(context: PartContext<Evidence>): Promise<void> {
  const { monitoring, signal, record, phase } = context;
  const { files } = monitoring;
  // Every trial waits on it.
  setMaxListeners(0, signal);
  if (files.alertmanager === null) {
    const message = 'Delivery of pages is tried on a copy of Alertmanager’s configuration, and its file is not named.';
    const hint = 'Name it in monitoring.alertmanager.configFile.';
    throw new ShakedownError('MONITORING_FILES', message, { hint, exitCode: exitCodes.inconclusive });
  }
  const program = await needMonitoringProgram('alertmanager');
  const prometheus = await needMonitoringProgram('prometheus');
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-pager-'));
  context.teardown.before('remove the data of the trials', () => rm(folder, { recursive: true, force: true }));
  const model = readAlertmanager(files.alertmanager);
  const external = files.prometheus === null ? {} : readPrometheusConfig(files.prometheus).externalLabels;
  const { alerts: known, notKnown } = knownAlerts(await readRules(monitoring.rules), model, external);
  if (notKnown.length > 0) {
    const what = `alerts of ${notKnown.length === 1 ? 'the SLO' : 'the SLOs'} ${notKnown.map(({ name }) => name).join(', ')}`;
    record({
      kind: 'not-tried',
      what,
      why: 'their rules were not given, and the file does not say what alerts they have',
    });
  }
  const always = known.filter(({ always: isAlways }) => isAlways);
  const others = known.filter(({ always: isAlways }) => !isAlways);
  // One that holds others back would keep their messages from being seen.
  const alerts = others.filter((one) => !others.some(({ labels }) => inhibits(model, one.labels, labels)));
  const bench: Bench = { program: program.path, model, alerts, folder, signal };
  record(await routesEvidence(bench, known, always, folder));
  const withPages = known.map((one) => ({ ...one, isPage: isPage(model, one) || one.labels.severity === 'critical' }));
  if (context.operator !== null) {
    const { differences, refused } = context.operator;
    record({ kind: 'operator', differences: [...differences], refused: [...refused] });
  }
  record(timesEvidence(model, withPages, Date.now()));

  const trial = async (what: string, body: () => Promise<void>) => {
    phase(what);
    await body().catch((error: unknown) => {
      signal.throwIfAborted();
      record({ kind: 'not-tried', what, why: firstError(error).message });
    });
  };
  const told = alerts.filter((alert) =>
    routesOf(model.route, alert.labels).some(
      ({ receiver }) => (receiverNamed(model, receiver)?.integrations.length ?? 0) > 0,
    ),
  );
  const [first, second = first] = [...told].sort((a, b) => Number(isPage(model, b)) - Number(isPage(model, a)));
  // All at once: each has an Alertmanager of its own, and most of the time is waiting.
  const all = behaviours.map((one) => trial(`receivers answer ${one.name}`, () => tryBehaviour(bench, one, record)));
  const [watchdog] = always;
  if (watchdog !== undefined) all.push(trial('the dead man’s switch', () => trySilence(bench, watchdog, record)));
  if (first === undefined || second === undefined) {
    record({
      kind: 'not-tried',
      what: 'a pair, a restart, an outage',
      why: 'no alert of the rules is told to anybody',
    });
  } else {
    all.push(
      trial('Prometheus dies while an alert fires', () =>
        tryFalseEnd(bench, prometheus.path, endingTold(model, told) ?? first, record),
      ),
      trial('a group of 200 alerts', () => tryLargeGroup(bench, record)),
      trial('a silence that ends', () => trySilenced(bench, first, record)),
      trial('mute times that are on', () => tryMuted(bench, true, record)),
      trial('mute times that are off', () => tryMuted(bench, false, record)),
      trial('Alertmanager is down', () => tryDown(bench, prometheus.path, first, record)),
      trial('a pair of Alertmanagers', () => tryPair(bench, [first, second], record)),
      trial('Alertmanager is restarted', () => tryRestart(bench, 'in order', first, record)),
      trial('Alertmanager is killed', () => tryRestart(bench, 'killed', first, record)),
    );
  }
  all.push(trial('the Alertmanager that is there', () => askServers(context, withPages)));
  await Promise.all(all);
}

/** What only the Alertmanager that is there knows: its silences and its clock. */
async function askServers(
  { stack, signal, record }: PartContext<Evidence>,
  alerts: readonly (KnownAlert & { isPage: boolean })[],
): Promise<void> {
  const { alertmanager } = await stack();
  if (alertmanager === null) {
    record({ kind: 'not-tried', what: 'silences', why: 'monitoring.alertmanager.url does not name an Alertmanager' });
    return;
  }
  record(await silencesAt(alertmanager, alerts, signal));
  record({ kind: 'clock', of: 'Alertmanager', ...(await clockOf(alertmanager, signal)) });
}

function isPage(model: AlertmanagerModel, alert: KnownAlert): boolean {
  return routesOf(model.route, alert.labels).some(({ receiver }) =>
    (receiverNamed(model, receiver)?.integrations ?? []).some(
      ({ kind }) => kind === 'pagerduty' || kind === 'opsgenie',
    ),
  );
}

function endingTold(model: AlertmanagerModel, alerts: readonly KnownAlert[]): KnownAlert | undefined {
  return alerts.find((alert) =>
    routesOf(model.route, alert.labels).some(({ receiver }) =>
      (receiverNamed(model, receiver)?.integrations ?? []).some(({ sendResolved }) => sendResolved),
    ),
  );
}

async function routesEvidence(
  bench: Bench,
  known: readonly RoutableAlert[],
  always: readonly KnownAlert[],
  folder: string,
): Promise<Kind<'routes'>> {
  const { model } = bench;
  const amtool = await findMonitoringProgram('amtool');
  const standIns = await startStandIns(model);
  const file = join(folder, 'routes.yml');
  await writeFile(file, copyWith(model, standIns.list).text, { mode: 0o600 });
  await standIns.close();
  const asked = async ({ labels }: KnownAlert): Promise<string[] | null> => {
    if ('why' in amtool) return null;
    const given = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
    const outcome = await runProgram(amtool.path, ['config', 'routes', 'test', `--config.file=${file}`, ...given], {
      timeoutMs: 20_000,
    });
    return outcome.kind === 'ended' && outcome.code === 0 ? outcome.stdout.trim().split(',') : null;
  };
  const alerts: Kind<'routes'>['alerts'] = [];
  for (const alert of known) {
    const taken = routesOf(model.route, alert.labels);
    const ours = taken.map(({ receiver }) => receiver);
    alerts.push({
      alert: alert.name,
      ours,
      amtool: await asked(alert),
      byDefault: taken.some(({ path }) => path === 'route'),
      isTold: isTold(model, alert),
    });
  }
  return {
    ...{ kind: 'routes', faults: [...routingFaults(model), ...alertFaults(model, known)], alerts },
    untaken: untakenRoutes(model, known),
    always: always.map((alert) => {
      const routes = routesOf(model.route, alert.labels);
      const everyS = Math.min(...routes.map((route) => Math.max(route.groupIntervalS, route.repeatIntervalS)));
      return { alert: alert.name, receivers: routes.map(({ receiver }) => receiver), everyS };
    }),
  };
}
