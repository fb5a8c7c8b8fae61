import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import {
  type Evidence,
  evidence,
  type Of,
} from '../../../../../src/domains/monitoring/validation/dashboards/evidence.ts';
import { judge } from '../../../../../src/domains/monitoring/validation/dashboards/judge.ts';
import { runDashboards } from '../../../../../src/domains/monitoring/validation/dashboards/run.ts';
import { itWithPrometheus, startPrometheus } from '../../../../setup/prometheus.ts';
import { startNodeExporter } from '../exporters.ts';

async function judged(url: string, file: string) {
  const found: { atMs: number; data: Evidence }[] = [];
  const record = (data: Evidence) => found.push({ atMs: 0, data: evidence.parse(JSON.parse(JSON.stringify(data))) });
  const asked = {
    prometheus: { url, headers: {}, caFile: null },
    files: [file],
    grafana: null,
    slowMs: 5000,
    variables: {},
  };
  await runDashboards(asked, { record, phase: () => {}, signal: new AbortController().signal });
  const { checks } = judge(found);
  const queries = found.map(({ data }) => data).filter((data): data is Of<'query'> => data.kind === 'query');
  return { checks, queries, of: (id: string) => checks.find((one) => one.id === id) };
}

/** A variable as Grafana writes it. */
const braced = (name: string) => `$${`{${name}}`}`;

/** Few, so that each scrape ends within its second on a busy machine. How many file systems there are is each machine's own. */
const collectors = ['--collector.disable-defaults', '--collector.cpu', '--collector.loadavg'];

async function withNode(args: readonly string[], body: (url: string) => Promise<void>): Promise<void> {
  const node = await startNodeExporter(...args);
  const prometheus = await startPrometheus({
    config: `global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
- {job_name: node, static_configs: [{targets: ['127.0.0.1:${node.port}']}]}`,
  });
  try {
    for (let tries = 0; tries < 200; tries++) {
      const question = encodeURIComponent('count_over_time(node_load1[1m]) > 4');
      const answer = await fetch(`${prometheus.url}/api/v1/query?query=${question}`).catch(() => null);
      if ((await answer?.text())?.includes('"value"')) break;
      await sleep(200);
    }
    await body(prometheus.url);
  } finally {
    await Promise.all([prometheus.stop(), node.stop()]);
  }
}

itWithPrometheus('panels that are empty, fail or have no data source are named with the reason', () =>
  withNode(collectors, async (url) => {
    const folder = mkdtempSync(join(tmpdir(), 'dashboards-'));
    const panel = (title: string, expr: string, more: object = {}) => ({
      ...{ title, type: 'timeseries', targets: [{ refId: 'A', expr }] },
      ...more,
    });
    const dashboard = {
      title: 'Tried',
      time: { from: 'now-1h', to: 'now' },
      __inputs: [{ name: 'DS_OPEN' }],
      templating: {
        list: [
          {
            name: 'job',
            type: 'query',
            query: 'label_values(up, job)',
            multi: true,
            includeAll: true,
            current: { value: ['$__all'] },
          },
          { name: 'none', type: 'query', query: 'label_values(nothing_at_all, job)' },
          { name: 'step', type: 'interval', query: '1m,5m,auto', current: { value: '1m' } },
          { name: 'mode', type: 'custom', query: 'Busy : user, Idle : idle', current: { value: 'idle' } },
        ],
      },
      panels: [
        panel('fine', 'sum(rate(node_cpu_seconds_total{job=~"$job", mode="$mode"}[$__rate_interval]))'),
        panel('interval', 'rate(node_cpu_seconds_total{job=~"$job"}[$step])'),
        panel('never', 'nothing_at_all'),
        panel('label', 'sum(node_load1{zone="a"})'),
        panel('value', 'rate(node_cpu_seconds_total{mode="naught"}[5m])'),
        panel('target', 'node_load1{job="nodes"}'),
        panel('short', 'rate(node_load1[1s])'),
        panel('unmatched', 'node_cpu_seconds_total * on (cpu, nowhere) node_load1'),
        panel('sides', 'node_load1 + on (instance, job) group_left () label_replace(node_load5, "job", "x", "", "")'),
        panel('beyond', 'node_load1 > 1e9'),
        panel('wrong', 'sum(node_load1'),
        panel('many', 'node_cpu_seconds_total / on (job) node_load1'),
        panel('unknown', 'node_load1{job="$nobody"}'),
        panel('no value', 'node_load1{job="$none"}'),
        panel('open', 'up', { datasource: braced('DS_OPEN') }),
        panel('other', '{app="x"}', { datasource: { type: 'loki', uid: 'l' } }),
      ],
    };
    const file = join(folder, 'tried.json');
    writeFileSync(file, JSON.stringify(dashboard));
    const { queries, of } = await judged(url, file);
    rmSync(folder, { recursive: true });
    const seen = Object.fromEntries(queries.map(({ panel: title, state, reason }) => [title, `${state} ${reason}`]));
    expect(seen).toEqual({
      ...{ fine: 'data none', interval: 'data none', never: 'empty missing', label: 'empty missing' },
      ...{ value: 'empty quiet', target: 'empty missing', short: 'empty short', unmatched: 'empty unmatched' },
      ...{ sides: 'empty unmatched', beyond: 'empty quiet', wrong: 'failed refused', many: 'failed refused' },
      ...{
        unknown: 'failed variable',
        'no value': 'failed variable',
        open: 'failed source',
        other: 'skipped elsewhere',
      },
    });
    const words = (title: string) => queries.find((one) => one.panel === title)?.words;
    expect(words('target')).toBe('no series of `node_load1` has `job="nodes"`; there is node');
    expect(words('label')).toBe('`node_load1` has no label `zone`');
    expect(of('variables')).toMatchObject({
      verdict: 'fail',
      reason: expect.stringContaining('none: it finds no values'),
    });
    expect(of('data-sources')).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('provisioned') });
    for (const id of ['failing', 'empty']) expect(of(id)).toMatchObject({ verdict: 'fail' });
  }),
);

/** Dashboard 1860 of grafana.com is another project's, so it is not in this repository. */
const full = process.env.SHAKEDOWN_NODE_EXPORTER_FULL ?? '';
if (existsSync(full)) {
  itWithPrometheus('every query of node-exporter-full is asked, and each empty one explained', () =>
    withNode([], async (url) => {
      const { queries, of } = await judged(url, full);
      expect(queries.length).toBeGreaterThan(200);
      expect(of('variables')).toMatchObject({ verdict: 'pass' });
      expect(of('failing')).toMatchObject({ verdict: 'pass' });
      expect(of('counters')).toMatchObject({ verdict: 'pass' });
      const unexplained = queries.filter(
        ({ state, reason }) => state !== 'data' && ['none', 'nothing', 'refused'].includes(reason),
      );
      expect(unexplained.map(({ panel, words }) => `${panel}: ${words}`)).toEqual([]);
    }),
  );
}
