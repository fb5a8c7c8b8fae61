import { z } from 'zod';
import { ask, askJson, statusText } from '../../asking/ask.ts';
import type { LogStore } from '../../configuration/logs.ts';
import { type Line, lineOf, namesOf } from '../line.ts';
import { foundAtMost, type LogBackend, linesAtMost, type Pushed, type Refusal } from './backend.ts';

type Store = Extract<LogStore, { index: string }>;

const about = z.object({
  version: z.object({ number: z.string(), distribution: z.string().optional() }),
});
const answer = z.object({
  timed_out: z.boolean().optional(),
  _shards: z.object({ failed: z.number() }).optional(),
  hits: z.object({
    total: z.union([z.number(), z.object({ value: z.number() })]).optional(),
    hits: z.array(z.object({ _source: z.record(z.string(), z.unknown()).optional() })),
  }),
});
const bulk = z.object({
  errors: z.boolean(),
  items: z.array(
    z.record(
      z.string(),
      z.object({
        status: z.number(),
        error: z
          .object({ type: z.string(), reason: z.string(), caused_by: z.object({ reason: z.string() }).optional() })
          .optional(),
      }),
    ),
  ),
});

/** OpenSearch or Elasticsearch, by the interface that both have. */
export function openSearch(store: Store): LogBackend {
  const index = store.index.split(',').map(encodeURIComponent).join(',');
  const there = 'ignore_unavailable=true&allow_no_indices=true';
  const search = async (query: object): Promise<{ lines: Line[]; total: number | null }> => {
    const body = JSON.stringify(query);
    const found = answer.parse(await askJson(store, { method: 'POST', path: `/${index}/_search?${there}`, body }));
    if (found.timed_out === true || (found._shards?.failed ?? 0) > 0) throw new Error('not all of its shards answered');
    const { total } = found.hits;
    const lines = found.hits.hits.map(({ _source }) => lineOf(_source ?? {}, store.fields));
    return { lines, total: typeof total === 'object' ? total.value : (total ?? null) };
  };
  const types = async () => typesOf(await askJson(store, { path: `/${index}/_mapping?${there}` }));
  const timeField = async (): Promise<string> => {
    const known = await types();
    const names = namesOf('time', store.fields);
    const dated = names.find((name) => /^date/.test(known.get(name) ?? ''));
    if (dated !== undefined) return dated;
    const other = names.find((name) => known.has(name));
    if (other === undefined) throw new Error(`no field of its index ${store.index} is a time: ${names.join(', ')}`);
    throw new Error(
      `its field ${other} is of type ${known.get(other)} and not a date, so no span of time can be asked for`,
    );
  };
  return {
    async about() {
      const { number, distribution } = about.parse(await askJson(store, { path: '/' })).version;
      return `${distribution === 'opensearch' ? 'OpenSearch' : 'Elasticsearch'} ${number}`;
    },
    async find(prefix) {
      const query = { simple_query_string: { query: `${prefix}*`, fields: ['*'], lenient: true } };
      return (await search({ size: foundAtMost, query })).lines;
    },
    async lines({ fromMs, toMs }) {
      const time = await timeField();
      const range = { gte: Math.floor(fromMs), lte: Math.ceil(toMs), format: 'epoch_millis' };
      const sort = [{ [time]: 'asc' }];
      return search({ size: linesAtMost, sort, track_total_hits: true, query: { range: { [time]: range } } });
    },
    push: (lines) => push(store, lines),
    async dropped() {
      // Documents by the class of their status: 4xx are those that a mapping refused.
      const stats = z
        .object({
          nodes: z.record(
            z.string(),
            z.object({
              indices: z
                .object({ indexing: z.object({ doc_status: z.record(z.string(), z.number()).optional() }).optional() })
                .optional(),
            }),
          ),
        })
        .parse(await askJson(store, { path: '/_nodes/stats/indices/indexing' }));
      const of = Object.values(stats.nodes).map((node) => node.indices?.indexing?.doc_status);
      if (of.every((status) => status === undefined)) return null;
      const sum = (kind: string) => of.reduce((all, status) => all + (status?.[kind] ?? 0), 0);
      return { 'refused with a status from 400 on': sum('4xx'), 'failed with a status from 500 on': sum('5xx') };
    },
    types,
  };
}

async function push(store: Store, lines: readonly Pushed[]): Promise<Refusal[]> {
  if (/[*,]/.test(store.index))
    throw new Error(`its index ${store.index} is a pattern, into which nothing can be written`);
  const body = lines
    .map(({ atMs, fields }) => {
      const document = { [store.fields.time ?? '@timestamp']: new Date(atMs).toISOString(), ...fields };
      return `{"create":{}}\n${JSON.stringify(document)}\n`;
    })
    .join('');
  const path = `/${encodeURIComponent(store.index)}/_bulk`;
  const { status, text } = await ask(store, { method: 'POST', path, body, type: 'application/x-ndjson' });
  if (status !== 200) throw new Error(statusText(status, text));
  return refusalsOf(JSON.parse(text));
}

/** What a bulk answer, whose status is 200 whatever became of its lines, says of each that was not taken. */
export function refusalsOf(value: unknown): Refusal[] {
  const { errors, items } = bulk.parse(value);
  if (!errors) return [];
  return items.flatMap((item, index) => {
    const [one] = Object.values(item);
    if (one?.error === undefined) return [];
    const { type, reason, caused_by } = one.error;
    const cause = caused_by === undefined ? '' : `: ${caused_by.reason}`;
    return [{ index, reason: `${type}: ${withoutPreview(reason)}${withoutPreview(cause)}` }];
  });
}

/** Reasons quote the value, which may be personal. */
const withoutPreview = (text: string) =>
  text
    .replace(/\s*Preview of field's value: '.*?'(?=$|[.:])/gs, '')
    .replace(/For input string: ".*?"/gs, 'it is no number');

/** Type of each field of the indices that a mapping answer holds; `a or b` where they differ. */
export function typesOf(value: unknown): Map<string, string> {
  const types = new Map<string, string>();
  const add = (name: string, type: string) => {
    const known = types.get(name);
    if (known === undefined) types.set(name, type);
    else if (!known.split(' or ').includes(type)) types.set(name, `${known} or ${type}`);
  };
  const walk = (properties: Record<string, unknown>, under: string) => {
    for (const [key, one] of Object.entries(properties)) {
      const { type, properties: inner } = one as { type?: string; properties?: Record<string, unknown> };
      add(`${under}${key}`, type ?? 'object');
      if (inner !== undefined) walk(inner, `${under}${key}.`);
    }
  };
  for (const index of Object.values(value as Record<string, { mappings?: { properties?: Record<string, unknown> } }>)) {
    walk(index.mappings?.properties ?? {}, '');
  }
  return types;
}
