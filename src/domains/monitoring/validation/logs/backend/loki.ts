import { z } from 'zod';
import { ask, askJson, statusText } from '../../asking/ask.ts';
import type { LogStore } from '../../configuration/logs.ts';
import { type Line, lineOf, parseLine } from '../line.ts';
import { type Found, foundAtMost, type LogBackend, linesAtMost, type Pushed, type Refusal } from './backend.ts';
import { countersOf } from './counters.ts';

type Store = Extract<LogStore, { query: string }>;

const dayMs = 86_400_000;
/** Loki refuses to answer for more lines at once, if nobody set another limit. */
const pageLines = 5000;
const answer = z.object({
  data: z.object({
    result: z.array(
      z.object({
        stream: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.string(), z.string()]).rest(z.unknown())),
      }),
    ),
  }),
});

/** Loki, from 1.6 on: nothing is asked for that only later versions have. */
export function loki(store: Store): LogBackend {
  const range = async (query: string, fromNs: bigint, toNs: bigint): Promise<(Line & { ns: bigint })[]> => {
    const asked = new URLSearchParams({
      ...{ query, limit: String(pageLines), direction: 'forward' },
      ...{ start: String(fromNs), end: String(toNs) },
    });
    const found = answer.parse(await askJson(store, { path: `/loki/api/v1/query_range?${asked}` }));
    return found.data.result.flatMap(({ stream, values }) =>
      values.map(([ns, text]) => {
        const inner = parseLine(text, store.fields);
        const line = lineOf({ ...stream, ...inner.fields }, store.fields, `${text} ${JSON.stringify(stream)}`);
        return { ...line, atMs: Number(BigInt(ns) / 1_000_000n), ns: BigInt(ns) };
      }),
    );
  };
  return {
    async about() {
      const { status, text } = await ask(store, { path: '/loki/api/v1/status/buildinfo' });
      const version =
        status === 200 ? z.object({ version: z.string() }).safeParse(jsonOrNull(text)).data?.version : undefined;
      if (version !== undefined) return `Loki ${version}`;
      // Earlier ones have their version among their metrics only.
      const metrics = await ask(store, { path: '/metrics' });
      const known = /loki_build_info\{[^}]*version="([^"]*)"/.exec(metrics.text)?.[1];
      await askJson(store, { path: '/loki/api/v1/labels' });
      return `Loki ${known ?? ''}`.trim();
    },
    async find(prefix) {
      const now = Date.now();
      const days = [now - 2 * dayMs, now - dayMs, now, now + dayMs].map((at) => BigInt(at) * 1_000_000n);
      const found: Line[] = [];
      // A day a time: long spans are refused where a limit is set.
      for (let i = 1; i < days.length; i++) {
        found.push(...(await range(`${store.query} |= "${prefix}"`, days[i - 1] as bigint, days[i] as bigint)));
      }
      return found.slice(0, foundAtMost);
    },
    async lines({ fromMs, toMs }): Promise<Found> {
      let from = BigInt(Math.floor(fromMs)) * 1_000_000n;
      const to = BigInt(Math.ceil(toMs)) * 1_000_000n + 1n;
      const lines: Line[] = [];
      const seen = new Set<string>();
      for (;;) {
        const page = await range(store.query, from, to);
        page.sort((a, b) => (a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0));
        // The next page begins at the last time again, as several lines may have it.
        const fresh = page.filter((line) => !seen.has(`${line.ns} ${line.text}`));
        for (const line of page) seen.add(`${line.ns} ${line.text}`);
        // Lines that are the same to the letter, time included, are one to Loki too.
        lines.push(...fresh);
        const last = page.at(-1);
        if (page.length < pageLines || last === undefined) return { lines, total: lines.length };
        if (lines.length >= linesAtMost || fresh.length === 0) return { lines, total: null };
        from = last.ns;
      }
    },
    push: (lines) => push(store, lines),
    async dropped() {
      const { status, text } = await ask(store, { path: '/metrics' });
      return status === 200 ? countersOf(text, 'loki_discarded_samples_total', 'reason') : null;
    },
    types: async () => null,
  };
}

async function push(store: Store, lines: readonly Pushed[]): Promise<Refusal[]> {
  const stream = labelsOf(store.query);
  const refused: Refusal[] = [];
  for (const [index, { atMs, fields }] of lines.entries()) {
    const time = new Date(atMs).toISOString();
    const values = [[`${Math.floor(atMs)}000000`, JSON.stringify({ [store.fields.time ?? 'time']: time, ...fields })]];
    const body = JSON.stringify({ streams: [{ stream, values }] });
    const { status, text } = await ask(store, { method: 'POST', path: '/loki/api/v1/push', body });
    if (status >= 400 && status < 500 && status !== 401 && status !== 403)
      refused.push({ index, reason: statusText(status, text.replace(/\{[^}]*\}/g, '…')) });
    else if (status !== 204 && status !== 200) throw new Error(statusText(status, text));
  }
  return refused;
}

/** Labels of a stream that a selector finds. @throws Error where it has none that must be equal to something */
function labelsOf(selector: string): Record<string, string> {
  const labels = [...selector.matchAll(/([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"/g)];
  if (labels.length === 0) throw new Error(`its query ${selector} names no label that a line could be given`);
  return Object.fromEntries(labels.map(([, name, value]) => [name, value]));
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
