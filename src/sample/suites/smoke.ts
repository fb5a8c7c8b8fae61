import { strict as assert } from 'node:assert';
import { it } from 'node:test';
import { ask } from './build.ts';

for (const path of ['/', '/products', '/products/1', '/basket', '/login', '/search?q=blue']) {
  it(`GET ${path} answers with a page`, async () => {
    const { status, text } = await ask('GET', path);
    assert.equal(status, 200);
    assert.match(text, /<h1>/);
  });
}

it('GET /api/products answers with products', async () => {
  const { status, body } = await ask('GET', '/api/products?limit=3');
  assert.equal(status, 200);
  assert.equal((body.products as unknown[]).length, 3);
});

it('a page that is not there is not found', async () => {
  assert.equal((await ask('GET', '/no-such-page')).status, 404);
});
