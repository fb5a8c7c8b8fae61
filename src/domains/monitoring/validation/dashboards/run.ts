import { redact } from '../../watch/redact.ts';
import { typesOf } from '../metrics/types.ts';
import { recordedNames } from '../metrics/uses.ts';
import type { PartContext } from '../part.ts';
import { metadataAnswer, rulesAnswer } from '../prometheus/answers.ts';
import { PrometheusApi } from '../prometheus/api.ts';
import { settled } from '../prometheus/settled.ts';
import { durationMs } from '../promql/duration.ts';
import type { Server } from '../server.ts';
import { askQuery, type OpenDashboard } from './ask-panel.ts';
import { askedOf } from './data-sources.ts';
import type { Evidence } from './evidence.ts';
import { readGrafana } from './grafana.ts';
import type { Value } from './interpolate.ts';
import { momentMs } from './intervals.ts';
import type { Dashboard, Panel, Query } from './model.ts';
import { type ReadDashboards, readDashboards } from './read.ts';
import { resolveVariables } from './variables.ts';

export interface DashboardsAsked {
  prometheus: Server;
  /** Files and folders. */
  files: readonly string[];
  grafana: Server | null;
  /** Slower queries are named. */
  slowMs: number;
  /** Values of variables, in the place of those that would be chosen. */
  variables: Readonly<Record<string, string>>;
}

/** As Grafana takes it where nobody says. */
const defaultScrape = '15s';
const queryTimeoutMs = 30_000;
/** A server of somebody else's has others to answer. */
const atOnce = 3;
/** A dashboard shows at least so much, s. */
const leastS = 60;
const looks = 1000;

type Context = Pick<PartContext<Evidence>, 'record' | 'phase' | 'signal'>;

export async function run(context: PartContext<Evidence>): Promise<void> {
  const { files, grafana, slowMs, variables } = context.monitoring.dashboards;
  if (files.length === 0 && grafana === null) {
    context.record({ kind: 'asked', from: [], slowMs, knowsDataSources: false });
    return;
  }
  let stack: Awaited<ReturnType<typeof context.stack>>;
  try {
    stack = await context.stack();
    await settled(stack, context.signal);
  } catch (error) {
    // They are configured all the same: that none of them was looked at has this reason.
    const from = [...files, ...(grafana === null ? [] : ['Grafana'])];
    context.record({ kind: 'asked', from, slowMs, knowsDataSources: false });
    for (const { file, why, isOpen = false } of readDashboards(files).problems)
      context.record({ kind: 'unread', file, why: redact(why), isOpen });
    throw error;
  }
  const { prometheus } = stack;
  await runDashboards({ prometheus, files, grafana, slowMs, variables }, context);
}

/** Reads dashboards, and asks every query of every panel of the Prometheus. */
export async function runDashboards(asked: DashboardsAsked, context: Context): Promise<void> {
  const { record, signal } = context;
  const trouble = (topic: string, error: unknown) => {
    signal.throwIfAborted();
    record({ kind: 'trouble', topic, why: redact((error as Error).message) });
  };
  const reads: ReadDashboards[] = [readDashboards(asked.files)];
  if (asked.grafana !== null)
    await readGrafana(asked.grafana, signal).then(
      (read) => reads.push(read),
      (error: unknown) => trouble('Grafana', error),
    );
  const known = reads.some((one) => one.dataSources !== null) ? reads.flatMap((one) => one.dataSources ?? []) : null;
  const from = [...asked.files, ...(asked.grafana === null ? [] : ['Grafana'])];
  record({ kind: 'asked', from, slowMs: asked.slowMs, knowsDataSources: known !== null });
  for (const { file, why, isOpen = false } of reads.flatMap(({ problems }) => problems))
    record({ kind: 'unread', file, why: redact(why), isOpen });
  const api = new PrometheusApi(asked.prometheus, signal, queryTimeoutMs);
  const metadata = await api.ask('/api/v1/metadata', metadataAnswer).catch((error: unknown) => {
    trouble('types of metrics', error);
    return { data: {} };
  });
  const rules = await api.ask('/api/v1/rules', rulesAnswer).catch((error: unknown) => {
    trouble('rules', error);
    return { data: { groups: [] } };
  });
  const [clock] = await api.instant('time()');
  const ups = await api.instant('up');
  const shared = {
    ...{ dataSources: known, typeOf: typesOf(metadata.data), nowS: clock?.value ?? Date.now() / 1000, api },
    announced: new Set([...Object.keys(metadata.data), ...recordedNames(rules.data)]),
    targetLabels: new Set(ups.flatMap(({ labels }) => Object.keys(labels))),
  };
  for (const dashboard of reads.flatMap(({ dashboards }) => dashboards))
    await oneDashboard(dashboard, asked, shared, context);
}

