import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { bodyOf, end } from './target.ts';

/** Everything that is planted in a small application with logins, each switched by its name; none: it is hardened. */
export const plantable = [
  'no-headers',
  'weak-csp',
  'cookie',
  'cors',
  'cors-null',
  'trace',
  'redirect',
  'login-redirect',
  'stack',
  'banner',
  'env',
  'git',
  'actuator',
  'metrics',
  'listing',
  'open-route',
  'session-kept',
  'logout',
  'objects',
  'no-limit',
] as const;
export type Planted = (typeof plantable)[number];

const hardened = {
  'content-security-policy': "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};

/** @param all it answers everything alike, as some applications of one page do */
export function shop(planted: readonly Planted[], all = false): RequestListener {
  const has = (name: Planted) => planted.includes(name);
  const sessions = new Map<string, string | null>();
  let ids = 0;
  let wrong = 0;
  const flags = has('cookie') ? 'Path=/' : 'Path=/; HttpOnly; SameSite=Lax';
  const session = (id: string) => `sid=${id}; ${flags}`;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = 'GET', headers } = request;
    const url = new URL(request.url ?? '/', 'http://x');
    const base: Record<string, string> = {
      ...(has('no-headers') ? {} : hardened),
      ...(has('weak-csp') ? { 'content-security-policy': "default-src * 'unsafe-inline'" } : {}),
      ...(has('banner') ? { server: 'Apache/2.4.1', 'x-powered-by': 'PHP/7.1.3' } : { server: 'shop' }),
      ...(headers.origin === undefined || (!has('cors') && !(has('cors-null') && headers.origin === 'null'))
        ? {}
        : { 'access-control-allow-origin': headers.origin, 'access-control-allow-credentials': 'true' }),
    };
    const give = (status: number, body: string, more: Record<string, string | string[]> = {}) =>
      end(response, status, body, { ...base, ...more });
    const id = /sid=(\w+)/.exec(headers.cookie ?? '')?.[1] ?? '';
    const user = sessions.get(id) ?? null;
    const plain = { 'content-type': 'text/plain' };
    if (method === 'TRACE') {
      return has('trace')
        ? give(200, `TRACE / HTTP/1.1\r\nx-shakedown: ${headers['x-shakedown']}`, { 'content-type': 'message/http' })
        : give(405, 'no');
    }
    const files: [Planted, string, string][] = [
      ['env', '/.env', 'DB_PASSWORD=hunter2\n'],
      ['git', '/.git/HEAD', 'ref: refs/heads/main\n'],
      ['metrics', '/metrics', '# HELP up x\n# TYPE up gauge\nup 1\n'],
    ];
    for (const [name, path, text] of files) if (has(name) && url.pathname === path) return give(200, text, plain);
    if (has('actuator') && url.pathname === '/actuator/env') {
      return give(200, '{"propertySources":[]}', { 'content-type': 'application/json' });
    }
    if (has('listing') && url.pathname === '/assets/') return give(200, '<title>Index of /assets</title>');
    if (url.pathname === '/go') {
      const next = url.searchParams.get('next') ?? '/';
      return give(302, '', { location: has('redirect') || /^\/(?![/\\])/.test(next) ? next : '/' });
    }
    if (url.pathname === '/login' && method === 'GET') {
      const made = id === '' ? String(++ids) : id;
      if (!sessions.has(made)) sessions.set(made, null);
      return give(200, '<form><input type="hidden" name="csrf" value="c1"><input name="email"></form>', {
        'set-cookie': session(`${made}`.padStart(8, 'a')),
      });
    }
    if (url.pathname === '/login') {
      const form = new URLSearchParams(await bodyOf(request));
      if (form.get('csrf') !== 'c1') return give(403, 'forged');
      if (form.get('password') !== 'right')
        return ++wrong > 5 && !has('no-limit') ? give(429, 'slow down') : give(401, 'wrong');
      const made = has('session-kept') ? id : `b${String(++ids).padStart(8, '0')}`;
      sessions.set(made, form.get('email'));
      const next = form.get('next') ?? '/account';
      return give(303, '', {
        location: has('login-redirect') || /^\/(?![/\\])/.test(next) ? next : '/account',
        ...(has('session-kept') ? {} : { 'set-cookie': session(made) }),
      });
    }
    if (url.pathname === '/logout') {
      if (!has('logout')) sessions.delete(id);
      return give(303, '', { location: '/', 'set-cookie': 'sid=; Max-Age=0; Path=/' });
    }
    if (url.pathname === '/account') {
      if (user === null && !has('open-route')) return give(303, '', { location: '/login' });
      return give(200, `account of ${user}`);
    }
    if (url.pathname.startsWith('/orders/')) {
      if (user === null) return give(401, '');
      return user === 'a' || has('objects') ? give(200, 'the order of a') : give(404, '');
    }
    if (url.pathname === '/' || all) return give(200, '<h1>Shop</h1>');
    return give(404, has('stack') ? `<pre>${new Error('no such page').stack}</pre>` : 'There is nothing here.');
  };
  return (request, response) => void answer(request, response);
}
