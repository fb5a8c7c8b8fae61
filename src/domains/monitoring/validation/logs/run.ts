import { z } from 'zod';
import { askJson, type Service } from '../asking/ask.ts';
import type { LogSource, LogStore } from '../configuration/logs.ts';
import { readKibana } from './console/kibana.ts';
import { logstashSeen, readLogstash } from './console/logstash.ts';
import type { Evidence } from './evidence.ts';
import { type Counters, lookAt } from './look.ts';
import { type SampleLogs, sampleCounters, sampleStore } from './sample.ts';

export interface LogsInput {
  sources: readonly LogSource[];
  /** The target's address, for markers by request; null: it is not known. */
  baseUrl: string | null;
  prometheus: Service | null;
  /** null: it is not the target. */
  sample: SampleLogs | null;
  signal: AbortSignal;
  record(evidence: Evidence): void;
  phase(text: string): void;
}

const isStore = (source: LogSource): source is LogStore => 'marker' in source;
const isLogstash = (source: LogSource) => source.kind === 'logstash';
const isKibana = (source: LogSource) => source.kind === 'kibana';

/** Looks at every log store; at the sample system's own log where none is configured. */
export async function runLogs(input: LogsInput): Promise<void> {
  const { sources, sample, prometheus, baseUrl, record } = input;
  if (sources.length === 0 && sample === null) {
    record({ kind: 'nothing' });
    return;
  }
  const logstashes = sources.filter(isLogstash);
  const attempts = () =>
    Promise.all(logstashes.map((one) => readLogstash(one).catch((cause: unknown) => cause as Error)));
  const before = await attempts();
  const looking = { urls: baseUrl === null ? [] : [baseUrl], ...input };
  if (sources.length === 0 && sample !== null)
    await lookAt({ ...looking, isSource: true, store: sampleStore(sample), counters: sampleCounters(sample) });
  for (const store of sources.filter(isStore)) {
    input.signal.throwIfAborted();
    await lookAt({ ...looking, store, counters: countersOf(store, prometheus) });
  }
  const after = await attempts();
  for (const [index, { name }] of logstashes.entries()) {
    record(
      logstashSeen(name, before[index] ?? new Error('it was not asked'), after[index] ?? new Error('it was not asked')),
    );
  }
  const indices = sources.flatMap((one) =>
    one.kind === 'opensearch' || one.kind === 'elasticsearch' ? [one.index] : [],
  );
  for (const kibana of sources.filter(isKibana)) record(await readKibana(kibana, indices));
}

const vector = z.object({
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
});

function countersOf({ errorRate }: LogStore, prometheus: Service | null): Counters | null {
  if (errorRate === undefined) return null;
  const figure = async (query: string): Promise<number> => {
    if (prometheus === null) throw new Error('monitoring.prometheus is not configured');
    const answer = await askJson(prometheus, { path: `/api/v1/query?${new URLSearchParams({ query })}` });
    const { result } = vector.parse(answer).data;
    if (result.length > 1) throw new Error(`${query} gives ${result.length} figures, not one`);
    // A counter of errors that is not there yet has counted none.
    const value = Number(result[0]?.value[1] ?? 0);
    if (!Number.isFinite(value)) throw new Error(`${query} gives ${result[0]?.value[1]}, which is no count`);
    return value;
  };
  return {
    ...{ of: 'Prometheus', within: errorRate.within, only: {} },
    read: async () => ({ requests: await figure(errorRate.requests), errors: await figure(errorRate.errors) }),
  };
}
