/**
 * A page's path with what changes from visit to visit taken out: `/orders/6f1c…` and `/products/12` become `/orders/:id` and `/products/:id`.
 * Query names stay, their values go.
 */
export function pagePath(address: string): string {
  if (!URL.canParse(address)) return address.slice(0, 80);
  const url = new URL(address);
  if (!/^https?:$/.test(url.protocol)) return url.protocol;
  const path = url.pathname
    .split('/')
    .map((part) => (/^(\d+|[0-9a-f-]{16,}|[\w-]{24,})$/i.test(part) ? ':id' : part))
    .join('/');
  const names = [...new Set(url.searchParams.keys())].sort();
  return `${path}${names.length === 0 ? '' : `?${names.join('&')}`}`.slice(0, 160);
}
