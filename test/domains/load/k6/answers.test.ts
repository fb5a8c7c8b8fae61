import { mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runK6 } from '../../../../src/domains/load/k6/run.ts';
import { type ChosenBaselines, withBaselineAnswers } from '../../../../src/domains/load/regression/baselines.ts';
import { AnswerShapes, recordedAnswer } from '../../../../src/domains/traffic/plan/answers.ts';
import type { AnswerCounts, FirstSeen } from '../../../../src/model/answers.ts';
import type { PlanSummary } from '../../../../src/model/plan.ts';
import { isWrongStatus } from '../../../../src/model/sample.ts';
import type { RecordedRequest } from '../../../../src/model/traffic.ts';
import { describeWithK6 } from '../../../setup/programs.ts';
import { loadInput, request, serve, session } from '../shop.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const item = (id: number) => ({
  id,
  name: `n"${id}\\`,
  tags: id % 3 === 0 ? [] : ['a'],
  price: { amount: id / 7, was: null },
});
const list = (n: number) =>
  JSON.stringify({ items: Array.from({ length: n + 1 }, (_, i) => item(i + 1)), total: n, 'k\u00e9y "x"': true });
const page = (title: string, more = '') =>
  `<!doctype html><HTML><head><title>${title} <main></title><style>table > td {}</style></head><body><header class="a>b"><nav></nav></header>
<main><h1>${title}</h1><!-- <footer> -->${more}<table><tr><td>1</td></tr></table><form action="/x"><input type="search"></form></main><script>"<aside>"</script></body></html>`;
const login =
  "<html><title>Log in</title><main><form><input name=u><input name=p TYPE='password'></form></main></html>";

const html =
  (body: string | Uint8Array, encoding = 'identity') =>
  (_: number, response: ServerResponse) =>
    response.setHeader('content-type', 'text/html').setHeader('content-encoding', encoding).end(body);

const aPage = (): [string, string] => ['text/html', page('A')];

/** What each route had recorded, and what answers it now. */
const routes: {
  path: string;
  recorded: (i: number) => [type: string, body: string];
  now: (i: number, response: ServerResponse) => void;
}[] = [
  // 0 to 4 answer as recorded: the same; other ids, lengths and texts; packed; a key that some never had; a larger page.
  {
    path: '/same',
    recorded: (i) => ['application/json', list(i)],
    now: (i, r) => r.setHeader('content-type', 'application/json').end(list(i)),
  },
  {
    path: '/other',
    recorded: (i) => ['application/vnd.x+json; charset=utf-8', list(i)],
    now: (i, r) => r.setHeader('content-type', 'application/json').end(list(900 - i)),
  },
  {
    path: '/packed',
    recorded: (i) => ['text/html', page(`P${i}`)],
    now: (i, r) =>
      r
        .setHeader('content-type', 'text/html')
        .setHeader('content-encoding', 'gzip')
        .end(gzipSync(page(`Q${i}`))),
  },
  {
    path: '/optional',
    recorded: (i) => ['application/json', JSON.stringify({ id: i, a: 1, ...(i % 2 ? { sale: true } : {}) })],
    now: (i, r) => r.setHeader('content-type', 'application/json').end(`{"id":${i},"a":2,"new":[1]}`),
  },
  {
    path: '/larger',
    recorded: (i) => ['text/html; charset=utf-8', page(`A${i}`)],
    now: (i, r) => r.setHeader('content-type', 'text/html').end(page(`B${i}`, '<p>a variant</p>'.repeat(40))),
  },
  // 5 to 11 do not.
  {
    path: '/error',
    recorded: (i) => ['application/json', list(i)],
    now: (_, r) => r.setHeader('content-type', 'application/json').end('{"error":"no database"}'),
  },
  {
    path: '/login',
    recorded: (i) => ['text/html', page(`A${i}`)],
    now: (_, r) => r.setHeader('content-type', 'text/html').end(login),
  },
  {
    path: '/empty',
    recorded: (i) => ['text/html', page(`A${i}`)],
    now: (_, r) => r.setHeader('content-type', 'text/html').setHeader('content-length', '0').end(),
  },
  {
    path: '/type',
    recorded: (i) => ['application/json', list(i)],
    now: (i, r) => r.setHeader('content-type', 'text/html').end(page(`${i}`)),
  },
  {
    path: '/partial',
    recorded: (i) => ['application/json', list(i)],
    now: (i, r) => r.setHeader('content-type', 'application/json').end(list(i).replace('"total"', '"count"')),
  },
  {
    path: '/graphql',
    recorded: (i) => ['application/json', `{"data":{"id":${i}}}`],
    now: (i, r) =>
      r.setHeader('content-type', 'application/json').end(`{"data":{"id":${i}},"errors":[{"message":"no"}]}`),
  },
  // An error that is none, however it is spelled; and words that only look like a field for a password, or hide one.
  {
    path: '/no-error',
    recorded: () => ['application/json', '{"id":1}'],
    now: (i, r) =>
      r
        .setHeader('content-type', 'application/json')
        .end(
          `{ "id" : 1,\n "${i % 2 ? 'error' : 'errors'}" : ${['[ ]', '{\n}', '0.0', '-0', '0e3', 'null', '""'][i % 7]} }`,
        ),
  },
  {
    path: '/no-field',
    recorded: aPage,
    now: html(
      page('A', `<input data-type=password placeholder='type="password"' type=text><input title="type=password"/>`),
    ),
  },
  { path: '/field', recorded: aPage, now: html(page('A', '<input placeholder="Type your password" type="password">')) },
  { path: '/spelled', recorded: aPage, now: html(page('A', `<input data-type='text' required TYPE = Password />`)) },
  // Nobody can read the first two; browsers read the third; the last two are legal, and not read here.
  { path: '/garbage', recorded: aPage, now: html(page('A'), 'gzip') },
  { path: '/cut', recorded: aPage, now: html(gzipSync(page('A')).subarray(0, -12), 'gzip') },
  { path: '/trailing', recorded: aPage, now: html(Buffer.concat([gzipSync(page('A')), Buffer.alloc(20)]), 'gzip') },
  { path: '/unknown', recorded: aPage, now: html('x', 'X-own') },
  { path: '/huge', recorded: aPage, now: html(gzipSync(page('A', 'x'.repeat(600_000))), 'gzip') },
  { path: '/none', recorded: (i) => ['text/html', page(`A${i}`)], now: (_, r) => r.writeHead(204).end() },
];