type Shared = Pick<OpenDashboard, 'dataSources' | 'typeOf'> & Omit<OpenDashboard['asking'], 'backS'>;

async function oneDashboard(dashboard: Dashboard, asked: DashboardsAsked, shared: Shared, context: Context) {
  const { record, phase, signal } = context;
  const { title, file, panels } = dashboard;
  const queries: [Panel, Query][] = panels.flatMap((panel) =>
    panel.queries.map((query): [Panel, Query] => [panel, query]),
  );
  phase(`dashboard ${title}: ${queries.length} queries`);
  record({ kind: 'dashboard', title, file, panels: panels.length, queries: queries.length });
  const { nowS } = shared;
  const toS = Math.min(nowS, (momentMs(dashboard.to, nowS * 1000) ?? nowS * 1000) / 1000);
  const wantedS = Math.min(toS - leastS, (momentMs(dashboard.from, nowS * 1000) ?? (toS - 21_600) * 1000) / 1000);
  const fromS = await beginning(shared.api, wantedS, toS);
  const scrape = askedOf(null, dashboard, shared.dataSources);
  const scrapeIntervalMs =
    durationMs((scrape.kind === 'prometheus' ? scrape.timeInterval : null) ?? defaultScrape) ?? 15_000;
  const built = builtIn(dashboard, fromS, toS);
  const given = Object.entries(asked.variables).map(([name, value]): [string, Value] => [name, fixed(value)]);
  const resolved = await resolveVariables(dashboard, {
    ...{ api: shared.api, fromS, toS, scrapeIntervalMs, built: new Map([...built, ...given]) },
  });
  const values = new Map(built);
  for (const { name, type, value, options, why } of resolved) {
    if (value !== null) values.set(name, value);
    const isGiven = Object.hasOwn(asked.variables, name);
    record({
      kind: 'variable',
      dashboard: title,
      name,
      type,
      options,
      why: value === null && !isGiven ? redact(why) : null,
    });
  }
  for (const [name, value] of given) values.set(name, value);
  const asking = { ...shared, nowS: toS, backS: toS - fromS };
  const open: OpenDashboard = { dashboard, values, fromS, toS, scrapeIntervalMs, asking, ...shared };
  dataSourceProblems(open, record);
  const left = [
    ...queries,
    ...dashboard.annotations.map(({ name, query }): [Panel, Query] => [annotation(name), query]),
  ];
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      signal.throwIfAborted();
      for (const one of await askQuery(open, ...next)) record(one);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Of the time that a dashboard shows, what there are samples of: steps over days say nothing of a Prometheus that is minutes old. */
async function beginning(api: PrometheusApi, fromS: number, toS: number): Promise<number> {
  const series = await api.range('up', { fromS, toS, stepS: Math.max(1, (toS - fromS) / looks) });
  const first = Math.min(...series.flatMap(({ samples }) => samples[0]?.atS ?? []));
  return Number.isFinite(first) ? Math.min(toS - leastS, Math.max(fromS, first)) : fromS;
}

/** Each once, with the first place where it stands. */
function dataSourceProblems({ dashboard, dataSources }: OpenDashboard, record: Context['record']): void {
  const seen = new Set<string>();
  const names = [
    ...dashboard.variables
      .filter(({ type }) => type === 'query')
      .map(({ name, dataSource }) => ({ where: `variable ${name}`, dataSource })),
    ...dashboard.panels.flatMap(({ title, queries }) =>
      queries.map(({ dataSource }) => ({ where: `panel ${title}`, dataSource })),
    ),
  ];
  for (const { where, dataSource } of names) {
    const found = askedOf(dataSource, dashboard, dataSources);
    if (found.kind !== 'wrong' || seen.has(found.why)) continue;
    seen.add(found.why);
    record({ kind: 'data-source', dashboard: dashboard.title, where, why: found.why });
  }
}

/** Variables that Grafana makes itself, but for the lengths, which are each query's own. */
function builtIn({ title }: Dashboard, fromS: number, toS: number): Map<string, Value> {
  const rangeMs = Math.round((toS - fromS) * 1000);
  const seconds = Math.round(rangeMs / 1000);
  return new Map([
    ['__range', fixed(`${seconds}s`)],
    ['__range_s', fixed(String(seconds))],
    ['__range_ms', fixed(String(rangeMs))],
    ['__from', fixed(String(Math.round(fromS * 1000)))],
    ['__to', fixed(String(Math.round(toS * 1000)))],
    ['__dashboard', fixed(title)],
    ['__org', fixed('1')],
  ]);
}

function fixed(text: string): Value {
  return { values: [text], isMulti: false, isRaw: true };
}

/** An annotation is asked as a panel is. */
function annotation(name: string): Panel {
  return {
    title: `annotation ${name}`,
    type: 'annotation',
    queries: [],
    minStep: null,
    maxDataPoints: null,
    width: 24,
    elsewhere: null,
  };
}
