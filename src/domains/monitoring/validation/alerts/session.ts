import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { copyWith } from '../alertmanager/copy.ts';
import type { AlertmanagerModel } from '../alertmanager/model.ts';
import { type StandIns, startStandIns } from '../receivers/stand-ins.ts';
import { type OwnAlertmanager, startAlertmanager } from '../stack/alertmanager.ts';
import { backfill, jumped, recorded } from '../stack/history.ts';
import {
  type ActiveAlert,
  type LoadedRules,
  type OwnPrometheus,
  type Series,
  startPrometheus,
} from '../stack/prometheus.ts';
import { type PrometheusFile, prometheusCopy } from '../stack/prometheus-config.ts';
import { targetOf, writeTargets } from '../stack/sample-stack.ts';
import type { Target } from '../stack/stack.ts';
import { longestRangeS, rangesByMetric, writtenOut } from './predict.ts';

/** What all sessions share. */
export interface Proving {
  readonly programs: { readonly prometheus: string; readonly promtool: string; readonly alertmanager: string };
  readonly prometheus: PrometheusFile;
  readonly alertmanager: AlertmanagerModel;
  readonly rules: readonly string[];
  readonly loaded: LoadedRules;
  /** Metrics that the rules ask for. */
  readonly metrics: readonly string[];
  /** How far back they look, seconds; at all, and at one metric. */
  readonly keepS: number;
  readonly keepOf: (metric: string) => number;
  /** How long it took to start a session's Prometheus lately, seconds: what is moved on to has to lie so far ahead. */
  readonly speed: { startS: number };
  /** Seconds between scrapes and evaluations. */
  readonly intervalS: number;
  readonly folder: string;
  readonly signal: AbortSignal;
}

export interface SessionOptions {
  readonly id: string;
  /** What had been before it begins. */
  readonly history: readonly Series[];
  /** By job; those of a series exporter where nothing real is scraped. */
  readonly targets: Readonly<Record<string, readonly Target[]>>;
  /** In place of what the configuration scrapes. */
  readonly scrapes?: readonly unknown[];
}

/**
 * In its first five seconds a Prometheus knows no Alertmanager, and what it has to say then it says again only after this; by default after a minute.
 * An alert lasts four times as long for Alertmanager, which has to be longer than the clock takes to be moved on.
 */
export const resendS = 20;
const flags = [`--rules.alert.resend-delay=${resendS}s`];

/** The same for one alert: only what it asks for itself has to lie so far back as it looks, other history is short. */
export function provingOf(proving: Proving, alert: string): Proving {
  const { loaded, metrics } = proving;
  const expressions = loaded.alerts
    .filter(({ name }) => name === alert)
    .map(({ expression }) => writtenOut(expression, loaded.recorded));
  const ranges = rangesByMetric(expressions, metrics);
  return {
    ...proving,
    keepS: Math.max(600, longestRangeS(expressions) + 120),
    keepOf: (metric) => (ranges.get(metric) ?? 300) + 120,
  };
}

/** A Prometheus and an Alertmanager of one alert that is proved, with receivers of their own, so that every group of alerts is a new one. */
export interface Session {
  readonly standIns: StandIns;
  readonly alertmanager: OwnAlertmanager;
  /** null: the Prometheus has not evaluated all its rules since it was started. */
  alerts(): Promise<ActiveAlert[] | null>;
  /** Scrapes that failed in the last half minute, by job. */
  failedScrapes(): Promise<Record<string, number>>;
  /** What was recorded up to now. */
  history(): Promise<Recording>;
  /** Goes on with a Prometheus of this history. */
  goOn(series: readonly Series[]): Promise<void>;
  setTargets(targets: Readonly<Record<string, readonly Target[]>>): Promise<void>;
  end(): Promise<void>;
}

