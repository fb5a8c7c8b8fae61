import { setTimeout as sleep } from 'node:timers/promises';
import { HttpProblem, json, jsonBody, type Route, type ShopRequest } from './http.ts';
import type { Identity } from './session.ts';
import type { Shop } from './shop.ts';

/** How long the warehouse takes to count, and the carrier to confirm. */
const warehouseMs = 1500;
const carrierMs = 1000;

/** Requests that wait for somebody else: what is still under way when a version is replaced. */
export function slowRoutes(shop: Shop): Route[] {
  return [
    {
      method: 'GET',
      path: '/api/warehouse',
      kind: 'api',
      async handle() {
        await sleep(warehouseMs);
        const { products } = await shop.catalogue.get();
        return json({ counted: products.length });
      },
    },
    {
      method: 'POST',
      path: '/api/orders/confirmed',
      kind: 'api',
      access: 'user',
      async handle(request: ShopRequest) {
        const { productId } = jsonBody(request);
        // What is no id would break the query.
        if (typeof productId !== 'number' || !(Number.isInteger(productId) && productId > 0 && productId < 2 ** 31))
          throw new HttpProblem(422, 'productId: a whole number.');
        await sleep(carrierMs);
        const { userId } = request.user as Identity;
        const key = request.headers['idempotency-key'];
        const placed = await shop.orders.place({
          ...{ owner: `u:${userId}`, userId, email: '', name: '', address: 'confirmed by the carrier' },
          idempotencyKey: typeof key === 'string' ? key : null,
          items: [{ productId, quantity: 1 }],
        });
        if (placed === null) throw new HttpProblem(422, 'There is no such product.');
        return json({ id: placed.order.id, status: 'confirmed' }, placed.created ? 201 : 200);
      },
    },
  ];
}
