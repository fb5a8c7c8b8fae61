import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type ExtractionRule, extractionRuleSchema } from '../../../../src/domains/traffic/plan/rules.ts';
import { type PlannedSession, valueToken } from '../../../../src/model/plan.ts';
import type {
  Body,
  Header,
  RecordedRequest,
  RecordedResponse,
  RecordedSession,
} from '../../../../src/model/traffic.ts';
import { type PlanTestInput, plan, recording, request, sessionsOf } from './recordings.ts';

const json = (value: unknown): Body => ({ mime: 'application/json', encoding: 'utf8', data: JSON.stringify(value) });
const form = (data: string): Body => ({ mime: 'application/x-www-form-urlencoded', encoding: 'utf8', data });
const html = (data: string): Body => ({ mime: 'text/html; charset=utf-8', encoding: 'utf8', data });
const answer = (body: Body, headers: Header[] = []): { response: RecordedResponse; durationMs: number } => ({
  response: { body, headers },
  durationMs: 10,
});

/** Sessions of which each is made by `requests` of its number. */
async function planned(count: number, requests: (i: number) => RecordedRequest[], input: PlanTestInput = {}) {
  const sessions = Array.from(
    { length: count },
    (_, i): RecordedSession => ({ id: `s${i}`, startMs: i, requests: requests(i) }),
  );
  const made = await plan(await recording(sessions, 60_000), {
    ...input,
    options: { writes: 'recorded', ...input.options },
  });
  return { ...made, planned: await sessionsOf(made) };
}

/** What an engine would do: takes the extracted values from these answers and fills them in. */
function filled(session: PlannedSession | undefined, nonce: string, live: Record<string, string>): string[] {
  const values = new Map<string, string>();
  return (session?.requests ?? []).map((each) => {
    let text = JSON.stringify([each.path, each.headers ?? session?.headers ?? [], each.body?.data ?? '']);
    for (const [name, value] of values) text = text.replaceAll(valueToken(nonce, name), value);
    for (const { name, from, expression } of each.extract ?? [])
      values.set(name, live[`${from} ${expression}`] ?? 'MISSING');
    return text;
  });
}

