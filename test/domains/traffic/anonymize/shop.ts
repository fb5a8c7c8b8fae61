import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRecordingWriter, readManifest, readSessions } from '../../../../src/domains/traffic/recording.ts';
import type { RecordedSession, RouteCount } from '../../../../src/model/traffic.ts';

/** A folder that is gone when `using` ends. */
export async function temporaryFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'anonymize-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

export async function writeRecording(
  folder: string,
  sessions: RecordedSession[],
  startedAt: string | null = '2024-03-05T10:00:00.000Z',
) {
  const writer = await createRecordingWriter(folder);
  const counts = new Map<string, RouteCount>();
  for (const session of sessions) {
    await writer.write(session);
    for (const { method, route } of session.requests) {
      const count = counts.get(`${method} ${route}`) ?? { method, route, requests: 0 };
      count.requests++;
      counts.set(`${method} ${route}`, count);
    }
  }
  return writer.close({
    name: 'shop',
    startedAt,
    durationMs: 60_000,
    timeResolutionMs: 1,
    hasResponses: true,
    sources: [{ file: 'alice-laptop.har', format: 'har', records: 1, damaged: 0 }],
    routes: [...counts.values()],
    notReplayable: [],
    privacy: { state: 'raw' },
  });
}

export async function readAll(folder: string): Promise<RecordedSession[]> {
  const out: RecordedSession[] = [];
  for await (const session of readSessions(folder, await readManifest(folder))) out.push(session);
  return out;
}

const firstNames = ['Alice', 'Jürgen', 'Fatima', 'Oleg', 'Chiara', 'Kenneth', 'Priya', 'Satoshi', 'Mercedes', 'Ulrich'];
const lastNames = ['Habermann', 'Okonkwo-Reyes', 'Lindqvist', 'Przybylski', 'Villanueva', 'Abernathy'];

/** What is personal in session `n`. */
export function shopper(n: number) {
  const first = firstNames[n % firstNames.length] ?? '';
  const last = lastNames[n % lastNames.length] ?? '';
  const digits = String(1_000_003 + n * 7919);
  const token = Buffer.from(`${n}-secret-${digits}-${n * 31}`)
    .toString('base64url')
    .replaceAll('-', 'x')
    .slice(0, 24);
  return {
    name: `${first} ${last}`,
    email: `${first.toLowerCase().replace('ü', 'ue')}.${last.toLowerCase()}${n}@posteo-mail.de`,
    phone: `+49 171 ${digits}`,
    userId: 700_000 + n * 13,
    orderId: 48_000_000 + n * 977,
    cartId: `0${(n * 7919 + 12_345_678).toString(16).padStart(7, '0')}-aaaa-4bbb-8ccc-${String(n).padStart(12, '0')}`,
    sid: `s%3A${token}`,
    csrf: `csrf${n}Xy+/${token}==`,
    address: `10.20.${n % 200}.${(n * 7) % 250}`,
  };
}

/** One visit: search, product, cart, login, checkout, order; values of answers come back in later requests in other encodings. */
function shopSession(n: number): RecordedSession {
  const who = shopper(n);
  const product = 101 + (n % 6);
  const origin = 'https://shop.meadow-market.com';
  const cookie = ['cookie', `sid=${who.sid}; theme=dark`] as const;
  const host = ['host', 'shop.meadow-market.com'] as const;
  const agent = ['user-agent', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/121.0'] as const;
  const forwarded = ['x-forwarded-for', who.address] as const;
  const json = (data: unknown) => ({ mime: 'application/json', encoding: 'utf8' as const, data: JSON.stringify(data) });
  const common = [host, agent, forwarded, cookie];
  return {
    id: `${who.email}#1`,
    startMs: n * 100,
    requests: [
      {
        offsetMs: 0,
        method: 'GET',
        origin,
        path: '/search?q=oak+table&page=2',
        route: '/search',
        headers: [host, agent, forwarded, ['accept', 'text/html,*/*;q=0.8']],
        status: 200,
        response: {
          headers: [['set-cookie', `sid=${who.sid}; Path=/; HttpOnly`]],
          body: json({ items: [101, 102, 103, 104, 105, 106].map((id) => ({ id, title: `Table ${id}` })), total: 6 }),
        },
      },
      {
        offsetMs: 900,
        method: 'GET',
        origin,
        path: `/products/${product}`,
        route: '/products/:id',
        headers: [...common],
        status: 200,
      },
      {
        offsetMs: 2000,
        method: 'GET',
        origin,
        path: '/login',
        route: '/login',
        headers: [...common, ['referer', `${origin}/products/${product}?from=search`]],
        status: 200,
        response: {
          body: {
            mime: 'text/html; charset=utf-8',
            encoding: 'utf8',
            data: `<html><head><title>Hello ${who.name}</title></head><body><form action="/login" method="post"><input type="hidden" name="_csrf" value="${who.csrf.replaceAll('+', '&#43;')}"><a href="/carts/${who.cartId}?x=1&amp;y=2">cart</a></form></body></html>`,
          },
        },
      },
      {
        offsetMs: 4000,
        method: 'POST',
        origin,
        path: '/login',
        route: '/login',
        headers: [...common, ['content-type', 'application/x-www-form-urlencoded'], ['content-length', '99']],
        body: {
          mime: 'application/x-www-form-urlencoded',
          encoding: 'utf8',
          data: `email=${encodeURIComponent(who.email)}&password=hunter${n}secret&_csrf=${encodeURIComponent(who.csrf)}`,
        },
        status: 200,
        response: { body: json({ user: { id: who.userId, name: who.name, email: who.email }, cart: who.cartId }) },
      },
      {
        offsetMs: 6000,
        method: 'POST',
        origin,
        path: `/carts/${who.cartId}/items`,
        route: '/carts/:id/items',
        headers: [...common, ['x-csrf-token', who.csrf]],
        body: json({ sku: product, quantity: 1, note: `for ${who.name}, call ${who.phone}` }),
        status: 201,
        response: { body: json({ order: who.orderId, for: String(who.userId) }) },
      },
      {
        offsetMs: 7000,
        method: 'GET',
        origin,
        path: `/users/${who.userId}/orders/${who.orderId}?email=${encodeURIComponent(who.email)}`,
        route: '/users/:id/orders/:order',
        headers: [...common],
        status: 200,
        response: { body: json({ order: String(who.orderId), phone: who.phone, card: '4539578763621486' }) },
      },
    ],
  };
}

export const shopSessions = (count: number): RecordedSession[] =>
  Array.from({ length: count }, (_, n) => shopSession(n));
