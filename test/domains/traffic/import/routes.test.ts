import { describe, expect, test } from 'vitest';
import { RouteLearner } from '../../../../src/domains/traffic/import/routes.ts';
import { ndjson, useImport } from './recording.ts';

const input = useImport();

/** Templates of paths after learning all of them. */
function templates(paths: string[], rules: { pattern: string; route: string }[] = [], maxRoutes = 200) {
  const learner = new RouteLearner(maxRoutes, rules);
  for (const path of paths) learner.learn('GET', path);
  learner.settle();
  return { learner, of: (path: string) => learner.routeOf('GET', path) };
}

describe('values told by their form', () => {
  test.each([
    ['/', '/'],
    ['/about', '/about'],
    ['/products/17', '/products/:id'],
    ['/products/17/reviews?page=2', '/products/:id/reviews'],
    ['/products/', '/products/'],
    ['/v1/users/6ba7b810-9dad-11d1-80b4-00c04fd430c8', '/v1/users/:uuid'],
    ['/commit/9fceb02d0ae598e95dc970b74767f19372d61af8', '/commit/:hash'],
    ['/reset/eyJhbGciOiJIUzI1NiJ9aQ2xkT', '/reset/:hash'],
    ['/archive/2024-05-01/all', '/archive/:date/all'],
    ['/archive/20240501', '/archive/:date'],
    ['/how-we-built-the-new-checkout-page', '/how-we-built-the-new-checkout-page'],
    [`/${'x'.repeat(8000)}`, '/:slug'],
    ['//evil.example/x', '//evil.example/x'],
    ['/__proto__/constructor', '/__proto__/constructor'],
    ['/:id', '/:slug'],
    ['/*', '/:slug'],
  ])('%s', (path, template) => {
    expect(templates([path]).of(path)).toBe(template);
  });
});

describe('values told by their number', () => {
  const many = (count: number, path: (n: number) => string) => Array.from({ length: count }, (_, n) => path(n));
  const words = ['red', 'green', 'blue', 'large', 'small', 'round', 'soft', 'light'];
  const slug = (n: number) => `${words[n % 8]}-${words[(n >> 3) % 8]}-shirt-${n}`;

  test('slugs become :slug, the names beside them stay', () => {
    const pages = ['/about', '/contact', '/basket'].flatMap((path) => many(200, () => path));
    const { of } = templates([
      ...pages,
      ...many(500, (n) => `/${slug(n)}`),
      ...many(300, (n) => `/${slug(n)}/reviews`),
    ]);
    expect(of('/about')).toBe('/about');
    expect(of('/basket')).toBe('/basket');
    expect(of(`/${slug(3)}`)).toBe('/:slug');
    expect(of(`/${slug(400)}/reviews`)).toBe('/:slug/reviews');
  });

  test('single words too, where there are many', () => {
    const names = many(300, (n) => String.fromCharCode(97 + (n % 26), 97 + ((n / 26) % 26), 97 + (n % 7)));
    const { of } = templates([...names.map((name) => `/users/${name}/profile`), ...many(50, () => '/users/login')]);
    expect(of(`/users/${names[5]}/profile`)).toBe('/users/:slug/profile');
    expect(of('/users/login')).toBe('/users/login');
  });

  test('files become :file where there are many, and stay where there are few', () => {
    const { of } = templates([
      ...many(90, (n) => `/assets/app.${words[n % 8]}${n}.js`),
      '/robots.txt',
      '/favicon.ico',
      '/css/site.css',
    ]);
    expect(of('/assets/app.red8.js')).toBe('/assets/:file');
    expect(of('/robots.txt')).toBe('/robots.txt');
    expect(of('/css/site.css')).toBe('/css/site.css');
  });

  test('a few names with digits are structure', () => {
    const { of } = templates(['/v1/a', '/v2/a', '/oauth2/token']);
    expect(of('/v2/a')).toBe('/v2/a');
    expect(of('/oauth2/token')).toBe('/oauth2/token');
  });
});

test('paths without end need bounded memory, and every one gets a route', () => {
  const before = process.memoryUsage().heapUsed;
  const word = (n: number) => n.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '');
  const path = (n: number) =>
    `/${word(n % 5000)}/${word((n * 7919) % 100_003)}/${word((n * 104_729) % 99_991)}/${word(n)}`;
  const learner = new RouteLearner(200, []);
  for (let n = 0; n < 120_000; n++) learner.learn('GET', path(n));
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(150e6);
  learner.settle();
  const routes = new Set<string>();
  for (let n = 0; n < 120_000; n += 7) routes.add(learner.routeOf('GET', path(n)));
  expect(routes.size).toBeLessThanOrEqual(201);
  expect(learner.routeOf('GET', `/${'a/'.repeat(3000)}`)).toBe('(other)');
});

test('past the cap the rarest are (other), and named', async () => {
  const letters = ['a', 'b', 'c', 'd', 'e'];
  const rows = letters.flatMap((name, n) => Array.from({ length: 10 - n }, () => ({ url: `/${name}` })));
  const { result, requests } = await input.importText(ndjson(rows), { maxRoutes: 3 });
  expect(result.manifest.routes).toEqual([
    { method: 'GET', route: '(other)', requests: 13 },
    { method: 'GET', route: '/a', requests: 10 },
    { method: 'GET', route: '/b', requests: 9 },
    { method: 'GET', route: '/c', requests: 8 },
  ]);
  expect(result.routeOverflow).toEqual({ routes: 2, requests: 13, first: ['GET /d', 'GET /e'] });
  expect(requests.filter(({ route }) => route === '(other)').map(({ path }) => path)).toContain('/e');
});

test('methods of one path are told apart', async () => {
  const { result } = await input.importText(
    ndjson([{ url: '/a' }, { url: '/a', method: 'POST' }, { url: '/a', method: 'POST' }]),
  );
  expect(result.manifest.routes).toEqual([
    { method: 'POST', route: '/a', requests: 2 },
    { method: 'GET', route: '/a', requests: 1 },
  ]);
});

test('rules come first, and * is one segment, ** the rest', () => {
  const rules = [
    { pattern: '/shop/*/item/**', route: '/shop/:shop/item' },
    { pattern: '/files/**', route: '/files' },
    { pattern: '/u/:name', route: '/u/:name' },
  ];
  const paths = ['/shop/a/item/b/c', '/shop/a/other', '/files/x/y/z?q=1', '/files', '/u/ann'];
  const { of } = templates(paths, rules);
  expect(paths.map(of)).toEqual(['/shop/:shop/item', '/shop/a/other', '/files', '/files', '/u/:name']);
});

test('where there are too many routes, fewer names are enough to be values', () => {
  const sections = Array.from(
    { length: 40 },
    (_, n) => `section${String.fromCharCode(97 + (n % 26))}${n > 25 ? 'x' : ''}`,
  );
  const paths = sections.flatMap((section) => Array.from({ length: 20 }, (_, n) => `/docs/${section}/figure-${n}.png`));
  paths.push(...Array.from({ length: 300 }, () => '/site.css'));
  expect(templates(paths, [], 1000).of('/docs/sectiona/figure-3.png')).toBe('/docs/sectiona/figure-3.png');
  const { of, learner } = templates(paths, [], 30);
  expect(of('/site.css')).toBe('/site.css');
  expect(learner.overflow.requests).toBe(0);
});
