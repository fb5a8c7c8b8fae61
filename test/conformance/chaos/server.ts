import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TestServer {
  url: string;
  close(): Promise<void>;
}

/**
 * A small system to experiment on. The first part of a path keeps the state of one experiment apart from that of others:
 * `/<who>/health` answers 200 until `/<who>/break` is posted to, and again after `/<who>/mend`.
 */
export async function startTestServer(): Promise<TestServer> {
  const broken = new Map<string, boolean>();
  const counts = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const [, who = '', what = ''] = url.pathname.split('/');
    const body = await textOf(request);
    if (what === 'break' || what === 'mend') broken.set(who, what === 'break');
    const count = (counts.get(`${who}/${what}`) ?? 0) + 1;
    counts.set(`${who}/${what}`, count);
    answer(what, response, { request, url, body, count, broken: broken.get(who) === true });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

interface Asked {
  request: IncomingMessage;
  url: URL;
  body: string;
  count: number;
  broken: boolean;
}

function answer(what: string, response: ServerResponse, { request, url, body, count, broken }: Asked): void {
  const json = (status: number, value: unknown) =>
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
  if (what === 'hang') return;
  if (what === 'drop') {
    response.destroy();
    return;
  }
  if (what === 'health') json(broken ? 503 : 200, { ok: !broken, items: [{ id: 1 }, { id: 2 }], version: '2.1.0' });
  else if (what === 'redirect') response.writeHead(302, { Location: url.pathname.replace('redirect', 'text') }).end();
  else if (what === 'elsewhere') response.writeHead(302, { Location: 'http://not-allowed.invalid/' }).end();
  else if (what === 'echo') {
    const { method, headers } = request;
    json(200, {
      method,
      query: url.search,
      // Spaces within JSON say nothing.
      body: headers['content-type'] === 'application/json' ? JSON.parse(body) : body,
      type: headers['content-type'] ?? null,
      own: headers['x-own'] ?? null,
    });
  } else if (what === 'charset') {
    response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' }).end('{"a":1}');
  } else if (what === 'badjson') response.writeHead(200, { 'Content-Type': 'application/json' }).end('{nope');
  else if (what === 'once') json(count <= 1 ? 200 : 500, { count });
  else response.writeHead(200, { 'Content-Type': 'text/plain' }).end(`count 42\nversion 2.1.0\n`);
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
