import { describe, expect, it } from 'vitest';
import type { PlannedRequest, PlannedSession } from '../../../../src/model/plan.ts';
import type { RecordedRequest, RecordedSession } from '../../../../src/model/traffic.ts';
import { type PlanTestInput, plan, recording, request, sessionsOf, target } from './recordings.ts';

async function planned(requests: RecordedRequest[], input: PlanTestInput = {}): Promise<PlannedSession> {
  const made = await plan(await recording([{ id: 'one', startMs: 0, requests }], 10_000), input);
  const [session] = await sessionsOf(made);
  if (session === undefined) throw new Error('no session was planned');
  return session;
}

const url = (origin: string, { path }: PlannedRequest) => new URL(origin + path);

describe('paths', () => {
  it.each([
    '//evil.example/x',
    'http://evil.example/x',
    'https:evil.example',
    '\\\\evil.example\\x',
    '/\\evil.example/x',
    '@evil.example/x',
    ':80@evil.example/x',
    '?next=//evil.example',
    '.evil.example/',
    '*',
    '',
    '/..//evil.example',
    '/%2f%2fevil.example/%zz/%',
    '/a b<script>"{{x}}"#frag|^`\ud800é/',
  ])('%j goes to the target', async (path) => {
    const session = await planned([request(0, 'GET', path)]);
    const [first] = session.requests;
    if (first === undefined) throw new Error('nothing planned');
    expect(first.path.startsWith('/')).toBe(true);
    expect(first.path).toMatch(/^[!-~]+$/);
    expect(first.path).not.toMatch(/[\\<>"{}#|^`]|%(?![0-9a-f]{2})/i);
    expect(url('http://127.0.0.1:8080', first).host).toBe('127.0.0.1:8080');
  });

  it('keeps ordinary paths byte for byte', async () => {
    const path = "/a/b%20c/~x;y=1/@me:2/(z)'!*?q=%C3%A9+1&list[]=a,b&u=http://x/y?z";
    expect((await planned([request(0, 'GET', path)])).requests[0]?.path).toBe(path);
  });

  it('leaves out what holds control characters, and says so', async () => {
    const hostile = ['/a\r\nHost: evil', '/\u0000', '/x\u007f', '/\u0016\u0003\u0001'].map((path, i) =>
      request(i, 'GET', path),
    );
    const made = await plan(
      await recording([{ id: 'a', startMs: 0, requests: [...hostile, request(9, 'GET', '/ok')] }], 1_000),
    );
    expect(made.summary).toMatchObject({ requests: 1, leftOut: [{ reason: 'control characters', requests: 4 }] });
  });

  it('leaves out what no target has since it was anonymized, unless data of the user takes its place', async () => {
    const requests = [
      request(0, 'GET', '/'),
      request(1, 'GET', '/products/8130', { route: '/products/:id', lostPath: true }),
      request(2, 'GET', '/orders/4711', { route: '/orders/:id', lostPath: true }),
      request(3, 'GET', '/end'),
    ];
    const source = await recording([{ id: 'a', startMs: 0, requests }], 1_000);
    const without = await plan(source);
    expect(without.summary).toMatchObject({
      requests: 2,
      leftOut: [{ reason: 'path changed by anonymizing', requests: 2 }],
      recorded: { kept: 2, requests: 4 },
    });
    const withData = await plan(source, {
      data: [{ route: 'GET /products/:id', in: 'path', at: ':id', value: { list: ['17'] } }],
    });
    const [session] = await sessionsOf(withData);
    expect(session?.requests.map(({ path }) => path)).toEqual(['/', '/products/17', '/end']);
    expect(withData.summary.leftOut).toEqual([{ reason: 'path changed by anonymizing', requests: 1 }]);
  });

  it('puts the path of the target before it', async () => {
    const session = await planned([request(0, 'GET', '/a?b')], {
      target: { ...target, baseUrl: 'http://127.0.0.1:8080/shop/' },
    });
    expect(session.requests[0]?.path).toBe('/shop/a?b');
  });
});

describe('targets', () => {
  const at = (origin: string) => request(0, 'GET', '/', { origin });

  it('never contains a recorded host', async () => {
    const requests = ['https://shop.example', 'https://cdn.example', 'https://ads.example', ''].map(at);
    const hosts = { 'https://CDN.example:443': 'http://127.0.0.1:9090', 'https://ads.example': null };
    const made = await plan(await recording([{ id: 'a', startMs: 0, requests }], 1_000), {
      target: { ...target, hosts },
    });
    expect(made.summary.targets).toEqual(['http://127.0.0.1:8080', 'http://127.0.0.1:9090']);
    expect(made.summary.leftOut).toEqual([{ reason: 'host left out', requests: 1 }]);
    expect((await sessionsOf(made))[0]?.requests.map((each) => each.target)).toEqual([0, 1, 0]);
  });

  it('takes `*` for hosts that are not named', async () => {
    const requests = [at('https://shop.example'), at('https://other.example'), at('')];
    const hosts = { 'https://shop.example': 'http://127.0.0.1:8080', '*': null };
    const session = await planned(requests, { target: { ...target, hosts } });
    expect(session.requests).toHaveLength(2);
  });

  it.each(['ftp://127.0.0.1', 'http://user:pass@127.0.0.1', 'javascript:alert(1)', ''])(
    'refuses %j',
    async (baseUrl) => {
      await expect(planned([at('')], { target: { ...target, baseUrl } })).rejects.toMatchObject({
        code: 'PLAN_TARGET',
      });
    },
  );
});

describe('headers', () => {
  it('drops what is hop by hop or computed, and what is no header', async () => {
    const session = await planned(
      [
        request(0, 'GET', '/', {
          headers: [
            ['host', 'shop.example'],
            [':authority', 'shop.example'],
            ['connection', 'keep-alive'],
            ['content-length', '0'],
            ['proxy-authorization', 'x'],
            ['te', 'trailers'],
            ['expect', '100-continue'],
            ['cookie', 'a=1'],
            ['x-bad', 'a\r\nhost: evil'],
            ['bad name', 'a'],
            ['x\nevil', 'a'],
            ['X-Wanted', 'no'],
            ['if-none-match', '"1"'],
            ['accept-encoding', 'gzip'],
            ['__proto__', 'x'],
          ],
        }),
      ],
      { target: { ...target, dropHeaders: ['x-wanted'] } },
    );
    expect(session.headers).toEqual([
      ['if-none-match', '"1"'],
      ['accept-encoding', 'gzip'],
      ['__proto__', 'x'],
    ]);
    expect(session.cookies).toEqual([['a', '1']]);
  });

  it('shares what all requests have, and lets each override', async () => {
    const session = await planned([
      request(0, 'GET', '/', {
        headers: [
          ['user-agent', 'u'],
          ['accept', 'html'],
          ['x-once', '1'],
        ],
      }),
      request(1, 'GET', '/a', {
        headers: [
          ['user-agent', 'u'],
          ['accept', 'image'],
        ],
      }),
      request(2, 'GET', '/b', {
        headers: [
          ['user-agent', 'u'],
          ['accept', 'image'],
        ],
      }),
    ]);
    expect(session.headers).toEqual([
      ['user-agent', 'u'],
      ['accept', 'image'],
    ]);
    expect(session.requests.map(({ headers }) => headers)).toEqual([
      [
        ['accept', 'html'],
        ['x-once', '1'],
      ],
      undefined,
      undefined,
    ]);
  });

  it('names the target in origin and referer, other sites stay', async () => {
    const origin = 'https://shop.example';
    const session = await planned([
      request(0, 'GET', '/', { origin, headers: [['referer', 'https://search.example/?q=shop']] }),
      request(1, 'GET', '/', {
        origin,
        headers: [
          ['referer', 'https://shop.example/cart?x=1'],
          ['origin', 'https://shop.example'],
        ],
      }),
      request(2, 'GET', '/', {
        headers: [
          ['host', 'shop.example'],
          ['referer', 'https://shop.example/cart'],
        ],
      }),
    ]);
    const referers = session.requests.map(({ headers }) => headers?.find(([name]) => name === 'referer')?.[1]);
    expect([session.headers.find(([name]) => name === 'referer')?.[1], ...referers].filter(Boolean).sort()).toEqual([
      'http://127.0.0.1:8080/cart',
      'http://127.0.0.1:8080/cart?x=1',
      'https://search.example/?q=shop',
    ]);
    expect(session.requests[1]?.headers).toContainEqual(['origin', 'http://127.0.0.1:8080']);
  });

  it('sets the configured ones on everything', async () => {
    const headers = { Authorization: 'Bearer test', 'x-run': '1' };
    const session = await planned(
      [request(0, 'GET', '/', { headers: [['authorization', 'Bearer old']] }), request(1, 'GET', '/')],
      { target: { ...target, headers } },
    );
    expect(session.headers).toEqual([
      ['authorization', 'Bearer test'],
      ['x-run', '1'],
    ]);
    expect(session.requests.every((each) => each.headers === undefined)).toBe(true);
    await expect(
      planned([request(0, 'GET', '/')], { target: { ...target, headers: { 'a b': 'c' } } }),
    ).rejects.toMatchObject({
      code: 'PLAN_TARGET',
    });
    await expect(
      planned([request(0, 'GET', '/')], { target: { ...target, headers: { a: 'c\r\nd: e' } } }),
    ).rejects.toMatchObject({
      code: 'PLAN_TARGET',
    });
  });

  it('gives a session the cookies it began with, not those it was given', async () => {
    const answer = (cookie: string) => ({ response: { headers: [['set-cookie', cookie]] as const } });
    const session = await planned(
      [
        request(0, 'GET', '/', { headers: [['cookie', 'seen=1; theme=dark=er']], response: {} }),
        request(1, 'GET', '/', {
          headers: [['cookie', 'seen=1; sid=9; late=2']],
          ...(answer('sid=9; Path=/') as object),
        }),
        request(2, 'GET', '/', { headers: [['cookie', 'seen=1; sid=9; cart=7']] }),
      ].map((each, i) => (i === 0 ? { ...each, ...(answer('sid=9; HttpOnly\ncart=7') as object) } : each)),
    );
    expect(session.cookies).toEqual([
      ['seen', '1'],
      ['theme', 'dark=er'],
      ['late', '2'],
    ]);
  });
});

describe('methods', () => {
  const body = { mime: 'application/json', encoding: 'utf8', data: '{}' } as const;
  const requests = [
    request(0, 'get', '/'),
    request(1, 'OPTIONS', '/'),
    request(2, 'POST', '/', { body }),
    request(3, 'POST', '/'),
    request(4, 'POST', '/', { headers: [['content-length', '0']] }),
    request(5, 'DELETE', '/'),
    request(6, 'DELETE', '/', { headers: [['content-length', '7']] }),
    request(7, 'CONNECT', 'evil.example:443'),
    request(8, 'GET', '/ws', { status: 101 }),
    request(9, 'G E\r\nT', '/'),
  ];
  const session = [{ id: 'a', startMs: 0, requests }];

  it('sends safe ones only, unless writes were recorded and are wanted', async () => {
    const safe = await plan(await recording(session, 1_000));
    expect((await sessionsOf(safe))[0]?.requests.map(({ method }) => method)).toEqual(['GET', 'OPTIONS']);
    expect(safe.summary.leftOut).toEqual([
      { reason: 'unsafe method', requests: 6, methods: ['CONNECT', 'DELETE', 'POST'] },
      { reason: 'protocol upgrade', requests: 1 },
      { reason: 'invalid method', requests: 1 },
    ]);
    const writes = await plan(await recording(session, 1_000), { options: { writes: 'recorded' } });
    expect((await sessionsOf(writes))[0]?.requests.map(({ dueMs }) => dueMs)).toEqual([0, 1, 2, 4, 5]);
    expect(writes.summary.leftOut).toContainEqual({ reason: 'no body recorded', requests: 2 });
  });

  it('gives a body its type when no header does', async () => {
    const made = await plan(await recording(session, 1_000), { options: { writes: 'recorded' } });
    const post = (await sessionsOf(made))[0]?.requests[2];
    expect(post).toMatchObject({ body, headers: [['content-type', 'application/json']] });
  });
});

describe('order', () => {
  const waits = async (spans: [offsetMs: number, durationMs?: number][]) =>
    (
      await planned(
        spans.map(([offsetMs, durationMs]) =>
          request(offsetMs, 'GET', '/', durationMs === undefined ? {} : { durationMs }),
        ),
      )
    ).requests.map((each) => each.after);

  it('waits for what was answered, and overlaps what overlapped', async () => {
    // A page, three images at once, then a click.
    expect(
      await waits([
        [0, 50],
        [60, 40],
        [61, 20],
        [62, 100],
        [300, 10],
      ]),
    ).toEqual([-1, 0, 0, 0, 3]);
    expect(
      await waits([
        [0, 500],
        [10, 5],
        [20, 5],
        [600, 1],
      ]),
    ).toEqual([-1, -1, 1, 2]);
    expect(
      await waits([
        [0, 0],
        [0, 0],
        [0, 0],
      ]),
    ).toEqual([-1, 0, 1]);
  });

  it('is as recorded where response times are unknown: nobody is known to have waited', async () => {
    expect(await waits([[0], [0], [5], [9]])).toEqual([-1, -1, -1, -1]);
    // Of those before, only the second is known to have been answered.
    expect(await waits([[0], [10, 20], [50], [60]])).toEqual([-1, -1, 1, 1]);
  });

  it('is not made by times in whole seconds, which were spread within their second', async () => {
    const session: RecordedSession = {
      id: 's',
      startMs: 0,
      requests: [
        [0, 100],
        [500, 100],
        [900, 100],
        [1700, 100],
      ].map(([offsetMs = 0, durationMs = 0]) => request(offsetMs, 'GET', '/', { durationMs })),
    };
    const source = await recording([session], 2_000);
    const at = async (timeResolutionMs: number) => {
      const made = await plan({ ...source, manifest: { ...source.manifest, timeResolutionMs } });
      return { waits: made.summary.waits, after: (await sessionsOf(made))[0]?.requests.map((each) => each.after) };
    };
    expect(await at(1)).toEqual({
      waits: { forAnswers: 3, forValues: 0, unknown: 0 },
      after: [-1, 0, 1, 2],
    });
    expect(await at(1000)).toEqual({
      waits: { forAnswers: 1, forValues: 0, unknown: 2 },
      after: [-1, -1, -1, 1],
    });
  });

  it('waits for nothing but values in an open loop by request', async () => {
    const source = await recording(
      [{ id: 's', startMs: 0, requests: [0, 50, 100].map((at) => request(at, 'GET', '/', { durationMs: 10 })) }],
      1_000,
    );
    const made = await plan(source, { options: { waits: 'values' } });
    expect((await sessionsOf(made))[0]?.requests.map((each) => each.after)).toEqual([-1, -1, -1]);
    expect(made.summary.waits).toEqual({ forAnswers: 0, forValues: 0, unknown: 0 });
  });

  it('waits for the answer that set a cookie it carries, the one in force', async () => {
    const sets = (cookie: string) => ({ response: { headers: [['set-cookie', `${cookie}; Path=/`] as const] } });
    const carries = (cookie: string) => ({ headers: [['cookie', cookie] as const] });
    const made = await planned([
      request(0, 'GET', '/', sets('sid=a')),
      request(1, 'GET', '/style.css', {}),
      request(2, 'GET', '/login', { ...carries('lang=en; sid=a'), ...sets('sid=b') }),
      request(3, 'GET', '/account', carries('sid=b')),
      request(4, 'GET', '/other', carries('sid=c')),
    ]);
    expect(made.requests.map((each) => each.after)).toEqual([-1, -1, 0, 2, -1]);
  });
});
