import { minPasswordLength } from '../accounts.ts';
import { type Html, html } from '../html.ts';
import { HttpProblem, page, type Reply, type Route, type ShopRequest, seeOther } from '../http.ts';
import type { Order, OrderHead } from '../orders.ts';
import type { Identity } from '../session.ts';
import type { Shop } from '../shop.ts';
import { basketOwner } from './basket.ts';
import { alert, csrfField, layout, money } from './layout.ts';

/** Sign in, sign out, register, account and orders. */
export function accountPages(shop: Shop): Route[] {
  // The session keeps its id, so the basket stays; its signed value and CSRF token change with the user.
  const signedIn = async (request: ShopRequest, user: Identity, next: string): Promise<Reply> => {
    await shop.redis?.sessions.begin(request.session.id, user);
    return seeOther(next, ['Set-Cookie', shop.signer.sessionCookie(shop.signer.newSession(user, request.session.id))]);
  };

  return [
    {
      method: 'GET',
      path: '/login',
      kind: 'page',
      handle: (request) => page(loginPage(shop, request, request.query.get('next') ?? '', null)),
    },
    {
      method: 'POST',
      path: '/login',
      kind: 'page',
      async handle(request) {
        const form = new URLSearchParams(request.body);
        const account = await shop.accounts.signIn(form.get('email') ?? '', form.get('password') ?? '');
        const next = form.get('next') ?? '';
        if (account !== null) return signedIn(request, account, shop.insecure && next !== '' ? next : localPath(next));
        return page(loginPage(shop, request, next, 'E-mail address or password is wrong.'), 401);
      },
    },
    {
      method: 'POST',
      path: '/logout',
      kind: 'page',
      async handle(request) {
        await shop.redis?.sessions.end(request.session.id);
        return seeOther('/', ['Set-Cookie', shop.signer.sessionCookie(shop.signer.newSession())]);
      },
    },
    {
      method: 'GET',
      path: '/register',
      kind: 'page',
      handle: (request) => page(registerPage(shop, request, null)),
    },
    {
      method: 'POST',
      path: '/register',
      kind: 'page',
      async handle(request) {
        const form = new URLSearchParams(request.body);
        const field = (name: string) => form.get(name) ?? '';
        const result = await shop.accounts.register(field('email'), field('name'), field('password'));
        if (typeof result === 'string') return page(registerPage(shop, request, result), 422);
        return signedIn(request, result, '/account');
      },
    },
    {
      method: 'GET',
      path: '/account',
      kind: 'page',
      access: 'user',
      async handle(request) {
        const { userId } = request.user as Identity;
        const [account, orders] = await Promise.all([shop.accounts.find(userId), shop.orders.ofUser(userId)]);
        if (account === null) return seeOther('/login');
        return page(
          layout(
            shop,
            request,
            'Account',
            html`<h1>Account</h1><p>${account.name}, ${account.email}</p>${nameForm(request, account.name)}<h2>Orders</h2>${orderList(orders)}`,
          ),
        );
      },
    },
    {
      method: 'POST',
      path: '/account',
      kind: 'page',
      access: 'user',
      async handle(request) {
        const name = (new URLSearchParams(request.body).get('name') ?? '').trim();
        if (name === '' || name.length > 120) throw new HttpProblem(422, 'Enter a name of at most 120 characters.');
        await shop.accounts.rename((request.user as Identity).userId, name);
        return seeOther('/account');
      },
    },
    {
      method: 'GET',
      path: '/orders/:id',
      kind: 'page',
      async handle(request) {
        const order = await shop.orders.find(request.params[0] ?? '');
        const own = order?.owner === basketOwner(request) || (order?.userId ?? -1) === request.user?.userId;
        if (order === null || !own) throw new HttpProblem(404, 'There is no such order.');
        const { byId } = await shop.catalogue.get();
        return page(
          layout(
            shop,
            request,
            'Order',
            orderPage(order, (id) => byId.get(id)?.name ?? `Product ${id}`),
          ),
        );
      },
    },
  ];
}

/** Only paths of this shop: `//host` and `/\host` would lead elsewhere. */
function localPath(next: string): string {
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(next) ? next : '/account';
}

function nameForm(request: ShopRequest, name: string): Html {
  return html`<form action="/account" method="post" class="stack">
${csrfField(request)}
<label for="name">Name</label>
<input id="name" name="name" autocomplete="name" maxlength="120" required value="${name}">
<button type="submit">Save</button>
</form>`;
}

function loginPage(shop: Shop, request: ShopRequest, next: string, message: string | null): Html {
  return layout(
    shop,
    request,
    'Sign in',
    html`<h1>Sign in</h1>
${alert(message)}
<form action="/login" method="post" class="stack">
${csrfField(request)}
<input type="hidden" name="next" value="${next}">
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="username" required>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="submit">Sign in</button>
</form>
<p>No account yet? <a href="/register">Register</a>.</p>`,
  );
}

function registerPage(shop: Shop, request: ShopRequest, message: string | null): Html {
  return layout(
    shop,
    request,
    'Register',
    html`<h1>Register</h1>
${alert(message)}
<form action="/register" method="post" class="stack">
${csrfField(request)}
<label for="name">Name</label>
<input id="name" name="name" autocomplete="name" maxlength="120" required>
<label for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="username" maxlength="200" required>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="new-password" minlength="${minPasswordLength}" aria-describedby="password-rule" required>
<p id="password-rule" class="note">At least ${minPasswordLength} characters.</p>
<button type="submit">Register</button>
</form>`,
  );
}

function orderList(orders: readonly OrderHead[]): Html {
  if (orders.length === 0) return html`<p>No orders yet.</p>`;
  return html`<ul class="orders">${orders.map(
    (order) =>
      html`<li><a href="/orders/${order.id}">Order of ${order.createdAt.slice(0, 10)}, ${order.id.slice(0, 8)}</a> <span class="number">${money(order.totalCents)}</span></li>`,
  )}</ul>`;
}

function orderPage(order: Order, nameOf: (productId: number) => string): Html {
  return html`<h1>Thank you for your order</h1>
<p role="status">Order <strong id="order-id">${order.id}</strong> is placed.</p>
<p>${order.name}<br>${order.address}</p>
<ul class="orders">${order.items.map(
    ({ productId, quantity, priceCents }) =>
      html`<li>${quantity} × ${nameOf(productId)} <span class="number">${money(quantity * priceCents)}</span></li>`,
  )}</ul>
<p>Total: <strong>${money(order.totalCents)}</strong></p>`;
}
