import { mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runK6 } from '../../../../src/domains/load/k6/run.ts';
import { locationShape } from '../../../../src/domains/traffic/location-shape.ts';
import type { FirstSeen } from '../../../../src/model/answers.ts';
import { describeWithK6 } from '../../../setup/programs.ts';
import { loadInput, request, serve, session } from '../shop.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const page = (title: string) =>
  `<!doctype html><html><head><title>${title}</title></head><body><main><h1>${title}</h1></main></body></html>`;

describeWithK6('answers that are looked at by themselves', (found) => {
  it('are of the whole run: what began in its last quarter is in a quarter of them', async () => {
    const all = 1200;
    const shop = await serve(({ url }, response) => {
      const body = Number(url.slice(2)) < 0.75 * all ? { id: 7, name: 'cup' } : { error: 'no' };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    });
    const seen: FirstSeen[] = [];
    try {
      const requests = Array.from({ length: all }, (_, i) => request(i, { path: `/?${i}` }));
      const input = loadInput(`http://127.0.0.1:${shop.port}`, [session(0, 0, requests)], {
        ...{ folder: join(folder, 'whole'), durationMs: 2000 },
        on: { learned: (some) => seen.push(some) },
      });
      await runK6({ ...found, build: 'shakedown' }, input);
    } finally {
      await shop.close();
    }
    const [{ bodies, problems } = { bodies: 0, problems: 0 }] = seen[0]?.signs ?? [];
    expect(bodies).toBe(60);
    // The choice is the plan's, and so the same in each run.
    expect(problems).toBeGreaterThan(5);
    expect(problems).toBeLessThan(30);
  });

  it('are looked at for signs of errors where nothing is known of them, and redirects for where they lead', async () => {
    const each = 20;
    const json = (body: object) => (response: ServerResponse) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    const titled = (title: string) => (response: ServerResponse) =>
      response.setHeader('content-type', 'text/html').end(page(title));
    const moved = (location: string) => (response: ServerResponse) => response.writeHead(302, { location }).end();
    const given: [answer: (response: ServerResponse) => void, expected: [problems: number, logins: number] | string][] =
      [
        [json({ error: 'x' }), [1, 0]],
        [json({ message: 'gone', code: 404 }), [1, 0]],
        [json({ status: 'error', message: 'x', timestamp: 1 }), [1, 0]],
        [json({ success: false }), [1, 0]],
        [json({ error: null, message: 'fine' }), [0, 0]],
        [json({ code: 0, message: 'success' }), [0, 0]],
        [json({ errors: ['x'], data: { a: 1 } }), [0, 0]],
        [json({ status: 'paid', id: 7 }), [0, 0]],
        [titled('502 Bad Gateway'), [1, 0]],
        [titled('Page not found'), [1, 0]],
        [titled('Sign in to continue'), [0, 1]],
        [titled('Terrors of the deep, 4711 items'), [0, 0]],
        [moved('/login?next=%2F'), '/login'],
        [moved('http://elsewhere.example/orders/17'), '/orders/*'],
        [moved('next'), '/next'],
        [moved('/'), '/'],
        [moved('/Müller-17/x'), '/*/*'],
      ];
    const shop = await serve(({ url }, response) => {
      given[Number(url.slice(1).split('?')[0])]?.[0](response);
    });
    const seen: FirstSeen[] = [];
    try {
      const requests = Array.from({ length: each }, (_, i) =>
        given.map(([, expected], route) =>
          request(i * 10, {
            ...{ path: `/${route}?${i}`, route },
            ...(typeof expected === 'string' ? { expectedStatus: 302 } : {}),
          }),
        ),
      ).flat();
      const input = loadInput(`http://127.0.0.1:${shop.port}`, [session(0, 0, requests)], {
        ...{ folder: join(folder, 'signs'), durationMs: 1000 },
        on: { learned: (some) => seen.push(some) },
      });
      await runK6({ ...found, build: 'shakedown' }, input);
    } finally {
      await shop.close();
    }
    const signs = new Map(
      seen[0]?.signs.map(({ route, problems, logins }) => [route, [problems / each, logins / each]]),
    );
    const places = new Map(seen[0]?.redirects.map(({ route, to }) => [route, to.map(([shape]) => shape).join()]));
    expect(given.map((_, route) => signs.get(route) ?? places.get(route))).toEqual(
      given.map(([, expected]) => expected),
    );
    for (const [location, shape] of [
      ['/login?next=%2F', '/login'],
      ['http://elsewhere.example/orders/17', '/orders/*'],
      ['next', '/next'],
      ['', 'nowhere'],
      ['/Müller-17/x', '/*/*'],
    ] as const)
      expect(locationShape(location, '/12?0')).toBe(shape);
  });
});
