import { afterEach, describe, expect, it } from 'vitest';
import { accessChecks, type PostureCheckId } from '../../../src/domains/security/posture/checks.ts';
import { judgePosture } from '../../../src/domains/security/posture/judge.ts';
import { type Looked, lookAround } from '../../../src/domains/security/posture/look.ts';
import type { ResolvedPosture } from '../../../src/domains/security/posture/settings.ts';
import { about, bodyOf, end, endServers, serve } from './target.ts';

afterEach(endServers);

/** An interface with bearer tokens, whose logout ends the token that is in its body: as RFC 7009 has it. */
async function tokens({ revokes = true, removes = 204, clears = '' } = {}) {
  const valid = new Map<string, string>();
  const orders = new Map<string, string>();
  const url = await serve(async (request, response) => {
    const json = { 'content-type': 'application/json' };
    const text = await bodyOf(request);
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const user = valid.get(bearer);
    const path = request.url ?? '';
    if (path === '/auth/token') {
      const token = `t${valid.size}`;
      valid.set(token, new URLSearchParams(text).get('username') ?? '');
      return end(response, 200, JSON.stringify({ access_token: token }), json);
    }
    if (path === '/auth/revoke') {
      const given: unknown = text.startsWith('{') ? JSON.parse(text).token : new URLSearchParams(text).get('token');
      if (revokes) valid.delete(String(given));
      return end(response, 200, '', clears === '' ? {} : { 'set-cookie': clears });
    }
    if (user === undefined) return end(response, 401);
    if (path === '/flow' && request.method === 'POST') {
      orders.set('f1', user);
      return end(response, 200, '{"id":"f1"}', json);
    }
    if (path === '/flow/f1' && request.method === 'DELETE') {
      if (removes < 300) orders.delete('f1');
      return end(response, removes);
    }
    if (path === '/flow/f1') return end(response, orders.has('f1') ? 200 : 404, '{"id":"f1"}', json);
    return end(response, 200, '{"flows":[]}', json);
  });
  return { url, orders };
}

const user = (name: string) => ({ name, fields: { username: name, password: 'right' } });
const posture: Partial<ResolvedPosture> = {
  protectedPaths: ['/flows'],
  users: [user('a'), user('b')],
  login: { page: null, request: 'POST /auth/token', as: 'form', token: 'access_token', nextField: null },
};

async function look(url: string, check: PostureCheckId, more: Partial<ResolvedPosture>): Promise<Looked> {
  const seen: Looked[] = [];
  await lookAround({ ...about(url, { ...posture, ...more }), checks: [check] }, (one) => seen.push(one));
  return seen[0] as Looked;
}

describe('a logout', () => {
  it.each(['form', 'json'] as const)('is asked with the token in its %s', async (as) => {
    const rest = { form: null, json: null, [as]: { token: '{{token}}' } };
    const logout = { request: 'POST /auth/revoke', ...rest };
    expect(await look((await tokens()).url, 'session', { logout })).toMatchObject({ findings: [], notLooked: [] });
    // It was told which token, and did not end it.
    expect(await look((await tokens({ revokes: false })).url, 'session', { logout })).toMatchObject({
      findings: [{ rule: 'session-after-logout', certain: true }],
    });
  });

  it('that takes no cookie away and is told no token may be asked wrongly: that needs review', async () => {
    expect(await look((await tokens()).url, 'session', { logout: 'POST /auth/revoke' })).toMatchObject({
      findings: [
        { rule: 'session-after-logout', certain: false, seen: expect.stringMatching(/may need form or json/) },
      ],
    });
    const clears = 'session=; Max-Age=0; Path=/';
    expect(await look((await tokens({ clears })).url, 'session', { logout: 'POST /auth/revoke' })).toMatchObject({
      findings: [{ certain: true }],
    });
  });

  it('that sends a token is not looked at where the login gives none', async () => {
    const logout = { request: 'POST /auth/revoke', form: { token: '{{token}}' }, json: null };
    const url = await serve((request, response) => {
      if (request.method === 'POST') end(response, 200, '', { 'set-cookie': 'sid=abcdef; Path=/; HttpOnly' });
      else end(response, (request.headers.cookie ?? '') === '' && request.url !== '/' ? 401 : 200, 'x');
    });
    const login = { page: null, request: 'POST /auth/token', as: 'form', token: null, nextField: null } as const;
    const seen = await look(url, 'session', { logout, login });
    expect(seen.notLooked[0]).toMatch(/security.posture.login.token does not say/);
    // The cookie of a login is looked at here, as no page sets it before.
    expect(seen.findings).toMatchObject([{ rule: 'cookie-same-site', sources: ['session'] }]);
  });
});

