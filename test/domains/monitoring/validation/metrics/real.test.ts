import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Evidence, evidence } from '../../../../../src/domains/monitoring/validation/metrics/evidence.ts';
import { judge } from '../../../../../src/domains/monitoring/validation/metrics/judge.ts';
import { type MetricsAsked, runMetrics } from '../../../../../src/domains/monitoring/validation/metrics/run.ts';
import { startPostgres } from '../../../../../src/sample/supervisor/postgres.ts';
import { itWithPrometheus, startPrometheus } from '../../../../setup/prometheus.ts';
import { startNodeExporter, startPostgresExporter } from '../exporters.ts';
import { freePort } from '../health/programs.ts';

async function judged(url: string, more: Partial<MetricsAsked> = {}) {
  const found: { atMs: number; data: Evidence }[] = [];
  const record = (data: Evidence) => found.push({ atMs: 0, data: evidence.parse(JSON.parse(JSON.stringify(data))) });
  const asked: MetricsAsked = {
    ...{ prometheus: { url, headers: {}, caFile: null }, isOwn: false, missing: [], planned: [], backS: 3600 },
    ...{ required: { scrapeIntervalS: 15, retentionDays: 30 }, limits: { seriesPerMetric: 10_000, labelValues: 1000 } },
    ...more,
  };
  await runMetrics(asked, { record, phase: () => {}, signal: new AbortController().signal });
  const { checks } = judge(found);
  return { checks, of: (id: string) => checks.find((one) => one.id === id) };
}

const target = (job: string, port: number) =>
  `- {job_name: ${job}, static_configs: [{targets: ['127.0.0.1:${port}']}]}`;

