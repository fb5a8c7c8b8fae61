import { routesOf } from '../alertmanager/routing.ts';
import { type Bench, inTrial, type KnownAlert, posted, speaksOf, waited } from './bench.ts';
import type { Evidence, Kind } from './evidence.ts';

/** As when a rack or a zone is gone: as many alerts of one rule. */
const alertsInGroup = 200;
const slackS = 8;

/** A group of 200 alerts for each receiver: what of it arrives, and whether services would take it. */
export async function tryLargeGroup(bench: Bench, record: (evidence: Evidence) => void): Promise<void> {
  const { model, signal } = bench;
  const chosen = forEveryReceiver(bench);
  await inTrial(bench, 'large-group', async ({ standIns, start }) => {
    const alertmanager = await start('a');
    const instances = Array.from(
      { length: alertsInGroup },
      (_, at) => `host-${String(at + 1).padStart(3, '0')}.example`,
    );
    for (const alert of chosen) await alertmanager.post(posted(instances.map((instance) => asOf(alert, instance))));
    const waits = chosen.flatMap(({ labels }) => routesOf(model.route, labels).map(({ groupWaitS }) => groupWaitS));
    await waited(Math.min(90, Math.max(0, ...waits)) + slackS, signal);
    const groups = model.receivers.flatMap(({ name: receiver, integrations }) =>
      integrations.flatMap(({ kind, index }): Kind<'large-group'>['outcomes'] => {
        const alerts = chosen.filter(({ labels }) =>
          routesOf(model.route, labels).some((route) => route.receiver === receiver),
        );
        const own = standIns.received.filter(
          (one) => one.receiver === receiver && one.kind === kind && one.index === index,
        );
        return alerts.map(({ name }) => {
          const messages = own.filter(({ text }) => speaksOf(text, name));
          const text = messages.map((one) => one.text).join('\n');
          return {
            ...{ receiver, integration: kind, index, alert: name, messages: messages.length },
            taken: messages.filter((one) => one.taken).length,
            named: instances.filter((instance) => text.includes(instance)).length,
            saysHowMany: new RegExp(`(?<!\\d)${alertsInGroup}(?!\\d)`).test(text),
            cut: text.includes('…') || text.includes('...'),
            longest: Math.max(0, ...messages.map((one) => one.text.length)),
            faults: [...new Set(messages.flatMap((one) => one.faults))].slice(0, 10),
          };
        });
      }),
    );
    record({ kind: 'large-group', alerts: alertsInGroup, outcomes: groups });
  });
}

/** As few alerts as reach every receiver that any of them reaches. */
function forEveryReceiver({ model, alerts }: Bench): KnownAlert[] {
  const reached = new Set<string>();
  return alerts.filter(({ labels }) => {
    const receivers = routesOf(model.route, labels).map(({ receiver }) => receiver);
    const isNew = receivers.some((name) => !reached.has(name));
    for (const name of receivers) reached.add(name);
    return isNew;
  });
}

/** With texts as Prometheus would have filled them in, as far as that needs no query. */
function asOf({ name, labels: own, annotations }: KnownAlert, instance: string): KnownAlert {
  const labels: Record<string, string> = { ...own, instance };
  const filled = (text: string) =>
    text
      .replace(/\{\{\s*\$labels\.(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? '')
      .replace(/\{\{[^}]*\}\}/g, '1');
  return {
    ...{ name, labels },
    annotations: Object.fromEntries(Object.entries(annotations).map(([key, text]) => [key, filled(text)])),
  };
}
