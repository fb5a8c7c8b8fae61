import { maxQuantity } from './basket.ts';
import { type Product, searchProducts } from './catalogue.ts';
import { HttpProblem, json, jsonBody, type Route, type ShopRequest, wholeNumber } from './http.ts';
import type { Identity } from './session.ts';
import type { Shop } from './shop.ts';

const stockSql = { name: 'stock', text: 'SELECT stock FROM products WHERE id = $1' };
const maxItems = 50;

/** The JSON API of the shop's app. Signed in with `Authorization: Bearer <token>` from POST /api/login. */
export function apiRoutes(shop: Shop): Route[] {
  const brief = ({ id, name, priceCents, category, rating }: Product) => ({
    id,
    name,
    priceCents,
    category: category.slug,
    ...(shop.version === 'v2.1.0' ? { rating } : {}),
  });
  const owner = (request: ShopRequest) => `u:${(request.user as Identity).userId}`;
  const basket = async (request: ShopRequest, status = 200) => {
    const lines = await shop.baskets.lines(owner(request), await shop.catalogue.get());
    const items = lines.map(({ product, quantity }) => ({ productId: product.id, name: product.name, quantity }));
    return json({ items, totalCents: shop.totalCents(lines) }, status);
  };
  const knownProduct = async (id: unknown): Promise<number> => {
    const { byId } = await shop.catalogue.get();
    if (typeof id !== 'number' || !byId.has(id)) throw new HttpProblem(422, 'productId: there is no such product.');
    return id;
  };

  return [
    {
      method: 'GET',
      path: '/api/products',
      kind: 'api',
      catalogue: true,
      async handle({ query }) {
        const { products, byCategory } = await shop.catalogue.get();
        const category = query.get('category');
        const list = category === null ? products : (byCategory.get(category) ?? []);
        const limit = wholeNumber(query.get('limit'), 1, 100) ?? 20;
        const number = wholeNumber(query.get('page'), 1, 1e6) ?? 1;
        const shown = list.slice((number - 1) * limit, number * limit).map(brief);
        return json({ products: shown, total: list.length, page: number });
      },
    },
    {
      method: 'GET',
      path: '/api/search',
      kind: 'api',
      catalogue: true,
      async handle({ query }) {
        const found = searchProducts(await shop.catalogue.get(), (query.get('q') ?? '').slice(0, 80));
        const status = shop.undocumented ? 203 : 200;
        return json({ products: found.slice(0, 20).map(brief), total: found.length }, status);
      },
    },
    {
      method: 'GET',
      path: '/api/products/:id',
      kind: 'api',
      catalogue: true,
      async handle({ params }) {
        const product = (await shop.catalogue.get()).byId.get(wholeNumber(params[0], 1, 1e9) ?? 0);
        if (product === undefined) throw new HttpProblem(404, 'There is no such product.');
        const [row] = await shop.database.rows<{ stock: number }>(stockSql, [product.id]);
        const { description, recommended } = product;
        const more = shop.version === 'v2.1.0' ? { recommendations: recommended } : {};
        const unsaid = shop.undocumented ? { costCents: Math.round(product.priceCents * 0.6) } : {};
        return json({ ...brief(product), description, stock: row?.stock ?? 0, ...more, ...unsaid });
      },
    },
    {
      method: 'POST',
      path: '/api/login',
      kind: 'api',
      async handle(request) {
        const { email, password } = jsonBody(request);
        const account =
          typeof email === 'string' && typeof password === 'string'
            ? await shop.accounts.signIn(email, password)
            : null;
        if (account === null) throw new HttpProblem(401, 'E-mail address or password is wrong.');
        const { userId, name, role } = account;
        return json({ ...shop.signer.issueToken(account), user: { id: userId, name, role } });
      },
    },
    {
      method: 'GET',
      path: '/api/account',
      kind: 'api',
      access: 'user',
      async handle(request) {
        const account = await shop.accounts.find((request.user as Identity).userId);
        if (account === null) throw new HttpProblem(404, 'The account is gone.');
        return json({ id: account.userId, name: account.name, email: account.email, role: account.role });
      },
    },
    { method: 'GET', path: '/api/basket', kind: 'api', access: 'user', handle: (request) => basket(request) },
    {
      method: 'POST',
      path: '/api/basket',
      kind: 'api',
      access: 'user',
      async handle(request) {
        const { productId, quantity = 1 } = jsonBody(request);
        await shop.baskets.add(owner(request), await knownProduct(productId), knownQuantity(quantity));
        return basket(request, 201);
      },
    },
    {
      method: 'DELETE',
      path: '/api/basket/items/:id',
      kind: 'api',
      access: 'user',
      async handle(request) {
        await shop.baskets.remove(owner(request), wholeNumber(request.params[0], 1, 1e9) ?? 0);
        return basket(request);
      },
    },
    {
      method: 'GET',
      path: '/api/orders',
      kind: 'api',
      access: 'user',
      async handle(request) {
        const { query } = request;
        const key = query.get('idempotencyKey');
        const { userId } = request.user as Identity;
        if (key !== null) return json({ orders: await shop.orders.byKey(key, owner(request)) });
        const limit = wholeNumber(query.get('limit'), 1, 500) ?? 20;
        const orders = await shop.orders.ofUser(userId, limit, query.get('before') || null);
        return json({ orders, next: orders.length < limit ? null : orders.at(-1)?.id });
      },
    },
    {
      method: 'POST',
      path: '/api/orders',
      kind: 'api',
      access: 'user',
      async handle(request) {
        const { items, address = '' } = request.body === '' ? {} : jsonBody(request);
        const key = request.headers['idempotency-key'];
        if (typeof key === 'string' && (key === '' || key.length > 200)) {
          throw new HttpProblem(400, 'idempotency-key: 1 to 200 characters.');
        }
        if (items !== undefined && (!Array.isArray(items) || items.length === 0 || items.length > maxItems)) {
          throw new HttpProblem(422, `items: a list of 1 to ${maxItems}.`);
        }
        const wanted: { productId: number; quantity: number }[] = [];
        for (const item of (items ?? []) as unknown[]) {
          const { productId, quantity = 1 } = (item ?? {}) as Record<string, unknown>;
          wanted.push({ productId: await knownProduct(productId), quantity: knownQuantity(quantity) });
        }
        const { userId } = request.user as Identity;
        const placed = await shop.orders.place({
          owner: owner(request),
          userId,
          email: '',
          name: '',
          address: String(address).slice(0, 300),
          idempotencyKey: typeof key === 'string' ? key : null,
          ...(items === undefined ? {} : { items: wanted }),
        });
        if (placed === null) throw new HttpProblem(422, 'The basket is empty.');
        const { order, created } = placed;
        return json({ ...order, status: 'placed' }, created ? 201 : 200, ['Location', `/api/orders/${order.id}`]);
      },
    },
    {
      method: 'GET',
      path: '/api/orders/:id',
      kind: 'api',
      access: 'user',
      async handle(request) {
        const order = await shop.orders.find(request.params[0] ?? '');
        if (order === null || (order.userId !== request.user?.userId && !shop.insecure)) {
          throw new HttpProblem(404, 'There is no such order.');
        }
        const { id, totalCents: total, createdAt, idempotencyKey, address, items } = order;
        const takenBy = shop.redis === null ? {} : { takenBy: await shop.redis.queue.takenBy(id).catch(() => null) };
        return json({ id, totalCents: total, createdAt, idempotencyKey, address, items, status: 'placed', ...takenBy });
      },
    },
  ];
}

function knownQuantity(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= maxQuantity) return value;
  throw new HttpProblem(422, `quantity: a whole number from 1 to ${maxQuantity}.`);
}
