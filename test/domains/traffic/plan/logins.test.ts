import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodySchema, type LoginRules, loginSchema } from '../../../../src/domains/traffic/plan/login-rules.ts';
import { type PlannedSession, valueToken } from '../../../../src/model/plan.ts';
import type { RecordedRequest, RecordedSession } from '../../../../src/model/traffic.ts';
import { har, openApi } from '../../load/login-app.ts';
import { plan, recording, request, sessionsOf } from './recordings.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-plan-logins-'));
  await writeFile(join(folder, 'users.json'), JSON.stringify([1, 2, 3].map((n) => ({ email: `u${n}@x.test`, n }))));
  await writeFile(join(folder, 'app.har'), har);
  await writeFile(join(folder, 'openapi.yaml'), openApi);
  process.env.PLAN_TEST_PASSWORD = 'planted secret';
});
afterAll(async () => {
  delete process.env.PLAN_TEST_PASSWORD;
  await rm(folder, { recursive: true, force: true });
});

const form: LoginRules['requests'][number] = loginSchema.shape.requests.element.parse({
  request: 'POST /login',
  form: { email: '{{email}}', password: '{{ env.PLAN_TEST_PASSWORD }}', _csrf: '{{csrf}}' },
  success: { status: 302 },
});
const withCsrf = (more: Partial<Parameters<typeof loginSchema.parse>[0] & object> = {}) =>
  loginSchema.parse({
    users: join(folder, 'users.json'),
    requests: [{ request: 'GET /login', take: { csrf: { from: 'html-input', expression: '_csrf' } } }, form],
    ...more,
  });

async function planned(requests: RecordedRequest[][], login: LoginRules, more: Partial<RecordedSession> = {}) {
  const sessions = requests.map(
    (own, i): RecordedSession => ({ id: `s${i}`, startMs: i * 10, requests: own, ...more }),
  );
  const made = await plan(await recording(sessions, 10_000), { login, options: { writes: 'recorded' } });
  return { summary: made.summary, sessions: await sessionsOf(made) };
}

const shape = ({ requests, logins = [] }: PlannedSession) => [
  ...logins.map(({ before, steps }) => `${steps.map(({ login }) => login.step)} before ${before}`),
  ...requests.flatMap(({ login, after }, i) => (login === undefined ? [] : [`${i} is ${login.step}, after ${after}`])),
];

