import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runK6 } from '../../../../src/domains/load/k6/run.ts';
import type { RouteWindow } from '../../../../src/model/results.ts';
import { readHistogramLog } from '../../../../src/stats/hlog.ts';
import { describeWithK6 } from '../../../setup/programs.ts';
import { loadInput, request, serve, session } from '../shop.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeWithK6('requests that objectives name by tag', (found) => {
  describe.each(['shakedown', 'stock'] as const)('in a %s build', (build) => {
    if (build === 'shakedown' && found.build !== 'shakedown') {
      it.skip(`needs a k6 built from load/k6, found a stock one (${found.origin})`, () => {});
      return;
    }

    it('are counted by themselves too, and by their route as all others', async () => {
      const shop = await serve(({ url }, response) => {
        response.statusCode = url === '/acme/2' ? 503 : 200;
        response.setHeader('content-length', 2).end('ok');
      });
      try {
        const sessions = [
          {
            ...session(0, 0, [
              request(0, { path: '/acme/1' }),
              request(100, { path: '/acme/2', route: 1, after: 0 }),
              request(200, { path: '/other', route: 1, after: 1 }),
            ]),
            groups: [0, 1, -1],
          },
          session(1, 300, [request(0, { path: '/other' })]),
        ];
        const counted = { routes: new Map<number, number>(), groups: new Map<number, RouteWindow>() };
        const windowsFolder = join(folder, build);
        const input = loadInput(`http://127.0.0.1:${shop.port}`, sessions, {
          folder: windowsFolder,
          durationMs: 1000,
          on: {
            window: (_window, routes, _progress, groups) => {
              for (const one of routes)
                counted.routes.set(one.route, (counted.routes.get(one.route) ?? 0) + one.completed + one.failed);
              for (const one of groups) counted.groups.set(one.route, one);
            },
          },
        });
        input.plan.tagged = {
          tags: [{ name: 'tenant', value: 'acme', requests: 2, otherwise: 2 }],
          groups: [
            { route: 0, tags: [0] },
            { route: 1, tags: [0] },
          ],
        };
        await runK6({ ...found, build }, input);
        expect([...counted.routes]).toEqual([
          [0, 2],
          [1, 2],
        ]);
        expect([...counted.groups.values()]).toMatchObject([
          { route: 0, completed: 1, failed: 0, unsent: 0, bytes: 2 },
          { route: 1, completed: 0, failed: 1, unsent: 0 },
        ]);
        expect(input.failed).toMatchObject([{ kind: 'http', status: 503, route: 1, group: 1, count: 1 }]);
        expect(input.failed[0]?.message).toContain('status 503');
        const times = new Map<string, number>();
        for await (const { tag, histogram } of readHistogramLog(join(windowsFolder, 'response.hlog')))
          times.set(tag, (times.get(tag) ?? 0) + histogram.count);
        expect(Object.fromEntries(times)).toEqual({ all: 4, r0: 2, r1: 2, g0: 1, g1: 1 });
      } finally {
        await shop.close();
      }
    });
  });
});
