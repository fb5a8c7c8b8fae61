import type { PrometheusApi } from '../prometheus/api.ts';
import type { Of } from './evidence.ts';
import type { Attempt } from './gather-server.ts';
import { keyOf } from './gather-server.ts';

/** Exporters that ask another system, each by a metric that it always has, and the one that says whether that system answered. */
const exporters: readonly (readonly [always: string, says: string])[] = [
  ['postgres_exporter_build_info', 'pg_up'],
  ['pg_exporter_last_scrape_error', 'pg_up'],
  ['mysqld_exporter_build_info', 'mysql_up'],
  ['mysql_exporter_last_scrape_error', 'mysql_up'],
  ['redis_exporter_build_info', 'redis_up'],
  ['mongodb_exporter_build_info', 'mongodb_up'],
  ['memcached_exporter_build_info', 'memcached_up'],
  ['rabbitmq_exporter_build_info', 'rabbitmq_up'],
  ['elasticsearch_exporter_build_info', 'elasticsearch_clusterinfo_up'],
  ['haproxy_exporter_build_info', 'haproxy_up'],
  ['nginx_exporter_build_info', 'nginx_up'],
  ['nginxexporter_build_info', 'nginx_up'],
  ['apache_exporter_build_info', 'apache_up'],
  ['phpfpm_exporter_build_info', 'phpfpm_up'],
  ['consul_exporter_build_info', 'consul_up'],
  ['varnish_exporter_build_info', 'varnish_up'],
  ['oracledb_exporter_build_info', 'oracledb_up'],
];

/**
 * Whether what an exporter asks is seen to be down. Where that system hangs, the exporter waits for it, its scrape comes to the timeout, and then there is
 * no `pg_up` at all: rules that ask whether it is 0 do not fire.
 * @param backS how far back an exporter is recognised by what it had
 */
export async function gatherExporters(
  api: PrometheusApi,
  attempt: Attempt,
  targets: readonly Of<'target'>[],
  { nowS, backS }: { nowS: number; backS: number },
): Promise<Of<'exporter'>[]> {
  const over = `[${Math.ceil(backS)}s]`;
  const names = exporters.map(([always]) => always).join('|');
  const marks = await attempt('exporters', () =>
    api.instant(`count by (__name__, job, instance) (last_over_time({__name__=~"${names}"}${over}))`, nowS),
  );
  const said = await attempt('exporters', () =>
    api.instant('min by (__name__, job, instance) ({__name__=~".+_up"})', nowS),
  );
  const found = new Map<string, Of<'exporter'>>();
  const add = (labels: Record<string, string>, metric: string, value: number | null) => {
    const key = keyOf(labels);
    const target = targets.find((one) => keyOf(one) === key);
    found.set(`${key} ${metric}`, {
      kind: 'exporter',
      ...{ job: labels.job ?? '', instance: labels.instance ?? '', metric, value },
      targetUp: target?.health === 'up',
      timedOut: isTimeout(target?.error ?? ''),
    });
  };
  const wanted = new Map(exporters);
  for (const { labels } of marks ?? []) {
    const metric = wanted.get(labels.__name__ ?? '');
    if (metric !== undefined) add(labels, metric, null);
  }
  const ups = new Set(exporters.map(([, says]) => says));
  for (const { labels, value } of said ?? []) {
    const metric = labels.__name__ ?? '';
    if (ups.has(metric)) add(labels, metric, value);
  }
  return [...found.values()];
}

export function isTimeout(error: string): boolean {
  return /deadline exceeded|Client\.Timeout|timeout/i.test(error);
}
