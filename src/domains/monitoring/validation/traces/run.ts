import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, statusText, why } from '../asking/ask.ts';
import type { TraceStore } from '../configuration/traces.ts';
import type { Evidence, Traces } from './evidence.ts';
import { jaeger, otlp, zipkin } from './formats.ts';
import type { Span } from './span.ts';
import { isWhole, type Wholeness, wholenessOf } from './whole.ts';

const lookEveryMs = 250;
const kinds = {
  zipkin: { title: 'Zipkin', read: zipkin },
  jaeger: { title: 'Jaeger', read: jaeger },
  otlp: { title: 'OTLP', read: otlp },
};

export interface TracesInput {
  /** null: none is configured. */
  store: TraceStore | null;
  /** Where requests go when the configuration names no URL; null: it is not known. */
  baseUrl: string | null;
  signal: AbortSignal;
  record(evidence: Evidence): void;
  phase(text: string): void;
}

interface Sent {
  request: string;
  traceId: string;
  parentId: string;
  answered: number | null;
  error: string | null;
  atMs: number;
  seen: Wholeness | null;
  delayMs: number | null;
}

/** Sends requests that carry a `traceparent`, and looks for their traces until each is whole or the time is over. */
export async function runTraces({ store, baseUrl, signal, record, phase }: TracesInput): Promise<void> {
  if (store === null) return record({ kind: 'off', why: 'monitoring.traces names no place where traces are' });
  const { title, read } = kinds[store.kind];
  phase(`sending requests and looking for their traces in ${title}`);
  const urls = store.urls.length > 0 || baseUrl === null ? store.urls : [baseUrl];
  const sent: Sent[] = [];
  for (const url of urls) for (let i = 0; i < store.requests; i++) sent.push(await request(url, signal));
  const withinMs = store.withinS * 1000;
  const until = Date.now() + withinMs;
  let error: string | null = null;
  const waiting = () => sent.filter((one) => one.answered !== null && one.delayMs === null);
  while (waiting().length > 0) {
    error = null;
    for (const one of waiting()) {
      try {
        const spans = await traceOf(store, one.traceId, read);
        if (spans.length === 0) continue;
        one.seen = wholenessOf(spans, one.parentId, store.services);
        if (isWhole(one.seen, store.database)) one.delayMs = Math.max(0, Date.now() - one.atMs);
      } catch (cause) {
        signal.throwIfAborted();
        error = why(cause);
        break;
      }
    }
    if (waiting().length === 0 || Date.now() >= until) break;
    await sleep(lookEveryMs, undefined, { signal });
  }
  const traces = sent.map(({ request: what, answered, error: failed, delayMs, seen }) => {
    return { request: what, answered, error: failed, delayMs, seen };
  });
  const { services, database } = store;
  record({ kind: 'traces', of: title, withinMs, services, database, traces, error } satisfies Traces);
}

async function request(url: string, signal: AbortSignal): Promise<Sent> {
  const { origin, pathname, search, host } = new URL(url);
  const traceId = randomBytes(16).toString('hex');
  const parentId = randomBytes(8).toString('hex');
  // Sampled: a system that follows the flag must report it.
  const headers = { accept: '*/*', traceparent: `00-${traceId}-${parentId}-01` };
  const answer = await ask({ url: origin, headers, caFile: null }, { path: `${pathname}${search}`, signal }).then(
    ({ status }) => ({ answered: status, error: null }),
    (cause: unknown) => ({ answered: null, error: why(cause) }),
  );
  signal.throwIfAborted();
  return { request: `${host}${pathname}`, traceId, parentId, ...answer, atMs: Date.now(), seen: null, delayMs: null };
}

/** Empty: it is not there. @throws Error in a few words */
async function traceOf(store: TraceStore, traceId: string, read: (answer: unknown) => Span[]): Promise<Span[]> {
  const { status, text } = await ask(store, { path: store.path.replaceAll('{id}', traceId) });
  if (status === 404) return [];
  if (status !== 200) throw new Error(statusText(status, text));
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new Error('its answer is no JSON');
  }
  try {
    return read(answer);
  } catch {
    throw new Error('its answer is no trace of that kind');
  }
}
