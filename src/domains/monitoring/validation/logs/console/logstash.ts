import { z } from 'zod';
import { askJson, why } from '../../asking/ask.ts';
import type { LogSource } from '../../configuration/logs.ts';
import type { Of } from '../evidence.ts';

type Logstash = Extract<LogSource, { kind: 'logstash' }>;

const number = z.number().default(0);
const events = z.object({ in: number, out: number, filtered: number }).prefault({});
const plugin = z.object({
  id: z.string().default(''),
  name: z.string().default(''),
  events: z.object({ in: number, out: number }).prefault({}),
  documents: z.object({ non_retryable_failures: number }).prefault({}),
});
/** Logstash's node statistics, from 6.0 on (https://www.elastic.co/docs/api/doc/logstash/operation/operation-nodestats). */
const stats = z.object({
  version: z.string().default(''),
  pipelines: z.record(
    z.string(),
    z
      .object({
        events,
        plugins: z.object({ filters: z.array(plugin).default([]), outputs: z.array(plugin).default([]) }).prefault({}),
        reloads: z.object({ failures: z.number().nullish() }).nullish(),
        queue: z.object({ events: z.number().optional(), events_count: z.number().optional() }).nullish(),
        dead_letter_queue: z.object({ queue_size_in_bytes: number, dropped_events: number }).nullish(),
      })
      .nullable(),
  ),
});
type Stats = z.output<typeof stats>;

/** @throws Error in a few words */
export async function readLogstash(service: Logstash): Promise<Stats> {
  return stats.parse(await askJson(service, { path: '/_node/stats' }));
}

/** What became of events between two looks at the statistics. Pipelines of Logstash's own, such as its monitoring, are left out. */
export function logstashSeen(store: string, before: Stats | Error, after: Stats | Error): Of<'logstash'> {
  if (before instanceof Error || after instanceof Error) {
    const error = why(before instanceof Error ? before : after);
    return { kind: 'logstash', store, error, version: '', pipelines: [] };
  }
  const pipelines = Object.entries(after.pipelines).flatMap(([id, now]) => {
    if (now === null || id.startsWith('.')) return [];
    const was = before.pipelines[id] ?? null;
    const since = (of: (one: NonNullable<Stats['pipelines'][string]>) => number) => {
      const rise = of(now) - (was === null ? 0 : of(was));
      // One that was loaded anew counts from zero.
      return rise < 0 ? of(now) : rise;
    };
    const filters = now.plugins.filters.map(({ id: filter, name, events: seen }) => {
      const old = was?.plugins.filters.find((one) => one.id === filter)?.events ?? { in: 0, out: 0 };
      return { name, lost: seen.in - old.in - (seen.out - old.out) };
    });
    const letters = now.dead_letter_queue;
    const bytesBefore = was?.dead_letter_queue?.queue_size_in_bytes ?? letters?.queue_size_in_bytes ?? 0;
    return {
      ...{ id, in: since(({ events: all }) => all.in), out: since(({ events: all }) => all.out) },
      filters: filters.filter(({ lost }) => lost !== 0),
      queued: now.queue?.events_count ?? now.queue?.events ?? 0,
      deadLetters: letters
        ? {
            bytes: letters.queue_size_in_bytes,
            dropped: letters.dropped_events,
            grown: letters.queue_size_in_bytes - bytesBefore,
          }
        : null,
      refused: since(({ plugins }) =>
        plugins.outputs.reduce((sum, one) => sum + one.documents.non_retryable_failures, 0),
      ),
      reloadFailures: now.reloads?.failures ?? 0,
    };
  });
  return { kind: 'logstash', store, error: null, version: after.version, pipelines };
}
