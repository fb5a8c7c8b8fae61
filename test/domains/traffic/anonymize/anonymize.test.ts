import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AnonymizeReport, anonymizeRecording } from '../../../../src/domains/traffic/anonymize/anonymize.ts';
import { verifyPrivacy } from '../../../../src/domains/traffic/anonymize/privacy.ts';
import { jsonFeatures, pageFeatures } from '../../../../src/domains/traffic/body-features.ts';
import { AnswerShapes, recordedAnswer } from '../../../../src/domains/traffic/plan/answers.ts';
import { readManifest } from '../../../../src/domains/traffic/recording.ts';
import type { RecordedRequest, RecordedSession } from '../../../../src/model/traffic.ts';
import { readAll, shopper, shopSessions, temporaryFolder, writeRecording } from './shop.ts';

const key = Buffer.alloc(32, 7);
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let report: AnonymizeReport;
let original: RecordedSession[];
let result: RecordedSession[];

beforeAll(async () => {
  folder = await temporaryFolder();
  original = shopSessions(60);
  await writeRecording(join(folder.path, 'raw'), original);
  report = await anonymizeRecording({
    from: join(folder.path, 'raw'),
    to: join(folder.path, 'out'),
    key,
    canaries: ['posteo-mail'],
  });
  result = await readAll(join(folder.path, 'out'));
});
afterAll(() => folder.remove());

describe('anonymizing a shop', () => {
  it('leaves shapes of answers by which the original ones are as recorded, and others are not', () => {
    const shapes = new AnswerShapes(true);
    const routes: string[] = [];
    const routeOf = ({ method, path }: RecordedRequest) => `${method} ${path.replace(/[?\d].*/, '')}`;
    const all = (sessions: readonly RecordedSession[]) => sessions.flatMap(({ requests }) => requests);
    const bodies = all(original);
    all(result).forEach((request, i) => {
      const answer = recordedAnswer(request);
      const route = routeOf(bodies[i] ?? request);
      if (!routes.includes(route)) routes.push(route);
      if (answer !== undefined) shapes.add(routes.indexOf(route), request, answer);
    });
    const expected = shapes.expected();
    let held = 0;
    for (const request of bodies) {
      const shape = expected[routes.indexOf(routeOf(request))]?.shape;
      const text = request.response?.body?.data;
      if (shape === undefined || text === undefined || text === '') continue;
      const body = text.startsWith('<') ? pageFeatures(text) : jsonFeatures(text, () => true);
      const found = new Set([...(body?.core ?? []), ...(body?.content ?? [])]);
      expect([...shape.core, ...shape.content].filter((feature) => !found.has(feature))).toEqual([]);
      expect(shape.foreign.filter((feature) => found.has(feature))).toEqual([]);
      expect(shape.core.length).toBeGreaterThan(0);
      const other = jsonFeatures('{"message":"no"}', () => true);
      expect(shape.core.some((feature) => other?.core.has(feature))).toBe(false);
      held++;
    }
    expect(held).toBeGreaterThan(60);
  });

  it('passes its own scan', async () => {
    expect(report.scan.listed).toEqual([]);
    expect(report.scan.passed).toBe(true);
    expect(report.canaries).toMatchObject({ seenWhenLeft: report.canaries.planted, left: 0 });
    expect(verifyPrivacy(await readManifest(join(folder.path, 'out')))).toEqual({ ok: true, reason: '' });
  });

  it('leaves nothing personal anywhere', async () => {
    const texts = [
      JSON.stringify(result),
      await readFile(join(folder.path, 'out/recording.json'), 'utf8'),
      JSON.stringify(report),
    ];
    for (let n = 0; n < 60; n++) {
      const { name, email, phone, userId, orderId, cartId, sid, csrf, address } = shopper(n);
      for (const text of texts) {
        for (const value of [
          ...name.split(' '),
          email,
          phone,
          String(userId),
          String(orderId),
          cartId,
          sid,
          csrf,
          address,
        ]) {
          expect(text.includes(value), value).toBe(false);
        }
      }
    }
    for (const text of texts) expect(text).not.toMatch(/meadow|hunter|alice-laptop|2024-03-05/);
  });
});

