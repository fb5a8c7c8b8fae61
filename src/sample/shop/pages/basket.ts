import { type BasketLine, maxQuantity } from '../basket.ts';
import { type Html, html } from '../html.ts';
import { HttpProblem, page, type Route, type ShopRequest, seeOther, wholeNumber } from '../http.ts';
import type { Shop } from '../shop.ts';
import { alert, csrfField, layout, money } from './layout.ts';

export function basketOwner(request: ShopRequest): string {
  return `s:${request.session.id}`;
}

/** Basket and checkout. */
export function basketPages(shop: Shop): Route[] {
  /** Back to the basket, with the number of pieces in a cookie for the page's head. */
  const backToBasket = async (owner: string) => {
    const count = await shop.baskets.count(owner);
    return seeOther('/basket', ['Set-Cookie', `shop_basket=${count}; Path=/; SameSite=Lax; HttpOnly`]);
  };

  return [
    {
      method: 'GET',
      path: '/basket',
      kind: 'page',
      async handle(request) {
        const lines = await shop.baskets.lines(basketOwner(request), await shop.catalogue.get());
        return page(layout(shop, request, 'Basket', html`<h1>Basket</h1>${basketTable(shop, request, lines)}`));
      },
    },
    {
      method: 'POST',
      path: '/basket/items',
      kind: 'page',
      async handle(request) {
        const form = new URLSearchParams(request.body);
        const { byId } = await shop.catalogue.get();
        const product = byId.get(wholeNumber(form.get('product'), 1, 1e9) ?? 0);
        const quantity = wholeNumber(form.get('quantity') ?? '1', 1, maxQuantity);
        if (product === undefined) throw new HttpProblem(404, 'There is no such product.');
        if (quantity === null) throw new HttpProblem(400, `Choose a quantity from 1 to ${maxQuantity}.`);
        await shop.baskets.add(basketOwner(request), product.id, quantity);
        return backToBasket(basketOwner(request));
      },
    },
    {
      method: 'POST',
      path: '/basket/items/:id',
      kind: 'page',
      async handle(request) {
        const product = wholeNumber(request.params[0], 1, 1e9) ?? 0;
        const quantity = wholeNumber(new URLSearchParams(request.body).get('quantity'), 0, maxQuantity);
        if (quantity === null) throw new HttpProblem(400, `Choose a quantity from 0 to ${maxQuantity}.`);
        if (quantity === 0) await shop.baskets.remove(basketOwner(request), product);
        else await shop.baskets.set(basketOwner(request), product, quantity);
        return backToBasket(basketOwner(request));
      },
    },
    {
      method: 'GET',
      path: '/checkout',
      kind: 'page',
      async handle(request) {
        const lines = await shop.baskets.lines(basketOwner(request), await shop.catalogue.get());
        if (lines.length === 0) return seeOther('/basket');
        const account = request.user === null ? null : await shop.accounts.find(request.user.userId);
        const known = { name: account?.name ?? '', email: account?.email ?? '', address: '' };
        return page(checkoutPage(shop, request, shop.totalCents(lines), known, null));
      },
    },
    {
      method: 'POST',
      path: '/checkout',
      kind: 'page',
      async handle(request) {
        const form = new URLSearchParams(request.body);
        const field = (name: string) => (form.get(name) ?? '').trim().slice(0, 300);
        const given = { name: field('name'), email: field('email'), address: field('address') };
        const card = field('card').replace(/[\s-]/g, '');
        if (card !== '' && !isCardNumber(card)) {
          const lines = await shop.baskets.lines(basketOwner(request), await shop.catalogue.get());
          const message = 'There is no card with this card number. Check it, or leave it empty to pay on delivery.';
          return page(checkoutPage(shop, request, shop.totalCents(lines), given, message), 422);
        }
        if (given.name === '' || !given.email.includes('@') || given.address === '') {
          const lines = await shop.baskets.lines(basketOwner(request), await shop.catalogue.get());
          const message = 'Name, e-mail address and delivery address are needed.';
          return page(checkoutPage(shop, request, shop.totalCents(lines), given, message), 422);
        }
        const placed = await shop.orders.place({
          owner: basketOwner(request),
          userId: request.user?.userId ?? null,
          ...given,
          idempotencyKey: null,
        });
        if (placed === null) return seeOther('/basket');
        return seeOther(`/orders/${placed.order.id}`, [
          'Set-Cookie',
          'shop_basket=0; Path=/; SameSite=Lax; HttpOnly; Max-Age=0',
        ]);
      },
    },
  ];
}

/** By its check digit (ISO/IEC 7812-1, Luhn). The number itself is kept nowhere. */
function isCardNumber(digits: string): boolean {
  if (!/^\d{12,19}$/.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

function basketTable(shop: Shop, request: ShopRequest, lines: readonly BasketLine[]): Html {
  if (lines.length === 0) return html`<p>Your basket is empty. <a href="/products">Look around</a>.</p>`;
  const rows = lines.map(
    ({ product, quantity }) => html`<tr>
<th scope="row"><a href="/products/${product.id}">${product.name}</a></th>
<td><form action="/basket/items/${product.id}" method="post" class="row">${csrfField(request)}
<label class="hidden" for="quantity-${product.id}">Quantity of ${product.name}</label>
<input id="quantity-${product.id}" name="quantity" type="number" min="0" max="${maxQuantity}" value="${quantity}" required>
<button type="submit" class="quiet" aria-label="Update the quantity of ${product.name}">Update</button></form></td>
<td class="number">${money(product.priceCents * quantity)}</td>
</tr>`,
  );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Products in the basket"><table>
<thead><tr><th scope="col">Product</th><th scope="col">Quantity</th><th scope="col" class="number">Price</th></tr></thead>
<tbody>${rows}</tbody>
<tfoot><tr><th scope="row" colspan="2">Total</th><td class="number">${money(shop.totalCents(lines))}</td></tr></tfoot>
</table></div>
<p><a class="button" href="/checkout">Check out</a></p>`;
}

function checkoutPage(
  shop: Shop,
  request: ShopRequest,
  cents: number,
  given: { name: string; email: string; address: string },
  message: string | null,
): Html {
  return layout(
    shop,
    request,
    'Checkout',
    html`<h1>Checkout</h1>
${alert(message)}
<p>Total: <strong>${money(cents)}</strong></p>
<form action="/checkout" method="post" class="stack">
${csrfField(request)}
<label for="name">Name</label>
<input id="name" name="name" autocomplete="name" maxlength="120" required value="${given.name}">
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="email" maxlength="200" required value="${given.email}">
${shop.defects.has('unlabelled') ? html`<span>Delivery address</span>` : html`<label for="address">Delivery address</label>`}
<textarea id="address" name="address" rows="3" autocomplete="street-address" maxlength="300" required>${given.address}</textarea>
<label for="card">Card number</label>
<input id="card" name="card" inputmode="numeric" autocomplete="cc-number" maxlength="23" aria-describedby="card-rule">
<p id="card-rule" class="note">Leave it empty to pay on delivery.</p>
<button type="submit">Place the order</button>
</form>`,
  );
}
