import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Staging } from '../../src/domains/rehearsal/system/staging.ts';
import { onPath } from '../../src/environment/paths.ts';
import { sampleAsLocalSystem } from '../../src/sample/builds.ts';
import { tinyDeployment } from '../domains/rehearsal/tiny.ts';
import { bearerOf, callApi, createShopper, isRunning } from './shopper.ts';

const signal = AbortSignal.timeout(170_000);
const hasRedis = onPath('redis-server').length > 0;
const path = process.env.PATH;
let ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  process.env.PATH = path;
  for (const end of ending.reverse()) await end();
  ending = [];
});

async function staged(): Promise<{ staging: Staging; state(): { shared: { pids: { pid: number }[] } } }> {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-sessions-'));
  const stateFile = join(folder, 'staging.json');
  const deployment = { ...tinyDeployment, readyMs: 30_000, warmUpMs: 0, instances: 2 };
  const system = sampleAsLocalSystem();
  const staging = await Staging.start({ stateFile, folder, deployment, system, healthPath: '/readyz' }, signal);
  ending.push(async () => {
    await staging.end();
    rmSync(folder, { recursive: true, force: true });
  });
  await staging.up('blue', 'v2.0.0', signal);
  await staging.move({ blue: 100 });
  return { staging, state: () => JSON.parse(readFileSync(stateFile, 'utf8')) };
}

async function toGreen(staging: Staging): Promise<void> {
  await staging.up('green', 'v2.1.0', signal);
  await staging.move({ green: 100 });
  await staging.down('blue');
}

it.skipIf(!hasRedis && process.env.CI === undefined)(
  `sessions, baskets and the queue of orders outlive a switch${hasRedis ? '' : ' (needs redis-server)'}`,
  async () => {
    const { staging, state } = await staged();
    const { baseUrl } = staging.switch;
    const [shopper, other] = [createShopper(baseUrl), createShopper(baseUrl)];
    for (const each of [shopper, other]) {
      await each.get('/login');
      const login = { email: 'user0001@shop.test', password: 'ahoy-shipmate' };
      expect((await each.post('/login', login)).status).toBe(303);
      expect((await each.get('/account')).status).toBe(200);
    }
    const bearer = await bearerOf(baseUrl, 'user0001@shop.test', 'ahoy-shipmate');
    const order = async () =>
      (
        await callApi(
          baseUrl,
          'POST',
          '/api/orders',
          { items: [{ productId: 7, quantity: 1 }], address: 'Pier 1' },
          bearer,
        )
      ).json.id as string;
    const takenBy = async (id: string) =>
      (await callApi(baseUrl, 'GET', `/api/orders/${id}`, undefined, bearer)).json.takenBy;
    await callApi(baseUrl, 'POST', '/api/basket', { productId: 7, quantity: 3 }, bearer);
    const before = await Promise.all([order(), order()]);
    for (const id of before) await expect.poll(() => takenBy(id)).toMatch(/^blue-[12]$/);
    await toGreen(staging);
    expect((await shopper.get('/account')).status).toBe(200);
    const basket = await callApi(baseUrl, 'GET', '/api/basket', undefined, bearer);
    expect(JSON.stringify(basket.json)).toMatch(/"quantity":3/);
    const after = await order();
    await expect.poll(() => takenBy(after), { timeout: 15_000 }).toMatch(/^green-[12]$/);
    expect(await takenBy(before[0] ?? '')).toMatch(/^blue-[12]$/);
    // A session that was ended is ended for whoever still has its cookie.
    const copy = createShopper(baseUrl);
    for (const [name, value] of shopper.cookies) copy.cookies.set(name, value);
    expect((await copy.get('/account')).status).toBe(200);
    await shopper.get('/account');
    expect((await shopper.post('/logout', {})).status).toBe(303);
    expect((await copy.get('/account')).status).toBe(303);
    expect((await other.get('/account')).status).toBe(200);
    const pids = state().shared.pids.map(({ pid }) => pid);
    expect(pids).toHaveLength(2);
    await ending.pop()?.();
    await expect.poll(() => pids.filter(isRunning)).toEqual([]);
  },
  180_000,
);

it('without Redis the shop works as before, and says so', async () => {
  process.env.PATH = (path ?? '')
    .split(delimiter)
    .filter((folder) => onPath('redis-server', { PATH: folder }).length === 0)
    .join(delimiter);
  const { staging, state } = await staged();
  expect(state().shared.pids).toHaveLength(1);
  const { baseUrl } = staging.switch;
  const shopper = createShopper(baseUrl);
  await shopper.get('/login');
  await shopper.post('/login', { email: 'user0001@shop.test', password: 'ahoy-shipmate' });
  const log = staging.side('blue')?.instances[0]?.log ?? '';
  await expect.poll(() => readFileSync(log, 'utf8')).toContain('no Redis: sessions are in their cookies alone');
  await toGreen(staging);
  expect((await shopper.get('/account')).status).toBe(200);
}, 180_000);

it('the latest order is told on a WebSocket to those who are signed in, until the instance goes', async () => {
  const { staging } = await staged();
  const url = `${staging.switch.baseUrl.replace('http', 'ws')}/api/orders/live`;
  const bearer = await bearerOf(staging.switch.baseUrl, 'user0001@shop.test', 'ahoy-shipmate');
  const stranger = new WebSocket(url);
  const refused = await new Promise((resolve) => {
    stranger.on('error', () => {});
    stranger.on('unexpected-response', (_, response) => resolve(response.statusCode));
  });
  expect(refused).toBe(401);
  const socket = new WebSocket(url, { headers: bearer });
  const told = new Promise<string>((resolve) => socket.on('message', (data) => resolve(String(data))));
  socket.on('open', () => socket.send('latest'));
  expect(JSON.parse(await told)).toHaveProperty('order');
  const closed = new Promise((resolve) => socket.on('close', resolve));
  await toGreen(staging);
  expect(await closed).toBe(1001);
}, 180_000);
