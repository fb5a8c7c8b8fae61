import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../../../src/domains/chaos/http/proxy.ts';
import { everySoMany, exampleOf, type HttpRule, isFor } from '../../../src/domains/chaos/http/rule.ts';

const none: HttpRule = { method: '*', route: '/never', share: 1, action: { kind: 'reset' } };
const closes: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close();
});

async function upstream(): Promise<{ address: string; seen: { method: string; url: string; body: number }[] }> {
  const seen: { method: string; url: string; body: number }[] = [];
  const server = createServer((incoming, outgoing) => {
    const entry = { method: incoming.method ?? '', url: incoming.url ?? '', body: 0 };
    seen.push(entry);
    incoming.on('data', (chunk: Buffer) => {
      entry.body += chunk.length;
    });
    incoming.on('end', () => {
      if (entry.url === '/cut') {
        outgoing.destroy();
        return;
      }
      outgoing.writeHead(201, 'Made', [
        ...['set-cookie', 'a=1', 'set-cookie', 'b=2', 'x-host', incoming.headers.host ?? ''],
        ...['x-names', incoming.rawHeaders.filter((_, at) => at % 2 === 0).join(',')],
      ]);
      outgoing.write(`${entry.body} `);
      setImmediate(() => outgoing.end('bytes'));
    });
  });
  server.on('upgrade', (_incoming, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closes.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

async function proxied(
  rule: HttpRule,
): Promise<FaultProxy & { seen: { method: string; url: string; body: number }[] }> {
  const { address, seen } = await upstream();
  const proxy = await startFaultProxy(address, rule);
  closes.push(() => proxy.close());
  return { ...proxy, seen };
}

it('passes method, path, headers in their case, cookies, status and a large streamed body', async () => {
  const proxy = await proxied(none);
  const body = Buffer.alloc(3_000_000, 1);
  const [host, port] = proxy.listen.split(':');
  const sent = request({
    host,
    port,
    method: 'PUT',
    path: '/a%20b?c=d',
    headers: { Host: 'shop.test', 'X-Odd-Case': '1' },
  });
  sent.end(body);
  const [answer] = await once(sent, 'response');
  answer.setEncoding('utf8');
  let text = '';
  for await (const chunk of answer) text += chunk;
  expect(text).toBe('3000000 bytes');
  expect([answer.statusCode, answer.statusMessage]).toEqual([201, 'Made']);
  expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
  expect(answer.headers['x-host']).toBe('shop.test');
  expect(answer.headers['x-names']).toContain('X-Odd-Case');
  expect(proxy.seen).toEqual([{ method: 'PUT', url: '/a%20b?c=d', body: 3_000_000 }]);
});

it('aborts the asked share of the requests that the rule is for, and no other', async () => {
  const proxy = await proxied({
    method: 'GET',
    route: '/api/*/items',
    share: 0.25,
    action: { kind: 'status', status: 503 },
  });
  const statuses = [];
  for (let at = 0; at < 20; at++) statuses.push((await fetch(`http://${proxy.listen}/api/${at}/items?q=1`)).status);
  expect(statuses.filter((status) => status === 503)).toHaveLength(5);
  for (let at = 0; at < 8; at++) {
    expect((await fetch(`http://${proxy.listen}/api/items`)).status).toBe(201);
    expect((await fetch(`http://${proxy.listen}/api/1/items`, { method: 'POST' })).status).toBe(201);
  }
  expect(proxy.counts()).toEqual({ matched: 20, applied: 5 });
});

it('cuts connections, there as here', async () => {
  const proxy = await proxied({ ...none, route: '/mine', action: { kind: 'reset' } });
  await expect(fetch(`http://${proxy.listen}/mine`)).rejects.toThrow();
  await expect(fetch(`http://${proxy.listen}/cut`)).rejects.toThrow();
  expect(proxy.seen.map(({ url }) => url)).toEqual(['/cut']);
});

it('answers the requests of a proof itself, and lets no one else ask for that', async () => {
  const proxy = await proxied({ ...none, route: '/orders', share: 0.5, action: { kind: 'status', status: 500 } });
  const headers = { 'x-shakedown-probe': proxy.token };
  const statuses = [];
  for (let at = 0; at < 4; at++) statuses.push((await fetch(`http://${proxy.listen}/orders`, { headers })).status);
  expect(statuses).toEqual([204, 500, 204, 500]);
  expect(proxy.seen).toEqual([]);
  expect(proxy.counts()).toEqual({ matched: 0, applied: 0 });
  const stranger = await fetch(`http://${proxy.listen}/other`, { headers: { 'x-shakedown-probe': 'guess' } });
  expect(stranger.status).toBe(201);
});

it('passes a connection that changes its protocol', async () => {
  const proxy = await proxied(none);
  const socket = connect(Number(proxy.listen.split(':')[1]), '127.0.0.1');
  socket.write('GET /socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
  const [head] = await once(socket, 'data');
  expect(String(head)).toContain('101');
  socket.write('ping');
  const [echoed] = await once(socket, 'data');
  expect(String(echoed)).toBe('ping');
  socket.destroy();
});

it('ends with requests under way', async () => {
  const proxy = await proxied({ ...none, route: '/slow', action: { kind: 'delay', delayMs: 60_000 } });
  const waiting = fetch(`http://${proxy.listen}/slow`).then(
    () => 'answered',
    () => 'cut',
  );
  await expect.poll(() => proxy.counts().applied).toBe(1);
  await proxy.close();
  expect(await waiting).toBe('cut');
});

it('matches routes by part and by any number of parts', () => {
  const at = (route: string, target: string) => isFor({ ...none, route }, 'GET', target);
  expect(at('/api/*', '/api/x')).toBe(true);
  expect(at('/api/*', '/api/x/y')).toBe(false);
  expect(at('/api/**', '/api/x/y')).toBe(true);
  expect(at('/a.b', '/axb')).toBe(false);
  expect(at('/(x', '/(x?y')).toBe(true);
  for (const route of ['/api/*', '/**', '/a/*/b/**']) expect(at(route, exampleOf(route))).toBe(true);
});

it('applies a share evenly, whatever it is', () => {
  for (const share of [0.01, 0.1, 1 / 3, 0.3, 0.5, 0.9, 1]) {
    const isHit = everySoMany(share);
    const hits = Array.from({ length: 900 }, isHit).filter(Boolean).length;
    expect(Math.abs(hits - share * 900)).toBeLessThan(1.001);
  }
});