function recorded(path: string, [type, data]: [string, string]): RecordedRequest {
  return {
    offsetMs: 0,
    method: 'GET',
    origin: '',
    path,
    route: path,
    status: 200,
    responseBytes: data.length,
    response: { headers: [], body: { mime: type, encoding: 'utf8', data } },
  };
}

describeWithK6('answers against the recording', (found) => {
  for (const build of ['shakedown', 'stock'] as const) {
    if (found.build !== 'shakedown' && build === 'shakedown') continue;
    it(`are compared by content type, emptiness and shape (${build} k6)`, async () => {
      const shapes = new AnswerShapes(false);
      const each = 30;
      const requests = Array.from({ length: each }, (_, i) =>
        routes.map(({ path, recorded: was }, route) => {
          const one = recorded(path, was(i));
          const answer = recordedAnswer(one);
          if (answer === undefined) throw new Error('an answer that can be compared');
          shapes.add(route, one, answer);
          return request(i * 20, { path: `${path}?${i}`, route, answer, after: -1 });
        }),
      ).flat();
      const shop = await serve(({ url }, response) => {
        const [path, i] = url.split('?');
        routes.find((one) => one.path === path)?.now(Number(i), response);
      });
      const counts: AnswerCounts[] = [];
      try {
        const input = loadInput(`http://127.0.0.1:${shop.port}`, [session(0, 0, requests)], {
          folder: join(folder, build),
          durationMs: 1500,
          on: { answers: (some) => counts.push(some) },
        });
        const expected = shapes.expected();
        input.plan.routes = input.plan.routes.map((one, i) => ({
          ...one,
          ...(expected[i] && { answers: expected[i] }),
        }));
        expect((await runK6({ ...found, build }, input)).accounting).toMatchObject({ completed: requests.length });
      } finally {
        await shop.close();
      }
      const sums = routes.map(({ path }, route) => {
        const all = [0, 0, 0, 0, 0, 0];
        for (const { differing } of counts)
          for (const [of, ...row] of differing)
            if (of === route)
              row.forEach((n = 0, i) => {
                all[i] = (all[i] ?? 0) + n;
              });
        return [path, ...all];
      });
      // compared, other type, empty, shape compared, other shape, changed
      const shaped = build === 'shakedown' ? each : 0;
      const unread = build === 'shakedown' ? [each] : [];
      const as = (n: number) => (build === 'shakedown' ? n : 0);
      expect(sums).toEqual([
        ['/same', each, 0, 0, shaped, 0, 0],
        ['/other', each, 0, 0, shaped, 0, 0],
        ['/packed', each, 0, 0, shaped, 0, 0],
        ['/optional', each, 0, 0, shaped, 0, 0],
        ['/larger', each, 0, 0, shaped, 0, 0],
        ['/error', each, 0, 0, shaped, as(each), 0],
        ['/login', each, 0, 0, shaped, as(each), 0],
        ['/empty', each, 0, each, 0, 0, 0],
        ['/type', each, each, 0, 0, 0, 0],
        ['/partial', each, 0, 0, shaped, 0, as(each)],
        ['/graphql', each, 0, 0, shaped, as(each), 0],
        ['/no-error', each, 0, 0, shaped, 0, 0],
        ['/no-field', each, 0, 0, shaped, 0, 0],
        ['/field', each, 0, 0, shaped, as(each), 0],
        ['/spelled', each, 0, 0, shaped, as(each), 0],
        ['/garbage', each, 0, 0, shaped, as(each), 0],
        ['/cut', each, 0, 0, shaped, as(each), 0],
        ['/trailing', each, 0, 0, shaped, 0, 0],
        ['/unknown', each, 0, 0, 0, 0, 0, ...unread],
        ['/huge', each, 0, 0, 0, 0, 0, ...unread],
        ['/none', each, 0, each, 0, 0, 0],
      ]);
      const examples = counts.flatMap((some) => some.examples);
      expect(examples).toContainEqual([8, 6, 'content type html, recorded json']);
      const statuses = counts.flatMap((some) => some.statuses).filter(([route]) => route === routes.length - 1);
      expect(statuses).toEqual([[routes.length - 1, 200, 204, each]]);
    });

    if (build === 'shakedown')
      it('are held against those of a run before where no bodies are recorded', async () => {
        const each = 30;
        const ask = async (now: (typeof routes)[number]['now'][], plan?: (summary: PlanSummary) => PlanSummary) => {
          const shop = await serve(({ url }, response) => {
            const [path, i] = url.split('?');
            now[Number(path?.slice(1))]?.(Number(i), response);
          });
          const counts: AnswerCounts[] = [];
          const seen: FirstSeen[] = [];
          try {
            const requests = Array.from({ length: each }, (_, i) =>
              now.map((_one, route) => request(i * 10, { path: `/${route}?${i}`, route })),
            ).flat();
            const input = loadInput(`http://127.0.0.1:${shop.port}`, [session(0, 0, requests)], {
              folder: join(folder, `learned${plan === undefined}`),
              durationMs: 1000,
              on: { answers: (some) => counts.push(some), learned: (some) => seen.push(some) },
            });
            if (plan !== undefined) input.plan = plan(input.plan);
            await runK6({ ...found, build }, input);
          } finally {
            await shop.close();
          }
          const [first = { routes: [], signs: [], redirects: [] }] = seen;
          return { counts, learned: first.routes, signs: first.signs, redirects: first.redirects };
        };
        const [same, other, packed] = routes.map(({ now }) => now);
        const error = routes[5]?.now;
        const login = routes[6]?.now;
        if (!same || !other || !packed || !error || !login) throw new Error('routes');
        const before = await ask([same, same, packed, packed]);
        expect(before.learned.map(({ route, shape }) => [route, shape.kind, shape.bodies, shape.unlike])).toEqual([
          ['GET /r0', 'json', each, 0],
          ['GET /r1', 'json', each, 0],
          ['GET /r2', 'html', each, 0],
          ['GET /r3', 'html', each, 0],
        ]);
        const baselines = [{ answers: before.learned }] as unknown as ChosenBaselines['baselines'];
        const after = await ask([other, error, packed, login], (plan) => withBaselineAnswers(plan, { baselines }));
        expect(after.counts.flatMap(({ differing }) => differing).sort((a, b) => a[0] - b[0])).toEqual([
          [0, each, 0, 0, each, 0, 0],
          [1, each, 0, 0, each, each, 0],
          [2, each, 0, 0, each, 0, 0],
          [3, each, 0, 0, each, each, 0],
        ]);
        expect([before, after].map(({ signs }) => signs.map(({ problems, logins }) => [problems, logins]))).toEqual([
          [0, 1, 2, 3].map(() => [0, 0]),
          [
            [0, 0],
            [each, 0],
            [0, 0],
            [0, each],
          ],
        ]);
        // The next run can be held against this one.
        expect(after.learned.length).toBe(4);
      });

    it(`are errors where their status is of another class than recorded (${build} k6)`, async () => {
      const right = [
        [200, 200],
        [200, 201],
        [200, 304],
        [304, 200],
        [404, 404],
        [401, 403],
        [302, 303],
        [500, 200],
        [429, 200],
        [499, 404],
        [0, 404],
        [206, 200],
      ];
      const wrong = [
        [200, 302],
        [302, 200],
        [200, 404],
        [404, 200],
        [401, 200],
        [200, 500],
        [500, 503],
        [0, 500],
        [304, 404],
        // Without a copy that it could be the same as.
        [200, 304, 'unconditional'],
        [304, 304, 'unconditional'],
      ];
      const pairs = [...right, ...wrong] as [number, number, string?][];
      const shop = await serve(({ url }, response) => response.writeHead(Number(url.slice(1))).end());
      try {
        const requests = pairs.map(([expectedStatus, got, kind], route) =>
          request(0, {
            path: `/${got}`,
            route,
            expectedStatus,
            headers: kind === undefined ? [['if-none-match', '"v1"']] : [],
          }),
        );
        const input = loadInput(`http://127.0.0.1:${shop.port}`, [session(0, 0, requests)], {
          folder: join(folder, `status-${build}`),
          durationMs: 1000,
        });
        await runK6({ ...found, build }, input);
        expect(input.failed.map(({ route }) => pairs[route]).sort()).toEqual([...wrong].sort());
        expect(
          pairs.filter(([recordedStatus, got, kind]) => isWrongStatus(got, recordedStatus, kind === undefined)),
        ).toEqual(wrong);
      } finally {
        await shop.close();
      }
    });

    it(`that break off, or are none, are failures of a kind that says so (${build} k6)`, async () => {
      const answers: Record<string, string> = {
        '/short': 'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf',
        '/chunks': 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n',
        '/header': 'HTTP/1.1 200 OK\r\ncontent-le',
        '/nothing': '',
        '/noise': 'SSH-2.0-OpenSSH_9.2\r\n\r\n',
        '/length': 'HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n',
        '/chunk': 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhello\r\n',
        '/fine': 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
      };
      const paths = Object.keys(answers);
      const server = createServer((socket: Socket) => {
        socket.on('error', () => {});
        socket.once('data', (asked) =>
          socket.end(answers[String(asked).split(' ')[1] ?? ''] ?? 'HTTP/1.1 400 Bad Request\r\n\r\n'),
        );
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as { port: number };
      const kindsOf = async (origin: string, asked: readonly string[]) => {
        const input = loadInput(
          origin,
          asked.map((path, i) => session(i, 0, [request(0, { path, route: i })])),
          { folder: join(folder, `${build}${asked.length}${origin.slice(0, 5)}`), durationMs: 1000, virtualUsers: 20 },
        );
        await runK6({ ...found, build }, input);
        return Object.fromEntries(input.failed.map(({ route, kind, status }) => [asked[route], [kind, status]]));
      };
      try {
        expect(await kindsOf(`http://127.0.0.1:${port}`, paths)).toEqual({
          '/short': ['truncated', 0],
          '/chunks': ['truncated', 0],
          '/header': ['protocol', 0],
          '/nothing': ['reset', 0],
          '/noise': ['protocol', 0],
          '/length': ['protocol', 0],
          '/chunk': ['protocol', 0],
        });
        // It speaks no TLS, and a name that no resolver has.
        expect(await kindsOf(`https://127.0.0.1:${port}`, ['/fine'])).toEqual({ '/fine': ['tls', 0] });
        expect(await kindsOf('http://no-such-host.invalid', ['/'])).toEqual({ '/': ['dns', 0] });
      } finally {
        server.close();
      }
    });
  }
});
