import type { Change, Reply } from './small-shop.ts';

type Body = Record<string, unknown>;
type Element = Record<string, unknown>;

const on =
  (wanted: string, by: (body: Body, reply: Reply, random: () => number) => void): Change =>
  (route, reply, { random }) => {
    if (wanted === route) by(reply.body as Body, reply, random);
  };
const list = (body: Body, name: string) => body[name] as Element[];
const all =
  (by: (reply: Reply, random: () => number) => void): Change =>
  (_, reply, { random }) =>
    by(reply, random);

/** Thirty changes of a candidate's answers, each with the field that must be named; the last twelve in noisy fields, headers and order. */
export const changes: readonly { name: string; change: Change; path: RegExp; sessions?: number }[] = [
  {
    name: 'a field is gone',
    path: /^\$\.totalCents$/,
    change: on('POST /api/orders', (body) => delete body.totalCents),
  },
  {
    name: 'a field is renamed',
    path: /^\$\.total(Count)?$/,
    change: on('GET /api/products', (body) => Object.assign(body, { totalCount: body.total, total: undefined })),
  },
  {
    name: 'a field is new',
    path: /^\$\.discount$/,
    change: on('POST /api/orders', (body) => Object.assign(body, { discount: 0 })),
  },
  {
    name: 'a number is a text',
    path: /^\$\.totalCents$/,
    change: on('GET /api/orders/:uuid', (body) => Object.assign(body, { totalCents: String(body.totalCents) })),
  },
  {
    name: 'a wrong total',
    path: /^\$\.totalCents$/,
    change: on('POST /api/orders', (body) => Object.assign(body, { totalCents: (body.totalCents as number) / 2 })),
  },
  {
    name: 'a total that is one cent off in a fifth of the orders',
    sessions: 150,
    path: /^\$\.totalCents$/,
    change: on(
      'GET /api/orders/:uuid',
      (body, _, random) => random() < 0.2 && Object.assign(body, { totalCents: (body.totalCents as number) + 1 }),
    ),
  },
  {
    name: 'null in place of a value',
    path: /^\$\.currency$/,
    change: on('POST /api/orders', (body) => Object.assign(body, { currency: null })),
  },
  {
    name: 'another constant',
    path: /^\$\.currency$/,
    change: on('POST /api/orders', (body) => Object.assign(body, { currency: 'USD' })),
  },
  {
    name: 'a truth is turned',
    path: /^\$\.paid$/,
    change: on('POST /api/orders', (body) => Object.assign(body, { paid: true })),
  },
  {
    name: 'another status',
    path: /^status$/,
    change: on('POST /api/orders', (_, reply) => Object.assign(reply, { status: 200 })),
  },
  {
    name: 'an error in a fifth of the answers',
    sessions: 150,
    path: /^status$/,
    change: on('GET /api/products/:id', (_, reply, random) => random() < 0.2 && Object.assign(reply, { status: 500 })),
  },
  {
    name: 'an element is missing',
    path: /^\$\.items(\[\]| \(count\))$/,
    change: on('GET /api/products', (body) => list(body, 'items').pop()),
  },
  {
    name: 'an element’s price',
    path: /^\$\.items\[\]\.priceCents$/,
    change: on('GET /api/products', (body) => Object.assign(list(body, 'items')[2] ?? {}, { priceCents: 1 })),
  },
  {
    name: 'a field of elements is gone',
    path: /^\$\.lines\[\]\.quantity$/,
    change: on('GET /api/orders/:uuid', (body) => {
      for (const line of list(body, 'lines')) delete line.quantity;
    }),
  },
  {
    name: 'an empty body',
    path: /^body \(kind\)$/,
    change: on('GET /basket', (_, reply) => Object.assign(reply, { html: '' })),
  },
  {
    name: 'a broken body',
    path: /^(body \(kind\)|header content-type)$/,
    change: on('GET /basket', (_, reply) =>
      Object.assign(reply, { headers: { ...reply.headers, 'content-type': 'application/json' } }),
    ),
  },
  {
    name: 'a price in a page',
    path: /p\.price$/,
    change: on('GET /basket', (_, reply) => Object.assign(reply, { html: reply.html?.replace(/\d+ €/, '1 €') })),
  },
  {
    name: 'a form leads elsewhere',
    path: /@action$/,
    change: on('GET /basket', (_, reply) => Object.assign(reply, { html: reply.html?.replace('/checkout', '/pay') })),
  },
  // Noisy fields.
  {
    name: 'a text that differs by chance gets another value more often',
    sessions: 150,
    path: /^\$\.variant$/,
    change: on('GET /api/products', (body, _, random) => random() < 0.6 && Object.assign(body, { variant: 'b' })),
  },
  {
    name: 'a rare truth becomes frequent',
    sessions: 150,
    path: /^\$\.stale$/,
    change: on('GET /api/products', (body, _, random) => random() < 0.25 && Object.assign(body, { stale: true })),
  },
  {
    name: 'a figure that scatters lies higher',
    path: /^\$\.load$/,
    change: on('GET /api/products', (body) => Object.assign(body, { load: (body.load as number) + 15 })),
  },
  {
    name: 'a stock that scatters lies higher',
    path: /^\$\.stock$/,
    change: on('GET /api/products/:id', (body) => Object.assign(body, { stock: (body.stock as number) + 2 })),
  },
  {
    name: 'a moment in another time zone',
    path: /^\$\.createdAt$/,
    change: on('POST /api/orders', (body) =>
      Object.assign(body, { createdAt: new Date(Date.parse(body.createdAt as string) + 3_600_000).toISOString() }),
    ),
  },
  {
    name: 'a moment in another format',
    path: /^\$\.generatedAt$/,
    change: on('GET /api/products', (body) =>
      Object.assign(body, { generatedAt: (body.generatedAt as string).slice(0, 19) }),
    ),
  },
  {
    name: 'the id of another order',
    path: /^\$\.id$/,
    change: on('GET /api/orders/:uuid', (body) => Object.assign(body, { id: '3f0c1a52-9b1d-4c7e-a5d2-0123456789ab' })),
  },
  // Headers.
  {
    name: 'a header is gone',
    path: /^header vary$/,
    change: all((reply) => {
      delete reply.headers.vary;
    }),
  },
  {
    name: 'a header says something else',
    path: /^header cache-control$/,
    change: all((reply) => {
      reply.headers['cache-control'] = 'public, max-age=60';
    }),
  },
  {
    name: 'a cookie loses an attribute',
    path: /^cookie last \(attributes\)$/,
    change: on('POST /api/orders', (_, reply) => {
      reply.headers['set-cookie'] = (reply.headers['set-cookie'] as string).replace('; Secure', '');
    }),
  },
  {
    name: 'a cache that never hits',
    sessions: 150,
    path: /^header x-cache$/,
    change: all((reply) => {
      reply.headers['x-cache'] = 'MISS';
    }),
  },
  // Order.
  {
    name: 'a list is the other way round',
    path: /^\$\.items\[\]$/,
    change: on('GET /api/products', (body) => list(body, 'items').reverse()),
  },
  {
    name: 'a list without names is the other way round',
    path: /^\$\.history\[\]/,
    change: on('GET /api/orders/:uuid', (body) => list(body, 'history').reverse()),
  },
];
