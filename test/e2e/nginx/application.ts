import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A shop with a login, writes and files, as somebody's own application would be: sessions by cookie, orders in memory. */
export interface Application {
  port: number;
  close(): Promise<void>;
}

const page = (title: string, body: string): string =>
  `<!doctype html><link rel="stylesheet" href="/static/site.css"><script src="/static/site.js"></script><title>${title}</title><h1>${title}</h1>${body}`;

const types: Readonly<Record<string, string>> = { css: 'text/css', js: 'text/javascript', png: 'image/png' };

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

/** @param productDelayMs how much longer a page of a product takes in this build */
export async function startApplication(productDelayMs = 0): Promise<Application> {
  const sessions = new Map<string, string>();
  const orders = new Map<string, { user: string; item: string }>();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://shop');
    const send = (status: number, body = '', headers: Record<string, string> = {}) =>
      response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(body);
    const user = sessions.get(/(?:^|; )sid=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '');
    const [, first = '', second = ''] = url.pathname.split('/');
    const route = `${request.method} /${first}${second === '' ? '' : '/…'}`;
    switch (route) {
      case 'GET /':
        return void send(200, page('Shop', '<a href="/products/1">Tea</a>'));
      case 'GET /healthz':
        return void send(200, 'ok');
      case 'GET /static/…': {
        const type = types[second.split('.').at(-1) ?? ''];
        if (type === undefined) return void send(404);
        return void send(200, 'x'.repeat(2000), { 'content-type': type });
      }
      case 'GET /products':
        return void send(200, page('Products', url.searchParams.get('page') ?? '1'));
      case 'GET /products/…':
        await wait(12 + productDelayMs);
        return void send(Number(second) <= 40 ? 200 : 404, page(`Product ${second}`, ''));
      case 'GET /search':
        await wait(5);
        return void send(200, page('Search', ''));
      case 'GET /login':
        return void send(200, page('Login', '<form method="post"><input name="user"><input name="password"></form>'));
      case 'POST /login': {
        const form = new URLSearchParams(await textOf(request));
        if (form.get('password') !== `of-${form.get('user')}`) return void send(401, 'no');
        const id = randomUUID();
        sessions.set(id, form.get('user') ?? '');
        return void send(302, '', { location: '/account', 'set-cookie': `sid=${id}; Path=/; HttpOnly` });
      }
    }
    if (user === undefined) return void send(302, '', { location: '/login' });
    switch (route) {
      case 'GET /account':
        return void send(200, page('Account', user));
      case 'GET /users/…':
        return void send(200, page('Profile', user));
      case 'POST /orders': {
        const { item } = JSON.parse(await textOf(request)) as { item: string };
        const id = String(1000 + orders.size);
        orders.set(id, { user, item });
        return void send(201, JSON.stringify({ id }), {
          'content-type': 'application/json',
          location: `/orders/${id}`,
        });
      }
      case 'GET /orders/…': {
        const order = orders.get(second);
        return order?.user === user ? void send(200, page('Order', order.item)) : void send(404);
      }
    }
    send(404);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(500).end());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