describe('a login', () => {
  const get = (path: string, status = 200, at = 0) => request(at, 'GET', path, { status });
  const post = (path: string, status = 302, at = 0) => request(at, 'POST', path, { status });

  it('is put before the first request, or in place of the recorded one with what it lacks', async () => {
    const { summary, sessions } = await planned(
      [
        [get('/'), get('/account')],
        [get('/'), get('/login'), post('/login'), get('/account')],
        [get('/'), post('/login'), get('/account')],
        // Refused once: that is no login.
        [get('/login'), post('/login', 401), post('/login'), get('/account')],
      ],
      withCsrf(),
    );
    expect(sessions.map(shape)).toEqual([
      ['0,1 before 0'],
      ['1 is 0, after -1', '2 is 1, after 1'],
      ['0 before 1', '1 is 1, after -1'],
      // The refused one had no body: it is left out.
      ['0 is 0, after -1', '1 is 1, after 0'],
    ]);
    expect(sessions[1]?.requests[3]?.after).toBe(2);
    expect(sessions[0]?.logins?.[0]?.steps[0]?.dueMs).toBe(-2000);
    expect(summary.login).toEqual({
      requests: ['GET /login', 'POST /login'],
      users: 3,
      sessions: 4,
      added: 1,
      recorded: 3,
    });
    expect(summary.bodies?.missing).toEqual([{ route: 'POST /login', requests: 1 }]);
  });

  it('is for some routes only, where they are named, and not for who was refused there', async () => {
    const { sessions } = await planned(
      [[get('/'), get('/account/7', 200, 5000)], [get('/')], [get('/account/7', 401)]],
      withCsrf({ routes: ['GET /account*'], headers: { 'X-User': '{{email}}' } }),
    );
    expect(sessions.map(shape)).toEqual([['0,1 before 1'], [], []]);
    expect(sessions[0]?.logins?.[0]?.steps.map(({ dueMs }) => dueMs)).toEqual([3000, 3000]);
    expect(sessions[0]?.requests.map(({ headers }) => headers?.[0]?.[0])).toEqual([undefined, 'x-user']);
  });

  it('brings a token that comes after the form to what comes after both', async () => {
    const login = withCsrf({
      requests: [
        form,
        { request: 'POST /api/token', json: { n: '{{n}}' }, take: { csrf: { from: 'json', expression: '$.a[0]' } } },
      ],
      headers: { authorization: 'Bearer {{csrf}}' },
    });
    const { summary, sessions } = await planned([[post('/login'), get('/a'), get('/b')], [post('/login')]], login);
    expect(sessions.map(shape)).toEqual([['1 before 1', '0 is 0, after -1'], ['0 is 0, after -1']]);
    expect(sessions[0]?.logins?.[0]?.steps[0]?.extract).toEqual([{ name: '0csrf', from: 'json', expression: 'a.0' }]);
    expect(sessions[0]?.requests.map(({ headers }) => headers)).toEqual([
      [['content-type', 'application/x-www-form-urlencoded']],
      ...[1, 2].map(() => [['authorization', `Bearer ${valueToken(summary.nonce, '0csrf')}`]]),
    ]);
  });

  it('is of one user a client, and keeps secrets out of the plan', async () => {
    const requests = Array.from({ length: 30 }, () => [get('/')]);
    const ofOne = await planned(requests, withCsrf(), { client: 'c1' });
    const known = new Set(ofOne.sessions.map(({ values }) => JSON.stringify(values)));
    expect([...known]).toEqual([expect.stringMatching(/u[123]@x\.test/)]);
    const { summary, sessions } = await planned(requests, withCsrf());
    expect(new Set(sessions.map(({ values }) => JSON.stringify(values))).size).toBe(3);
    expect(Object.values(sessions[0]?.values ?? {})).toContain('planted secret');
    const written = JSON.stringify([summary, sessions.map(({ values: _, ...rest }) => rest)]);
    expect(written).not.toMatch(/planted|u\d@x\.test/);
    const body = sessions[0]?.logins?.[0]?.steps[1]?.body?.data ?? '';
    expect(new URLSearchParams(body).get('_csrf')).toBe(valueToken(summary.nonce, '0csrf'));
  });

  it.each([
    [{ requests: [{ request: 'POST /login', form: { a: '{{emial}}' } }] }, /\{\{emial\}\} stands for nothing/],
    [{ requests: [{ request: 'POST /login', form: { a: '{{env.PLAN_TEST_UNSET}}' } }] }, /PLAN_TEST_UNSET is not set/],
    [{ requests: [{ request: 'GET /login?as={{email}}' }] }, /may not stand in a path/],
    [{ requests: [{ request: 'GET http://elsewhere.example/login' }] }, /is none of the targets/],
    [{ requests: [{ request: 'POST /login', form: {}, json: {} }] }, /either form or json/],
  ])('says what is wrong with %j', async (more, message) => {
    await expect(planned([[get('/')]], withCsrf(more as never))).rejects.toMatchObject({
      code: 'PLAN_LOGIN',
      message: expect.stringMatching(message),
    });
  });

  it('may be like the one that a HAR file has', async () => {
    const login = withCsrf({
      requests: [{ request: 'POST /comments', har: join(folder, 'app.har'), form: { text: '{{email}}' } }],
    });
    const { summary, sessions } = await planned([[get('/')]], login);
    const [step] = sessions[0]?.logins?.[0]?.steps ?? [];
    expect(step?.headers).toEqual([['content-type', 'application/x-www-form-urlencoded']]);
    expect(Object.fromEntries(new URLSearchParams(step?.body?.data))).toEqual({
      _csrf: 'old',
      text: valueToken(summary.nonce, '10'),
    });
  });
});

