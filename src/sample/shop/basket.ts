import type { SampleDefects } from '../defects.ts';
import type { Catalogue, Product } from './catalogue.ts';
import type { Database } from './database.ts';

export interface BasketLine {
  product: Product;
  quantity: number;
}

export const maxQuantity = 99;

const listSql = {
  name: 'basket',
  text: 'SELECT product_id, quantity FROM basket_items WHERE owner = $1 ORDER BY product_id LIMIT 200',
};
const addSql = {
  name: 'basket-add',
  text: `INSERT INTO basket_items (owner, product_id, quantity) VALUES ($1, $2, $3)
    ON CONFLICT (owner, product_id) DO UPDATE SET quantity = least(basket_items.quantity + excluded.quantity, ${maxQuantity})`,
};
const setSql = {
  name: 'basket-set',
  text: 'UPDATE basket_items SET quantity = $3 WHERE owner = $1 AND product_id = $2',
};
const removeSql = { name: 'basket-remove', text: 'DELETE FROM basket_items WHERE owner = $1 AND product_id = $2' };
const countSql = {
  name: 'basket-count',
  text: 'SELECT coalesce(sum(quantity), 0)::integer AS count FROM basket_items WHERE owner = $1',
};

/** Baskets by owner: `s:<session id>` or `u:<user id>`. */
export function createBaskets(database: Database) {
  return {
    async lines(owner: string, catalogue: Catalogue): Promise<BasketLine[]> {
      const rows = await database.rows<{ product_id: number; quantity: number }>(listSql, [owner]);
      return rows.flatMap(({ product_id, quantity }) => {
        const product = catalogue.byId.get(product_id);
        return product === undefined ? [] : [{ product, quantity }];
      });
    },
    /** Pieces in the basket. */
    async count(owner: string): Promise<number> {
      return (await database.rows<{ count: number }>(countSql, [owner]))[0]?.count ?? 0;
    },
    async add(owner: string, productId: number, quantity: number): Promise<void> {
      await database.rows(addSql, [owner, productId, quantity]);
    },
    async set(owner: string, productId: number, quantity: number): Promise<void> {
      await database.rows(setSql, [owner, productId, quantity]);
    },
    async remove(owner: string, productId: number): Promise<void> {
      await database.rows(removeSql, [owner, productId]);
    },
  };
}

/** What adds up a basket, in a build with these defects. */
export function totalsOf({ wrongTotals = false }: Pick<SampleDefects, 'wrongTotals'>) {
  return (lines: readonly BasketLine[]): number =>
    lines.reduce((sum, { product, quantity }) => sum + product.priceCents * (wrongTotals ? 1 : quantity), 0);
}