describe('found in recordings with responses', () => {
  // The sample shop's API: log in, order, look at the order.
  const shop = (i: number) => {
    const token = randomUUID().replaceAll('-', '');
    const authorization: Header[] = [['authorization', `Bearer ${token}`]];
    return [
      request(
        0,
        'GET',
        '/api/products?category=garden',
        answer(json({ items: [{ id: 3, category: 'garden' }, { id: 4 }] })),
      ),
      request(100, 'POST', '/api/login', {
        body: json({ email: `u${i}@x.test`, password: 'pw' }),
        ...answer(json({ token, user: { email: `u${i}@x.test`, locale: 'en' } })),
      }),
      request(200, 'POST', '/api/orders', {
        headers: authorization,
        body: json({ lines: [{ product: 3 + (i % 2), quantity: 1 }], locale: 'en', email: `u${i}@x.test` }),
        ...answer(json({ id: 1000 + i, total: 500 })),
      }),
      request(300, 'GET', `/api/orders/${1000 + i}`, {
        route: '/api/orders/:id',
        headers: authorization,
        ...answer(json({ id: 1000 + i })),
      }),
      request(400, 'GET', `/api/orders/${1000 + i}`, {
        route: '/api/orders/:id',
        headers: authorization,
        ...answer(json({ id: 1000 + i })),
      }),
    ];
  };

  it('takes tokens and ids that belong to the session, and leaves what does not', async () => {
    const { planned: sessions, summary } = await planned(6, shop);
    const token = valueToken(summary.nonce, sessions[2]?.requests[1]?.extract?.[0]?.name ?? '');
    const order = valueToken(summary.nonce, sessions[2]?.requests[2]?.extract?.[0]?.name ?? '');
    const requests = sessions[2]?.requests ?? [];
    expect(requests.map(({ extract }) => extract?.map(({ from, expression }) => `${from} ${expression}`))).toEqual([
      undefined,
      ['json token'],
      ['json id'],
      undefined,
      undefined,
    ]);
    for (const i of [2, 3, 4]) expect(requests[i]?.headers).toContainEqual(['authorization', `Bearer ${token}`]);
    expect(requests.map(({ path }) => path)).toEqual([
      '/api/products?category=garden',
      '/api/login',
      '/api/orders',
      `/api/orders/${order}`,
      `/api/orders/${order}`,
    ]);
    expect(requests[2]?.body?.data).toBe(
      JSON.stringify({ lines: [{ product: 3, quantity: 1 }], locale: 'en', email: 'u2@x.test' }),
    );
    expect(requests[1]?.body?.data).toContain('u2@x.test');
    expect(summary.extractions).toContainEqual({
      from: 'POST /api/orders json id',
      to: 'GET /api/orders/:id path 2',
      requests: 12,
    });
    expect(filled(sessions[2], summary.nonce, { 'json token': 'LIVE', 'json id': '77' })[4]).toBe(
      JSON.stringify(['/api/orders/77', [['authorization', 'Bearer LIVE']], '']),
    );
  });

  it('finds nothing where it may not send the request that gives the value', async () => {
    const { planned: sessions, summary } = await planned(6, shop, { options: { writes: 'safe' } });
    expect(JSON.stringify(sessions)).not.toContain('__sd');
    expect(summary.extractions).toBeUndefined();
  });

  it('posts hidden fields, meta tags and headers back', async () => {
    const { planned: sessions, summary } = await planned(4, () => {
      const csrf = `${randomUUID()}+/=&"`;
      const meta = randomUUID();
      const page = `<html><head><meta name="csrf-token" content="${meta}"></head><form>
        <input type="text" name="q" value="x"><input value="${csrf.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}" type="hidden" name="csrf"></form>`;
      const key = randomUUID();
      return [
        request(0, 'GET', '/login', answer(html(page), [['X-Request-Key', key]])),
        request(100, 'POST', '/login', {
          headers: [
            ['x-csrf-token', meta],
            ['x-key', key],
          ],
          body: form(`csrf=${encodeURIComponent(csrf)}&email=a%40b.test&next=%2F`),
        }),
      ];
    });
    const [first, second] = sessions[0]?.requests ?? [];
    expect(first?.extract?.map(({ from }) => from).sort()).toEqual(['header', 'html-input', 'regex']);
    const pattern = first?.extract?.find(({ from }) => from === 'regex')?.expression ?? '';
    expect(new RegExp(pattern).exec('<meta charset="x"><meta name="csrf-token" content="live">')?.[1]).toBe('live');
    expect(second?.body?.data).toMatch(/^csrf=__sd\w+__&email=a%40b\.test&next=%2F$/);
    const live = { 'html-input csrf': 'A', [`regex ${pattern}`]: 'B', 'header x-request-key': 'C' };
    expect(filled(sessions[0], summary.nonce, live)[1]).toBe(
      JSON.stringify([
        '/login',
        [
          ['x-csrf-token', 'B'],
          ['x-key', 'C'],
          ['content-type', 'application/x-www-form-urlencoded'],
        ],
        'csrf=A&email=a%40b.test&next=%2F',
      ]),
    );
  });

  it('follows redirects and links to what was just made, never with a whole Location', async () => {
    const { planned: sessions } = await planned(4, (i) => {
      const id = `ord-${randomUUID()}`;
      const invoice = `inv-${randomUUID()}`;
      return [
        request(0, 'POST', '/checkout', {
          body: form('a=1'),
          status: 302,
          ...answer(html(''), [['location', `https://shop.example/orders/${id}?from=${i}`]]),
        }),
        request(50, 'GET', `/orders/${id}?from=${i}`, {
          route: '/orders/:id',
          ...answer(html(`<a href="/help/1">?</a> <a href="/orders/invoices/${invoice}">`)),
        }),
        request(99, 'GET', `/orders/invoices/${invoice}`, { route: '/orders/invoices/:id', durationMs: 1 }),
      ];
    });
    const [first, second, third] = sessions[0]?.requests ?? [];
    const [, pattern = ''] = first?.extract?.[0]?.expression.split(/ (.*)/) ?? [];
    for (const location of ['/orders/LIVE?x=1', 'http://127.0.0.1:1/orders/LIVE', 'https://evil@x/orders/LIVE#f']) {
      expect(new RegExp(pattern).exec(location)?.[1]).toBe('LIVE');
    }
    expect(second?.path).toMatch(/^\/orders\/__sd\w+__\?from=/);
    expect(third?.path).toMatch(/^\/orders\/invoices\/__sd\w+__$/);
    expect(new RegExp(second?.extract?.[0]?.expression ?? '').exec('<a href="/orders/invoices/inv-2">')?.[1]).toBe(
      'inv-2',
    );
  });

  it('sends back the validators of the live response', async () => {
    const { planned: sessions } = await planned(3, () => [
      request(0, 'GET', '/app.js', answer(html(''), [['etag', '"v1"']])),
      request(90, 'GET', '/app.js', { status: 304, headers: [['if-none-match', '"v1"']] }),
    ]);
    expect(sessions[1]?.requests[1]?.headers).toEqual([['if-none-match', expect.stringMatching(/^__sd/)]]);
  });

  it('takes neither chance hits nor what everybody has in common', async () => {
    const { planned: sessions } = await planned(20, (i) => [
      request(
        0,
        'GET',
        '/list',
        answer(
          json({
            items: Array.from({ length: 9 }, (_, k) => ({ id: i * 3 + k, group: `group-${k}-of-the-shop-2024` })),
          }),
        ),
      ),
      // A page number that is an id now and then, a group and an article that many sessions share.
      request(50, 'GET', `/list?page=${1 + (i % 5)}&group=group-${i % 9}-of-the-shop-2024`),
    ]);
    expect(JSON.stringify(sessions)).not.toContain('__sd');
  });

  it('does not take a value from an answer that came after its use', async () => {
    const { planned: sessions } = await planned(4, () => {
      const id = randomUUID();
      return [
        request(0, 'GET', '/slow', { ...answer(json({ id })), durationMs: 500 }),
        request(100, 'GET', `/items/${id}`, { route: '/items/:id' }),
      ];
    });
    expect(JSON.stringify(sessions)).not.toContain('__sd');
  });

  it('waits for the answer it needs, even if a later one came first', async () => {
    const { planned: sessions } = await planned(4, () => {
      const id = randomUUID();
      return [
        request(0, 'GET', '/slow', { ...answer(json({ id })), durationMs: 80 }),
        request(10, 'GET', '/quick', { durationMs: 5 }),
        request(100, 'GET', `/items/${id}`, { route: '/items/:id' }),
      ];
    });
    expect(sessions[0]?.requests.map(({ after }) => after)).toEqual([-1, -1, 0]);
  });

  it('waits for all the answers whose values it needs', async () => {
    const { planned: sessions, summary } = await planned(4, () => {
      const [first, second] = [randomUUID(), randomUUID()];
      return [
        request(0, 'GET', '/one', { response: answer(json({ id: first })).response }),
        request(1, 'GET', '/two', { response: answer(json({ key: second })).response }),
        request(2, 'GET', '/other'),
        request(100, 'GET', `/items/${first}?key=${second}`, { route: '/items/:id' }),
      ];
    });
    expect(sessions[0]?.requests.map(({ after, also }) => [after, also ?? []])).toEqual([
      [-1, []],
      [-1, []],
      [-1, []],
      [1, [0]],
    ]);
    expect(summary.waits).toEqual({ forAnswers: 0, forValues: 4, unknown: 8 });
  });

  it('survives hostile names and broken bodies', async () => {
    const { planned: sessions } = await planned(2, () => [
      request(0, 'GET', '/__proto__', {
        route: '/{{x}} __proto__',
        ...answer({
          mime: 'application/json',
          encoding: 'utf8',
          data: '{"__proto__":{"a":"0123456789abcdef0"},"constructor":"0123456789abcdef1","x',
        }),
      }),
      request(
        1,
        'GET',
        '/',
        answer(json(JSON.parse('{"__proto__":{"a":"0123456789abcdef0"},"constructor":"0123456789abcdef1"}'))),
      ),
      request(50, 'GET', '/%zz/0123456789abcdef0?__proto__=0123456789abcdef0&%=1', {
        route: '/(other)',
        body: json('['),
        ...answer(html(`${'<input'.repeat(5000)}${'<meta '.repeat(5000)}`)),
      }),
    ]);
    expect(sessions).toHaveLength(2);
    expect(Object.hasOwn(Object.prototype, 'a')).toBe(false);
  });
});

