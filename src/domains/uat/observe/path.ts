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

const longestAddress = 300;

/** Host and path as they were asked for, so that the request can be made again; of its query the names alone, for values may be secrets. */
export function realAddress(address: string): string {
  if (!URL.canParse(address)) return address.slice(0, longestAddress);
  const { protocol, host, pathname, searchParams } = new URL(address);
  const names = [...new Set(searchParams.keys())].map((name) => `${name}=…`).join('&');
  return `${protocol}//${host}${pathname}${names === '' ? '' : `?${names}`}`.slice(0, longestAddress);
}
