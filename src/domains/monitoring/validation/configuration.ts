import { z } from 'zod';
import type { ResolvedConfig } from '../../../model/config.ts';
import type { SampleMonitoring } from '../../../model/sample-system.ts';
import type { Configuration } from '../../configuration.ts';
import { cleanSettings } from './configuration/clean.ts';
import { dashboardsSettings, type ResolvedDashboards, resolveDashboards } from './configuration/dashboards.ts';
import { healthExample, healthSettings, type ResolvedHealth, resolveHealth } from './configuration/health.ts';
import { type LogSource, logsExample, logsSchema, resolveLogs } from './configuration/logs.ts';
import { metricsSettings } from './configuration/metrics.ts';
import { type ResolvedRealPages, realPagesSettings, resolveRealPages } from './configuration/real-pages.ts';
import { resolveTraces, type TraceStore, tracesExample, tracesSchema } from './configuration/traces.ts';
import type { Server } from './server.ts';
import { resolveServer, serverKeys } from './server.ts';

const file = z.string().min(1);
const label = z.string().regex(/^[a-zA-Z_]\w*$/, 'must be a name of a label');

const monitoring = z
  .strictObject({
    prometheus: z
      .strictObject({
        ...serverKeys,
        configFile: file
          .optional()
          .describe('Its configuration file, which is compared with what it runs; not read when absent.'),
      })
      .optional()
      .describe('The Prometheus that watches your system. It is only read. None when absent.'),
    alertmanager: z
      .strictObject({
        ...serverKeys,
        configFile: file
          .optional()
          .describe(
            'Its configuration file. Alerts are proved on a copy, with receivers that Shakedown starts; not proved when absent.',
          ),
        alertmanagerConfigs: z
          .array(file)
          .max(500)
          .default([])
          .describe(
            'AlertmanagerConfig resources of the Prometheus operator, and its Alertmanager resource: files, or folders of them. They are merged into configFile as the operator does.',
          ),
      })
      .optional()
      .describe('The Alertmanager that pages you. It is only read. None when absent.'),
    rules: z
      .array(file)
      .max(500)
      .default([])
      .describe('Rule files, or folders of them: of Prometheus, PrometheusRule, Helm output, Grafana, Sloth, OpenSLO.'),
    ruleTests: z.array(file).max(500).default([]).describe('promtool’s unit tests of these rules, or folders of them.'),
    logs: logsSchema,
    traces: tracesSchema,
    required: z
      .strictObject({
        labels: z.array(label).max(20).default(['severity', 'owner']).describe('Labels that every alert must have.'),
        annotations: z
          .array(label)
          .max(20)
          .default(['summary', 'runbook_url'])
          .describe('Annotations that every alert must have.'),
        scrapeIntervalS: z.number().positive().max(3600).default(15).describe('Seconds between scrapes, at the most.'),
        retentionDays: z
          .number()
          .positive()
          .max(36_500)
          .default(30)
          .describe('How long samples are kept, at the least.'),
      })
      .prefault({})
      .describe('What production asks of its monitoring.'),
    metrics: metricsSettings,
    clean: cleanSettings,
    realPages: realPagesSettings,
    dashboards: dashboardsSettings,
    health: healthSettings,
  })
  .prefault({})
  .describe('The monitoring of your system, for `shakedown validate monitoring`.');

/** With every default filled in and every path absolute; plain JSON. */
export interface ResolvedMonitoring {
  prometheus: (Server & { configFile: string | null }) | null;
  alertmanager: (Server & { configFile: string | null }) | null;
  /** Configurations of Prometheus and Alertmanager as they are kept in files; null: none is known. */
  files: { prometheus: string | null; alertmanager: string | null; alertmanagerConfigs: string[] };
  /** Files and folders. */
  rules: string[];
  ruleTests: string[];
  logs: LogSource[];
  /** null: none is named. */
  traces: TraceStore | null;
  required: { labels: string[]; annotations: string[]; scrapeIntervalS: number; retentionDays: number };
  metrics: z.output<typeof metricsSettings>;
  clean: z.output<typeof cleanSettings>;
  realPages: ResolvedRealPages;
  dashboards: ResolvedDashboards;
  health: ResolvedHealth;
}

