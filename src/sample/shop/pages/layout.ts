import { type Html, html } from '../html.ts';
import type { ShopRequest } from '../http.ts';
import type { Shop } from '../shop.ts';

/** The frame of every page: landmarks, skip link, navigation, search. */
export function layout(shop: Shop, request: ShopRequest, title: string, main: Html): Html {
  const { user } = request;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Harbour Goods</title>
<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/shop.css">
<script src="/assets/shop.js" defer></script>
${
  shop.defects.size > 0 &&
  html`<link rel="stylesheet" href="/assets/defects.css">
<script src="/assets/defects.js" defer></script>`
}
</head>
<body${shop.defects.size > 0 && html` class="${[...shop.defects].map((name) => `defect-${name}`).join(' ')}"`}>
<a class="skip" href="#main">Skip to content</a>
<header class="top">
<a class="brand" href="/">Harbour Goods</a>
<form class="search" role="search" action="/search" method="get">
<label class="hidden" for="q">Search products</label>
<input id="q" name="q" type="search" value="${request.path === '/search' ? request.query.get('q') : ''}" placeholder="Search products" maxlength="80" autocomplete="off">
<button type="submit">Search</button>
</form>
<nav aria-label="Main">
<ul>
<li><a href="/products">Catalogue</a></li>
<li><a href="/basket">Basket${request.basketCount > 0 && html` <span class="count">(${request.basketCount})</span>`}</a></li>
${
  user === null
    ? html`<li><a href="/login">Sign in</a></li>`
    : html`<li><a href="/account">Account</a></li>
${user.role === 'admin' && html`<li><a href="/admin/products">Admin</a></li>`}
<li><form action="/logout" method="post">${csrfField(request)}<button class="link" type="submit">Sign out</button></form></li>`
}
</ul>
</nav>
</header>
<main id="main" tabindex="-1">
${main}
</main>
<footer class="bottom">
<p>Harbour Goods is a demonstration shop: nothing is sold and nothing is sent. <span class="version">${shop.version}</span></p>
</footer>
</body>
</html>
`;
}

/** Hidden field that every form sent by POST must carry. */
export function csrfField(request: ShopRequest): Html {
  return html`<input type="hidden" name="csrf" value="${request.session.csrf}">`;
}

export function money(cents: number): string {
  return `€ ${(cents / 100).toFixed(2)}`;
}

/** A message above a form, read out by screen readers. */
export function alert(message: string | null): Html | null {
  return message === null ? null : html`<p class="alert" role="alert">${message}</p>`;
}