describe('told by hand', () => {
  const rule = (text: Partial<ExtractionRule>): ExtractionRule =>
    extractionRuleSchema.parse({
      route: 'POST /login',
      from: 'json',
      expression: 'token',
      name: 'token',
      use: { route: '*', in: 'header', at: 'Authorization' },
      ...text,
    });

  it('is put where there are no responses, in every place of a request', async () => {
    const rules = [
      rule({}),
      rule({
        route: 'GET /new',
        from: 'html-input',
        expression: 'csrf',
        name: 'csrf',
        use: { route: 'POST /save/:id', in: 'form', at: 'csrf' },
      }),
      rule({
        route: 'GET /new',
        from: 'regex',
        expression: 'id=(\\d+)',
        name: 'id',
        use: { route: 'POST /save/:id', in: 'path', at: ':id' },
      }),
      rule({
        route: 'GET /new',
        from: 'header',
        expression: 'x-v',
        name: 'v',
        use: { route: 'POST *', in: 'query', at: 'v' },
      }),
      rule({
        route: 'GET /new',
        from: 'json',
        expression: 'n',
        name: 'n',
        use: { route: 'PUT /json', in: 'json', at: 'a.0.n' },
      }),
      rule({
        route: 'GET /new',
        from: 'json',
        expression: 't',
        name: 't',
        use: { route: 'PATCH /text', in: 'body', at: 'token: (\\w+)' },
      }),
    ];
    const { planned: sessions, summary } = await planned(
      1,
      () => [
        request(0, 'POST', '/login', { body: form('a=b') }),
        request(1, 'GET', '/new'),
        request(2, 'POST', '/save/5?v=1', { route: '/save/:id', body: form('x=1&csrf=old&y=2') }),
        request(3, 'PUT', '/json', { body: json({ a: [{ n: 12 }], b: 'c' }) }),
        request(4, 'PATCH', '/text', { body: { mime: 'text/plain', encoding: 'utf8', data: 'x token: abc y' } }),
      ],
      { rules },
    );
    const token = (name: string) => valueToken(summary.nonce, name);
    const [login, page, save, put, patch] = sessions[0]?.requests ?? [];
    expect(login?.extract).toEqual([{ name: 'token', from: 'json', expression: 'token' }]);
    expect(page?.headers).toContainEqual(['authorization', `Bearer ${token('token')}`]);
    expect(page?.extract?.map(({ name }) => name)).toEqual(['csrf', 'id', 'v', 'n', 't']);
    expect(save?.path).toBe(`/save/${token('id')}?v=${token('v')}`);
    expect(save?.body?.data).toBe(`x=1&csrf=${token('csrf')}&y=2`);
    expect(put?.body?.data).toBe(`{"a":[{"n":${token('n')}}],"b":"c"}`);
    expect(patch?.body?.data).toBe(`x token: ${token('t')} y`);
  });

  it.each([
    { name: 'a_b' },
    { from: 'regex' as const, expression: '(' },
    { from: 'regex' as const, expression: 'a' },
    { use: { route: '*', in: 'body' as const, at: '[' } },
  ])('refuses %j', (wrong) => {
    expect(() => rule(wrong)).toThrow();
  });
});
