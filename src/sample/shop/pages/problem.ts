import { html } from '../html.ts';
import { page, type Reply, type ShopRequest } from '../http.ts';
import type { Shop } from '../shop.ts';
import { layout } from './layout.ts';

/** The page for a request that could not be answered. */
export function problemPage(shop: Shop, request: ShopRequest, status: number, message: string): Reply {
  const title = status === 404 ? 'Not found' : status < 500 ? 'Not possible' : 'Something went wrong';
  const main = html`<h1>${title}</h1><p>${message}</p><p><a href="/">Back to the start</a></p>`;
  return page(layout(shop, request, title, main), status);
}
