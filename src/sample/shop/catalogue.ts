import type { SampleVersion } from '../../model/sample-system.ts';
import type { Database } from './database.ts';

export interface Category {
  id: number;
  slug: string;
  name: string;
}

export interface Product {
  id: number;
  name: string;
  description: string;
  priceCents: number;
  category: Category;
  /** v2.1.0 */
  rating: number | null;
  /** v2.1.0: product ids, best first. */
  recommended: readonly number[];
  /** For searching: lower case. */
  words: string;
}

export interface Catalogue {
  categories: readonly Category[];
  products: readonly Product[];
  byId: ReadonlyMap<number, Product>;
  byCategory: ReadonlyMap<string, readonly Product[]>;
}

/** Changes of the admin page are seen by the other instances after this. */
const lifeMs = 2000;

export interface CatalogueCache {
  /** The catalogue, at most `lifeMs` old; one load at a time however many ask. */
  get(): Promise<Catalogue> | Catalogue;
  forget(): void;
}

export function createCatalogueCache(database: Database, version: SampleVersion): CatalogueCache {
  let loaded: { catalogue: Catalogue; atMs: number } | undefined;
  let loading: Promise<Catalogue> | undefined;
  const load = async () => {
    try {
      const catalogue = await loadCatalogue(database, version);
      loaded = { catalogue, atMs: Date.now() };
      return catalogue;
    } finally {
      loading = undefined;
    }
  };
  return {
    get() {
      if (loaded !== undefined && Date.now() - loaded.atMs < lifeMs) return loaded.catalogue;
      loading ??= load();
      return loading;
    },
    forget() {
      loaded = undefined;
    },
  };
}

interface ProductRow {
  id: number;
  category_id: number;
  name: string;
  description: string;
  price_cents: number;
  rating?: string | null;
  recommended?: number[] | null;
}

const categoriesSql = { name: 'categories', text: 'SELECT id, slug, name FROM categories ORDER BY id' };
const productsSql: Record<SampleVersion, { name: string; text: string }> = {
  'v2.0.0': {
    name: 'products',
    text: 'SELECT id, category_id, name, description, price_cents FROM products ORDER BY id',
  },
  'v2.1.0': {
    name: 'products-rated',
    text: `SELECT id, category_id, name, description, price_cents, rating, r.recommended
      FROM products LEFT JOIN (
        SELECT product_id, array_agg(recommended_id ORDER BY rank) AS recommended
        FROM product_recommendations GROUP BY product_id
      ) r ON r.product_id = id ORDER BY id`,
  },
};

async function loadCatalogue(database: Database, version: SampleVersion): Promise<Catalogue> {
  const [categories, rows] = await Promise.all([
    database.rows<Category>(categoriesSql),
    database.rows<ProductRow>(productsSql[version]),
  ]);
  const categoryById = new Map(categories.map((category) => [category.id, category]));
  const byCategory = new Map<string, Product[]>(categories.map(({ slug }) => [slug, []]));
  const products: Product[] = [];
  for (const row of rows) {
    const category = categoryById.get(row.category_id);
    if (category === undefined) continue;
    const product: Product = {
      id: row.id,
      name: row.name,
      description: row.description,
      priceCents: row.price_cents,
      category,
      rating: row.rating == null ? null : Number(row.rating),
      recommended: row.recommended ?? [],
      words: `${row.name} ${category.name}`.toLowerCase(),
    };
    products.push(product);
    byCategory.get(category.slug)?.push(product);
  }
  return { categories, products, byId: new Map(products.map((product) => [product.id, product])), byCategory };
}

/** Products whose name or category holds every word. */
export function searchProducts(catalogue: Catalogue, text: string): Product[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 8);
  if (words.length === 0) return [];
  return catalogue.products.filter((product) => words.every((word) => product.words.includes(word)));
}
