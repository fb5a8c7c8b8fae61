import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { faults } from '../../../src/domains/chaos/faults/index.ts';
import { createGuard, type Guard } from '../../../src/domains/chaos/guard/guard.ts';
import { createInjector } from '../../../src/domains/chaos/injector.ts';
import { toxiproxyAt } from '../../../src/domains/chaos/toxiproxy/client.ts';
import { type OwnToxiproxy, startToxiproxy } from '../../../src/domains/chaos/toxiproxy/server.ts';
import type { UndoList } from '../../../src/domains/chaos/undo.ts';
import { isAlive } from '../../alive.ts';
import { linkTo, ownToxiproxy, startUpstream } from './links.ts';

const { signal } = new AbortController();
let folder: string;
let guard: Guard;
let toxiproxy: OwnToxiproxy;
let upstream: Awaited<ReturnType<typeof startUpstream>>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-toxiproxy-'));
  guard = await createGuard({ folder, registry: join(folder, 'registry'), signal });
  toxiproxy = await ownToxiproxy();
  upstream = await startUpstream('http');
});
afterEach(async () => {
  await guard.close();
  await toxiproxy.stop();
  upstream.close();
  await rm(folder, { recursive: true, force: true });
});

const injectorOver = (component: Awaited<ReturnType<typeof linkTo>>) =>
  createInjector({ faults, components: [component], undo: guard, now: () => 0, on: () => {} });
const latency = { experiment: 'a test', fault: 'latency', component: 'link', arguments: { delayMs: 50 } };

test('a name that is taken is said to be, in one line', async () => {
  await linkTo(toxiproxy, 'shop', upstream.address);
  await expect(linkTo(toxiproxy, 'shop', upstream.address)).rejects.toMatchObject({
    code: 'TOXIPROXY_NAME_TAKEN',
    message: `Toxiproxy at ${toxiproxy.url} has a proxy "shop" already: proxy already exists.`,
    hint: expect.stringMatching(/Another run may be using it/),
  });
});

test('a Toxiproxy that goes in the middle takes its toxics with it: there is nothing left to undo', async () => {
  const injector = injectorOver(await linkTo(toxiproxy, 'link', upstream.address));
  await injector.inject(latency, signal);
  process.kill(toxiproxy.pid, 'SIGKILL');
  while (isAlive(toxiproxy.pid)) await sleep(10);
  await injector.revertAll('harness');
  expect(guard.left()).toEqual([]);
  await expect(injector.inject(latency, signal)).rejects.toMatchObject({
    code: 'FAULT_UNAVAILABLE',
    message: expect.stringMatching(
      /^latency on link: Toxiproxy at http:\/\/127\.0\.0\.1:\d+ does not answer \(ECONNREFUSED\)/,
    ),
  });
});

test('a proxy that is not there is no fault of the target', async () => {
  const link = await linkTo(toxiproxy, 'link', upstream.address);
  await toxiproxy.remove('link');
  await expect(injectorOver(link).inject(latency, signal)).rejects.toMatchObject({
    code: 'FAULT_UNAVAILABLE',
    message: expect.stringMatching(/has no proxy "link"/),
  });
});

test('a link that is off is not faulted: it would be switched on afterwards, and shows nothing meanwhile', async () => {
  const link = await linkTo(toxiproxy, 'link', upstream.address);
  await toxiproxy.enable('link', false);
  for (const [fault, args] of [
    ['down', {}],
    ['latency', { delayMs: 50 }],
  ] as const) {
    await expect(injectorOver(link).inject({ ...latency, fault, arguments: args }, signal)).rejects.toMatchObject({
      code: 'FAULT_UNAVAILABLE',
      message: expect.stringMatching(/proxy link is off/),
    });
  }
  expect((await toxiproxy.proxy('link')).enabled).toBe(false);
});

test('keeps off a link that another run has a fault on', async () => {
  const link = await linkTo(toxiproxy, 'link', upstream.address);
  const attributes = { latency: 1, jitter: 0 };
  const name = 'shakedown-00000000-latency-00000000';
  await toxiproxy.addToxic('link', { name, type: 'latency', stream: 'downstream', toxicity: 1, attributes });
  await expect(injectorOver(link).inject(latency, signal)).rejects.toMatchObject({ code: 'FAULT_BUSY' });
  expect(guard.left()).toEqual([]);
  expect((await toxiproxy.proxy('link')).toxics).toHaveLength(1);
});

test('two runs at once have their own Toxiproxies, and end with them', async () => {
  const other = await ownToxiproxy();
  expect(other.url).not.toBe(toxiproxy.url);
  expect(await other.version()).toBe(await toxiproxy.version());
  await linkTo(toxiproxy, 'link', upstream.address);
  await linkTo(other, 'link', upstream.address);
  await other.stop();
  await other.stop();
  expect(isAlive(other.pid)).toBe(false);
  expect(await toxiproxy.proxies()).toHaveLength(1);
});

test('half of what an injection did is taken back where the rest of it fails', async () => {
  const link = await linkTo(toxiproxy, 'link', upstream.address);
  // Gone when the undo was written down, so before a proxy is made to measure by and the toxic is refused.
  const undo: UndoList = {
    async add(title, steps) {
      const entry = await guard.add(title, steps);
      await toxiproxy.remove('link');
      return entry;
    },
  };
  const injector = createInjector({ faults, components: [link], undo, now: () => 0, on: () => {} });
  const request = { ...latency, fault: 'slicer', arguments: { averageBytes: 60_000 } };
  await expect(injector.inject(request, signal)).rejects.toMatchObject({ code: 'TOXIPROXY_NO_PROXY' });
  expect(await toxiproxy.proxies()).toEqual([]);
  expect(guard.left()).toEqual([]);
});

test('what answers there but is no Toxiproxy is told apart', async () => {
  await expect(toxiproxyAt(`http://${upstream.address}`).version()).rejects.toMatchObject({
    code: expect.stringMatching(/^TOXIPROXY_/),
  });
});

test('a program that does not start says so', async () => {
  const program = join(folder, 'toxiproxy-server');
  await writeFile(program, '#!/bin/sh\nexit 1\n');
  await chmod(program, 0o755);
  await expect(startToxiproxy(program, signal)).rejects.toMatchObject({ code: 'TOXIPROXY_FAILED' });
});
