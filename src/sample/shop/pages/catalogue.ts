import { type Category, type Product, searchProducts } from '../catalogue.ts';
import { type Html, html } from '../html.ts';
import { HttpProblem, page, type Route, type ShopRequest, wholeNumber } from '../http.ts';
import type { Shop } from '../shop.ts';
import { csrfField, layout, money } from './layout.ts';

const pageSize = 24;
const stockSql = { name: 'stock', text: 'SELECT stock FROM products WHERE id = $1' };

/** Home, catalogue, product and search pages. */
export function cataloguePages(shop: Shop): Route[] {
  const show = (request: ShopRequest, title: string, main: Html, status = 200) =>
    page(layout(shop, request, title, main), status);

  return [
    {
      method: 'GET',
      path: '/',
      kind: 'page',
      catalogue: true,
      async handle(request) {
        const { categories, products } = await shop.catalogue.get();
        const featured = products.filter(({ id }) => id % 61 === 1).slice(0, 8);
        return show(
          request,
          'Home',
          html`<h1>Good things for the house</h1>
<p class="lead">Small batches, fair prices, sent the day you order.</p>
<h2>Categories</h2>
${categoryList(categories)}
<h2>Picked for you</h2>
${grid(featured)}`,
        );
      },
    },
    {
      method: 'GET',
      path: '/products',
      kind: 'page',
      catalogue: true,
      async handle(request) {
        const { categories, products } = await shop.catalogue.get();
        return show(
          request,
          'Catalogue',
          html`<h1>Catalogue</h1>${categoryList(categories)}${paged(products, request, '/products')}`,
        );
      },
    },
    {
      method: 'GET',
      path: '/categories/:slug',
      kind: 'page',
      catalogue: true,
      async handle(request) {
        const { categories, byCategory } = await shop.catalogue.get();
        const slug = request.params[0] ?? '';
        const category = categories.find((each) => each.slug === slug);
        if (category === undefined) throw new HttpProblem(404, 'There is no such category.');
        const list = byCategory.get(slug) ?? [];
        return show(
          request,
          category.name,
          html`<h1>${category.name}</h1>${categoryList(categories, slug)}${paged(list, request, `/categories/${slug}`)}`,
        );
      },
    },
    {
      method: 'GET',
      path: '/products/:id',
      kind: 'page',
      catalogue: true,
      async handle(request) {
        const { byId } = await shop.catalogue.get();
        const product = byId.get(wholeNumber(request.params[0], 1, 1e9) ?? 0);
        if (product === undefined) throw new HttpProblem(404, 'There is no such product.');
        const [row] = await shop.database.rows<{ stock: number }>(stockSql, [product.id]);
        return show(request, product.name, productPage(request, product, row?.stock ?? 0, byId));
      },
    },
    {
      method: 'GET',
      path: '/search',
      kind: 'page',
      catalogue: true,
      async handle(request) {
        const text = (request.query.get('q') ?? '').slice(0, 80);
        const found = searchProducts(await shop.catalogue.get(), text);
        const path = `/search?q=${encodeURIComponent(text)}`;
        return show(
          request,
          'Search',
          html`<h1>Search</h1>
<p role="status">${found.length} ${found.length === 1 ? 'product' : 'products'} for “${text}”</p>
${paged(found, request, path)}`,
        );
      },
    },
  ];
}

function productPage(request: ShopRequest, product: Product, stock: number, byId: ReadonlyMap<number, Product>): Html {
  const recommended = product.recommended.flatMap((id) => byId.get(id) ?? []);
  return html`<nav aria-label="Breadcrumb" class="crumbs"><a href="/products">Catalogue</a> / <a href="/categories/${product.category.slug}">${product.category.name}</a></nav>
<article class="product">
<div class="picture tint-${product.category.id}" aria-hidden="true">${product.category.name.slice(0, 1)}</div>
<div>
<h1>${product.name}</h1>
${product.rating !== null && html`<p class="rating">Rated ${product.rating.toFixed(1)} of 5</p>`}
<p class="price">${money(product.priceCents)}</p>
<p>${product.description}</p>
<p class="stock">${stock > 0 ? `${stock} in stock` : 'Sold out: sent when it is back'}</p>
<form action="/basket/items" method="post" class="row">
${csrfField(request)}
<input type="hidden" name="product" value="${product.id}">
<label for="quantity">Quantity</label>
<input id="quantity" name="quantity" type="number" min="1" max="99" value="1" required>
<button type="submit">Add to basket</button>
</form>
</div>
</article>
${recommended.length > 0 && html`<h2>You may also like</h2>${grid(recommended)}`}`;
}

function categoryList(categories: readonly Category[], current = ''): Html {
  const items = categories.map(
    ({ slug, name }) =>
      html`<li><a href="/categories/${slug}"${slug === current && html` aria-current="page"`}>${name}</a></li>`,
  );
  return html`<nav aria-label="Categories"><ul class="categories">${items}</ul></nav>`;
}

/** A product's card never changes while the catalogue lives, and a page has 24 of them. */
const cards = new WeakMap<Product, Html>();

function card(product: Product): Html {
  let known = cards.get(product);
  if (known === undefined) {
    known = html`<li class="card"><a href="/products/${product.id}">
<span class="picture tint-${product.category.id}" aria-hidden="true">${product.category.name.slice(0, 1)}</span>
<span class="name">${product.name}</span></a>
<span class="price">${money(product.priceCents)}</span></li>
`;
    cards.set(product, known);
  }
  return known;
}

function grid(products: readonly Product[]): Html {
  return html`<ul class="grid">${products.map(card)}</ul>`;
}

function paged(products: readonly Product[], request: ShopRequest, path: string): Html {
  const pages = Math.max(1, Math.ceil(products.length / pageSize));
  const number = wholeNumber(request.query.get('page'), 1, pages) ?? 1;
  const shown = products.slice((number - 1) * pageSize, number * pageSize);
  const join = path.includes('?') ? '&' : '?';
  return html`${grid(shown)}
${
  pages > 1 &&
  html`<nav aria-label="Pages" class="pages">
${number > 1 && html`<a rel="prev" href="${path}${join}page=${number - 1}">Previous</a>`}
<span>Page ${number} of ${pages}</span>
${number < pages && html`<a rel="next" href="${path}${join}page=${number + 1}">Next</a>`}
</nav>`
}`;
}
