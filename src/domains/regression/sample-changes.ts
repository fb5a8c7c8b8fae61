/** How v2.1.0 of the sample shop is meant to differ from v2.0.0. */
export const sampleChanges: readonly { route: string; path: string; reason: string; expires: string }[] = [
  { route: '*', path: 'header x-version', reason: 'names the version', expires: '2099-12-31' },
  { route: 'GET *', path: '*span.version', reason: 'the foot of each page names the version', expires: '2099-12-31' },
  { route: 'GET /products/:id', path: '*p.rating*', reason: 'ratings are new', expires: '2099-12-31' },
  { route: 'GET /products/:id', path: 'body > main > h2*', reason: 'recommendations are new', expires: '2099-12-31' },
  {
    route: 'GET /products/:id',
    path: 'body > main > ul.grid*',
    reason: 'recommendations are new',
    expires: '2099-12-31',
  },
  { route: 'GET /api/*', path: '$.products[].rating', reason: 'ratings are new', expires: '2099-12-31' },
  { route: 'GET /api/products/:id', path: '$.rating', reason: 'ratings are new', expires: '2099-12-31' },
  {
    route: 'GET /api/products/:id',
    path: '$.recommendations',
    reason: 'recommendations are new',
    expires: '2099-12-31',
  },
];
