import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { ask, emptyBasket, signedIn } from './build.ts';

// Each of these went wrong once in shops like this one.
describe('faults that must not come back', () => {
  let token = '';
  before(async () => {
    token = await signedIn(1902);
    await emptyBasket(token);
  });

  it('the same order sent twice is one order', async () => {
    const order = { token, key: randomUUID(), body: { items: [{ productId: 4, quantity: 1 }], address: 'Quay 2' } };
    const first = await ask('POST', '/api/orders', order);
    const again = await ask('POST', '/api/orders', order);
    assert.deepEqual([first.status, again.status], [201, 200]);
    assert.equal(again.body.id, first.body.id);
  });

  it('an address is stored to its last character', async () => {
    const address = 'Harbour road 17 b, 20457 Hamburg 0';
    const { body } = await ask('POST', '/api/orders', { token, body: { items: [{ productId: 4 }], address } });
    assert.equal((await ask('GET', `/api/orders/${body.id}`, { token })).body.address, address);
  });

  it('a preference that was written is read at once', async () => {
    for (const value of ['one', 'two', 'three']) {
      assert.equal((await ask('PUT', '/api/preferences/regression', { token, body: { value } })).status, 200);
      assert.equal((await ask('GET', '/api/preferences/regression', { token })).body.value, value);
    }
  });

  it('a basket takes no more than 99 of a product', async () => {
    await ask('POST', '/api/basket', { token, body: { productId: 9, quantity: 60 } });
    const { body } = await ask('POST', '/api/basket', { token, body: { productId: 9, quantity: 60 } });
    assert.equal((body.items as { quantity: number }[])[0]?.quantity, 99);
    await emptyBasket(token);
  });

  it('what is searched for is shown as text, not as markup', async () => {
    const { text } = await ask('GET', '/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E');
    assert(!text.includes('<script>alert(1)'));
    assert.match(text, /&lt;script&gt;/);
  });

  it('the basket of one customer is not shown to another', async () => {
    await ask('POST', '/api/basket', { token, body: { productId: 8, quantity: 1 } });
    const other = await signedIn(1903);
    const { body } = await ask('GET', '/api/basket', { token: other });
    assert(!(body.items as { productId: number }[]).some(({ productId }) => productId === 8));
    await emptyBasket(token);
  });
});