/** Waits until Prometheus gives an expression a value. */
async function until(url: string, expression: string, withinMs = 40_000) {
  for (const end = performance.now() + withinMs; performance.now() < end; await sleep(200)) {
    const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`).catch(() => null);
    const body = (await answer?.json().catch(() => undefined)) as { data?: { result?: unknown[] } } | undefined;
    if ((body?.data?.result?.length ?? 0) > 0) return;
  }
  throw new Error(`${expression} has no value`);
}

itWithPrometheus('nothing is accused of the exporters that everybody has, and of right rules', async () => {
  const [database, node, own] = [await startPostgres(), await startNodeExporter(), await freePort()];
  const postgres = await startPostgresExporter(database.url);
  const prometheus = await startPrometheus({
    port: own,
    arguments: ['--storage.tsdb.retention.time=30d'],
    config: [
      'global: {scrape_interval: 3s, scrape_timeout: 3s, evaluation_interval: 3s}',
      'scrape_configs:',
      ...[target('prometheus', own), target('node', node.port), target('postgres', postgres.port)],
    ].join('\n'),
    rules: `groups:
- name: right
  rules:
  - {record: 'job:up:sum', expr: 'sum by (job) (up)'}
  - {record: 'instance:cpu:rate', expr: 'sum by (instance) (rate(node_cpu_seconds_total{mode!="idle"}[15s]))'}
  - {record: 'instance:errors:rate', expr: 'rate(prometheus_http_requests_total{code=~"5.."}[5m])'}
  - {alert: Errors, expr: 'instance:errors:rate > 0'}
  - {alert: Down, expr: 'up == 0 or absent(up{job="node"})', for: 5m}
  - {alert: Database, expr: 'pg_up == 0 or pg_stat_database_numbackends > 900'}`,
  });
  try {
    await until(prometheus.url, 'instance:cpu:rate and on () pg_up and on () count_over_time(node_load1[1m]) > 4');
    const { checks } = await judged(prometheus.url);
    expect(checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(checks.find(({ id }) => id === 'hidden')?.reason).toMatch(/gives pg_up 1/);
  } finally {
    await Promise.all([prometheus.stop(), node.stop(), postgres.stop(), database.stop()]);
  }
});

itWithPrometheus('what is wrong is found: rules, labels, targets, retention', async () => {
  const people = Array.from(
    { length: 30 },
    (_, i) => `seen_total{user="user${i}@shop.test",order="${900_000 + i}"} ${i}`,
  );
  const exposed = ['# TYPE seen_total counter', ...people, '# TYPE room gauge', 'room 3', ''].join('\n');
  const server = createServer((_, response) => void response.end(exposed));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const prometheus = await startPrometheus({
    arguments: ['--storage.tsdb.retention.time=2d'],
    config: [
      'global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}',
      'scrape_configs:',
      ...[target('shop', port), target('gone', await freePort())],
      `- {job_name: seldom, scrape_interval: 20s, static_configs: [{targets: ['127.0.0.1:${port}']}]}`,
    ].join('\n'),
    rules: `groups:
- name: wrong
  rules:
  - {record: 'room:both', expr: 'room{job="shop"} + 1'}
  - {record: 'room:both', expr: 'room{job="shop"} + 2'}
  - {alert: Job, expr: 'up{job="shopp"} == 0'}
  - {alert: Metric, expr: 'seen_totl > 1'}
  - {alert: Label, expr: 'room{zone="a"} > 1'}
  - {alert: Gauge, expr: 'rate(room[1m]) > 1'}
  - {alert: Level, expr: 'seen_total > 1000'}`,
  });
  try {
    await until(prometheus.url, 'room:both and on () count_over_time(room{job="shop"}[1m]) > 4');
    const { of } = await judged(prometheus.url);
    const failed = (id: string, reason: RegExp) =>
      expect(of(id)).toMatchObject({ verdict: 'fail', reason: expect.stringMatching(reason) });
    failed(
      'series',
      /Job: no series of `up` has `job="shopp"`; there is gone.*shop.*no target has a series `seen_totl`.*`room` has no label `zone`/s,
    );
    failed('counters', /Gauge: rate of the gauge `room`/);
    failed('up', /gone at .* is down/);
    failed('interval', /every 20 s, and 15 s are required/);
    failed('retention', /for 2 days, and 30 are required/);
    failed('personal', /abel user holds 30 e-mail addresses/);
    failed('unbounded', /30 of the 30 values of label order are ids/);
    failed('recording', /oom:both cannot be evaluated/);
  } finally {
    server.close();
    await prometheus.stop();
  }
});

itWithPrometheus('a database that hangs does not hide behind its exporter', async () => {
  const held = new Set<Socket>();
  // It takes connections and never answers, as a machine that stands still does.
  const silent = createTcpServer((socket) => void held.add(socket.on('error', () => {})));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const postgres = await startPostgresExporter(
    `postgres://shop:x@127.0.0.1:${(silent.address() as AddressInfo).port}/shop`,
  );
  const prometheus = await startPrometheus({
    config: `global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n${target('postgres', postgres.port)}`,
  });
  try {
    await until(prometheus.url, 'up{job="postgres"} == 0');
    const { of } = await judged(prometheus.url);
    expect(of('hidden')).toMatchObject({ verdict: 'fail', reason: expect.stringMatching(/timed out/) });
    expect(of('scrape-time')).toMatchObject({ verdict: 'fail' });
  } finally {
    for (const socket of held) socket.destroy();
    silent.close();
    await Promise.all([prometheus.stop(), postgres.stop()]);
  }
});

itWithPrometheus('a Prometheus that does not answer, or is none, leaves every check open', async () => {
  const nobody = await judged(`http://127.0.0.1:${await freePort()}`);
  expect(nobody.checks.map(({ verdict }) => verdict)).not.toContain('fail');
  expect(nobody.of('up')).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('ECONNREFUSED') });
  const page = createServer((_, response) => void response.end('<html>login</html>'));
  await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
  const other = await judged(`http://127.0.0.1:${(page.address() as AddressInfo).port}`);
  page.close();
  expect(other.checks.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
  expect(other.of('series')).toMatchObject({
    verdict: 'inconclusive',
    reason: expect.stringContaining('no answer of Prometheus'),
  });
});
