import { randomUUID } from 'node:crypto';
import type { Database } from './database.ts';
import { HttpProblem } from './http.ts';

export interface NewOrder {
  owner: string;
  userId: number | null;
  email: string;
  name: string;
  address: string;
  /** Two orders with the same key are one; null: none. */
  idempotencyKey: string | null;
  /** Absent: what is in the owner's basket, which is emptied. */
  items?: { productId: number; quantity: number }[];
}

export interface OrderHead {
  id: string;
  totalCents: number;
  createdAt: string;
  idempotencyKey: string | null;
}

export interface ListedOrder extends OrderHead {
  address: string;
}

export interface Order extends OrderHead {
  owner: string;
  userId: number | null;
  email: string;
  name: string;
  address: string;
  items: { productId: number; quantity: number; priceCents: number }[];
}

interface ListedRow extends OrderRow {
  address: string;
}

interface OrderRow {
  id: string;
  total_cents: number;
  created_at: Date;
  idempotency_key: string | null;
}

// One statement, so one round trip and one commit: take the lines, price them, store head and lines.
const store = `, lines AS (
    SELECT product_id, quantity, price_cents FROM wanted JOIN products ON products.id = product_id
  ), head AS (
    INSERT INTO orders (id, owner, user_id, email, name, address, idempotency_key, total_cents)
    SELECT $1::uuid, $2, $3::integer, $4, $5, $6, $7::text, (SELECT sum(quantity * price_cents) FROM lines)
    WHERE EXISTS (SELECT FROM lines)
    ON CONFLICT (idempotency_key) DO NOTHING
    RETURNING id, total_cents, created_at, idempotency_key
  ), stored AS (
    INSERT INTO order_items (order_id, product_id, quantity, price_cents) SELECT head.id, lines.* FROM head, lines
  )
  SELECT * FROM head`;
const fromBasketSql = {
  name: 'order-basket',
  text: `WITH wanted AS (DELETE FROM basket_items WHERE owner = $2 RETURNING product_id, quantity)${store}`,
};
const fromItemsSql = {
  name: 'order-items',
  text: `WITH wanted AS (
      SELECT product_id, sum(quantity)::integer AS quantity
      FROM unnest($8::integer[], $9::integer[]) AS u(product_id, quantity) GROUP BY product_id
    )${store}`,
};
const byKeySql = {
  name: 'order-by-key',
  text: `SELECT id, total_cents, created_at, idempotency_key, address FROM orders
    WHERE idempotency_key = $1 AND owner = $2`,
};
const listSql = {
  name: 'orders-of-user',
  text: `SELECT id, total_cents, created_at, idempotency_key, address FROM orders WHERE user_id = $1
    ORDER BY created_at DESC, id DESC LIMIT $2`,
};
const listBeforeSql = {
  name: 'orders-of-user-before',
  text: `SELECT id, total_cents, created_at, idempotency_key, address FROM orders WHERE user_id = $1
    AND (created_at, id) < (SELECT created_at, id FROM orders WHERE id = $3 AND user_id = $1)
    ORDER BY created_at DESC, id DESC LIMIT $2`,
};
const oneSql = {
  name: 'order',
  // Columns by name: a prepared `*` fails as soon as a migration adds one.
  text: `SELECT id, owner, user_id, email, name, address, total_cents, created_at, idempotency_key, (SELECT json_agg(json_build_object(
      'productId', product_id, 'quantity', quantity, 'priceCents', price_cents) ORDER BY product_id)
    FROM order_items WHERE order_id = o.id) AS items FROM orders o WHERE id = $1`,
};

const orderId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface OrderHooks {
  /** Whether it is answered with 500 and not stored. */
  refuses(): boolean;
  /** Decides, order by order, whether it is acknowledged and not stored: the data-losing defect. */
  loses(): boolean;
  /** Whether it is stored a second time, without its key. */
  duplicates(): boolean;
  /** Whether its address is stored with another character. */
  corrupts(): boolean;
  onOrder(id: string): void;
}

export function createOrders(database: Database, { refuses, loses, duplicates, corrupts, onOrder }: OrderHooks) {
  return {
    /**
     * Stores an order.
     * @returns the order, `created` false where the idempotency key was used before; null when there is nothing to order
     */
    async place(order: NewOrder): Promise<{ order: OrderHead; created: boolean } | null> {
      if (refuses()) throw new HttpProblem(500, 'The order could not be taken.');
      if (order.idempotencyKey !== null) {
        const [known] = await database.rows<OrderRow>(byKeySql, [order.idempotencyKey, order.owner]);
        if (known !== undefined) return { order: head(known), created: false };
      }
      const address = corrupts() ? damaged(order.address) : order.address;
      const values: unknown[] = [randomUUID(), order.owner, order.userId, order.email, order.name, address];
      values.push(order.idempotencyKey);
      if (order.items !== undefined) {
        values.push(
          order.items.map((item) => item.productId),
          order.items.map((item) => item.quantity),
        );
      }
      const run = loses() ? database.rowsThenForget : database.rows;
      const [row] = await run<OrderRow>(order.items === undefined ? fromBasketSql : fromItemsSql, values);
      if (row !== undefined) {
        onOrder(row.id);
        if (order.items !== undefined && duplicates()) {
          await database.rows(fromItemsSql, values.with(0, randomUUID()).with(6, null));
        }
        return { order: head(row), created: true };
      }
      if (order.idempotencyKey === null) return null;
      // Another request with the same key was quicker.
      const [other] = await database.rows<OrderRow>(byKeySql, [order.idempotencyKey, order.owner]);
      return other === undefined ? null : { order: head(other), created: false };
    },
    /** Newest first. @param before id of the order that the page begins after; null: at the newest */
    async ofUser(userId: number, limit = 20, before: string | null = null): Promise<ListedOrder[]> {
      if (before === null) return (await database.rows<ListedRow>(listSql, [userId, limit])).map(listed);
      if (!orderId.test(before)) return [];
      return (await database.rows<ListedRow>(listBeforeSql, [userId, limit, before])).map(listed);
    },
    /** By the key it was placed with: for a client that never got the answer. */
    async byKey(key: string, owner: string): Promise<ListedOrder[]> {
      return (await database.rows<ListedRow>(byKeySql, [key, owner])).map(listed);
    },
    async find(id: string): Promise<Order | null> {
      if (!orderId.test(id)) return null;
      type Row = OrderRow & Pick<Order, 'owner' | 'email' | 'name' | 'address' | 'items'> & { user_id: number | null };
      const [row] = await database.rows<Row>(oneSql, [id]);
      if (row === undefined) return null;
      const { owner, email, name, address, items } = row;
      return { ...head(row), owner, userId: row.user_id, email, name, address, items: items ?? [] };
    },
  };
}

function listed(row: ListedRow): ListedOrder {
  return { ...head(row), address: row.address };
}

/** Its last character is another. */
function damaged(text: string): string {
  return `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`;
}

function head(row: OrderRow): OrderHead {
  return {
    id: row.id,
    totalCents: row.total_cents,
    createdAt: row.created_at.toISOString(),
    idempotencyKey: row.idempotency_key,
  };
}
