import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createGuard } from '../../../src/domains/chaos/guard/guard.ts';
import { takeToxicOff } from '../../../src/domains/chaos/guard/toxic.ts';
import type { OwnToxiproxy } from '../../../src/domains/chaos/toxiproxy/server.ts';
import type { UndoStep } from '../../../src/domains/chaos/undo.ts';
import { ownToxiproxy } from './links.ts';

type ToxicStep = Extract<UndoStep, { kind: 'toxic' }>;

const toxicName = 'shakedown-00000000-latency-00000000';
/** Longer than any machine takes for what is done at once; less than Toxiproxy waits for connections that it cannot serve. */
const patientMs = 20_000;
const pieces = 12;

let toxiproxy: OwnToxiproxy;
let upstream: Server;
let listen: string;
let step: ToxicStep;
let served: Socket[];
let clients: Socket[];
/** What the upstream sends to whoever connects. */
let answer: (socket: Socket) => Promise<void>;

beforeEach(async () => {
  served = [];
  clients = [];
  toxiproxy = await ownToxiproxy();
  upstream = createServer((socket) => {
    served.push(socket);
    socket.on('error', () => {});
    socket.once('data', () => void answer(socket));
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const address = `127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  ({ listen } = await toxiproxy.create({ name: 'link', listen: '127.0.0.1:0', upstream: address }));
  step = { kind: 'toxic', url: toxiproxy.url, proxy: { name: 'link', listen, upstream: address }, toxic: toxicName };
});
afterEach(async () => {
  for (const socket of [...clients, ...served]) socket.destroy();
  await toxiproxy.stop();
  upstream.close();
});

const put = (type: string, attributes: Record<string, number>) =>
  toxiproxy.addToxic('link', { name: toxicName, type, stream: 'downstream', toxicity: 1, attributes });

async function client(): Promise<Socket> {
  const [host = '', port = ''] = listen.split(':');
  const socket = connect({ host, port: Number(port) });
  clients.push(socket);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(10);
}

/** In pieces that Toxiproxy holds one by one. */
async function inPieces(socket: Socket): Promise<void> {
  for (let sent = 0; sent < pieces && !socket.destroyed; sent++) {
    socket.write(Buffer.alloc(2_000, 'x'));
    await sleep(5);
  }
}

/** A link that was not cut: the same connection still answers. */
const kinds: [type: string, attributes: Record<string, number>][] = [
  ['latency', { latency: 60_000, jitter: 0 }],
  ['bandwidth', { rate: 1 }],
  ['slicer', { average_size: 16, size_variation: 0, delay: 200_000 }],
  ['slow_close', { delay: 60_000 }],
  ['timeout', { timeout: 0 }],
  ['limit_data', { bytes: 1_000_000 }],
];

describe('a client that died with bytes under way does not keep a toxic on, and nobody else is cut off', () => {
  test.each(kinds)('%s', { timeout: 60_000 }, async (type, attributes) => {
    let done = 0;
    answer = async (socket) => {
      await inPieces(socket);
      done++;
    };
    await put(type, attributes);
    const bystander = await client();
    const dying = await client();
    dying.write('?');
    await until(() => done === 1);
    dying.resetAndDestroy();
    expect(await takeToxicOff(step, patientMs)).toBeNull();
    expect((await toxiproxy.proxy('link')).toxics).toEqual([]);
    // It is answered now; of a link that swallowed, Toxiproxy closes all connections.
    if (type === 'timeout') return;
    bystander.write('?');
    await once(bystander, 'data');
  });
});

test('a client that does not read keeps no toxic on: its proxy is renewed, with what others had put on it', {
  timeout: 60_000,
}, async () => {
  answer = async (socket) => void socket.write(Buffer.alloc(50_000_000, 'x'));
  const other = { name: 'of others', type: 'latency', stream: 'upstream' as const, toxicity: 1 };
  await toxiproxy.addToxic('link', { ...other, attributes: { latency: 1, jitter: 0 } });
  await put('latency', { latency: 1, jitter: 0 });
  const stuck = await client();
  stuck.pause();
  stuck.write('?');
  let before = -1;
  await until(async () => {
    const [{ writableLength = 0 } = {}] = served;
    const stands = writableLength > 0 && writableLength === before;
    before = writableLength;
    await sleep(300);
    return stands;
  });
  expect(await takeToxicOff(step, 300)).toMatch(/^link: its connections were cut, as Toxiproxy .* does not let go of/);
  const { toxics, enabled, ...now } = await toxiproxy.proxy('link');
  expect(toxics.map(({ name }) => name)).toEqual(['of others']);
  expect({ ...now, enabled }).toMatchObject({ ...step.proxy, enabled: true });
  answer = async (socket) => void socket.write('x');
  const fresh = await client();
  fresh.write('?');
  await once(fresh, 'data');
  expect(await takeToxicOff(step, 300)).toBeNull();
});

test('a reset that is on its way is not waited for; the guard and the run are told of the cut', {
  timeout: 60_000,
}, async () => {
  answer = async (socket) => void socket.write('x');
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-toxic-'));
  const warnings: string[] = [];
  const { signal } = new AbortController();
  const options = { folder, registry: join(folder, 'registry'), signal };
  const guard = await createGuard({ ...options, onWarning: (text) => warnings.push(text) });
  for (const by of ['run', 'guard']) {
    const entry = await guard.add('take it off', [step]);
    await put('reset_peer', { timeout: 60_000 });
    const doomed = await client();
    doomed.write('?');
    await until(() => served.length > 0);
    if (by === 'run') await entry.run();
    else expect(await guard.close()).toBe(true);
    expect((await toxiproxy.proxy('link')).toxics).toEqual([]);
  }
  expect(warnings).toEqual([expect.stringMatching(/its connections were cut/)]);
  const told = JSON.parse(await readFile(join(folder, 'undone.ndjson'), 'utf8'));
  expect(told).toMatchObject({ title: 'take it off', error: null, noticed: warnings[0] });
  await rm(folder, { recursive: true, force: true });
});

test('where the proxy, the toxic or Toxiproxy itself is gone, there is nothing to do', async () => {
  expect(await takeToxicOff(step)).toBeNull();
  await toxiproxy.remove('link');
  expect(await takeToxicOff(step)).toBeNull();
  expect(await toxiproxy.proxies()).toEqual([]);
  await toxiproxy.stop();
  expect(await takeToxicOff(step)).toBeNull();
});
