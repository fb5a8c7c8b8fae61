import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ComponentOf } from '../../../src/domains/chaos/fault.ts';
import { faults } from '../../../src/domains/chaos/faults/index.ts';
import { createInjector } from '../../../src/domains/chaos/injector.ts';
import { type Toxiproxy, toxiproxyAt } from '../../../src/domains/chaos/toxiproxy/client.ts';
import { receivedBytes } from '../../../src/domains/chaos/toxiproxy/proxy-metrics.ts';
import type { OwnToxiproxy } from '../../../src/domains/chaos/toxiproxy/server.ts';
import { openTalk } from '../../../src/domains/chaos/toxiproxy/talk.ts';
import { forgetEarlier, watchUsers } from '../../../src/domains/chaos/toxiproxy/users.ts';
import { findToxiproxy } from '../../../src/environment/programs.ts';
import { listInMemory } from './faults/undo-steps.ts';
import { freePort, linkTo, ownToxiproxy, startUpstream } from './links.ts';

const { signal } = new AbortController();
let upstream: Awaited<ReturnType<typeof startUpstream>>;
let toxiproxy: OwnToxiproxy;
let link: ComponentOf<'link'>;
let count = 0;
beforeAll(async () => {
  upstream = await startUpstream('http');
  toxiproxy = await ownToxiproxy();
});
afterAll(async () => {
  await toxiproxy.stop();
  upstream.close();
});
beforeEach(async () => {
  link = await linkTo(toxiproxy, `link ${++count}`, upstream.address);
});

const question = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';

async function asked({ listen }: { listen: string }): Promise<Socket> {
  const socket = connect(Number(listen.split(':')[1]), '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(question);
  await once(socket, 'data');
  return socket;
}

/** A user whose connection leaves the kernel's list at once. */
async function resetUser(on: { listen: string }): Promise<void> {
  const socket = await asked(on);
  socket.resetAndDestroy();
  await once(socket, 'close');
}

/** The fault on the link, and what was counted of its users. */
async function usersUnder(
  fault: string,
  args: Record<string, unknown>,
  { before, meanwhile }: { before?: () => Promise<void>; meanwhile?: () => Promise<void> } = {},
) {
  const injector = createInjector({
    faults,
    components: [link],
    undo: listInMemory(),
    now: () => performance.now(),
    on: () => {},
  });
  await before?.();
  const record = await injector.inject({ experiment: 'a test', fault, component: link.name, arguments: args }, signal);
  expect(record.proof).toMatchObject({ seen: true });
  await meanwhile?.();
  await injector.revertAll('action');
  return record.connections;
}

describe('users whose connections are reset', () => {
  test('leave use of a slow link, and nobody leaves none', async () => {
    const delay = { delayMs: 400 };
    expect(await usersUnder('latency', delay)).toBe(0);
    expect(await usersUnder('latency', delay, { meanwhile: () => resetUser(link) })).toBe(1);
    expect(await usersUnder('latency', delay)).toBe(0);
  });

  test('leave use of a link that is down soon after, and nobody leaves none', async () => {
    expect(await usersUnder('down', {})).toBe(0);
    expect(await usersUnder('down', {}, { before: () => resetUser(link) })).toBe(1);
    expect(await usersUnder('down', {})).toBe(0);
  });
});

describe('a link of another machine', () => {
  /** As if its proxy listened where this machine's list of connections does not show it (an address of documents, RFC 5737). */
  const elsewhere = (one: ComponentOf<'link'>) => ({ ...one, listen: one.listen.replace(/^.*:/, '192.0.2.1:') });

  test('shows its users by its metrics', async () => {
    const far = elsewhere(link);
    forgetEarlier(far);
    const users = await watchUsers(far, false);
    await measureBy(link);
    await users.look();
    expect(users.count(), 'connections that are open are not counted').toBeNull();
    (await asked(link)).end();
    await until(async () => {
      await users.look();
      return users.count() !== null;
    });
    expect(users.count()).toBe(1);
  });

  test('has none where all connections have ended, and none was used', async () => {
    const far = elsewhere(link);
    forgetEarlier(far);
    const users = await watchUsers(far, true);
    await measureBy(link);
    await users.look();
    expect(users.count()).toBe(0);
    expect((await watchUsers(far, true, false)).count(), 'not all have ended').toBeNull();
  });

  test('cannot be seen where its Toxiproxy has no metrics', async () => {
    const plain = await withoutMetrics();
    try {
      const there = await linkTo(plain.toxiproxy, 'plain', upstream.address);
      const far = elsewhere(there);
      forgetEarlier(far);
      for (const cutsOff of [false, true]) {
        const users = await watchUsers(far, cutsOff);
        await resetUser(there);
        await users.look();
        expect(users.count()).toBeNull();
      }
    } finally {
      plain.child.kill('SIGKILL');
    }
  });
});

test('a proxy is found by its whole name', () => {
  const line = (proxy: string, direction: string, bytes: number) =>
    `toxiproxy_proxy_received_bytes_total{direction="${direction}",listener="[::]:1",proxy="${proxy}",upstream="u:2"} ${bytes}`;
  const text = [line('a', 'upstream', 7), line('a', 'downstream', 90), line('a\\"b', 'upstream', 1e7)].join('\n');
  expect(receivedBytes(text, 'a')).toEqual({ bytes: 7, isCounted: true });
  expect(receivedBytes(text, 'a"b')).toEqual({ bytes: 1e7, isCounted: true });
  expect(receivedBytes(text, 'b')).toEqual({ bytes: 0, isCounted: false });
});

/** A connection of our own, with an exchange on it. */
async function measureBy({ listen }: { listen: string }): Promise<void> {
  const talk = await openTalk(listen);
  await talk.exchange(Buffer.from(question), () => true, 2000);
  talk.destroy();
  await sleep(200);
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200 && !(await isSo()); tries++) await sleep(25);
}

async function withoutMetrics(): Promise<{ toxiproxy: Toxiproxy; child: ChildProcess }> {
  const found = await findToxiproxy({ onWarning: () => {} });
  const port = await freePort();
  const child = spawn(found?.path ?? '', ['-host', '127.0.0.1', '-port', String(port)], { stdio: 'ignore' });
  const plain = toxiproxyAt(`http://127.0.0.1:${port}`);
  await until(() =>
    plain.version().then(
      () => true,
      () => false,
    ),
  );
  return { toxiproxy: plain, child };
}