describe('bodies that were not recorded', () => {
  const joined = async (requests: RecordedRequest[], rules: object[]) => {
    const made = await plan(await recording([{ id: 's1', startMs: 0, requests }], 1000), {
      bodies: rules.map((rule) => bodySchema.parse(rule)),
      data: [
        { route: 'PUT *', in: 'json', at: 'quantity', value: { list: ['7', '8', '9', '10', '11'] }, per: 'request' },
      ],
      options: { writes: 'recorded' },
    });
    const [session] = await sessionsOf(made);
    return { summary: made.summary, sent: session?.requests ?? [] };
  };
  const write = (method: string, path: string, route = path) => request(0, method, path, { route, status: 201 });

  it('come from a HAR file, an OpenAPI document and the configuration, by route; the rest is left out and named', async () => {
    const { summary, sent } = await joined(
      [
        write('POST', '/comments'),
        write('POST', '/api/orders'),
        ...[1, 2, 3, 4].map((id) => write('PUT', `/orders/${id}`, '/orders/:id')),
        write('PATCH', '/profile'),
        write('POST', '/unknown'),
        write('DELETE', '/api/orders/7', '/api/orders/:id'),
      ],
      [
        { from: join(folder, 'app.har') },
        { from: join(folder, 'openapi.yaml') },
        { route: 'PATCH /profile', json: { name: 'A', nested: { list: [1, 'b'] } } },
      ],
    );
    const bodies = sent.map(({ body }) => body?.data);
    expect(bodies.slice(0, 2)).toEqual(['_csrf=old&text=It+fits', '{"productId":7,"quantity":2}']);
    const puts = bodies.slice(2, 6).map((text) => JSON.parse(text ?? ''));
    for (const put of puts) expect(put).toEqual({ productId: expect.any(Number), quantity: expect.any(Number) });
    // Each request has a row of its own.
    expect(new Set(puts.map(({ quantity }) => quantity)).size).toBeGreaterThan(1);
    expect(bodies.slice(6)).toEqual(['{"name":"A","nested":{"list":[1,"b"]}}', undefined]);
    expect(sent[0]?.headers ?? []).not.toContainEqual(['cookie', 'sid=old']);
    expect(summary.leftOut).toEqual([{ reason: 'no body recorded', requests: 1 }]);
    expect(summary.bodies).toEqual({
      joined: [
        { route: 'PUT /orders/:id', from: 'openapi.yaml', requests: 4 },
        { route: 'POST /comments', from: 'app.har', requests: 1 },
        { route: 'POST /api/orders', from: 'openapi.yaml', requests: 1 },
        { route: 'PATCH /profile', from: 'the configuration', requests: 1 },
      ],
      missing: [{ route: 'POST /unknown', requests: 1 }],
    });
  });

  it('are none where the document says that none is needed', async () => {
    const file = join(folder, 'logout.json');
    const paths = { '/logout': { post: { responses: {} } } };
    await writeFile(file, JSON.stringify({ openapi: '3.0.3', paths }));
    const { summary, sent } = await joined([write('POST', '/logout')], [{ from: file }]);
    expect([sent[0]?.path, sent[0]?.body, summary.leftOut]).toEqual(['/logout', undefined, []]);
  });

  it('need a file that is one of both', async () => {
    await expect(joined([write('POST', '/a')], [{ from: join(folder, 'users.json') }])).rejects.toThrow(
      /neither a HAR/,
    );
    await expect(joined([write('POST', '/a')], [{ from: join(folder, 'none.har') }])).rejects.toThrow(/cannot be read/);
    expect(await readFile(join(folder, 'app.har'), 'utf8')).toContain('sid=old');
  });
});