declare module '../../../model/config.ts' {
  interface ResolvedConfig {
    monitoring: ResolvedMonitoring;
  }
}

export const schemas = { monitoring };

export const examples: Configuration<typeof schemas>['examples'] = [
  {
    monitoring: {
      prometheus: {
        url: 'https://prometheus.example.com',
        headers: { 'x-scope-orgid': 'shop' },
        caFile: 'ca.pem',
        configFile: 'monitoring/prometheus.yml',
      },
      alertmanager: {
        url: 'https://alertmanager.example.com',
        headers: { authorization: 'Bearer test' },
        caFile: 'ca.pem',
        configFile: 'monitoring/alertmanager.yml',
        alertmanagerConfigs: ['monitoring/alertmanager-configs'],
      },
      rules: ['monitoring/rules'],
      ruleTests: ['monitoring/tests'],
      logs: logsExample,
      traces: tracesExample,
      required: {
        labels: ['severity', 'owner'],
        annotations: ['summary', 'runbook_url'],
        scrapeIntervalS: 15,
        retentionDays: 30,
      },
      metrics: { lookBackHours: 24, seriesPerMetric: 10_000, labelValues: 1000 },
      clean: { watchS: 900 },
      realPages: {
        receivers: ['on-call'],
        noticeS: 15,
        acknowledge: { url: 'https://pages.example.com', port: 8099, listen: '127.0.0.1', withinS: 300 },
      },
      dashboards: {
        files: ['monitoring/dashboards'],
        grafana: {
          url: 'https://grafana.example.com',
          headers: { authorization: 'Bearer test' },
          caFile: 'ca.pem',
        },
        slowMs: 5000,
        variables: { job: 'shop' },
      },
      health: healthExample,
    },
  },
];

/** @param at makes a path absolute */
export function resolveMonitoring(
  {
    prometheus,
    alertmanager,
    rules,
    ruleTests,
    logs,
    traces,
    required,
    metrics,
    clean,
    realPages,
    dashboards,
    health,
  }: z.output<typeof monitoring>,
  at: (path: string) => string,
): ResolvedMonitoring {
  const server = (one: typeof prometheus | typeof alertmanager) =>
    one === undefined
      ? null
      : { ...resolveServer(one, at), configFile: one.configFile === undefined ? null : at(one.configFile) };
  const fileOf = (one: { configFile?: string | undefined } | undefined) =>
    one?.configFile === undefined ? null : at(one.configFile);
  return {
    files: {
      ...{ prometheus: fileOf(prometheus), alertmanager: fileOf(alertmanager) },
      alertmanagerConfigs: (alertmanager?.alertmanagerConfigs ?? []).map(at),
    },
    prometheus: server(prometheus),
    alertmanager: server(alertmanager),
    rules: rules.map(at),
    ruleTests: ruleTests.map(at),
    logs: resolveLogs(logs, at),
    traces: resolveTraces(traces, at),
    ...{ required, metrics, clean },
    realPages: resolveRealPages(realPages),
    dashboards: resolveDashboards(dashboards, at),
    health: resolveHealth(health, at),
  };
}

/**
 * What is validated: what is configured; over the sample system, where nothing is, the sample's own set. The Prometheus and Alertmanager over it are
 * those of the stack.
 */
export function validatedMonitoring({ monitoring, target }: ResolvedConfig, set: SampleMonitoring): ResolvedMonitoring {
  const { prometheus, alertmanager, rules, dashboards } = monitoring;
  if (target.sample === null || prometheus !== null || alertmanager !== null || rules.length > 0) return monitoring;
  return {
    ...monitoring,
    rules: [set.rules],
    ruleTests: [set.ruleTests],
    files: { prometheus: set.prometheus, alertmanager: set.alertmanager, alertmanagerConfigs: [] },
    dashboards:
      dashboards.files.length > 0 || dashboards.grafana !== null
        ? dashboards
        : { ...dashboards, files: [set.dashboards] },
  };
}
