import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort } from '../../../../environment/free-port.ts';
import { ShakedownError } from '../../../../model/error.ts';
import { answering, type OwnProcess, startOwn } from './own-process.ts';

export interface OwnPrometheus extends PrometheusClient {
  readonly process: OwnProcess;
}

export interface PrometheusOptions {
  /** Path of the program. */
  readonly program: string;
  /** Its configuration, data and log go here. Data that is there is used. */
  readonly folder: string;
  /** YAML. */
  readonly config: string;
  /** Oldest sample that is kept; as many days as the target's own monitoring keeps. */
  readonly retentionDays?: number;
  /** Further ones, as `--name=value`. */
  readonly flags?: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts a Prometheus on a free port of 127.0.0.1. It takes up the `for` of alerts where the history in its data says that they had begun.
 * @throws ShakedownError MONITORING_START_FAILED
 */
export async function startPrometheus(options: PrometheusOptions): Promise<OwnPrometheus> {
  const { program, folder, config, retentionDays = 30, flags = [], signal } = options;
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'prometheus.yml');
  await writeFile(file, config);
  const port = await freePort();
  const process = await startOwn(
    program,
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--storage.tsdb.retention.time=${retentionDays}d`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-lifecycle',
      // A `for` that is nearly over by the history is not made longer by the restart; by default ten minutes are added.
      '--rules.alert.for-grace-period=0s',
      ...flags,
    ],
    join(folder, 'prometheus.log'),
  );
  const url = `http://127.0.0.1:${port}`;
  await answering('Prometheus', { process, url: `${url}/-/ready`, signal });
  return { process, ...prometheusAt(url, { signal }) };
}

export interface PrometheusClient {
  readonly url: string;
  /** Alerts that are pending or firing. */
  alerts(): Promise<ActiveAlert[]>;
  rules(): Promise<LoadedRules>;
  /** An instant vector. @param atS seconds since the epoch; now when absent */
  query(expression: string, atS?: number): Promise<{ labels: Record<string, string>; value: number }[]>;
  /** A matrix: of a range selector at one moment, its samples as they are stored. */
  samples(expression: string, atS: number): Promise<Series[]>;
  range(expression: string, about: { startS: number; endS: number; stepS: number }): Promise<Series[]>;
  /** Names of all metrics that it has. */
  names(): Promise<string[]>;
}

export interface Series {
  readonly labels: Record<string, string>;
  /** Seconds since the epoch, value. */
  readonly points: [number, number][];
}

export interface ActiveAlert {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly state: 'pending' | 'firing';
  readonly activeAtMs: number;
}

export interface LoadedAlert {
  readonly name: string;
  readonly group: string;
  readonly file: string;
  readonly expression: string;
  readonly forS: number;
  readonly intervalS: number;
  readonly labels: Record<string, string>;
  /** With their templates as they stand. */
  readonly annotations: Record<string, string>;
  readonly error: string | null;
}

export interface LoadedRules {
  /** Whether every group was evaluated since the start, so that an alert that is not there is inactive. */
  readonly evaluated: boolean;
  readonly alerts: readonly LoadedAlert[];
  readonly recorded: readonly { readonly name: string; readonly expression: string }[];
}

const byName = z.record(z.string(), z.string());
const point = z.tuple([z.number(), z.string()]).transform(([at, value]): [number, number] => [at, numberOf(value)]);
const answers = {
  alerts: z.object({
    alerts: z.array(
      z.object({
        labels: byName,
        annotations: byName.default({}),
        state: z.enum(['pending', 'firing']),
        activeAt: z.string(),
      }),
    ),
  }),
  rules: z.object({
    groups: z.array(
      z.object({
        name: z.string(),
        file: z.string(),
        interval: z.number(),
        lastEvaluation: z.string(),
        rules: z.array(
          z.object({
            type: z.enum(['alerting', 'recording']),
            name: z.string(),
            query: z.string(),
            duration: z.number().default(0),
            labels: byName.default({}),
            annotations: byName.default({}),
            lastError: z.string().optional(),
          }),
        ),
      }),
    ),
  }),
  vector: z.object({ result: z.array(z.object({ metric: byName, value: point })) }),
  matrix: z.object({ result: z.array(z.object({ metric: byName, values: z.array(point) })) }),
  names: z.array(z.string()),
};

const patienceMs = 30_000;

/** Asks a Prometheus. @throws ShakedownError PROMETHEUS_ANSWER where it does not answer, or not as Prometheus does */
export function prometheusAt(
  url: string,
  { headers = {}, signal }: { headers?: Record<string, string>; signal?: AbortSignal | undefined } = {},
): PrometheusClient {
  const ask = async <T>(path: string, schema: z.ZodType<T>, parameters: Record<string, string> = {}): Promise<T> => {
    const timeout = AbortSignal.timeout(patienceMs);
    try {
      const isQuestion = Object.keys(parameters).length > 0;
      const response = await fetch(`${url}/api/v1/${path}`, {
        ...(isQuestion ? { method: 'POST', body: new URLSearchParams(parameters) } : {}),
        headers,
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      const body = (await response.json()) as { status?: string; data?: unknown; error?: string };
      if (body.status !== 'success') throw new Error(body.error ?? `status ${response.status}`);
      return schema.parse(body.data);
    } catch (cause) {
      signal?.throwIfAborted();
      throw new ShakedownError('PROMETHEUS_ANSWER', `Prometheus at ${url}: ${(cause as Error).message}`, { cause });
    }
  };
  const asSeries = ({ result }: z.output<typeof answers.matrix>): Series[] =>
    result.map(({ metric, values }) => ({ labels: metric, points: values }));
  return {
    url,
    async alerts() {
      const { alerts } = await ask('alerts', answers.alerts);
      return alerts.map(({ labels, annotations, state, activeAt }) => {
        return { name: labels.alertname ?? '', labels, annotations, state, activeAtMs: Date.parse(activeAt) };
      });
    },
    async rules() {
      const { groups } = await ask('rules', answers.rules);
      const all = groups.flatMap((group) => group.rules.map((rule) => ({ group, rule })));
      return {
        // Go's zero time is of the year 1.
        evaluated: groups.every(({ lastEvaluation }) => !lastEvaluation.startsWith('0001-')),
        alerts: all
          .filter(({ rule }) => rule.type === 'alerting')
          .map(({ group, rule }) => ({
            ...{ name: rule.name, group: group.name, file: group.file, expression: rule.query, forS: rule.duration },
            ...{ intervalS: group.interval, labels: rule.labels, annotations: rule.annotations },
            error: rule.lastError ?? null,
          })),
        recorded: all
          .filter(({ rule }) => rule.type === 'recording')
          .map(({ rule }) => ({ name: rule.name, expression: rule.query })),
      };
    },
    async query(expression, atS) {
      const time: Record<string, string> = atS === undefined ? {} : { time: String(atS) };
      const { result } = await ask('query', answers.vector, { query: expression, ...time });
      return result.map(({ metric, value: [, value] }) => ({ labels: metric, value }));
    },
    samples: async (expression, atS) =>
      asSeries(await ask('query', answers.matrix, { query: expression, time: String(atS) })),
    range: async (expression, { startS, endS, stepS }) =>
      asSeries(
        await ask('query_range', answers.matrix, {
          ...{ query: expression, start: String(startS), end: String(endS), step: String(stepS) },
        }),
      ),
    names: () => ask('label/__name__/values', answers.names),
  };
}

function numberOf(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  return text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}
