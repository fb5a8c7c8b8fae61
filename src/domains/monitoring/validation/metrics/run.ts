import { redact } from '../../watch/redact.ts';
import type { PartContext } from '../part.ts';
import { metadataAnswer, rulesAnswer } from '../prometheus/answers.ts';
import { PrometheusApi } from '../prometheus/api.ts';
import { settled } from '../prometheus/settled.ts';
import { type Rule, rulesOf } from '../rules/model.ts';
import { readRules } from '../rules/readers/read.ts';
import type { Server } from '../server.ts';
import { gatherAvailability, type Planned } from './availability.ts';
import type { Evidence } from './evidence.ts';
import { gatherExporters } from './exporters.ts';
import { type Attempt, gatherLosses, gatherServer, gatherTargets } from './gather-server.ts';
import { gatherHygiene } from './hygiene.ts';
import { gatherRecording } from './recording.ts';
import { nameFindings, typesOf } from './types.ts';
import { gatherMisuses, gatherUses, recordedNames, usedByFiles, usedByRules } from './uses.ts';

export interface MetricsAsked {
  prometheus: Server;
  /** Started for this, so that what it lost before is of its start. */
  isOwn: boolean;
  /** Targets that should be there and are not, with the reason. */
  missing: readonly { job: string; why: string }[];
  required: { scrapeIntervalS: number; retentionDays: number };
  limits: { seriesPerMetric: number; labelValues: number };
  /** How far back is looked, s. */
  backS: number;
  planned: readonly Planned[];
  /** Of the files that are to be released; those that Prometheus does not evaluate yet are asked for as well. */
  ownRules?: readonly Rule[];
}

export async function run(context: PartContext<Evidence>): Promise<void> {
  const { config, monitoring } = context;
  const stack = await context.stack();
  await settled(stack, context.signal);
  const { prometheus } = stack;
  const { lookBackHours, ...limits } = monitoring.metrics;
  const moment = (at: string | number) => (typeof at === 'string' ? Date.parse(at) / 1000 : Number.NaN);
  // Those that are counted from the beginning of a load have no moment here.
  const planned = config.watch.plannedDowntime
    .map(({ from, to }) => ({ fromS: moment(from), toS: moment(to) }))
    .filter(({ fromS, toS }) => Number.isFinite(fromS) && Number.isFinite(toS));
  const { scrapeIntervalS, retentionDays } = monitoring.required;
  const required = { scrapeIntervalS, retentionDays };
  const missing = stack.sample?.missing ?? [];
  await runMetrics(
    {
      ...{ prometheus, isOwn: stack.isOwn, missing, required, limits, backS: lookBackHours * 3600, planned },
      ownRules: rulesOf(await readRules(monitoring.rules)),
    },
    context,
  );
}

/** Asks a Prometheus for all that its metrics are judged by. */
export async function runMetrics(
  { prometheus, isOwn, missing, required, limits, backS, planned, ownRules = [] }: MetricsAsked,
  { record, phase, signal }: Pick<PartContext<Evidence>, 'record' | 'phase' | 'signal'>,
): Promise<void> {
  const api = new PrometheusApi(prometheus, signal);
  const attempt: Attempt = async (topic, body) => {
    try {
      return await body();
    } catch (error) {
      signal.throwIfAborted();
      record({ kind: 'trouble', topic, why: redact((error as Error).message) });
      return null;
    }
  };
  const all = (pieces: readonly Evidence[]) => {
    for (const one of pieces) record(one);
  };
  phase('the Prometheus itself and its targets');
  const { nowS, ...server } = await gatherServer(api, attempt);
  const when = { nowS, backS };
  const targets = await gatherTargets(api, attempt, when);
  all(targets);
  all(missing.map(({ job, why }) => ({ kind: 'missing', job, why })));
  all(await gatherExporters(api, attempt, targets, when));
  phase('what rules use, and what they record');
  const metadata = (await attempt('types of metrics', () => api.ask('/api/v1/metadata', metadataAnswer)))?.data ?? {};
  const rules = (await attempt('rules', () => api.ask('/api/v1/rules', rulesAnswer)))?.data ?? { groups: [] };
  const notLoaded = usedByFiles(ownRules, rules);
  const used = [...usedByRules(rules), ...notLoaded];
  const labels = await attempt('target labels', () => api.instant('up', nowS));
  const targetLabels = new Set((labels ?? []).flatMap((one) => Object.keys(one.labels)));
  const intervalOf = (job: string) =>
    targets.reduce<number | null>(
      (most, one) => (one.job === job ? Math.max(most ?? 0, one.intervalS ?? 0) : most),
      null,
    );
  const asking = {
    api,
    ...when,
    targetLabels,
    announced: new Set([
      ...Object.keys(metadata),
      ...recordedNames(rules),
      ...ownRules.flatMap(({ kind, name }) => (kind === 'record' ? [name] : [])),
    ]),
  };
  all(await gatherUses(used, asking, attempt, intervalOf));
  all(gatherMisuses(used, typesOf(metadata), Object.keys(metadata).length));
  all(nameFindings(metadata).map((one) => ({ kind: 'name', ...one })));
  all(await gatherRecording(api, attempt, rules, nowS));
  phase('labels, cardinality and uptime');
  all(await gatherHygiene(api, attempt, limits));
  const stepS = Math.max(1, Math.min(...targets.flatMap(({ intervalS }) => intervalS ?? []), 60));
  all(await gatherAvailability(api, attempt, { ...when, stepS, planned }));
  const { lost } = server;
  const later = lost === null ? null : await gatherLosses(api, attempt);
  const grown = Object.entries(later ?? {}).map(([name, count]) => [name, count - (lost?.[name] ?? 0)]);
  const lostMeanwhile = later === null ? null : Object.fromEntries(grown);
  record({ kind: 'server', ...server, lostMeanwhile, isOwn, required, backS });
}
