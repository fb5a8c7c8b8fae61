import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Database } from './database.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Spans of one instance: one for each request, one for each of its database statements. */
export interface Tracing {
  /** The handler, with a span for each request that goes on with the caller's trace where it has one. */
  requests(handler: Handler): Handler;
  /** The database, with a span for each statement of a request. */
  statements(database: Database): Database;
  close(): Promise<void>;
}

interface Context {
  traceId: string;
  id: string;
}

const flushEveryMs = 200;
/** A collector that is away costs no memory. */
const spansAtMost = 2000;
const parent = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/;

/**
 * Reports spans in Zipkin's v2 JSON. A trace begins here, or goes on from the header `traceparent` (https://www.w3.org/TR/trace-context/).
 * @param url of the collector: `http://127.0.0.1:9411/api/v2/spans`
 */
export function openTracing(url: string, instance: string): Tracing {
  const context = new AsyncLocalStorage<Context>();
  let spans: object[] = [];
  let sending = Promise.resolve();
  const flush = () => {
    if (spans.length === 0) return;
    const body = JSON.stringify(spans);
    spans = [];
    // A collector that is away must not take the shop down.
    const send = () => fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    sending = sending.then(send).then(
      () => {},
      () => {},
    );
  };
  const timer = setInterval(flush, flushEveryMs);
  timer.unref();
  const begin = (of: Context & { parentId: string | undefined }, kind: 'SERVER' | 'CLIENT', name: string) => {
    const startedAt = performance.now();
    const timestamp = Math.round((performance.timeOrigin + startedAt) * 1000);
    return (tags: Record<string, string>, remoteEndpoint?: object) => {
      if (spans.length >= spansAtMost) return;
      const duration = Math.max(1, Math.round((performance.now() - startedAt) * 1000));
      const localEndpoint = { serviceName: 'shop' };
      spans.push({
        ...of,
        kind,
        name,
        timestamp,
        duration,
        localEndpoint,
        remoteEndpoint,
        tags: { instance, ...tags },
      });
    };
  };
  const newId = () => randomBytes(8).toString('hex');
  return {
    requests: (handler) => (request, response) => {
      const [, traceId = randomBytes(16).toString('hex'), parentId] =
        parent.exec(String(request.headers.traceparent)) ?? [];
      const own = { traceId, id: newId() };
      const path = (request.url ?? '/').replace(/\?.*$/s, '');
      const end = begin({ ...own, parentId }, 'SERVER', (request.method ?? '').toLowerCase());
      response.once('close', () => {
        const status = String(response.statusCode);
        const failed = response.statusCode >= 500 || !response.writableFinished;
        end({
          'http.method': request.method ?? '',
          'http.path': path,
          'http.status_code': status,
          ...(failed ? { error: status } : {}),
        });
      });
      return context.run(own, () => handler(request, response));
    },
    statements(database) {
      const traced = async <T>(name: string, call: () => Promise<T>): Promise<T> => {
        const around = context.getStore();
        if (around === undefined) return call();
        const end = begin({ traceId: around.traceId, id: newId(), parentId: around.id }, 'CLIENT', name);
        const tags = { 'db.system': 'postgresql' };
        try {
          const rows = await call();
          end(tags, { serviceName: 'postgresql' });
          return rows;
        } catch (error) {
          end({ ...tags, error: error instanceof Error ? error.message : 'failed' }, { serviceName: 'postgresql' });
          throw error;
        }
      };
      return {
        ...database,
        rows: (statement, values) => traced(statement.name, () => database.rows(statement, values)),
        rowsThenForget: (statement, values) => traced(statement.name, () => database.rowsThenForget(statement, values)),
      };
    },
    async close() {
      clearInterval(timer);
      flush();
      await sending;
    },
  };
}
