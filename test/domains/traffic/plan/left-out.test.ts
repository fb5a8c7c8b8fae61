import { describe, expect, it } from 'vitest';
import { plan, recording, request } from './recordings.ts';

describe('what comes after a write that is left out', () => {
  const requests = [
    request(0, 'GET', '/'),
    request(1, 'POST', '/login'),
    request(2, 'GET', '/account'),
    request(3, 'GET', '/'),
  ];
  const routesOf = async (writes: 'safe' | 'recorded') => {
    const made = await plan(await recording([{ id: 'one', startMs: 0, requests }], 10_000), { options: { writes } });
    return made.summary;
  };

  it('is counted by route, and the methods are named', async () => {
    const { routes, leftOut } = await routesOf('safe');
    expect(routes.map(({ route, afterLeftOut }) => [route, afterLeftOut])).toEqual([
      ['/', 1],
      ['/account', 1],
    ]);
    expect(leftOut).toEqual([{ reason: 'unsafe method', requests: 1, methods: ['POST'] }]);
  });

  it('is a write without a body too, where writes are sent', async () => {
    const { routes } = await routesOf('recorded');
    expect(routes.map(({ afterLeftOut }) => afterLeftOut)).toEqual([1, 1]);
  });
});
