import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SampleSystem } from '../../src/model/sample-system.ts';
import { demoEmail, demoPassword } from '../../src/sample/seed.ts';
import { sampleDigest } from '../../src/sample/sources.ts';
import { startSample } from '../../src/sample/start.ts';
import { bearerOf, callApi, createShopper } from './shopper.ts';

let system: SampleSystem;
const folder = mkdtempSync(join(tmpdir(), 'sample-log-'));
const log = join(folder, 'shop.log');

beforeAll(async () => {
  system = await startSample({ log, accessLog: true });
});
afterAll(async () => {
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('says what it is made of: sources, version and planted defects', async () => {
  const { artifacts } = (await (await fetch(`${system.baseUrl}/artifacts`)).json()) as { artifacts: unknown };
  expect(artifacts).toEqual([{ name: 'sample-shop', digest: sampleDigest('v2.0.0', {}) }]);
  const others = [sampleDigest('v2.1.0', {}), sampleDigest('v2.0.0', { slowMs: 5 })];
  expect(new Set([sampleDigest('v2.0.0', {}), ...others]).size).toBe(3);
});

it('says how long a delivery takes: as its carrier does or, without it, as is usual', async () => {
  const asked = () => callApi(system.baseUrl, 'GET', '/api/delivery-days');
  expect(await asked()).toMatchObject({ status: 200, json: { days: 2, from: 'carrier' } });
  await system.carrier.close();
  expect(await asked()).toMatchObject({ status: 200, json: { days: 3, from: 'shop' } });
  await system.carrier.open();
  expect(await asked()).toMatchObject({ status: 200, json: { days: 2, from: 'carrier' } });
});

describe('pages', () => {
  it('serves every page to a visitor, with landmarks, language and security headers', async () => {
    const shopper = createShopper(system.baseUrl);
    for (const path of [
      '/',
      '/products',
      '/products?page=3',
      '/categories/tea',
      '/products/1',
      '/search?q=tea',
      '/basket',
      '/login',
      '/register',
    ]) {
      const page = await shopper.get(path);
      expect(page.status, path).toBe(200);
      expect(page.text, path).toMatch(
        /<html lang="en">[\s\S]*<nav aria-label="Main">[\s\S]*<main id="main"[\s\S]*<h1>/,
      );
      expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect((await shopper.get('/nowhere')).status).toBe(404);
    expect((await shopper.get('/products/99999')).status).toBe(404);
    expect((await shopper.get('/checkout')).location).toBe('/basket');
    expect((await shopper.get('/metrics')).status).toBe(404);
  });

  it('escapes what a visitor sends', async () => {
    const { text } = await createShopper(system.baseUrl).get(`/search?q=${encodeURIComponent('<script>"x')}`);
    expect(text).not.toContain('<script>"x');
    expect(text).toContain('&lt;script&gt;&quot;x');
  });

  it('sells to a guest: basket, checkout, order; the order is stored, and hidden from others', async () => {
    const shopper = createShopper(system.baseUrl);
    await shopper.get('/products/7');
    const added = await shopper.post('/basket/items', { product: '7', quantity: '2' });
    expect([added.status, added.location]).toEqual([303, '/basket']);
    expect((await shopper.get('/basket')).text).toContain('(2)');
    await shopper.get('/checkout');
    expect((await shopper.post('/checkout', { name: '', email: '', address: '' })).status).toBe(422);
    const placed = await shopper.post('/checkout', { name: 'A <b>', email: 'a@b.test', address: 'Quay 1' });
    expect(placed.location).toMatch(/^\/orders\/[0-9a-f-]{36}$/);
    const shown = await shopper.get(placed.location);
    expect(shown.text).toContain('A &lt;b&gt;');
    expect((await createShopper(system.baseUrl).get(placed.location)).status).toBe(404);
    expect((await shopper.get('/basket')).text).toContain('basket is empty');
    const client = new pg.Client(system.database.url);
    await client.connect();
    const { rows } = await client.query('SELECT quantity FROM order_items WHERE order_id = $1', [
      placed.location.slice(8),
    ]);
    await client.end();
    expect(rows).toEqual([{ quantity: 2 }]);
  });

  it('refuses a form without its token, and one with the token of another session', async () => {
    const shopper = createShopper(system.baseUrl);
    await shopper.get('/products/7');
    expect((await shopper.post('/basket/items', { csrf: '', product: '7' })).status).toBe(403);
    const other = createShopper(system.baseUrl);
    const token = /name="csrf" value="([^"]+)"/.exec((await other.get('/products/7')).text)?.[1] ?? '';
    expect((await shopper.post('/basket/items', { csrf: token, product: '7' })).status).toBe(403);
    expect((await other.post('/basket/items', { csrf: token, product: '7' })).status).toBe(303);
  });

  it('signs in and out; the account is for its owner, the admin page for admins', async () => {
    const shopper = createShopper(system.baseUrl);
    expect((await shopper.get('/account')).location).toBe('/login?next=%2Faccount');
    await shopper.get('/login?next=/account');
    const before = shopper.cookies.get('shop_session');
    expect((await shopper.post('/login', { email: demoEmail(1), password: 'wrong password' })).status).toBe(401);
    const signedIn = await shopper.post('/login', { email: demoEmail(1), password: demoPassword, next: '//evil.test' });
    expect([signedIn.status, signedIn.location]).toEqual([303, '/account']);
    expect(signedIn.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax/);
    expect(shopper.cookies.get('shop_session')).not.toBe(before);
    expect((await shopper.get('/account')).text).toContain(demoEmail(1));
    expect((await shopper.get('/admin/products')).status).toBe(403);
    await shopper.post('/logout', {});
    expect((await shopper.get('/account')).status).toBe(303);
  });

  it('does not believe a cookie it has not signed', async () => {
    const forged = createShopper(system.baseUrl);
    forged.cookies.set('shop_session', `aaaaaaaaaaaaaaaa.2001.admin.${'0'.repeat(32)}`);
    expect((await forged.get('/admin/products')).status).toBe(303);
  });

  it('lets an admin edit a product, on every instance soon', async () => {
    const admin = createShopper(system.baseUrl);
    await admin.get('/login');
    await admin.post('/login', { email: 'admin@shop.test', password: demoPassword });
    await admin.get('/admin/products/300');
    const fields = { name: 'Edited by hand', description: 'New', price: '12.34' };
    expect((await admin.post('/admin/products/300', fields)).status).toBe(303);
    for (const { url } of system.instances) {
      await expect
        .poll(async () => (await fetch(`${url}/products/300`)).text(), { timeout: 10_000 })
        .toContain('€ 12.34');
    }
  });

  it('registers; again with the same password is signing in, with another it is refused', async () => {
    const form = { name: 'New One', email: 'new.one@mail.test', password: 'long enough' };
    for (const [password, status] of [
      ['short', 422],
      ['long enough', 303],
      ['long enough', 303],
      ['another one', 422],
    ] as const) {
      const shopper = createShopper(system.baseUrl);
      await shopper.get('/register');
      expect((await shopper.post('/register', { ...form, password })).status, password).toBe(status);
    }
  });
});

describe('API', () => {
  it('signs in, orders once for one key, and reads the order back for its owner only', async () => {
    const { baseUrl } = system;
    expect((await callApi(baseUrl, 'GET', '/api/account')).status).toBe(401);
    expect((await callApi(baseUrl, 'POST', '/api/orders', { items: [] }, { authorization: 'Bearer x.y' })).status).toBe(
      401,
    );
    const owner = await bearerOf(baseUrl, demoEmail(2), demoPassword);
    const order = { items: [{ productId: 3, quantity: 2 }, { productId: 3 }, { productId: 9 }] };
    const keyed = { ...owner, 'idempotency-key': 'key-1' };
    const first = await callApi(baseUrl, 'POST', '/api/orders', order, keyed);
    const again = await callApi(baseUrl, 'POST', '/api/orders', order, keyed);
    expect([first.status, again.status, again.json.id]).toEqual([201, 200, first.json.id]);
    const read = await callApi(baseUrl, 'GET', `/api/orders/${first.json.id}`, undefined, owner);
    expect(read.json).toMatchObject({ idempotencyKey: 'key-1', totalCents: first.json.totalCents });
    expect(read.json.items).toMatchObject([
      { productId: 3, quantity: 3 },
      { productId: 9, quantity: 1 },
    ]);
    const byKey = await callApi(baseUrl, 'GET', '/api/orders?idempotencyKey=key-1', undefined, owner);
    expect(byKey.json.orders).toHaveLength(1);
    const stranger = await bearerOf(baseUrl, demoEmail(3), demoPassword);
    expect((await callApi(baseUrl, 'GET', `/api/orders/${first.json.id}`, undefined, stranger)).status).toBe(404);
  });

  it('stores one order when the same key comes many times at once', async () => {
    const owner = await bearerOf(system.baseUrl, demoEmail(4), demoPassword);
    const keyed = { ...owner, 'idempotency-key': 'race' };
    const send = () => callApi(system.baseUrl, 'POST', '/api/orders', { items: [{ productId: 1 }] }, keyed);
    const answers = await Promise.all(Array.from({ length: 12 }, send));
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  it('keeps a basket for a signed-in app', async () => {
    const owner = await bearerOf(system.baseUrl, demoEmail(5), demoPassword);
    const call = (method: string, path: string, body?: unknown) => callApi(system.baseUrl, method, path, body, owner);
    expect((await call('POST', '/api/basket', { productId: 5, quantity: 2 })).status).toBe(201);
    expect((await call('GET', '/api/basket')).json.items).toMatchObject([{ productId: 5, quantity: 2 }]);
    expect((await call('DELETE', '/api/basket/items/5')).json.items).toEqual([]);
    expect((await call('POST', '/api/orders', {})).status).toBe(422);
  });

  it.each([
    ['/api/basket', '{"productId":99999}', 422],
    ['/api/basket', '{"productId":1,"quantity":1.5}', 422],
    ['/api/basket', '[1]', 400],
    ['/api/basket', '{', 400],
    ['/api/orders', '{"items":[null]}', 422],
    ['/api/orders', '{"items":{"__proto__":1}}', 422],
    ['/api/basket', `{"productId":"${'x'.repeat(70_000)}"}`, 413],
  ])('refuses %s %s', async (path, body, status) => {
    const headers = await bearerOf(system.baseUrl, demoEmail(6), demoPassword);
    expect((await fetch(system.baseUrl + path, { method: 'POST', body, headers })).status).toBe(status);
  });

  it('gives an unknown address an account at its first sign-in, but not with a password too short for one', async () => {
    const sign = (password: string) =>
      callApi(system.baseUrl, 'POST', '/api/login', { email: 'pseudo@nym.test', password });
    expect((await sign('short')).status).toBe(401);
    expect((await sign('a pseudonym')).status).toBe(200);
    expect((await sign('a pseudonym')).status).toBe(200);
    expect((await sign('another one')).status).toBe(401);
  });
});

describe('operations', () => {
  it('is healthy and ready, and says what it does in metrics and log', async () => {
    for (const { url, name } of system.instances) {
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      expect((await fetch(`${url}/readyz`)).status).toBe(200);
      await fetch(`${url}/products/11`, { headers: { 'x-request-id': `from-${name}` } });
      const metrics = await (await fetch(`${url}/metrics`)).text();
      expect(metrics).toMatch(
        /http_request_duration_seconds_count\{instance_name="shop-\d",version="v2.0.0",method="GET",route="\/products\/:id",status="200"/,
      );
      expect(metrics).toContain('db_pool_connections{state="total"');
      expect(metrics).toContain('process_resident_memory_bytes');
      await expect.poll(() => readFileSync(log, 'utf8'), { timeout: 5000 }).toContain(`"requestId":"from-${name}"`);
    }
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    const entry = lines.map((line) => JSON.parse(line)).find(({ requestId }) => requestId === 'from-shop-2');
    expect(entry).toMatchObject({ level: 'info', instance: 'shop-2', route: '/products/:id', status: 200 });
    const status = await (await fetch(`${system.balancer.url}/status`)).json();
    expect(status).toMatchObject({ upstreams: [{ ready: true }, { ready: true }, { ready: true }] });
  });
});
