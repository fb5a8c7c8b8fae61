import { strict as assert } from 'node:assert';
import { before, describe, it } from 'node:test';
import { ask, emptyBasket, isRated, signedIn } from './build.ts';

describe('products', () => {
  it('are listed page by page', async () => {
    const first = await ask('GET', '/api/products?limit=5&page=1');
    const second = await ask('GET', '/api/products?limit=5&page=2');
    const ids = ({ body }: typeof first) => (body.products as { id: number }[]).map(({ id }) => id);
    assert.equal(new Set([...ids(first), ...ids(second)]).size, 10);
    assert.equal(typeof first.body.total, 'number');
  });
  it('have the fields of this version', async () => {
    const { body } = await ask('GET', '/api/products/12');
    const wanted = ['id', 'name', 'priceCents', 'category', 'description', 'stock'];
    const more = isRated() ? ['rating', 'recommendations'] : [];
    assert.deepEqual(Object.keys(body).sort(), [...wanted, ...more].sort());
  });
  it('that are not there are not found', async () => {
    assert.equal((await ask('GET', '/api/products/999999')).status, 404);
  });
  it('are found by their words', async () => {
    const { body } = await ask('GET', '/api/search?q=zzzz-nothing');
    assert.deepEqual(body, { products: [], total: 0 });
  });
});

describe('signing in', () => {
  it('is refused with a wrong password', async () => {
    const answer = await ask('POST', '/api/login', { body: { email: 'admin@shop.test', password: 'wrong-password' } });
    assert.equal(answer.status, 401);
    assert.equal(answer.body.token, undefined);
  });
  it('is needed for an account', async () => {
    for (const path of ['/api/account', '/api/basket', '/api/orders'])
      assert.equal((await ask('GET', path)).status, 401);
  });
  it('shows the account it is for', async () => {
    const token = await signedIn(1904);
    const { status, body } = await ask('GET', '/api/account', { token });
    assert.equal(status, 200);
    assert.equal(body.role, 'customer');
  });
});

describe('baskets and orders', () => {
  let token = '';
  before(async () => {
    token = await signedIn(1905);
    await emptyBasket(token);
  });
  it('a basket gives the total of what is in it', async () => {
    const { body: product } = await ask('GET', '/api/products/20');
    const { status, body } = await ask('POST', '/api/basket', { token, body: { productId: 20, quantity: 4 } });
    assert.equal(status, 201);
    assert.equal(body.totalCents, 4 * Number(product.priceCents));
    await emptyBasket(token);
  });
  it('a quantity that makes no sense is refused', async () => {
    for (const quantity of [0, -1, 100, 1.5, 'two']) {
      const { status } = await ask('POST', '/api/basket', { token, body: { productId: 20, quantity } });
      assert.equal(status, 422);
    }
  });
  it('an order is answered with where it is', async () => {
    const { status, headers, body } = await ask('POST', '/api/orders', { token, body: { items: [{ productId: 20 }] } });
    assert.equal(status, 201);
    assert.equal(headers.get('location'), `/api/orders/${body.id}`);
  });
  it('an empty basket cannot be ordered', async () => {
    assert.equal((await ask('POST', '/api/orders', { token, body: {} })).status, 422);
  });
  it('an order of somebody else is not found', async () => {
    const { body } = await ask('POST', '/api/orders', { token, body: { items: [{ productId: 20 }] } });
    assert.equal((await ask('GET', `/api/orders/${body.id}`, { token: await signedIn(1904) })).status, 404);
  });
});
