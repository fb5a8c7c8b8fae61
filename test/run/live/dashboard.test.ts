import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { serveOnLoopback } from '../../../src/environment/loopback.ts';
import { EventClients } from '../../../src/run/live/clients.ts';
import { type Dashboard, startDashboard } from '../../../src/run/live/dashboard.ts';
import type { LiveMessage } from '../../../src/run/live/message.ts';
import type { LiveState } from '../../../src/run/live/state.ts';
import { ask, healthEvent, healthy, listen, newState, windowEvent } from './course.ts';

let dashboard: Dashboard | undefined;
const clients: { close(): void }[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await dashboard?.end();
  dashboard = undefined;
});

async function started(state: LiveState): Promise<string> {
  dashboard = await startDashboard(state, 0);
  return dashboard.address;
}
function join(address: string, headers?: Record<string, string>) {
  const client = listen(address, headers);
  clients.push(client);
  return client;
}
const wordOf = (event: { data: unknown } | undefined) => (event?.data as LiveMessage | undefined)?.fields.word;

test('who connects is told all there is, then what changed; who comes back having missed nothing is told nothing', async () => {
  const state = newState();
  const address = await started(state);
  const client = join(address);
  await expect.poll(() => client.events.length).toBe(1);
  expect(client.lines[0]).toMatch(/^retry: \d+$/);
  expect(wordOf(client.events[0])).toBe('Not begun');
  for (let index = 0; index < 3; index++) state.follow(windowEvent(index, healthy(index)));
  await expect.poll(() => wordOf(client.events.at(-1)), { timeout: 5000 }).toBe('So far within targets');
  expect(client.events.length).toBeLessThanOrEqual(4);
  expect(JSON.stringify(client.events.at(-1)?.data).length).toBeLessThan(4096);

  const id = client.events.at(-1)?.id ?? '';
  client.close();
  const again = join(address, { 'Last-Event-ID': id });
  const fresh = join(address, { 'Last-Event-ID': 'another-1' });
  await expect.poll(() => fresh.events.length).toBe(1);
  expect([again.lines.length, again.events.length]).toEqual([1, 0]);
  state.follow(healthEvent(false, 'ECONNREFUSED'));
  await expect.poll(() => (again.events[0]?.data as LiveMessage)?.alarm, { timeout: 5000 }).toMatch(/ECONNREFUSED/);
});

test('the end is told to everyone before the server goes, the path of the report with it', async () => {
  const state = newState();
  const address = await started(state);
  const all = Array.from({ length: 20 }, () => join(address));
  await expect.poll(() => all.every(({ events }) => events.length > 0)).toBe(true);
  state.follow(windowEvent(0, healthy(0)));
  state.follow({
    kind: 'outcome',
    verdict: 'fail',
    word: 'NOT READY',
    sentence: 'p99 is 213 ms.',
    index: '/runs/1/index.html',
  });
  const ended = dashboard?.end();
  await expect.poll(() => all.every(({ events }) => events.at(-1)?.name === 'end'), { timeout: 5000 }).toBe(true);
  // The server waits for those who still look: they fetch the last drawing now.
  expect((await ask(`${address}drawing?layout=n`)).text).toContain('<svg');
  expect(all[0]?.events.at(-1)?.data).toMatchObject({ report: '/runs/1/index.html', state: 'fail' });
  for (const { close } of all) close();
  await ended;
  await expect(ask(address)).rejects.toThrow(/ECONNREFUSED/);
});

test('who does not read is let go, and the others are not', async () => {
  const sink = new EventClients(() => {});
  const server = await serveOnLoopback(0, { '/events': (_, response) => void sink.add(response) });
  const reader = join(`${server.origin}/`);
  const socket = connect(server.port, '127.0.0.1');
  clients.push({ close: () => socket.destroy() });
  socket.pause();
  socket.write(`GET /events HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`);
  await expect.poll(() => sink.count).toBe(2);
  const event = `data: ${JSON.stringify('x'.repeat(32_000))}\n\n`;
  for (let sent = 0; sent < 2000 && sink.count === 2; sent++) {
    const before = reader.events.length;
    sink.send(event);
    await expect.poll(() => reader.events.length, { interval: 1 }).toBeGreaterThan(before);
  }
  expect(sink.count).toBe(1);
  expect(reader.isOpen()).toBe(true);
  await server.close();
});

test('there is room for so many, and the next one gets that answer', async () => {
  const address = await started(newState());
  const all = Array.from({ length: 33 }, () => join(address));
  await expect.poll(() => all.every(({ status }) => status() > 0)).toBe(true);
  expect(all.map(({ status }) => status()).filter((status) => status === 503)).toHaveLength(1);
});

test('it answers to its own name only, to GET only, and to no other site', async () => {
  const address = await started(newState());
  const { port } = new URL(address);
  expect((await ask(address)).status).toBe(200);
  expect((await ask(address, { Host: `localhost:${port}` })).status).toBe(200);
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', '127.0.0.1:1']) {
    expect((await ask(address, { Host: host })).status, host).toBe(403);
  }
  expect((await ask(address, {}, 'POST')).status).toBe(405);
  expect((await ask(`${address}events`, { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
  expect((await ask(`${address}nothing`)).status).toBe(404);
  expect((await ask(`${address}drawing?layout=x`)).status).toBe(400);
  const { headers } = await ask(address);
  expect(headers['access-control-allow-origin']).toBeUndefined();
  expect(headers['content-security-policy']).toMatch(/default-src 'none'; style-src 'sha256-.*; script-src 'sha256-/);
  expect(headers['content-security-policy']).not.toMatch(/unsafe/);
});

test('a port in use is said so', async () => {
  const address = await started(newState());
  await expect(startDashboard(newState(), Number(new URL(address).port))).rejects.toMatchObject({ code: 'PORT_TAKEN' });
});