it('a session that is kept at login is seen beside cookies that are no session', async () => {
  let answers = 0;
  const url = await serve((request, response) => {
    const [path, cookie] = [request.url ?? '', request.headers.cookie ?? ''];
    const balancer = `AWSALB=b${++answers}; Path=/`;
    if (path === '/login') {
      isIn = true;
      return end(response, 303, '', { 'set-cookie': balancer });
    }
    const isOwn = cookie.includes('JSESSIONID=abc');
    if (path === '/account') return end(response, isIn && isOwn ? 200 : 401, 'mine', { 'set-cookie': balancer });
    return end(response, 200, '', { 'set-cookie': [balancer, 'JSESSIONID=abc; Path=/; HttpOnly; SameSite=Lax'] });
  });
  let isIn = false;
  const login = { page: null, request: 'POST /login', as: 'form', token: null, nextField: null } as const;
  const seen = await look(url, 'session', { login, protectedPaths: ['/account'] });
  expect(seen.findings).toMatchObject([
    { rule: 'session-kept', certain: true, seen: 'no cookie of a session changed: JSESSIONID; others are new: AWSALB' },
  ]);
});

it('an answer that only breaks is no refusal: not after a logout, and not of another user’s data', async () => {
  let isOver = false;
  const url = await serve((request, response) => {
    const [path, cookie] = [request.url ?? '', request.headers.cookie ?? ''];
    if (path === '/login') return end(response, 303, '', { 'set-cookie': `sid=${cookie === '' ? 'first' : 'again'}` });
    if (path === '/logout') isOver = true;
    if (path === '/logout') return end(response, 303, '', { 'set-cookie': 'sid=; Max-Age=0' });
    if (path === '/account') return end(response, isOver ? 500 : cookie === '' ? 401 : 200, 'mine');
    // The first who asks for it is its owner.
    if (path === '/orders/7') return end(response, orders++ === 0 ? 200 : 502, 'order 7');
    return end(response, 404);
  });
  let orders = 0;
  const login = { page: null, request: 'POST /login', as: 'form', token: null, nextField: null } as const;
  const session = await look(url, 'session', { login, logout: 'POST /logout', protectedPaths: ['/account'] });
  expect(session.notLooked).toEqual(['what a logout does: /account is answered with 500 after it']);
  const objects = [{ path: '/orders/7', make: null, remove: null, list: null, id: 'id' }];
  expect((await look(url, 'objects', { login, objects })).notLooked).toEqual([
    '/orders/7: b is answered with 502, which is no refusal',
    '/orders/7: who is not logged in is answered with 502, which is no refusal',
  ]);
});

