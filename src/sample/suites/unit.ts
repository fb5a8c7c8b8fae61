import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { parseDefects } from '../defects.ts';
import { seededRandom } from '../random.ts';
import { totalsOf } from '../shop/basket.ts';
import { type Catalogue, type Product, searchProducts } from '../shop/catalogue.ts';
import { html } from '../shop/html.ts';
import { hashPassword, passwordMatches } from '../shop/password.ts';
import { createSigner } from '../shop/session.ts';
import { defectsOfBuild } from './build.ts';

function product(id: number, name: string, priceCents: number): Product {
  const category = { id: 1, slug: 'kitchen', name: 'Kitchen' };
  return {
    id,
    name,
    description: '',
    priceCents,
    category,
    rating: null,
    recommended: [],
    words: `${name} kitchen`.toLowerCase(),
  };
}

const bowl = product(1, 'Blue bowl', 1250);
const kettle = product(2, 'Kettle', 4999);

describe('baskets', () => {
  const totalCents = totalsOf(defectsOfBuild());
  it('add up to nothing where they are empty', () => assert.equal(totalCents([]), 0));
  it('add up their products', () =>
    assert.equal(
      totalCents([
        { product: bowl, quantity: 1 },
        { product: kettle, quantity: 1 },
      ]),
      6249,
    ));
  it('count each product as often as it is in them', () =>
    assert.equal(totalCents([{ product: bowl, quantity: 3 }]), 3750));
});

describe('search', () => {
  const products = [bowl, kettle];
  const catalogue: Catalogue = { categories: [], products, byId: new Map(), byCategory: new Map() };
  it('finds by a part of the name, in any case', () => assert.deepEqual(searchProducts(catalogue, 'BLUE'), [bowl]));
  it('finds by category', () => assert.equal(searchProducts(catalogue, 'kitchen').length, 2));
  it('finds only what holds every word', () => assert.deepEqual(searchProducts(catalogue, 'kitchen kettle'), [kettle]));
  it('finds nothing for nothing', () => assert.deepEqual(searchProducts(catalogue, '  '), []));
});

describe('sessions', () => {
  const signer = createSigner('a secret of the tests', 'HttpOnly');
  const cookieOf = (value: string) => value.split(';')[0] ?? '';
  it('are read back from their cookie', () => {
    const session = signer.newSession({ userId: 7, role: 'customer' });
    const read = signer.readSession(cookieOf(signer.sessionCookie(session)));
    assert.equal(read.id, session.id);
    assert.deepEqual(read.user, { userId: 7, role: 'customer' });
  });
  it('are new where the cookie was changed', () => {
    const cookie = cookieOf(signer.sessionCookie(signer.newSession({ userId: 7, role: 'customer' })));
    assert.equal(signer.readSession(cookie.replace('.7.', '.8.')).user, null);
  });
  it('end where the token is of another secret', () => {
    const { token } = createSigner('another secret', 'HttpOnly').issueToken({ userId: 7, role: 'customer' });
    assert.equal(signer.readToken(`Bearer ${token}`), null);
  });
  it('end with their time', () => {
    let nowMs = 0;
    const aging = createSigner('a secret of the tests', 'HttpOnly', () => nowMs);
    const { token } = aging.issueToken({ userId: 7, role: 'customer' });
    assert.deepEqual(aging.readToken(`Bearer ${token}`), { userId: 7, role: 'customer' });
    nowMs = 9 * 3_600_000;
    assert.equal(aging.readToken(`Bearer ${token}`), null);
  });
});

describe('pages', () => {
  it('escape what they are given', () =>
    assert.equal(
      html`<p>${'<b>"Tom" & \'Jerry\'</b>'}</p>`.text,
      '<p>&lt;b&gt;&quot;Tom&quot; &amp; &#39;Jerry&#39;&lt;/b&gt;</p>',
    ));
  it('leave markup of their own as it is', () => assert.equal(html`<p>${html`<b>1</b>`}</p>`.text, '<p><b>1</b></p>'));
});

describe('passwords', () => {
  it('match their own hash only', async () => {
    const hash = await hashPassword('correct horse');
    assert.equal(await passwordMatches('correct horse', hash), true);
    assert.equal(await passwordMatches('wrong horse', hash), false);
  });
});

describe('planted defects', () => {
  it('are read from their list', () =>
    assert.deepEqual(parseDefects('slow=250,errors=0.5'), { slowMs: 250, errorRate: 0.5 }));
  it('are refused out of range', () => assert.throws(() => parseDefects('errors=2'), /from 0 to 1/));
  it('fall as their seed says', () => {
    const [one, two] = [seededRandom(3), seededRandom(3)];
    assert.deepEqual([one(), one()], [two(), two()]);
  });
});
