import type pg from 'pg';
import type { SampleVersion } from '../model/sample-system.ts';
import { seededRandom } from './random.ts';
import { hashPassword } from './shop/password.ts';

/** The whole demo data is a function of the seed. */
export const demoProducts = 500;
export const demoUsers = 2000;
/** Of every demo customer, and of admin@shop.test. */
export const demoPassword = 'ahoy-shipmate';

/** `user0001@shop.test` … `user2000@shop.test` */
export function demoEmail(number: number): string {
  return `user${String(number).padStart(4, '0')}@shop.test`;
}

const categories = [
  'Tea',
  'Coffee',
  'Chocolate',
  'Kitchen',
  'Tableware',
  'Linen',
  'Candles',
  'Books',
  'Garden',
  'Toys',
];
const qualities = [
  'Northern',
  'Quiet',
  'Golden',
  'Harbour',
  'Old Town',
  'Winter',
  'Copper',
  'Wild',
  'Silver',
  'Meadow',
];
const things: Record<string, readonly string[]> = {
  Tea: ['Breakfast Blend', 'Sencha', 'Rooibos', 'Earl Grey', 'Oolong'],
  Coffee: ['Espresso Roast', 'Filter Roast', 'Cold Brew', 'Decaf', 'Single Origin'],
  Chocolate: ['Dark Bar', 'Milk Bar', 'Pralines', 'Drinking Chocolate', 'Nougat'],
  Kitchen: ['Chef Knife', 'Cast-Iron Pan', 'Whisk', 'Chopping Board', 'Scale'],
  Tableware: ['Mug', 'Bowl', 'Dinner Plate', 'Carafe', 'Tumbler'],
  Linen: ['Napkin', 'Tea Towel', 'Tablecloth', 'Apron', 'Cushion'],
  Candles: ['Pillar Candle', 'Scented Candle', 'Tea Lights', 'Lantern', 'Candlestick'],
  Books: ['Cookbook', 'Field Guide', 'Atlas', 'Notebook', 'Almanac'],
  Garden: ['Trowel', 'Watering Can', 'Seed Box', 'Planter', 'Gloves'],
  Toys: ['Wooden Boat', 'Spinning Top', 'Kite', 'Building Blocks', 'Puzzle'],
};
const givenNames = ['Ada', 'Bo', 'Chidi', 'Dana', 'Emre', 'Fleur', 'Goran', 'Hana', 'Ivo', 'Jun', 'Kaja', 'Luis'];
const familyNames = ['Okafor', 'Lindqvist', 'Marsh', 'Novak', 'Santos', 'Tanaka', 'Weber', 'Yilmaz', 'Zhou', 'Brandt'];

/** Fills an empty, migrated database; does nothing where there are products already. */
export async function seedDatabase(client: pg.ClientBase, version: SampleVersion, seed: number): Promise<void> {
  const { rows } = await client.query('SELECT 1 FROM products LIMIT 1');
  if (rows.length === 0) await seedShop(client, seed);
  if (version === 'v2.1.0') await backfillRecommendations(client, seed);
}

async function seedShop(client: pg.ClientBase, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  await client.query(
    'INSERT INTO categories SELECT ordinality, lower(name), name FROM unnest($1::text[]) WITH ORDINALITY AS c(name, ordinality)',
    [categories],
  );
  const products = Array.from({ length: demoProducts }, (_, index) => {
    const category = index % categories.length;
    const kind = pick(things[categories[category] ?? ''] ?? ['Thing']);
    const name = `${pick(qualities)} ${kind} No. ${index + 1}`;
    return {
      id: index + 1,
      category_id: category + 1,
      name,
      description: `${name}: made in small batches, tested by our own crew, and sent the day it is ordered.`,
      price_cents: 190 + Math.floor(random() ** 2 * 12_000),
      stock: Math.floor(random() * 200),
    };
  });
  await client.query(
    `INSERT INTO products (id, category_id, name, description, price_cents, stock)
     SELECT id, category_id, name, description, price_cents, stock FROM json_populate_recordset(NULL::products, $1)`,
    [JSON.stringify(products)],
  );
  // One hash for all, as they all have the same password: 2,000 of them would take longer than the rest of the start.
  const hash = await hashPassword(demoPassword);
  const users = Array.from({ length: demoUsers }, (_, index) => ({
    email: demoEmail(index + 1),
    name: `${pick(givenNames)} ${pick(familyNames)}`,
    password_hash: hash,
    role: 'customer',
  }));
  users.push({ email: 'admin@shop.test', name: 'Robin Harbour', password_hash: hash, role: 'admin' });
  await client.query(
    `INSERT INTO users (email, name, password_hash, role)
     SELECT email, name, password_hash, role FROM json_populate_recordset(NULL::users, $1)`,
    [JSON.stringify(users)],
  );
}

async function backfillRecommendations(client: pg.ClientBase, seed: number): Promise<void> {
  const random = seededRandom(seed + 1);
  const ratings = Array.from({ length: demoProducts }, () => Math.round(25 + random() * 25) / 10);
  await client.query(
    `UPDATE products SET rating = r.rating FROM unnest($1::numeric[]) WITH ORDINALITY AS r(rating, id)
     WHERE products.id = r.id AND products.rating IS NULL`,
    [ratings],
  );
  // The next four of the same category, round and round: deterministic, and every product has some.
  await client.query(
    `INSERT INTO product_recommendations (product_id, recommended_id, rank)
     SELECT p.id, (p.id - 1 + k * $1) % $2 + 1, k FROM products p, generate_series(1, 4) AS k ON CONFLICT DO NOTHING`,
    [categories.length, demoProducts],
  );
}
