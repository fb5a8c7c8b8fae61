import type { ResolvedPosture } from './posture/settings.ts';

/** Where nothing is configured. */
export const noPosture: ResolvedPosture = {
  ...{ tlsAddress: null, pages: [], protectedPaths: [], redirects: [], users: [], login: null, objectLogin: null },
  ...{ logout: null, objects: [], wrongLogins: null, leaveOut: {} },
};

/** Two of the sample system's demo customers, who are nobody. */
const customer = (number: string) => ({
  name: `customer ${number}`,
  fields: { email: `user000${number}@shop.test`, password: 'ahoy-shipmate' },
});

/** What the bundled sample system has. */
export const samplePosture: ResolvedPosture = {
  tlsAddress: null,
  pages: ['/login', '/register'],
  protectedPaths: ['/account', '/api/account', '/api/orders', '/admin/products'],
  redirects: [{ path: '/login', parameter: 'next' }],
  users: [customer('1'), customer('2')],
  login: { page: '/login', request: 'POST /login', as: 'form', token: null, nextField: 'next' },
  objectLogin: { page: null, request: 'POST /api/login', as: 'json', token: 'token', nextField: null },
  logout: 'POST /logout',
  objects: [
    {
      path: '/api/orders/{{id}}',
      make: { request: 'POST /api/orders', json: { items: [{ productId: 1, quantity: 1 }], address: 'Quay 1' } },
      ...{ list: null, id: 'id', remove: null },
    },
  ],
  wrongLogins: null,
  leaveOut: {
    tls: 'the sample system is spoken to on this machine only, without TLS',
    'rate-limit': 'everybody of the recording signs in from one address, so the sample system has no limit',
  },
};
