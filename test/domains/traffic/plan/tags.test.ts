import { describe, expect, it } from 'vitest';
import type { TagRules } from '../../../../src/domains/traffic/plan/tags.ts';
import { plan, recording, request } from './recordings.ts';

const requests = [
  request(0, 'GET', '/acme/orders?region=eu', { route: '/:shop/orders', headers: [['X-Tenant', 'acme']] }),
  request(1, 'POST', '/acme/orders', { route: '/:shop/orders', headers: [['x-tenant', 'acme']] }),
  request(2, 'GET', '/globex/orders?region=us', { route: '/:shop/orders', headers: [['x-tenant', 'globex']] }),
  request(3, 'GET', '/acme/items?region=eu', { route: '/:shop/items', headers: [['cookie', 'a=1; plan=pro; b=2']] }),
  request(4, 'GET', '/caf%C3%A9', { route: '/:shop' }),
];
const sources: TagRules['sources'] = {
  tenant: { header: 'X-TENANT' },
  plan: { cookie: 'plan' },
  region: { query: 'region' },
  shop: { path: 1 },
};

async function planned(wanted: TagRules['wanted'], writes: 'safe' | 'recorded' = 'safe') {
  const made = await plan(await recording([{ id: 'one', startMs: 0, requests }], 10_000), {
    options: { writes },
    tags: { sources, wanted },
  });
  for await (const { groups } of made.sessions()) return { summary: made.summary, groups };
  throw new Error('nothing was planned');
}

describe('requests with a tag that objectives name', () => {
  it('are in a group by route and tags, wherever the tag stands; what is not sent is not counted', async () => {
    const { summary, groups } = await planned([
      { name: 'tenant', value: 'acme' },
      { name: 'plan', value: 'pro' },
      { name: 'region', value: 'eu' },
      { name: 'shop', value: 'café' },
      { name: 'tenant', value: 'acme' },
    ]);
    expect(summary.tagged?.tags).toEqual([
      { name: 'tenant', value: 'acme', requests: 1, otherwise: 1 },
      { name: 'plan', value: 'pro', requests: 1, otherwise: 0 },
      { name: 'region', value: 'eu', requests: 2, otherwise: 1 },
      { name: 'shop', value: 'café', requests: 1, otherwise: 3 },
    ]);
    expect(summary.tagged?.groups).toEqual([
      { route: 0, tags: [0, 2] },
      { route: 1, tags: [1, 2] },
      { route: 2, tags: [3] },
    ]);
    expect(groups).toEqual([0, -1, 1, 2]);
  });

  it('change nothing of the schedule, so that runs judged by other tags can be compared', async () => {
    const [none, some] = [await planned([]), await planned([{ name: 'tenant', value: 'acme' }])];
    expect([none.summary.tagged, none.groups]).toEqual([undefined, undefined]);
    expect(some.groups).toEqual([0, -1, -1, -1]);
    expect(some.summary.scheduleSha256).toBe(none.summary.scheduleSha256);
  });

  it('keep no value that no objective names', async () => {
    const { summary } = await planned([{ name: 'tenant', value: 'acne' }], 'recorded');
    expect(summary.tagged).toEqual({
      tags: [{ name: 'tenant', value: 'acne', requests: 0, otherwise: 2 }],
      groups: [],
    });
    expect(JSON.stringify(summary)).not.toContain('globex');
  });
});
