import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { copyWith } from '../alertmanager/copy.ts';
import type { AlertmanagerModel, Labels } from '../alertmanager/model.ts';
import { receiverNamed, routesOf } from '../alertmanager/routing.ts';
import type { Received } from '../receivers/received.ts';
import { type StandIns, startStandIns } from '../receivers/stand-ins.ts';
import { type AlertmanagerOptions, type OwnAlertmanager, startAlertmanager } from '../stack/alertmanager.ts';

/** An alert of the rules as Alertmanager gets it. */
export interface KnownAlert {
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
}

/** What all trials need. */
export interface Bench {
  readonly program: string;
  readonly model: AlertmanagerModel;
  readonly alerts: readonly KnownAlert[];
  readonly folder: string;
  readonly signal: AbortSignal;
}

export interface Trial {
  readonly standIns: StandIns;
  readonly config: string;
  start(name: string, more?: Partial<AlertmanagerOptions>): Promise<OwnAlertmanager>;
}

/** Receivers and Alertmanagers of one trial, which are ended with it. */
export async function inTrial<T>(bench: Bench, id: string, body: (trial: Trial) => Promise<T>): Promise<T> {
  const { program, model, folder, signal } = bench;
  const standIns = await startStandIns(model);
  const started: OwnAlertmanager[] = [];
  const config = copyWith(model, standIns.list).text;
  try {
    return await body({
      ...{ standIns, config },
      async start(name, more = {}) {
        const one = await startAlertmanager({ program, folder: join(folder, id, name), config, signal, ...more });
        started.push(one);
        return one;
      },
    });
  } finally {
    await Promise.all(started.map((one) => one.process.kill()));
    await standIns.close();
  }
}

/** As a Prometheus posts them, which says that they end by themselves in four minutes if it is not heard of again. */
export function posted(alerts: readonly KnownAlert[], { endsInS = 240 }: { endsInS?: number } = {}) {
  const endsAt = new Date(Date.now() + endsInS * 1000).toISOString();
  return alerts.map(({ labels, annotations }) => ({ labels, annotations, endsAt }));
}

/** Messages by receiver that speak of an alert. */
export function counted(received: readonly Received[], name: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { receiver, text, status } of received) {
    if (status === 'firing' && speaksOf(text, name)) counts[receiver] = (counts[receiver] ?? 0) + 1;
  }
  return counts;
}

/** Whether a text names an alert, and not only one whose name begins like its own. */
export function speaksOf(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w])${name.replace(/\W/g, '.')}(?![\\w])`).test(text);
}

/** Receivers with an integration that an alert is routed to. */
export function routedTo(model: AlertmanagerModel, labels: Labels): string[] {
  const receivers = routesOf(model.route, labels).map(({ receiver }) => receiver);
  return [...new Set(receivers)].filter((name) => (receiverNamed(model, name)?.integrations.length ?? 0) > 0);
}

export async function waited(seconds: number, signal: AbortSignal): Promise<void> {
  await sleep(seconds * 1000, undefined, { signal });
}

/** Seconds that the first message of an alert, and what comes after it, may take by its routes; no more than one trial waits. */
export function waitOf({ model }: Pick<Bench, 'model'>, alert: KnownAlert): { waitS: number; intervalS: number } {
  const routes = routesOf(model.route, alert.labels);
  const most = (values: number[]) => Math.min(90, Math.max(0, ...values));
  return {
    waitS: most(routes.map(({ groupWaitS }) => groupWaitS)),
    intervalS: most(routes.map(({ groupIntervalS }) => groupIntervalS)),
  };
}
