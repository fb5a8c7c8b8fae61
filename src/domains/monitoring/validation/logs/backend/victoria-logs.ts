import { ask, statusText } from '../../asking/ask.ts';
import type { LogStore } from '../../configuration/logs.ts';
import { jsonOf, type Line, lineOf, parseLine } from '../line.ts';
import { foundAtMost, type LogBackend, linesAtMost, type Pushed } from './backend.ts';
import { countersOf } from './counters.ts';

type Store = Extract<LogStore, { query: string }>;

/** VictoriaLogs, by LogsQL. */
export function victoriaLogs(store: Store): LogBackend {
  const form = 'application/x-www-form-urlencoded';
  const rows = async (query: string, limit: number): Promise<Record<string, unknown>[]> => {
    const body = new URLSearchParams({ query, limit: String(limit) }).toString();
    const { status, text } = await ask(store, { method: 'POST', path: '/select/logsql/query', body, type: form });
    if (status !== 200) throw new Error(statusText(status, text));
    return text.split('\n').flatMap((row) => {
      const one = jsonOf(row);
      return one === null ? [] : [one];
    });
  };
  const toLine = (row: Record<string, unknown>): Line => {
    const { _msg, _stream, _stream_id, ...fields } = row;
    // A shipper may have left the whole line in the message.
    const inner = typeof _msg === 'string' ? parseLine(_msg, store.fields).fields : {};
    return lineOf(
      { ...fields, ...(_msg === undefined ? {} : { message: _msg }), ...inner },
      store.fields,
      JSON.stringify(row),
    );
  };
  return {
    async about() {
      const health = await ask(store, { path: '/health' });
      if (health.status !== 200) throw new Error(statusText(health.status, health.text));
      await rows(`${store.query} | limit 1`, 1);
      const { text } = await ask(store, { path: '/metrics' });
      const version = /vm_app_version\{[^}]*short_version="([^"]*)"/.exec(text)?.[1] ?? '';
      return `VictoriaLogs ${version}`.trim();
    },
    // Without a span: lines whose time is wrong are to be found too.
    find: async (prefix) => (await rows(`(${store.query}) *:${prefix}*`, foundAtMost)).map(toLine),
    async lines({ fromMs, toMs }) {
      const [from, to] = [new Date(Math.floor(fromMs)).toISOString(), new Date(Math.ceil(toMs)).toISOString()];
      const query = `_time:[${from}, ${to}] (${store.query})`;
      const [count] = await rows(`${query} | stats count() total`, 1);
      const lines = (await rows(`${query} | sort by (_time) limit ${linesAtMost}`, linesAtMost)).map(toLine);
      return { lines, total: Number(count?.total ?? lines.length) };
    },
    push: (lines) => push(store, lines),
    async dropped() {
      const { status, text } = await ask(store, { path: '/metrics' });
      return status === 200 ? countersOf(text, 'vl_rows_dropped_total', 'reason') : null;
    },
    types: async () => null,
  };
}

async function push(store: Store, lines: readonly Pushed[]) {
  const asked = new URLSearchParams({
    ...{
      _time_field: store.fields.time ?? 'time',
      _msg_field: 'message',
      _stream_fields: store.fields.instance ?? 'instance',
    },
  });
  const body = lines
    .map(({ atMs, fields }) => {
      const time = new Date(atMs).toISOString();
      return `${JSON.stringify({ [store.fields.time ?? 'time']: time, ...wordsOf(store.query), ...fields })}\n`;
    })
    .join('');
  const path = `/insert/jsonline?${asked}`;
  const { status, text } = await ask(store, { method: 'POST', path, body, type: 'application/stream+json' });
  if (status !== 200 && status !== 204) throw new Error(statusText(status, text));
  // It says nothing of single lines: what it drops shows by not being found, and in its counters.
  return [];
}

/** Fields that a filter asks for with `name:=value`, so that a line fits it. */
function wordsOf(query: string): Record<string, string> {
  const pairs = [...query.matchAll(/([\w.]+):=?"?([^\s"()*|]+)"?/g)];
  return Object.fromEntries(pairs.map(([, name, value]) => [name, value]));
}
