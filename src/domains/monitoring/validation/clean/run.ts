import { setTimeout as sleep } from 'node:timers/promises';
import { firstError } from '../../../../model/error.ts';
import { readAlertmanager } from '../alertmanager/read.ts';
import { routesOf } from '../alertmanager/routing.ts';
import { longestRangeS, writtenOut } from '../alerts/predict.ts';
import type { PartContext } from '../part.ts';
import { PrometheusApi } from '../prometheus/api.ts';
import type { Received } from '../receivers/received.ts';
import { type LoadedAlert, prometheusAt } from '../stack/prometheus.ts';
import type { Evidence, Kind } from './evidence.ts';

const stepS = 5;
/** A group's turn may come so much earlier than its interval by our clock, seconds. */
const slackS = 3;
const alwaysFires = /^\s*vector\(\s*1\s*\)\s*$/;

/** Looks at a time in which nothing was done to the system: what fired, and what came twice. */
export async function run(context: PartContext<Evidence>): Promise<void> {
  const { monitoring, signal, record, phase } = context;
  const stack = await context.stack();
  const { sample, prometheus } = stack;
  const wantedMs = monitoring.clean.watchS * 1000;
  // Of the sample system it is known since when; the user's has a past.
  const fromMs = sample?.calmSinceEpochMs ?? Date.now() - wantedMs;
  const leftMs = fromMs + wantedMs - Date.now();
  if (leftMs > 0) {
    phase(`watching for ${Math.ceil(leftMs / 1000)} s more while nothing is wrong`);
    await sleep(leftMs, undefined, { signal });
  }
  const toMs = Date.now();
  const seconds = (toMs - fromMs) / 1000;
  const api = new PrometheusApi(prometheus, signal);
  const loaded = await prometheusAt(prometheus.url, { headers: { ...prometheus.headers }, signal }).rules();
  const always = loaded.alerts.filter(({ expression }) => alwaysFires.test(expression)).map(({ name }) => name);
  const takesS = ({ expression, forS }: LoadedAlert) => forS + longestRangeS([writtenOut(expression, loaded.recorded)]);
  const firing = await api.range('ALERTS{alertstate="firing"}', { fromS: fromMs / 1000, toS: toMs / 1000, stepS });
  for (const { labels, samples } of firing) {
    const { alertname = '', __name__: _name, alertstate: _state, ...rest } = labels;
    const [first, last] = [samples[0], samples.at(-1)];
    if (first === undefined || last === undefined || always.includes(alertname)) continue;
    record({
      kind: 'fired',
      alert: alertname,
      labels: rest,
      atEpochMs: first.atS * 1000,
      forS: last.atS - first.atS + stepS,
    });
  }
  const received = (sample?.received ?? []).filter(({ atEpochMs }) => atEpochMs >= fromMs && atEpochMs <= toMs);
  for (const one of messagesOf(received, loaded.alerts, always)) record(one);
  const file = monitoring.files.alertmanager;
  if (file !== null) for (const one of againOf(received, always, loaded.alerts, file)) record(one);
  record({
    ...{ kind: 'watched', fromEpochMs: fromMs, seconds, isOwn: stack.isOwn, messages: received.length },
    requests: sample === null ? null : await requestsOf(api, seconds).catch((error) => unknown(error, signal)),
    ...{ alerts: loaded.alerts.map(({ name }) => name), always },
    tooSlow: loaded.alerts.filter((one) => takesS(one) > seconds).map(({ name }) => name),
    missing: (sample?.missing ?? []).map(({ job }) => job),
    messagesUnseen: sample === null ? 'what your receivers get is not seen from here' : null,
  });
}

/** Requests that the sample shop answered. */
async function requestsOf(api: PrometheusApi, seconds: number): Promise<number> {
  const counter = 'http_request_duration_seconds_count{job="shop", route!~"/metrics|/healthz|/readyz"}';
  const [sum] = await api.instant(`sum(increase(${counter}[${Math.max(30, Math.floor(seconds))}s]))`);
  return Math.round(sum?.value ?? 0);
}

function unknown(error: unknown, signal: AbortSignal): null {
  signal.throwIfAborted();
  firstError(error);
  return null;
}

function namesIn(text: string, alerts: readonly { readonly name: string }[]): string[] {
  return alerts.map(({ name }) => name).filter((name) => new RegExp(`(?<!\\w)${name}(?!\\w)`).test(text));
}

/** Messages of anything but what always fires. */
function messagesOf(
  received: readonly Received[],
  alerts: readonly LoadedAlert[],
  always: readonly string[],
): Kind<'message'>[] {
  return received.flatMap(({ receiver, kind, status, text, atEpochMs }): Kind<'message'>[] => {
    const names = namesIn(text, alerts);
    if (names.length > 0 && names.every((name) => always.includes(name))) return [];
    return [{ kind: 'message', receiver, integration: kind, status, alerts: names, atEpochMs }];
  });
}

/** Messages of alerts that always fire which came sooner than their group's next turn. */
function againOf(
  received: readonly Received[],
  always: readonly string[],
  alerts: readonly LoadedAlert[],
  file: string,
): Kind<'again'>[] {
  const model = readAlertmanager(file);
  return alerts
    .filter(({ name }) => always.includes(name))
    .flatMap(({ name, labels }) => {
      const routes = routesOf(model.route, { ...labels, alertname: name });
      return routes.flatMap(({ receiver, groupIntervalS }) => {
        const own = received.filter(
          (one) => one.receiver === receiver && one.taken && namesIn(one.text, alerts).includes(name),
        );
        return own.flatMap((one, at): Kind<'again'>[] => {
          const before = own.slice(0, at).findLast(({ kind, index }) => kind === one.kind && index === one.index);
          if (before === undefined) return [];
          const afterS = (one.atEpochMs - before.atEpochMs) / 1000;
          if (afterS >= groupIntervalS - slackS) return [];
          const about = { receiver, integration: one.kind, alert: name, afterS, everyS: groupIntervalS };
          return [{ kind: 'again', ...about, atEpochMs: one.atEpochMs }];
        });
      });
    });
}
