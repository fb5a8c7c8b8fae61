import type { AlertmanagerModel, Route } from '../alertmanager/model.ts';
import { inhibits, receiverNamed, routesOf } from '../alertmanager/routing.ts';
import { contains, timeIntervalsOf } from '../alertmanager/time-interval.ts';
import { dedupKey, wireGroupKey } from '../stack/alertmanager.ts';
import type { LoadedAlert } from '../stack/prometheus.ts';
import type { Evidence } from './evidence.ts';
import type { Observer } from './observe.ts';
import type { Proving } from './session.ts';

/** Where an alert that fires is to arrive, and whether it has. */
export function recordRoutes(
  { alertmanager, prometheus }: Proving,
  observer: Observer,
  rule: LoadedAlert,
  record: (evidence: Evidence) => void,
  /** Receivers that cannot take anything: an attempt is all that comes. */
  broken: readonly string[] = [],
) {
  const active = observer.of(rule.name);
  const known = active.length > 0 ? active.map((alert) => alert.labels) : [{ ...rule.labels, alertname: rule.name }];
  const all = known.map((own) => ({ ...prometheus.externalLabels, ...own }));
  const labels = all[0] ?? {};
  const receivers = all.flatMap((own) => routesOf(alertmanager.route, own).map(({ receiver }) => receiver));
  const others = [...observer.active.values()].filter(({ state, name }) => state === 'firing' && name !== rule.name);
  const by = others.find((other) => inhibits(alertmanager, { ...prometheus.externalLabels, ...other.labels }, labels));
  const routes = routesOf(alertmanager.route, labels).map((route) => ({
    ...{ path: route.path, receiver: route.receiver, muteTimes: mutedBy(alertmanager, route) },
    ...{ groupWaitS: route.groupWaitS, groupIntervalS: route.groupIntervalS },
    dedupKey: dedupKey(wireGroupKey(alertmanager, route, labels)),
    integrations: (receiverNamed(alertmanager, route.receiver)?.integrations ?? []).map(
      ({ kind, index, sendResolved }) => ({ kind, index, sendResolved }),
    ),
  }));
  const about = { routes, receivers: [...new Set(receivers)], inhibitedBy: by?.name ?? null };
  record({ kind: 'routed', fault: observer.fault, alert: rule.name, ...about });
  const wanted = routes.flatMap(({ receiver, integrations }) => integrations.map((one) => ({ receiver, ...one })));
  return {
    routes,
    inhibited: by !== undefined,
    arrived: (status: 'firing' | 'resolved') =>
      wanted.every(({ receiver, kind, index, sendResolved }) => {
        const got = (of: 'firing' | 'resolved', isTaken: boolean) =>
          observer.messages.some(
            (one) =>
              one.receiver === receiver &&
              one.kind === kind &&
              one.index === index &&
              one.status === of &&
              (one.taken || !isTaken) &&
              one.names.includes(rule.name),
          );
        if (status === 'firing') return got('firing', !broken.includes(receiver));
        // Who never took the beginning is not told of the end.
        return !sendResolved || got('resolved', true) || (broken.includes(receiver) && !got('firing', true));
      }),
  };
}

/** A proof does not take longer than this once an alert fires. */
const proofMs = 180_000;

/** Times that mute a route while an alert is proved, by name; those that are not on hold nothing back. */
function mutedBy(model: AlertmanagerModel, { muteTimes, activeTimes }: Route): string[] {
  if (muteTimes.length + activeTimes.length === 0) return [];
  const all = timeIntervalsOf(model);
  const isOn = (name: string, atMs: number) =>
    all.some((one) => one.name === name && one.intervals.some((interval) => contains(interval, atMs)));
  const moments = [Date.now(), Date.now() + proofMs];
  const muting = muteTimes.filter((name) => moments.some((at) => isOn(name, at)));
  const isActive = activeTimes.length === 0 || moments.every((at) => activeTimes.some((name) => isOn(name, at)));
  return [...muting, ...(isActive ? [] : activeTimes.map((name) => `outside ${name}`))];
}
