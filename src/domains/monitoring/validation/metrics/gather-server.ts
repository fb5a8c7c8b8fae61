import { parseExposition } from '../../watch/exposition.ts';
import { redact } from '../../watch/redact.ts';
import { buildAnswer, flagsAnswer, runtimeAnswer, targetsAnswer } from '../prometheus/answers.ts';
import type { PrometheusApi } from '../prometheus/api.ts';
import { durationMs } from '../promql/duration.ts';
import type { Of } from './evidence.ts';

/** Its own counters that say that something was lost. They are 0 where all is well. */
const losses = [
  'prometheus_target_scrapes_exceeded_sample_limit_total',
  'prometheus_target_scrapes_exceeded_body_size_limit_total',
  'prometheus_target_scrapes_sample_duplicate_timestamp_total',
  'prometheus_target_scrapes_sample_out_of_order_total',
  'prometheus_target_scrapes_sample_out_of_bounds_total',
  'prometheus_rule_evaluation_failures_total',
  'prometheus_rule_group_iterations_missed_total',
  'prometheus_notifications_dropped_total',
  'prometheus_tsdb_wal_corruptions_total',
] as const;

/** Asks something that may not be there; what it could not be asked is told by topic. */
export type Attempt = <T>(topic: string, body: () => Promise<T>) => Promise<T | null>;

type Server = Omit<Of<'server'>, 'kind' | 'required' | 'backS' | 'lostMeanwhile' | 'isOwn'>;

/** What a Prometheus says of itself, and the time by its clock in seconds. */
export async function gatherServer(api: PrometheusApi, attempt: Attempt): Promise<Server & { nowS: number }> {
  const build = await attempt('version', () => api.ask('/api/v1/status/buildinfo', buildAnswer));
  const runtime = await attempt('runtime', () => api.ask('/api/v1/status/runtimeinfo', runtimeAnswer));
  const flags = await attempt('retention', () => api.ask('/api/v1/status/flags', flagsAnswer));
  const clock = await attempt('clock', async () => {
    const before = Date.now();
    const [sample] = await api.instant('time()');
    const after = Date.now();
    if (sample === undefined) throw new Error('it gives no time');
    return { nowS: sample.value, aheadMs: sample.value * 1000 - (before + after) / 2, withinMs: (after - before) / 2 };
  });
  const own = await gatherLosses(api, attempt);
  // What it goes by, and else what it was started with; without either it keeps samples for 15 days.
  const retention = runtime?.data.storageRetention ?? flags?.data['storage.tsdb.retention.time'] ?? null;
  const sizes = ['', '0', '0B', undefined];
  const seconds = retention === null ? null : secondsOf(retention.split(' or ')[0] ?? '');
  return {
    version: build?.data.version ?? null,
    clockAheadMs: clock?.aheadMs ?? null,
    clockWithinMs: clock?.withinMs ?? null,
    retention,
    retentionS: seconds,
    hasSizeLimit: / or /.test(retention ?? '') || !sizes.includes(flags?.data['storage.tsdb.retention.size']),
    reloadOk: runtime?.data.reloadConfigSuccess ?? null,
    lost: own,
    nowS: clock?.nowS ?? Date.now() / 1000,
  };
}

/** Its own counters of what was lost, summed over their labels; null: it does not show them. */
export function gatherLosses(api: PrometheusApi, attempt: Attempt): Promise<Record<string, number> | null> {
  return attempt('lost samples', async () => {
    const { status, body } = await api.text('/metrics');
    if (status !== 200) throw new Error(`its own metrics: status ${status}`);
    const { series } = parseExposition(body);
    if (!series.some(({ name }) => name === losses[5])) throw new Error('it shows no metrics of its own');
    const sum = (name: string) => series.filter((one) => one.name === name).reduce((all, { value }) => all + value, 0);
    return Object.fromEntries(losses.map((name) => [name, sum(name)]));
  });
}

/** Each target, with how long its scrapes take. @param backS how far back that is looked at */
export async function gatherTargets(
  api: PrometheusApi,
  attempt: Attempt,
  { nowS, backS }: { nowS: number; backS: number },
): Promise<Of<'target'>[]> {
  const answer = await attempt('targets', () => api.ask('/api/v1/targets', targetsAnswer, { state: 'active' }));
  const over = `[${Math.ceil(backS)}s]`;
  const byTarget = async (expression: string) => {
    const samples = (await attempt('scrape durations', () => api.instant(expression, nowS))) ?? [];
    return new Map(samples.map(({ labels, value }) => [keyOf(labels), value]));
  };
  const usual = await byTarget(`quantile_over_time(0.9, scrape_duration_seconds${over})`);
  const slowest = await byTarget(`max_over_time(scrape_duration_seconds${over})`);
  const targets: Of<'target'>[] = [];
  for (const one of answer?.data.activeTargets ?? []) {
    const { labels, lastError, lastScrape, health } = one;
    const key = keyOf(labels);
    const timeoutS = secondsOf(one.scrapeTimeout ?? '');
    const matchers = `{job=${JSON.stringify(labels.job ?? '')},instance=${JSON.stringify(labels.instance ?? '')}}`;
    // A scrape that is cut off takes as long as its timeout.
    const isNear = timeoutS !== null && (slowest.get(key) ?? 0) >= 0.98 * timeoutS;
    const cut = isNear
      ? await attempt('scrape durations', () =>
          api.instant(
            `sum(sum_over_time((scrape_duration_seconds${matchers} >= bool ${0.98 * timeoutS})[${Math.ceil(backS)}s:${secondsOf(one.scrapeInterval ?? '') ?? 15}s]))`,
            nowS,
          ),
        )
      : null;
    const at = Date.parse(lastScrape);
    targets.push({
      kind: 'target',
      job: labels.job ?? one.scrapePool,
      instance: labels.instance ?? '',
      health,
      error: redact(lastError),
      // It is the year 1 where there was none.
      lastScrapeAgeS: at > 0 ? nowS - at / 1000 : null,
      intervalS: secondsOf(one.scrapeInterval ?? ''),
      timeoutS,
      usualS: usual.get(key) ?? null,
      slowestS: slowest.get(key) ?? null,
      cutOff: isNear ? (cut?.[0]?.value ?? null) : 0,
    });
  }
  return targets;
}

export function keyOf({ job = '', instance = '' }: { job?: string; instance?: string }): string {
  return `${job} ${instance}`;
}

function secondsOf(text: string): number | null {
  const ms = durationMs(text);
  return ms === null ? null : ms / 1000;
}
