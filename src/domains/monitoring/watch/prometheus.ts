import { z } from 'zod';
import type { MetricDescription } from '../../../model/watch.ts';
import { asSentence } from '../../../report-kit/text.ts';
import type { ResolvedWatch } from '../configuration.ts';
import { ask, type Endpoint, why } from './ask.ts';
import { redact } from './redact.ts';
import { type Reading, ReadingBuilder, type WatchSource } from './source.ts';

type Query = NonNullable<ResolvedWatch['prometheus']>['queries'][number];

const instancesAtMost = 20;
/** A value is a pair of time and text (https://prometheus.io/docs/prometheus/latest/querying/api/). */
const point = z.tuple([z.number(), z.string()]);
const answer = z.object({
  status: z.literal('success'),
  data: z.discriminatedUnion('resultType', [
    z.object({
      resultType: z.literal('vector'),
      result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: point.optional() }).loose()),
    }),
    z.object({ resultType: z.literal('scalar'), result: point }),
  ]),
});
const alertsAnswer = z.object({
  status: z.literal('success'),
  data: z.object({
    alerts: z.array(
      z
        .object({
          labels: z.record(z.string(), z.string()),
          annotations: z.record(z.string(), z.string()).optional(),
          state: z.string(),
        })
        .loose(),
    ),
  }),
});

/** Asks a Prometheus server for the figures of configured expressions, as they are at the moment. */
export function watchPrometheus(server: Endpoint & { url: string; queries: readonly Query[] }): WatchSource {
  return {
    async read(): Promise<Reading> {
      const builder = new ReadingBuilder();
      await Promise.all(server.queries.map((query) => readQuery(server, query, builder)));
      return builder.reading;
    },
  };
}

async function readQuery(server: Endpoint & { url: string }, query: Query, builder: ReadingBuilder): Promise<void> {
  const { troubles } = builder.reading;
  let found: { labels: Record<string, string>; value: number }[];
  try {
    const text = await ask(
      `${server.url}/api/v1/query?query=${encodeURIComponent(query.query)}`,
      server,
      'application/json',
    );
    const { data } = answer.parse(JSON.parse(text));
    found =
      data.resultType === 'scalar'
        ? [{ labels: {}, value: Number(data.result[1]) }]
        : data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value?.[1]) }));
  } catch (error) {
    const said =
      error instanceof z.ZodError || error instanceof SyntaxError ? 'the answer is no instant value' : why(error);
    troubles.push(asSentence(`Prometheus query ${query.id} failed: ${said}`));
    return;
  }
  if (found.length === 0) troubles.push(`Prometheus query ${query.id} found nothing.`);
  if (found.length > instancesAtMost) {
    troubles.push(
      `Prometheus query ${query.id} finds ${found.length} series; the first ${instancesAtMost} are watched.`,
    );
  }
  for (const { labels, value } of found.slice(0, instancesAtMost)) {
    const instance = found.length === 1 ? null : instanceOf(labels);
    const metric: MetricDescription = {
      id: instance === null ? query.id : `${query.id}.${instance.replace(/[^\w.:-]+/g, '_')}`,
      title: instance === null ? query.title : `${query.title} of ${instance}`,
      kind: query.kind,
      unit: query.unit,
      subject: 'target',
      instance,
      source: `Prometheus query ${query.query.slice(0, 200)}`,
      limit: query.limit,
    };
    builder.add(metric, value);
  }
}

/** What distinguishes the series of one query. */
function instanceOf(labels: Record<string, string>): string {
  const values = Object.entries(labels)
    .filter(([name]) => name !== '__name__' && name !== 'job')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, value]) => value);
  return values.join(' ').slice(0, 80) || 'all';
}

export interface AlertChange {
  name: string;
  state: 'pending' | 'firing' | 'resolved';
  severity: string | null;
  detail: string;
}

/** Follows the alerts of a Prometheus server: every call gives what changed since the last one. */
export function followAlerts(server: Endpoint & { url: string }): () => Promise<AlertChange[]> {
  let active = new Map<string, AlertChange>();
  return async () => {
    const { data } = alertsAnswer.parse(
      JSON.parse(await ask(`${server.url}/api/v1/alerts`, server, 'application/json')),
    );
    const now = new Map<string, AlertChange>();
    for (const { labels, annotations, state } of data.alerts.slice(0, 1000)) {
      if (state !== 'pending' && state !== 'firing') continue;
      const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
      const name = (labels.alertname ?? 'alert').slice(0, 120);
      const detail = redact(annotations?.summary ?? annotations?.description ?? '').slice(0, 300);
      now.set(key, { name, state, severity: labels.severity?.slice(0, 40) ?? null, detail });
    }
    const changes = [...now].filter(([key, alert]) => active.get(key)?.state !== alert.state).map(([, alert]) => alert);
    for (const [key, alert] of active) if (!now.has(key)) changes.push({ ...alert, state: 'resolved' });
    active = now;
    return changes;
  };
}
