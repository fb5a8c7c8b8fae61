import { createHash } from 'node:crypto';
import type { Answer } from '../../../src/domains/regression/compare/answer.ts';
import { readAnswer } from '../../../src/domains/regression/compare/answer.ts';
import { compareAnswers, type Three } from '../../../src/domains/regression/compare/compare.ts';
import { type JudgedField, judgeFields } from '../../../src/domains/regression/compare/findings.ts';
import { SeenIds } from '../../../src/domains/regression/compare/ids.ts';
import { Tally } from '../../../src/domains/regression/compare/tally.ts';
import { seededRandom } from '../../../src/sample/random.ts';

export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: unknown;
  /** In place of `body`. */
  html?: string;
}

/** What a shop answers, with all the noise that real ones have. */
export interface Moment {
  random: () => number;
  nowMs: number;
  /** Ids that this arm gave out in this session. */
  orderId: string;
  session: number;
}

export type Change = (route: string, reply: Reply, moment: Moment) => void;

const uuid = (random: () => number) => {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
};

const products = Array.from({ length: 12 }, (_, i) => ({
  id: i + 1,
  name: `Product ${'ABCDEFGHIJKL'[i]}`,
  priceCents: 100 * (i + 3),
  tags: ['new', 'sale'],
}));

const routes = [
  'GET /api/products',
  'GET /api/products/:id',
  'POST /api/orders',
  'GET /api/orders/:uuid',
  'GET /basket',
];

function reply(route: string, moment: Moment): Reply {
  const { random, nowMs, orderId, session } = moment;
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    date: new Date(nowMs).toUTCString(),
    'x-request-id': uuid(random),
    // One answer in five comes from a cache.
    'x-cache': random() < 0.2 ? 'HIT' : 'MISS',
    vary: 'accept',
  };
  const shuffled = [...products].sort(() => random() - 0.5).slice(0, 4);
  const product = products[session % products.length] as (typeof products)[number];
  switch (route) {
    case 'GET /api/products':
      return {
        status: 200,
        headers,
        body: {
          items: products.slice(0, 6),
          total: products.length,
          page: 1,
          // Differs in 30 of 100 answers, and in one of 100.
          variant: random() < 0.3 ? 'b' : 'a',
          stale: random() < 0.01,
          generatedAt: new Date(nowMs).toISOString(),
          load: Math.round(40 + 20 * random()),
        },
      };
    case 'GET /api/products/:id':
      return {
        status: 200,
        headers,
        body: {
          ...product,
          stock: 5 + Math.floor(random() * 3),
          recommended: shuffled.map(({ id, name }) => ({ id, name })),
        },
      };
    case 'POST /api/orders':
      return {
        status: 201,
        headers: {
          ...headers,
          location: `/api/orders/${orderId}`,
          'set-cookie': `last=${orderId}; Path=/; HttpOnly; Secure`,
        },
        body: {
          id: orderId,
          totalCents: product.priceCents * 2,
          currency: 'EUR',
          createdAt: new Date(nowMs).toISOString(),
          paid: false,
        },
      };
    case 'GET /api/orders/:uuid':
      return {
        status: 200,
        headers,
        body: {
          id: orderId,
          totalCents: product.priceCents * 2,
          lines: [
            { productId: product.id, quantity: 2, priceCents: product.priceCents },
            { productId: (product.id % 12) + 1, quantity: 1, priceCents: 100 },
          ],
          history: [
            { state: 'placed', at: new Date(nowMs - 5).toISOString() },
            { state: 'confirmed', at: new Date(nowMs).toISOString() },
          ],
        },
      };
    default:
      return {
        status: 200,
        headers: { ...headers, 'content-type': 'text/html; charset=utf-8' },
        body: null,
        html: `<!doctype html><html lang="en"><head><title>Basket</title></head><body><h1>Basket</h1><form action="/checkout" method="post"><input type="hidden" name="csrf" value="${createHash('sha1').update(String(random())).digest('base64url')}"><p class="price">${product.priceCents} €</p><p class="served">Served at ${new Date(nowMs).toISOString()}</p><button>Check out</button></form></body></html>`,
      };
  }
}

/** Plays sessions on the current version twice and on the candidate, whose answers `change` alters, and judges them. */
export function judgedShop(change: Change | null, { sessions = 60, seed = 1, level = 0.01 } = {}): JudgedField[] {
  const tally = new Tally();
  const random = seededRandom(seed);
  let nowMs = Date.parse('2026-05-04T10:00:00Z');
  for (let session = 0; session < sessions; session++) {
    const arms = [0, 1, 2].map(() => ({ ids: new SeenIds(), orderId: uuid(random) }));
    routes.forEach((route, request) => {
      const answers = arms.map(({ ids, orderId }, arm) => {
        nowMs += Math.floor(1 + random() * 5);
        const moment: Moment = { random, nowMs, orderId, session };
        const made = reply(route, moment);
        // What is altered is the candidate's own.
        const own = structuredClone(made);
        if (arm === 2) change?.(route, own, moment);
        return readAnswer(answerOf(own, nowMs), request, ids);
      });
      tally.add(route, compareAnswers(answers as unknown as Three<(typeof answers)[number]>));
    });
    tally.endSession();
  }
  return judgeFields(tally.counts(), level);
}

function answerOf({ status, headers, body, html }: Reply, nowMs: number): Answer {
  const text = html ?? JSON.stringify(body);
  return {
    ...{ status, error: '', headers: Object.entries(headers), body: Buffer.from(text), cut: null, ms: 5 },
    sentAtMs: nowMs,
  };
}