describe('what is made in the target', () => {
  const object = {
    path: '/flow/{{id}}',
    make: { request: 'POST /flow', json: {} },
    list: null,
    id: 'id',
    remove: null,
  };
  const remove = 'DELETE /flow/{{id}}';

  it('is named by its real path, in findings too, and is known again by the path of the configuration', async () => {
    const first = await look((await tokens()).url, 'objects', { objects: [object] });
    expect(first).toMatchObject({ looked: '/flow/f1', findings: [{ rule: 'foreign-object', where: '/flow/f1' }] });
    const other = await look((await tokens()).url, 'objects', { objects: [{ ...object, path: '/flow/{{id}}?x=1' }] });
    expect(other.notLooked.join()).not.toContain('{{id}}');
  });

  it('stays there and is told, or is removed', async () => {
    const stays = await tokens();
    const left = await look(stays.url, 'objects', { objects: [object] });
    expect(stays.orders.size).toBe(1);
    expect(left.made).toEqual([{ path: '/flow/f1', state: 'stays in the target: no remove is configured' }]);
    const gone = await tokens();
    const removed = await look(gone.url, 'objects', { objects: [{ ...object, remove }] });
    expect(gone.orders.size).toBe(0);
    expect(removed.made).toEqual([{ path: '/flow/f1', state: 'removed' }]);
    const refused = await look((await tokens({ removes: 403 })).url, 'objects', { objects: [{ ...object, remove }] });
    expect(refused.made?.[0]?.state).toMatch(/^stays in the target: DELETE \/flow\/f1 was answered with 403/);
    const bar = { failAt: 'high' as const, waivers: [], waiverDays: 180, today: '2026-11-29' };
    const pieces = [
      { kind: 'begun' as const, bar, leftOut: {}, isHttps: false },
      { kind: 'looked' as const, ...left },
    ];
    const { tables } = judgePosture(
      pieces.map((data) => ({ atMs: 0, data })),
      true,
      accessChecks,
    );
    expect(tables?.map(({ title }) => title)).toContain('Made in the target');
  });
});

describe('wrong logins', () => {
  const login = { page: null, request: 'POST /login', as: 'form', token: null, nextField: null } as const;
  const tried = (url: string, more: Partial<ResolvedPosture> = {}) =>
    look(url, 'rate-limit', { wrongLogins: 8, login, ...more });

  it('of which one fails by itself, as a login that breaks does, are not slowed down', async () => {
    let tries = 0;
    const url = await serve((_, response) => end(response, ++tries === 3 ? 502 : 401));
    expect((await tried(url)).findings).toMatchObject([{ rule: 'no-rate-limit' }]);
    // The last one as well.
    tries = -5;
    expect((await tried(url)).findings).toMatchObject([{ rule: 'no-rate-limit' }]);
  });

  it('that are refused from the last one on are slowed down', async () => {
    let tries = 0;
    const url = await serve((_, response) => end(response, ++tries >= 8 ? 423 : 401));
    expect(await tried(url)).toMatchObject({ findings: [], looked: 'wrong logins: refused at number 8' });
  });

  it('each have the hidden token of a page of their own, which is good for one login', async () => {
    let [token, passwords] = [0, 0];
    const url = await serve(async (request, response) => {
      const page = `<form><input type="hidden" name="csrf" value="${++token}"></form>`;
      if (request.method !== 'POST') return end(response, 200, page);
      const given = new URLSearchParams(await bodyOf(request)).get('csrf');
      if (given !== String(token - 1)) return end(response, 403);
      passwords++;
      return end(response, 401);
    });
    const { findings } = await tried(url, { login: { ...login, page: '/login' } });
    expect(findings).toMatchObject([{ rule: 'no-rate-limit' }]);
    expect(passwords).toBe(8);
  });

  it('are wrong in the password, and not in the secret of a client', async () => {
    const sent: (string | null)[] = [];
    const url = await serve(async (request, response) => {
      sent.push(new URLSearchParams(await bodyOf(request)).get('client_secret'));
      end(response, 401);
    });
    await tried(url, { users: [{ name: 'a', fields: { client_secret: 'c', username: 'a', password: 'right' } }] });
    expect(new Set(sent)).toEqual(new Set(['c']));
    sent.length = 0;
    const { findings, notLooked } = await tried(url, { users: [{ name: 'a', fields: { name: 'a', word: 'right' } }] });
    expect([findings, notLooked, sent]).toEqual([
      [],
      ['which field of a user is the password: none of name, word is named so'],
      [],
    ]);
  });
});
