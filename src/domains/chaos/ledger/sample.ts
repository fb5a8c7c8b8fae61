// biome-ignore-all lint/suspicious/noTemplateCurlyInString: `${token}` and its like are filled in when a request is sent (template.ts)

import { type ResolvedLedger, resolveLedger } from './rules.ts';

/** Orders and preferences of the sample shop, as somebody with an account of their own would make them. */
export const sampleLedger: ResolvedLedger = {
  ...resolveLedger({
    subject: 'Orders and preferences of the sample shop',
    login: { path: '/api/login', body: { email: 'ledger@shop.test', password: 'ahoy-ledger' }, token: 'token' },
    write: {
      path: '/api/orders',
      headers: { 'idempotency-key': '${token}' },
      body: { items: [{ productId: 1 }], address: '${value}' },
    },
    read: { path: '/api/orders?idempotencyKey=${token}', values: 'orders[*].address' },
    list: { path: '/api/orders?limit=200&before=${cursor}', values: 'orders[*].address', next: 'next' },
    register: {
      read: { path: '/api/preferences/${key}', values: 'value' },
      write: { method: 'PUT', path: '/api/preferences/${key}', body: { value: '${value}' } },
      cas: { method: 'PUT', path: '/api/preferences/${key}', body: { value: '${value}', expected: '${expected}' } },
    },
  }),
  proven: true,
};
