import type { AnswerDefect } from '../defects.ts';
import type { Reply, Route } from './http.ts';

type Body = Record<string, unknown>;

/** The routes of the API, with answers that these defects alter. */
export function alteredAnswers(routes: Route[], defects: readonly AnswerDefect[] = []): Route[] {
  if (defects.length === 0) return routes;
  return routes.map((route) => ({
    ...route,
    async handle(request) {
      const reply = await route.handle(request);
      return reply.status < 400 && reply.type === 'application/json' ? altered(route.path, reply, defects) : reply;
    },
  }));
}

function altered(path: string, reply: Reply, defects: readonly AnswerDefect[]): Reply {
  const body = JSON.parse(String(reply.body)) as Body;
  for (const order of [body, ...((body.orders as Body[] | undefined) ?? [])]) {
    if (defects.includes('total') && path.startsWith('/api/orders') && typeof order.totalCents === 'number')
      order.totalCents++;
    if (defects.includes('renamed') && path === '/api/orders/:id' && 'createdAt' in order) {
      order.created = order.createdAt;
      delete order.createdAt;
    }
  }
  if (defects.includes('reversed') && Array.isArray(body.products)) body.products.reverse();
  return { ...reply, body: JSON.stringify(body) };
}
