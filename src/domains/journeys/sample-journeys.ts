/** What people do in the sample shop, on its pages and in its app. */
export const sampleFeatures: Readonly<Record<string, string[]>> = {
  Catalogue: [
    'GET /',
    'GET /products',
    'GET /products/:id',
    'GET /categories/*',
    'GET /api/products',
    'GET /api/products/:id',
  ],
  Search: ['GET /search', 'GET /api/search'],
  Basket: ['GET /basket', 'POST /basket/items'],
  'Placing orders': ['GET /checkout', 'POST /checkout', 'POST /api/orders'],
  'Looking up orders': ['GET /orders/:id', 'GET /api/orders', 'GET /api/orders/:id'],
  Account: ['* /login', '* /register', '* /account', 'POST /api/login', 'GET /api/account'],
};

export const sampleJourneys: readonly { name: string; steps: { name: string; routes: string | string[] }[] }[] = [
  {
    name: 'Buy in the shop',
    steps: [
      { name: 'Browse', routes: ['GET /', 'GET /products', 'GET /categories/*', 'GET /search'] },
      { name: 'Look at a product', routes: 'GET /products/:id' },
      { name: 'Put it into the basket', routes: 'POST /basket/items' },
      { name: 'Go to checkout', routes: 'GET /checkout' },
      { name: 'Place the order', routes: 'POST /checkout' },
      { name: 'See the confirmation', routes: 'GET /orders/:id' },
    ],
  },
  {
    name: 'Buy in the app',
    steps: [
      { name: 'Sign in', routes: 'POST /api/login' },
      { name: 'Look at a product', routes: 'GET /api/products/:id' },
      { name: 'Place the order', routes: 'POST /api/orders' },
      { name: 'See the order', routes: 'GET /api/orders/:id' },
    ],
  },
  {
    name: 'Sign in',
    steps: [
      { name: 'Open the form', routes: 'GET /login' },
      { name: 'Send it', routes: 'POST /login' },
      { name: 'See the account', routes: 'GET /account' },
    ],
  },
];
