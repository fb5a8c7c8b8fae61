import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const spansAtMost = 50_000;
const bodyBytesAtMost = 16 << 20;

/** Takes spans, and gives traces, as Zipkin does: where the sample system's traces go when no Zipkin is configured. */
export interface Collector {
  /** Its own address, without a slash at its end. */
  readonly url: string;
  /** Where spans are sent to. */
  readonly spansUrl: string;
  close(): Promise<void>;
}

/** Starts one on 127.0.0.1 in this process. It keeps the last 50,000 spans. */
export async function startCollector(): Promise<Collector> {
  const traces = new Map<string, object[]>();
  let count = 0;
  const add = (span: { traceId: string }) => {
    const spans = traces.get(span.traceId);
    if (spans === undefined) traces.set(span.traceId, [span]);
    else spans.push(span);
    count++;
    for (const [id, oldest] of traces) {
      if (count <= spansAtMost) break;
      traces.delete(id);
      count -= oldest.length;
    }
  };
  const server = createServer((request, response) => {
    if (request.method !== 'POST') {
      const spans = traces.get(/^\/api\/v2\/trace\/([0-9a-f]+)$/.exec(request.url ?? '')?.[1] ?? '');
      response.writeHead(spans === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(spans ?? []));
      return;
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bodyBytesAtMost) request.destroy();
      else chunks.push(chunk);
    });
    request.once('end', () => {
      try {
        for (const span of JSON.parse(Buffer.concat(chunks).toString('utf8'))) add(span);
        response.writeHead(202).end();
      } catch {
        response.writeHead(400).end();
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ url, spansUrl: `${url}/api/v2/spans` },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
