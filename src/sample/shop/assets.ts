import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Route } from './http.ts';

const files = [
  { name: 'shop.css', type: 'text/css; charset=utf-8' },
  { name: 'shop.js', type: 'text/javascript; charset=utf-8' },
  { name: 'defects.css', type: 'text/css; charset=utf-8' },
  { name: 'defects.js', type: 'text/javascript; charset=utf-8' },
  { name: 'favicon.svg', type: 'image/svg+xml' },
];

/**
 * Style sheet, script and icon, read once, with an ETag; and robots.txt.
 * @param isUncached planted: no cache may keep them
 */
export async function assetRoutes(isUncached: boolean): Promise<Route[]> {
  const routes = files.map(async ({ name, type }): Promise<Route> => {
    const body = await readFile(new URL(`./assets/${name}`, import.meta.url));
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"`;
    const headers = ['ETag', etag, 'Cache-Control', isUncached ? 'no-store' : 'public, max-age=300'];
    return {
      method: 'GET',
      path: `/assets/${name}`,
      kind: 'asset',
      handle: ({ headers: { 'if-none-match': known } }) =>
        known === etag ? { status: 304, type, body: '', headers } : { status: 200, type, body, headers },
    };
  });
  const robots: Route = {
    method: 'GET',
    path: '/robots.txt',
    kind: 'asset',
    handle: () => ({
      status: 200,
      type: 'text/plain; charset=utf-8',
      body: 'User-agent: *\nDisallow: /admin/\nDisallow: /basket\nDisallow: /checkout\n',
    }),
  };
  return [...(await Promise.all(routes)), robots];
}