/** @throws ShakedownError where one of them does not start */
export async function startSession(proving: Proving, options: SessionOptions): Promise<Session> {
  const { programs, signal, intervalS, metrics, keepS } = proving;
  const folder = join(proving.folder, options.id);
  const standIns = await startStandIns(proving.alertmanager);
  const undo: (() => Promise<void>)[] = [() => standIns.close()];
  let prometheus: OwnPrometheus | null = null;
  let count = 0;
  let isEvaluated = false;
  let targets = options.targets;
  const end = async () => {
    await prometheus?.process.kill();
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const alertmanager = await startAlertmanager({
      program: programs.alertmanager,
      ...{ folder: join(folder, 'alertmanager'), config: copyWith(proving.alertmanager, standIns.list).text, signal },
    });
    undo.push(() => alertmanager.process.kill());
    const own = targetOf(alertmanager.url, 'alertmanager');
    // It watches its own Alertmanager, unless that is what is changed.
    const withOwn = (all: SessionOptions['targets']) =>
      all.alertmanager === undefined || all.alertmanager === options.targets.alertmanager
        ? { ...all, alertmanager: [own] }
        : all;
    const config = prometheusCopy(proving.prometheus, {
      ...{ intervalS, alertmanagers: [alertmanager.url], rules: proving.rules },
      ...(options.scrapes === undefined ? {} : { scrapes: options.scrapes }),
    }).text;
    const goOn = async (series: readonly Series[]) => {
      const begun = performance.now();
      const home = join(folder, `prometheus-${++count}`);
      await backfill(programs.promtool, home, series, signal);
      await writeTargets(home, withOwn(targets));
      await prometheus?.process.kill();
      prometheus = await startPrometheus({ program: programs.prometheus, folder: home, config, flags, signal });
      isEvaluated = false;
      proving.speed.startS = Math.max((performance.now() - begun) / 1000, 0.8 * proving.speed.startS);
    };
    await goOn(options.history);
    const current = () => prometheus as OwnPrometheus;
    return {
      ...{ standIns, alertmanager, goOn, end },
      async alerts() {
        isEvaluated ||= (await current().rules()).evaluated;
        return isEvaluated ? await current().alerts() : null;
      },
      async failedScrapes() {
        const found = await current().query('sum by (job) (count_over_time(up[30s]) - sum_over_time(up[30s])) > 0');
        return Object.fromEntries(found.map(({ labels, value }) => [labels.job ?? '', value]));
      },
      async history() {
        const nowS = Date.now() / 1000;
        return { nowS, series: await recorded(current(), metrics, { atS: nowS, rangeS: keepS + 600 }) };
      },
      async setTargets(next) {
        targets = next;
        await writeTargets(join(folder, `prometheus-${count}`), withOwn(targets));
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/**
 * What had been if things had always gone as they did in a quiet time, up to the values that series have now.
 * @param quiet some seconds in which nothing was wrong
 * @param fresh what series have now; null: as in the quiet time
 * @param pace how much slower counters went
 */
export function quietHistory(
  { keepS, keepOf, loaded }: Pick<Proving, 'keepS' | 'keepOf' | 'loaded'>,
  quiet: Recording,
  fresh: Recording | null,
  { courseS, pace }: { courseS: number; pace: number },
): Series[] {
  const keyOf = ({ labels }: Series) => JSON.stringify(Object.entries(labels).sort());
  const now = new Map((fresh?.series ?? []).map((one) => [keyOf(one), one.points.at(-1)?.[1]]));
  const lift = (one: Series): Series => {
    const last = one.points.at(-1)?.[1] ?? 0;
    const current = now.get(keyOf(one));
    // A gauge is as it was; a counter has gone on in the meantime, or has begun anew with its process.
    if (current === undefined || !/_(total|count|sum|bucket)$/.test(one.labels.__name__ ?? '')) return one;
    return { labels: one.labels, points: one.points.map(([atS, value]) => [atS, value + current - last]) };
  };
  const known = new Set(quiet.series.map(keyOf));
  // What has come since, such as answers of a fault, stands still.
  const since = (fresh?.series ?? []).filter((one) => !known.has(keyOf(one)));
  const held = since.flatMap((one): Series[] => {
    const last = one.points.at(-1);
    return last === undefined ? [] : [{ labels: one.labels, points: [[quiet.nowS, last[1]]] }];
  });
  const nowS = fresh?.nowS ?? quiet.nowS;
  const moved = [...quiet.series.map(lift), ...held]
    .filter(({ labels }) => labels.__name__ !== 'ALERTS_FOR_STATE')
    .map(({ labels, points }): Series => {
      return { labels, points: points.map(([atS, value]) => [atS + nowS - quiet.nowS, value]) };
    });
  return jumped(moved, { byS: keepS, nowS, courseS, keepS: keepOf, pace, derived: derivedOf(loaded) });
}

/** What was recorded up to a moment, seconds since the epoch. */
export interface Recording {
  readonly nowS: number;
  readonly series: readonly Series[];
}

export function derivedOf(loaded: LoadedRules): ReadonlySet<string> {
  return new Set([...loaded.recorded.map(({ name }) => name), 'ALERTS']);
}

/** Waits until something is so; false: it was not in that time. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  { forMs, signal, everyMs = 150 }: { forMs: number; signal: AbortSignal; everyMs?: number },
): Promise<boolean> {
  const end = performance.now() + forMs;
  for (;;) {
    signal.throwIfAborted();
    if (await condition()) return true;
    if (performance.now() >= end) return false;
    await sleep(everyMs);
  }
}
