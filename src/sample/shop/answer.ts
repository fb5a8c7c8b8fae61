import type { IncomingMessage, ServerResponse } from 'node:http';
import { isUnavailable } from './database.ts';
import type { Faults } from './faults.ts';
import { HttpProblem, json, type Reply, type Route, type ShopRequest, seeOther } from './http.ts';
import { insecureAnswer, insecureHeaders, insecureProblem } from './insecure.ts';
import type { Log } from './log.ts';
import type { createMetrics } from './metrics.ts';
import { problemPage } from './pages/problem.ts';
import type { Router } from './router.ts';
import { readCookie, type Session } from './session.ts';
import type { Shop } from './shop.ts';
import type { Workers } from './workers.ts';

const maxBodyBytes = 64 * 1024;
const noSession: Session = { id: '', user: null, isNew: false, signature: '', csrf: '' };
const noQuery = new URLSearchParams();
const securityHeaders = [
  ...['X-Content-Type-Options', 'nosniff'],
  ...['X-Frame-Options', 'DENY'],
  ...['Cross-Origin-Opener-Policy', 'same-origin'],
];
const pageHeaders = [
  'Content-Security-Policy',
  "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
];

export interface AnswerParts {
  shop: Shop;
  router: Router;
  faults: Faults;
  /** A planted limit; null: none. */
  workers: Workers | null;
  metrics: ReturnType<typeof createMetrics>;
  log: Log;
  name: string;
  /** False: planted, a header is not sent. */
  sendsReferrer: boolean;
  /** True once the instance is on its way out: connections are closed after their answer. */
  draining(): boolean;
}

/** The request handler: route, session, access, CSRF, faults, answer, metrics, log. */
export function createAnswer(parts: AnswerParts) {
  const { shop, router, faults, workers, metrics, log, name } = parts;
  const { insecure } = shop;
  const referrer = parts.sendsReferrer && !insecure ? ['Referrer-Policy', 'same-origin'] : [];
  const always = [
    ...(insecure ? insecureHeaders : securityHeaders),
    ...referrer,
    'X-Instance',
    name,
    'X-Version',
    shop.version,
  ];

  const send = (response: ServerResponse, route: Route | undefined, reply: Reply, session: Session | undefined) => {
    // A text body leaves in one write together with the head.
    const { body } = reply;
    const headers = ['Content-Type', reply.type, 'Content-Length', String(Buffer.byteLength(body)), ...always];
    if (route?.kind !== 'asset') headers.push('Cache-Control', 'no-store');
    if (reply.type.startsWith('text/html') && !insecure) headers.push(...pageHeaders);
    if (reply.headers !== undefined) headers.push(...reply.headers);
    if (session?.isNew && !reply.headers?.includes('Set-Cookie')) {
      headers.push('Set-Cookie', shop.signer.sessionCookie(session));
    }
    if (parts.draining()) headers.push('Connection', 'close');
    response.writeHead(reply.status, headers);
    response.end(body);
  };

  return async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const startedAt = performance.now();
    const url = incoming.url ?? '/';
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const method = incoming.method ?? 'GET';
    const found = router(method, path);
    const match = typeof found === 'object' ? found : undefined;
    const route = match?.route;
    const isApi = path.startsWith('/api/');
    const { headers } = incoming;
    let session: Session =
      route?.kind === 'page' || (route === undefined && !isApi) ? shop.signer.readSession(headers.cookie) : noSession;
    const { user } = session;
    if (user !== null && !insecure && shop.redis !== null && !(await shop.redis.sessions.isOpen(session.id, user))) {
      session = shop.signer.newSession();
    }
    const request: ShopRequest = {
      method,
      path,
      query: mark < 0 ? noQuery : new URLSearchParams(url.slice(mark + 1)),
      params: match?.params ?? [],
      headers,
      session,
      user: isApi ? shop.signer.readToken(headers.authorization) : session.user,
      body: '',
      basketCount: Number.parseInt(readCookie(headers.cookie, 'shop_basket'), 10) || 0,
    };

    let reply: Reply;
    try {
      const holdMs = faults.holdMs(route?.catalogue === true);
      if (holdMs > 0) await new Promise((resolve) => setTimeout(resolve, holdMs));
      if (route?.kind !== 'operations') {
        faults.leak();
        faults.die();
        if (faults.fails()) throw new HttpProblem(500, 'Something broke on our side.');
      }
      if (found === 'wrong method') throw new HttpProblem(405, 'That cannot be done here.');
      if (route === undefined) throw new HttpProblem(404, 'There is nothing at this address.');
      if (method === 'POST' || method === 'PUT' || method === 'DELETE') request.body = await readBody(incoming);
      const handle = async () => refusal(shop, route, request) ?? (await route.handle(request));
      reply = workers === null || route.kind === 'operations' ? await handle() : await workers(handle);
    } catch (error) {
      const problem = toProblem(error);
      if (problem.status >= 500) {
        log.write('error', error instanceof Error ? error.message : String(error), { path, status: problem.status });
      }
      reply =
        isApi || route?.kind === 'operations'
          ? json({ error: problem.message }, problem.status, problem.headers)
          : problemPage(shop, request, problem.status, problem.message);
      if (insecure) reply = insecureProblem(reply, error);
    }
    if (insecure) reply = insecureAnswer(incoming, reply);
    if (!response.destroyed) send(response, route, reply, route?.kind === 'page' ? session : undefined);
    const seconds = (performance.now() - startedAt) / 1000;
    const label = route?.path ?? '(none)';
    metrics.observe(method, label, reply.status, seconds);
    if (log.access && route?.kind !== 'operations') {
      const durationMs = Math.round(seconds * 1e6) / 1e3;
      const requestId = headers['x-request-id'];
      log.write('info', 'request', { method, path, route: label, status: reply.status, durationMs, requestId });
    }
  };
}

/** What keeps the request from its handler: not signed in, not allowed, or a form without its token. */
function refusal(shop: Shop, route: Route, request: ShopRequest): Reply | undefined {
  if (shop.insecure && route.path === '/admin/products') return undefined;
  if (route.access !== undefined && request.user === null) {
    if (route.kind === 'page') return seeOther(`/login?next=${encodeURIComponent(request.path)}`);
    throw new HttpProblem(401, 'Sign in first: POST /api/login.', ['WWW-Authenticate', 'Bearer']);
  }
  if (route.access === 'admin' && request.user?.role !== 'admin') throw new HttpProblem(403, 'For the crew only.');
  if (route.kind === 'page' && request.method === 'POST') {
    const token = new URLSearchParams(request.body).get('csrf') ?? '';
    if (!shop.signer.csrfMatches(request.session, token)) {
      throw new HttpProblem(403, 'This form is out of date. Go back, load the page again, and send it once more.');
    }
  }
  return undefined;
}

function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (isUnavailable(error)) return new HttpProblem(503, 'The shop is not available just now.', ['Retry-After', '1']);
  return new HttpProblem(500, 'Something broke on our side.');
}

/** @throws HttpProblem 413 */
async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += (chunk as Buffer).length;
    if (size > maxBodyBytes) throw new HttpProblem(413, 'That is too much.', ['Connection', 'close']);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
