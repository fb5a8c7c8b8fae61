import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const password = 'correct horse';

export interface LoginApp {
  url: string;
  /** `POST /login 302`, in the order of the answers. */
  answered: string[];
  /** Users whose orders were taken. */
  buyers: string[];
  /** When each login came, ms. */
  loginsAtMs: number[];
  close(): Promise<void>;
}

/** An application with a login form (a CSRF token, a cookie) and an API (a bearer token), both of which take writes. */
export async function startLoginApp(port = 0): Promise<LoginApp> {
  const forms = new Map<string, string>();
  const sessions = new Map<string, { user: string; csrf: string }>();
  const tokens = new Map<string, string>();
  const answered: string[] = [];
  const buyers: string[] = [];
  const loginsAtMs: number[] = [];
  const made = () => randomBytes(9).toString('base64url');
  const page = (csrf: string) => `<form method="post"><input type="hidden" name="_csrf" value="${csrf}"></form>`;
  const known = (email: unknown, given: unknown) => /^user\d+@example\.test$/.test(String(email)) && given === password;

  const answer = (request: IncomingMessage, response: ServerResponse, body: string): void => {
    const path = (request.url ?? '/').split('?', 1)[0];
    const cookies = new Map(
      (request.headers.cookie ?? '').split('; ').map((pair) => pair.split('=') as [string, string]),
    );
    const session = sessions.get(cookies.get('sid') ?? '');
    const form = new URLSearchParams(body);
    const end = (status: number, text = '', headers: Record<string, string> = {}) =>
      response.writeHead(status, headers).end(text);
    switch (`${request.method} ${path}`) {
      case 'GET /':
      case 'GET /app.css':
        return void end(200, 'public');
      case 'GET /login': {
        const id = made();
        forms.set(id, made());
        return void end(200, page(forms.get(id) ?? ''), { 'set-cookie': `form=${id}; Path=/; HttpOnly` });
      }
      case 'POST /login': {
        loginsAtMs.push(performance.now());
        if (form.get('_csrf') !== forms.get(cookies.get('form') ?? '')) return void end(403, 'no form was asked for');
        if (!known(form.get('email'), form.get('password'))) return void end(401, 'wrong password');
        const id = made();
        sessions.set(id, { user: form.get('email') ?? '', csrf: made() });
        return void end(302, '', { location: '/account', 'set-cookie': `sid=${id}; Path=/; HttpOnly` });
      }
      case 'GET /account':
        return void (session === undefined ? end(302, '', { location: '/login' }) : end(200, page(session.csrf)));
      case 'POST /comments':
        if (session === undefined || form.get('_csrf') !== session.csrf) return void end(403, 'no session');
        return void end(form.get('text') ? 201 : 422);
      case 'POST /api/token': {
        const { email, password: given } = JSON.parse(body || '{}');
        if (!known(email, given)) return void end(401, '{}');
        const token = made();
        tokens.set(token, email);
        return void end(200, JSON.stringify({ data: { tokens: [token] } }));
      }
    }
    if (!path?.startsWith('/api/')) return void end(404);
    const user = tokens.get((request.headers.authorization ?? '').replace('Bearer ', ''));
    if (user === undefined) return void end(401, '{}');
    if (request.method === 'GET') return void end(200, '[]');
    try {
      const { productId, quantity, note } = JSON.parse(body);
      if (!Number.isInteger(productId) || !(quantity >= 1) || (note !== undefined && note === '')) throw new Error();
      buyers.push(user);
      return void end(request.method === 'POST' ? 201 : 200, '{}');
    } catch {
      return void end(422, '{"error":"not an order"}');
    }
  };

  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      response.on('finish', () => answered.push(`${request.method} ${request.url} ${response.statusCode}`));
      answer(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answered,
    buyers,
    loginsAtMs,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/**
 * What nginx writes of visitors to it: half of them log in by the form, the others came logged in.
 * @param visitors one a `everyS` seconds, each with an address of its own
 */
export function combinedLog(visitors: number, everyS = 1): string {
  const lines: string[] = [];
  for (let visitor = 0; visitor < visitors; visitor++) {
    const all: [request: string, status: number][] = [
      ['GET /', 200],
      ...(visitor % 2 === 0
        ? ([
            ['GET /login', 200],
            ['POST /login', 302],
          ] as [string, number][])
        : []),
      ['GET /account', 200],
      ['POST /comments', 201],
      ['GET /api/orders', 200],
      ['POST /api/orders', 201],
      [`PUT /api/orders/${visitor + 10}`, 200],
    ];
    for (const [i, [request, status]] of all.entries()) {
      const at = new Date(Date.UTC(2026, 0, 5, 10, 0, Math.floor(visitor * everyS + i * 0.4)));
      const [day, time] = [at.toUTCString().slice(5, 16).replaceAll(' ', '/'), at.toISOString().slice(11, 19)];
      lines.push(
        `10.0.${visitor >> 8}.${visitor & 255} - - [${day}:${time} +0000] "${request} HTTP/1.1" ${status} 512 "-" "Browser/1.0"`,
      );
    }
  }
  // A log is in the order of time.
  return `${lines.sort((a, b) => stamp(a).localeCompare(stamp(b))).join('\n')}\n`;
}

const stamp = (line: string) => /\[([^\]]+)/.exec(line)?.[1] ?? '';

/** Of its API: one body by an example, one by its schema. */
export const openApi = `openapi: 3.1.0
info: { title: Orders, version: '1' }
servers: [{ url: https://shop.example/api }]
paths:
  /orders:
    post:
      requestBody: { content: { application/json: { example: { productId: 7, quantity: 2 } } } }
      responses: { '201': { description: made } }
  /orders/{id}:
    put:
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } }
      responses: { '200': { description: changed } }
components:
  schemas:
    Order:
      type: object
      required: [productId, quantity]
      properties:
        id: { type: integer, readOnly: true }
        productId: { type: integer }
        quantity: { type: integer, minimum: 1 }
        note: { type: string, maxLength: 20 }
`;

/** Of a browser: its comment carries the token of that time. */
export const har = JSON.stringify({
  log: {
    entries: [
      {
        startedDateTime: '2026-01-05T10:00:00Z',
        request: {
          method: 'POST',
          url: 'https://shop.example/comments',
          httpVersion: 'HTTP/1.1',
          headers: [{ name: 'Cookie', value: 'sid=old' }],
          postData: { mimeType: 'application/x-www-form-urlencoded', text: '_csrf=old&text=It+fits' },
        },
        response: { status: 201, httpVersion: 'HTTP/1.1', headers: [], content: {} },
      },
    ],
  },
});
