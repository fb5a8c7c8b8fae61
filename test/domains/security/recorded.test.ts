import { expect, it } from 'vitest';
import { readRecorded } from '../../../src/domains/security/posture/recorded.ts';
import type { Header, RecordedRequest } from '../../../src/model/traffic.ts';

const get = (
  path: string,
  about: { status?: number; type?: string; token?: boolean; method?: string; route?: string } = {},
): RecordedRequest => ({
  ...{
    offsetMs: 0,
    method: about.method ?? 'GET',
    origin: '',
    path,
    route: about.route ?? (path.split('?')[0] as string),
    status: about.status ?? 200,
  },
  headers: about.token ? [['authorization', 'Bearer x'] as Header] : [],
  response: { headers: [['content-type', about.type ?? 'text/html']] },
});

it('what the checks go by is taken from the recording', async () => {
  async function* sessions() {
    const json = 'application/json';
    yield {
      id: 'a',
      startMs: 0,
      requests: [
        get('/'),
        get('/'),
        get('/search?q=tea&next=/x'),
        get('/go?to=https://a.example/'),
        get('/gone', { status: 404 }),
        get('/order', { method: 'POST' }),
        get('/assets/a.css', { type: 'text/css' }),
      ],
    };
    yield {
      id: 'b',
      startMs: 1,
      requests: [
        get('/api/open', { type: json, token: true }),
        get('/api/open', { type: json }),
        get('/api/own', { type: json, token: true }),
        get('/api/orders/1', { type: json, token: true, route: '/api/orders/:id' }),
      ],
    };
  }
  expect(await readRecorded(sessions())).toEqual({
    pages: ['/', '/search?q=tea&next=/x', '/go?to=https://a.example/'],
    data: ['/api/open', '/api/own', '/api/orders/1'],
    redirects: [
      { path: '/search', parameter: 'next' },
      { path: '/go', parameter: 'to' },
    ],
    // What somebody got without credentials needs none.
    withCredentials: ['/api/own'],
    folders: ['/assets/'],
  });
});