/** Reads the values back out of a session's places, each in its own encoding. */
function links(session: RecordedSession) {
  const body = (n: number) => session.requests[n]?.body?.data ?? '';
  const answer = (n: number) => session.requests[n]?.response?.body?.data ?? '';
  const path = (n: number) => new URL(session.requests[n]?.path ?? '', 'http://x');
  const cookie = (n: number, name: string) =>
    session.requests[n]?.headers?.find(([header]) => header === name)?.[1] ?? '';
  const html = answer(2).replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
  const login = JSON.parse(answer(3));
  const form = new URLSearchParams(body(3));
  const cart = JSON.parse(answer(4));
  const users = path(5).pathname.split('/');
  return {
    csrf: [/name="_csrf" value="([^"]*)"/.exec(html)?.[1], form.get('_csrf'), cookie(4, 'x-csrf-token')],
    email: [form.get('email'), login.user.email, path(5).searchParams.get('email')],
    user: [String(login.user.id), cart.for, users[2]],
    cart: [/carts\/([^?]*)\?/.exec(html)?.[1], login.cart, path(4).pathname.split('/')[2]],
    order: [String(cart.order), users[4], JSON.parse(answer(5)).order],
    sid: [
      /sid=([^;]*)/.exec(session.requests[0]?.response?.headers?.[0]?.[1] ?? '')?.[1],
      /sid=([^;]*)/.exec(cookie(1, 'cookie'))?.[1],
      /sid=([^;]*)/.exec(cookie(5, 'cookie'))?.[1],
    ],
    product: [path(1).pathname.split('/')[2], String(JSON.parse(body(4)).sku)],
    name: [
      login.user.name,
      /for (.*), call|\w+ (.*), \w+ \+/
        .exec(JSON.parse(body(4)).note)
        ?.slice(1)
        .find(Boolean),
    ],
    phone: [/\+[\d ]+/.exec(JSON.parse(body(4)).note)?.[0], JSON.parse(answer(5)).phone],
  };
}

describe('references between requests', () => {
  it('all hold, over answers, paths, queries, forms, cookies, headers, JSON and HTML', () => {
    for (const [index, session] of result.entries()) {
      for (const [name, values] of Object.entries(links(session))) {
        expect(new Set(values).size, `${name} of session ${index}: ${values}`).toBe(1);
        expect(values[0]).toBeTruthy();
      }
    }
  });

  it('do not join what was apart', () => {
    for (const name of ['csrf', 'email', 'user', 'cart', 'order', 'sid', 'phone'] as const) {
      expect(new Set(result.map((session) => links(session)[name][0])).size).toBe(result.length);
    }
  });

  it('keeps structure and times', () => {
    for (const [index, session] of result.entries()) {
      const before = original[index];
      expect(session.startMs).toBe(before?.startMs);
      for (const [n, request] of session.requests.entries()) {
        const { method, offsetMs, route, status } = before?.requests[n] ?? {};
        expect(request).toMatchObject({ method, offsetMs, route, status });
        expect(request.headers?.some(([name]) => name === 'content-length')).toBe(false);
      }
    }
  });
});

describe('the key', () => {
  const again = async (name: string, other?: Buffer) => {
    await anonymizeRecording({
      from: join(folder.path, 'raw'),
      to: join(folder.path, name),
      ...(other ? { key: other } : {}),
    });
    return readManifest(join(folder.path, name));
  };

  it('makes the same recording again, byte for byte', async () => {
    const first = await readManifest(join(folder.path, 'out'));
    expect((await again('same', key)).shards).toEqual(first.shards);
    expect((await again('other', Buffer.alloc(32, 8))).shards).not.toEqual(first.shards);
  });

  it('is made and thrown away where none is given', async () => {
    expect((await again('random-a')).shards).not.toEqual((await again('random-b')).shards);
  });
});
