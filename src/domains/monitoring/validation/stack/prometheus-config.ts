import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { ShakedownError } from '../../../../model/error.ts';
import { type Change, changesBetween } from '../alertmanager/difference.ts';
import { durationS } from '../alertmanager/duration.ts';

const schema = z.looseObject({
  global: z
    .looseObject({
      scrape_interval: z.string().optional(),
      evaluation_interval: z.string().optional(),
      external_labels: z.record(z.string(), z.coerce.string()).optional(),
    })
    .nullish(),
  rule_files: z.array(z.string()).nullish(),
  alerting: z.looseObject({ alert_relabel_configs: z.array(z.unknown()).optional() }).nullish(),
  scrape_configs: z.array(z.looseObject({ job_name: z.string(), scrape_interval: z.string().optional() })).nullish(),
});

/** A Prometheus configuration as it was read. */
export interface PrometheusFile {
  /** Absolute. */
  readonly file: string;
  readonly document: z.output<typeof schema>;
  readonly scrapeIntervalS: number;
  readonly evaluationIntervalS: number;
  readonly externalLabels: Readonly<Record<string, string>>;
}

const defaultIntervalS = 60;

/** @throws ShakedownError PROMETHEUS_CONFIG */
export function readPrometheusConfig(file: string): PrometheusFile {
  try {
    const document = schema.parse(parse(readFileSync(file, 'utf8')));
    const seconds = (text: string | undefined) => (text === undefined ? defaultIntervalS : durationS(text));
    return {
      ...{ file, document },
      scrapeIntervalS: seconds(document.global?.scrape_interval),
      evaluationIntervalS: seconds(document.global?.evaluation_interval),
      externalLabels: document.global?.external_labels ?? {},
    };
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll('\n', ' ') : (cause as Error).message;
    const hint = 'See what `promtool check config` says of it.';
    throw new ShakedownError('PROMETHEUS_CONFIG', `${file}: ${why}`, { hint, cause });
  }
}

export interface PrometheusCopyOptions {
  /** Seconds between scrapes and evaluations; a group of rules keeps an interval of its own. */
  readonly intervalS: number;
  /** Addresses of our own Alertmanagers. */
  readonly alertmanagers: readonly string[];
  /** In place of what is scraped; absent: that stays. */
  readonly scrapes?: readonly unknown[];
  /** Rule files in place of the configuration's own; absolute. */
  readonly rules?: readonly string[];
}

/** The configuration as it is, but for how often, to whom, and where files are. Label changes on the way to Alertmanager stay. */
export function prometheusCopy(
  { file, document }: PrometheusFile,
  options: PrometheusCopyOptions,
): { text: string; changes: Change[] } {
  const { intervalS, alertmanagers, scrapes, rules } = options;
  const folder = dirname(file);
  const interval = `${Math.round(intervalS * 1000)}ms`;
  const { remote_write: _write, remote_read: _read, ...rest } = document;
  const copy = {
    ...rest,
    global: {
      ...document.global,
      ...{ scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    },
    rule_files: rules ?? (document.rule_files ?? []).map((one) => (isAbsolute(one) ? one : join(folder, one))),
    alerting: {
      ...document.alerting,
      alertmanagers: [{ static_configs: [{ targets: alertmanagers.map((url) => url.replace(/^http:\/\//, '')) }] }],
    },
    scrape_configs: scrapes ?? document.scrape_configs,
  };
  return { text: stringify(copy, { lineWidth: 0, version: '1.1' }), changes: changesBetween(document, copy) };
}
