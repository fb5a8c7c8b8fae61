import type { Product } from '../catalogue.ts';
import { type Html, html } from '../html.ts';
import { HttpProblem, page, type Route, type ShopRequest, seeOther, wholeNumber } from '../http.ts';
import type { Shop } from '../shop.ts';
import { alert, csrfField, layout, money } from './layout.ts';

const updateSql = {
  name: 'product-update',
  text: 'UPDATE products SET name = $2, description = $3, price_cents = $4, updated_at = now() WHERE id = $1',
};

/** For the role admin: list and edit products. */
export function adminPages(shop: Shop): Route[] {
  const find = async (request: ShopRequest): Promise<Product> => {
    const product = (await shop.catalogue.get()).byId.get(wholeNumber(request.params[0], 1, 1e9) ?? 0);
    if (product === undefined) throw new HttpProblem(404, 'There is no such product.');
    return product;
  };
  return [
    {
      method: 'GET',
      path: '/admin/products',
      kind: 'page',
      access: 'admin',
      async handle(request) {
        const { products } = await shop.catalogue.get();
        const rows = products.map(
          ({ id, name, priceCents }) =>
            html`<tr><th scope="row"><a href="/admin/products/${id}">${name}</a></th><td class="number">${money(priceCents)}</td></tr>`,
        );
        const table = html`<table><thead><tr><th scope="col">Product</th><th scope="col" class="number">Price</th></tr></thead><tbody>${rows}</tbody></table>`;
        return page(layout(shop, request, 'Products', html`<h1>Products</h1>${table}`));
      },
    },
    {
      method: 'GET',
      path: '/admin/products/:id',
      kind: 'page',
      access: 'admin',
      handle: async (request) => page(editPage(shop, request, await find(request), null)),
    },
    {
      method: 'POST',
      path: '/admin/products/:id',
      kind: 'page',
      access: 'admin',
      async handle(request) {
        const product = await find(request);
        const form = new URLSearchParams(request.body);
        const name = (form.get('name') ?? '').trim().slice(0, 200);
        const description = (form.get('description') ?? '').trim().slice(0, 2000);
        const euros = form.get('price') ?? '';
        if (name === '' || !/^\d{1,6}([.,]\d{1,2})?$/.test(euros)) {
          const message = 'A name and a price such as 12.50 are needed.';
          return page(editPage(shop, request, product, message), 422);
        }
        const cents = Math.round(Number(euros.replace(',', '.')) * 100);
        await shop.database.rows(updateSql, [product.id, name, description, cents]);
        shop.catalogue.forget();
        return seeOther('/admin/products');
      },
    },
  ];
}

function editPage(shop: Shop, request: ShopRequest, product: Product, message: string | null): Html {
  return layout(
    shop,
    request,
    `Edit ${product.name}`,
    html`<h1>Edit ${product.name}</h1>
${alert(message)}
<form action="/admin/products/${product.id}" method="post" class="stack">
${csrfField(request)}
<label for="name">Name</label>
<input id="name" name="name" maxlength="200" required value="${product.name}">
<label for="description">Description</label>
<textarea id="description" name="description" rows="4" maxlength="2000">${product.description}</textarea>
<label for="price">Price in euros</label>
<input id="price" name="price" inputmode="decimal" required value="${(product.priceCents / 100).toFixed(2)}">
<button type="submit">Save</button>
</form>`,
  );
}
