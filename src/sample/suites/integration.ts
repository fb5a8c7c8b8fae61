import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { ask, emptyBasket, signedIn } from './build.ts';

// What several parts of the shop do together: accounts, catalogue, baskets, orders, the database and the balancer before them.
describe('from the basket to an order', { concurrency: 1 }, () => {
  let token = '';
  let orderId = '';
  const key = randomUUID();
  const prices = new Map<number, number>();

  before(async () => {
    token = await signedIn(1901);
    await emptyBasket(token);
    for (const id of [3, 5]) prices.set(id, Number((await ask('GET', `/api/products/${id}`)).body.priceCents));
  });

  it('what is put into the basket is in it, with its total', async () => {
    await ask('POST', '/api/basket', { token, body: { productId: 3, quantity: 2 } });
    await ask('POST', '/api/basket', { token, body: { productId: 5 } });
    const { body } = await ask('GET', '/api/basket', { token });
    assert.equal((body.items as unknown[]).length, 2);
    assert.equal(body.totalCents, 2 * (prices.get(3) ?? 0) + (prices.get(5) ?? 0));
  });

  it('an order takes what is in the basket, at the prices of the catalogue', async () => {
    const { status, body } = await ask('POST', '/api/orders', { token, key, body: { address: 'Quay 1' } });
    assert.equal(status, 201);
    assert.equal(body.totalCents, 2 * (prices.get(3) ?? 0) + (prices.get(5) ?? 0));
    orderId = String(body.id);
  });

  it('the order is stored, line by line', async () => {
    const { status, body } = await ask('GET', `/api/orders/${orderId}`, { token });
    assert.equal(status, 200);
    assert.deepEqual(body.items, [
      { productId: 3, quantity: 2, priceCents: prices.get(3) },
      { productId: 5, quantity: 1, priceCents: prices.get(5) },
    ]);
  });

  it('the basket is empty afterwards', async () => {
    assert.deepEqual((await ask('GET', '/api/basket', { token })).body, { items: [], totalCents: 0 });
  });

  it('the order is among those of the account', async () => {
    const { body } = await ask('GET', '/api/orders?limit=5', { token });
    assert.equal((body.orders as { id: string }[])[0]?.id, orderId);
  });
});
