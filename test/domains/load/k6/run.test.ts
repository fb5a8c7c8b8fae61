import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runK6 } from '../../../../src/domains/load/k6/run.ts';
import { valueToken } from '../../../../src/model/plan.ts';
import type { WindowResult } from '../../../../src/model/results.ts';
import { type HistogramInterval, readHistogramLog } from '../../../../src/stats/hlog.ts';
import { describeWithK6 } from '../../../setup/programs.ts';
import { loadInput, request, serve, session } from '../shop.ts';

let folder: string;
const closing: (() => Promise<void>)[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-test-'));
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const token = (name: string) => valueToken('n0nce', name);
let folders = 0;
const fresh = () => join(folder, `windows-${folders++}`);

describeWithK6('replay with k6', (found) => {
  // Any k6 runs the stock script, ours included: the module is simply not used.
  describe.each(['shakedown', 'stock'] as const)('as a %s build', (build) => {
    if (build === 'shakedown' && found.build !== 'shakedown') {
      it.skip(`needs a k6 built from load/k6, found a stock one (${found.origin})`, () => {});
      return;
    }
    const k6 = { ...found, build };

    it('sends every request of every session, each session with cookies and connections of its own', async () => {
      const shop = await serve((seen, response) => {
        if (seen.url === '/login') response.setHeader('set-cookie', `sid=${seen.headers['x-who']}; Path=/`);
        response.setHeader('content-length', 2).end('ok');
      });
      closing.push(shop.close);
      const sessions = [0, 1, 2, 3].map((i) => ({
        ...session(i, i * 100, [
          request(0, { path: '/login', headers: [['x-who', `w${i}`]] }),
          request(150, { path: '/account?a=1&b=%20x', after: 0, route: 1 }),
          request(300, {
            method: 'POST',
            path: '/order',
            body: { mime: '', encoding: 'utf8', data: '{"n":1}' },
            after: 1,
          }),
        ]),
        cookies: [['consent', 'yes'] as const],
      }));
      const windows: WindowResult[] = [];
      const input = loadInput(`http://127.0.0.1:${shop.port}`, sessions, {
        folder: fresh(),
        durationMs: 1000,
        on: { window: (window) => windows.push(window) },
      });
      const outcome = await runK6(k6, input);
      expect(outcome.accounting).toEqual({ planned: 12, completed: 12, failed: 0, unsent: 0 });
      expect(outcome.endedEarly).toBeNull();
      expect(outcome.fidelity.statusParity).toBe(1);
      expect(windows.reduce((sum, window) => sum + window.bytes, 0)).toBe(24);
      for (const i of [0, 1, 2, 3]) {
        const own = shop.seen.filter((seen) => seen.headers.cookie?.includes(`sid=w${i}`));
        expect(own.map((seen) => `${seen.method} ${seen.url}`)).toEqual(['GET /account?a=1&b=%20x', 'POST /order']);
        expect(own.every((seen) => seen.headers.cookie?.includes('consent=yes'))).toBe(true);
        expect(new Set(own.map((seen) => seen.socket)).size).toBe(1);
        expect(own[1]?.body).toBe('{"n":1}');
      }
      expect(new Set(shop.seen.map((seen) => seen.socket)).size).toBe(4);
      const logged: HistogramInterval[] = [];
      for await (const interval of readHistogramLog(join(input.windowsFolder, 'response.hlog'))) logged.push(interval);
      const counts = (tag: string) =>
        logged.filter((interval) => interval.tag === tag).reduce((sum, interval) => sum + interval.histogram.count, 0);
      expect([counts('all'), counts('r0'), counts('r1')]).toEqual([12, 8, 4]);
    });

    it('puts live values where the recorded ones were, and fails the request when there is none', async () => {
      const shop = await serve((seen, response) => {
        if (seen.url === '/form') response.end('<form><input value="a&amp;b" type=hidden name="csrf"></form>');
        else if (seen.url === '/api')
          response.setHeader('x-next', 'h1').setHeader('location', '/orders/o9?x').end('{"items":[{"id":42}]}');
        else response.end();
      });
      closing.push(shop.close);
      const one = session(0, 0, [
        request(0, { path: '/form', extract: [{ name: 'c', from: 'html-input', expression: 'csrf' }] }),
        request(50, {
          path: '/api',
          after: 0,
          extract: [
            { name: 'i', from: 'json', expression: 'items.0.id' },
            { name: 'h', from: 'header', expression: 'x-next' },
            { name: 'l', from: 'header', expression: 'location ^/orders/([^/?#]+)' },
            { name: 'gone', from: 'json', expression: 'items.7.id' },
          ],
        }),
        request(100, {
          method: 'POST',
          path: `/buy/${token('i')}`,
          headers: [
            ['content-type', 'application/x-www-form-urlencoded'],
            ['x-h', `v ${token('h')}`],
          ],
          body: { mime: '', encoding: 'utf8', data: `csrf=${token('c')}&o=${token('l')}` },
          after: 1,
        }),
        request(150, { path: `/x/${token('gone')}`, after: 2 }),
      ]);
      const outcomeInput = loadInput(`http://127.0.0.1:${shop.port}`, [one], { folder: fresh(), durationMs: 500 });
      const outcome = await runK6(k6, outcomeInput);
      const buy = shop.seen.find((seen) => seen.method === 'POST');
      expect(buy).toMatchObject({ url: '/buy/42', body: 'csrf=a%26b&o=o9', headers: { 'x-h': 'v h1' } });
      expect(outcome.accounting).toEqual({ planned: 4, completed: 3, failed: 1, unsent: 0 });
      expect(outcomeInput.failed).toEqual([
        expect.objectContaining({ kind: 'extraction', message: expect.stringContaining('missing') }),
      ]);
      expect(shop.seen.some((seen) => seen.url.startsWith('/x/'))).toBe(false);
    });

    it('overlaps what overlapped, and counts from the planned arrival what an earlier answer held up', async () => {
      const shop = await serve((seen, response) => {
        setTimeout(() => response.end(), seen.url === '/slow' ? 600 : 0);
      });
      closing.push(shop.close);
      const overlapping = session(0, 0, [request(0, { path: '/slow' }), request(100, { path: '/beside' })]);
      const waiting = session(1, 0, [
        request(0, { path: '/slow', route: 1 }),
        request(100, { path: '/behind', route: 2, after: 0 }),
      ]);
      const windows: WindowResult[] = [];
      const input = loadInput(`http://127.0.0.1:${shop.port}`, [overlapping, waiting], {
        folder: fresh(),
        durationMs: 500,
      });
      await runK6(k6, { ...input, on: { ...input.on, window: (window) => windows.push(window) } });
      const order = shop.seen.map((seen) => seen.url);
      expect(order.indexOf('/beside')).toBeLessThan(order.indexOf('/behind'));
      const behind = [];
      for await (const { tag, histogram } of readHistogramLog(join(input.windowsFolder, 'response.hlog'))) {
        if (tag === 'r2') behind.push(histogram.max ?? 0);
      }
      expect(behind[0]).toBeGreaterThan(490_000);
      expect(windows[0]?.targetWaitP99Ms).toBeGreaterThan(450);
    });

    it('does not follow redirects, names what fails, and leaves no process behind', async () => {
      const shop = await serve((seen, response) => {
        if (seen.url === '/away') response.writeHead(302, { location: 'http://shakedown-elsewhere.invalid/' }).end();
        else if (seen.url === '/broken') response.writeHead(503).end();
        else if (seen.url === '/cut') response.destroy();
        else response.end();
      });
      closing.push(shop.close);
      const one = session(0, 0, [
        request(0, { path: '/away', expectedStatus: 302 }),
        request(20, { path: '/broken', after: 0, route: 1 }),
        request(40, { path: '/cut', after: 1, route: 2 }),
      ]);
      const outcomeInput = loadInput(`http://127.0.0.1:${shop.port}`, [one], { folder: fresh(), durationMs: 200 });
      const outcome = await runK6(k6, outcomeInput);
      expect(outcome.accounting).toEqual({ planned: 3, completed: 1, failed: 2, unsent: 0 });
      const kinds = outcomeInput.failed.map(({ status, route, message }) => [status, route, message]);
      expect(kinds[0]).toEqual([503, 1, 'status 503, recorded 200']);
      expect(kinds[1]?.slice(0, 2)).toEqual([0, 2]);
      expect(kinds[1]?.[2]).not.toBe('');
    });

    it('replaces a k6 that is killed, and counts what was lost with it', async () => {
      const shop = await serve((_, response) => response.end());
      closing.push(shop.close);
      const sessions = Array.from({ length: 110 }, (_, i) => session(i, i * 100, [request(0)]));
      const windows: WindowResult[] = [];
      const ended: { reason: string; lost: number }[] = [];
      const started: string[] = [];
      const input = loadInput(`http://127.0.0.1:${shop.port}`, sessions, { folder: fresh(), durationMs: 11_000 });
      const outcome = await runK6(k6, {
        ...input,
        on: {
          ...input.on,
          generatorStarted: ({ reason }) => started.push(reason),
          generatorEnded: (event) => ended.push(event),
          window: (window) => {
            windows.push(window);
            if (window.index === 0) execFileSync('pkill', ['-9', '-P', String(process.pid), '-f', 'replay-']);
          },
        },
      });
      expect(outcome.endedEarly).toBeNull();
      expect(started).toEqual(['start', 'replacement']);
      expect(ended).toMatchObject([{ reason: expect.stringContaining('SIGKILL') }]);
      const { planned, completed, failed, unsent } = outcome.accounting;
      expect([planned, completed + failed + unsent, failed]).toEqual([110, 110, 0]);
      // Half a second to be ready, a second and a half of lead: what was to begin then is lost, and nothing after it.
      expect(unsent).toBeGreaterThan(0);
      expect(windows.at(-1)).toMatchObject({ index: 10, completed: 10, unsent: 0, invalid: null });
      expect(windows.filter((window) => window.invalid !== null).every((window) => window.unsent > 0)).toBe(true);
      expect(windows.some((window) => window.invalid?.includes('generator that died'))).toBe(true);
      // What the dead one had sent in its last 200 ms it could not tell any more.
      expect(shop.seen.length - completed).toBeGreaterThanOrEqual(0);
      expect(shop.seen.length - completed).toBeLessThanOrEqual(3);
    }, 30_000);

    it('hands over from one process to the next without a request lost, doubled or late', async () => {
      const shop = await serve((_, response) => response.end());
      closing.push(shop.close);
      // Of two requests each, so that sessions are under way at every hand-over.
      const sessions = Array.from({ length: 80 }, (_, i) =>
        session(i, i * 100, [request(0, { path: `/a${i}` }), request(900, { path: `/b${i}`, after: 0 })]),
      );
      const started: string[] = [];
      const input = loadInput(`http://127.0.0.1:${shop.port}`, sessions, {
        folder: fresh(),
        durationMs: 8000,
        handOverMs: 3000,
      });
      const outcome = await runK6(k6, {
        ...input,
        on: { ...input.on, generatorStarted: ({ reason }) => started.push(reason) },
      });
      expect(outcome.accounting).toEqual({ planned: 160, completed: 160, failed: 0, unsent: 0 });
      expect(started).toEqual(['start', 'hand-over', 'hand-over']);
      expect(new Set(shop.seen.map(({ url }) => url)).size).toBe(160);
      expect(shop.seen).toHaveLength(160);
    }, 30_000);

    it('shares the load between processes, each session with one of them', async () => {
      const shop = await serve((_, response) => response.end());
      closing.push(shop.close);
      const sessions = Array.from({ length: 40 }, (_, i) =>
        session(i, i * 50, [request(0, { path: `/a${i}` }), request(100, { path: `/b${i}`, after: 0 })]),
      );
      const pids = new Set<number | null>();
      const input = loadInput(`http://127.0.0.1:${shop.port}`, sessions, { folder: fresh(), durationMs: 2000 });
      const outcome = await runK6(k6, {
        ...input,
        parallelism: 3,
        on: { ...input.on, generatorStarted: ({ pid }) => pids.add(pid) },
      });
      expect(pids.size).toBe(3);
      expect(outcome.accounting).toEqual({ planned: 80, completed: 80, failed: 0, unsent: 0 });
      expect(new Set(shop.seen.map(({ url }) => url)).size).toBe(80);
    }, 30_000);

    it('ends in order when asked to, with what was measured until then', async () => {
      const shop = await serve((_, response) => response.end());
      closing.push(shop.close);
      const sessions = Array.from({ length: 100 }, (_, i) => session(i, i * 100, [request(0)]));
      const abort = new AbortController();
      const input = loadInput(`http://127.0.0.1:${shop.port}`, sessions, {
        folder: fresh(),
        durationMs: 10_000,
        signal: abort.signal,
      });
      const outcome = await runK6(k6, { ...input, on: { ...input.on, window: () => abort.abort() } });
      expect(outcome.endedEarly).toBe('interrupted');
      const { planned, completed, failed, unsent } = outcome.accounting;
      expect(completed).toBeGreaterThanOrEqual(10);
      expect(completed + failed + unsent).toBe(planned);
      expect(planned).toBeLessThan(60);
    });
  });

  it('trusts a CA of the user’s own, shows a client certificate, and refuses a stranger’s', async () => {
    const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
    run(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-subj',
      '/CN=Test CA',
      '-days',
      '2',
    );
    for (const name of ['server', 'client']) {
      run(
        'req',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
        '-subj',
        `/CN=${name}`,
        '-addext',
        'subjectAltName=IP:127.0.0.1',
      );
      run(
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-CA',
        'ca.pem',
        '-CAkey',
        'ca.key',
        '-CAcreateserial',
        '-out',
        `${name}.pem`,
        '-days',
        '2',
        '-copy_extensions',
        'copy',
      );
    }
    const read = (name: string) => readFileSync(join(folder, name));
    const options = {
      key: read('server.key'),
      cert: read('server.pem'),
      ca: read('ca.pem'),
      requestCert: true,
      rejectUnauthorized: true,
    };
    const shop = await serve(
      (_, response) => response.end(),
      (listener) => createTlsServer(options, listener) as never,
    );
    closing.push(shop.close);
    const origin = `https://127.0.0.1:${shop.port}`;
    const sessions = [session(0, 0, [request(0)])];
    const tls = {
      caFile: join(folder, 'ca.pem'),
      certFile: join(folder, 'client.pem'),
      keyFile: join(folder, 'client.key'),
    };
    const trustedInput = loadInput(origin, sessions, { folder: fresh(), durationMs: 100, tls });
    const trusted = await runK6(found, trustedInput);
    expect(trusted.accounting).toMatchObject({ completed: 1, failed: 0 });
    const strangerInput = loadInput(origin, sessions, { folder: fresh(), durationMs: 100 });
    await runK6(found, strangerInput);
    expect(strangerInput.failed).toEqual([expect.objectContaining({ kind: 'tls', count: 1 })]);
  });

  it('tells refused connections from slow ones', async () => {
    const shop = await serve(() => {});
    const { port } = shop;
    const hangingInput = loadInput(`http://127.0.0.1:${port}`, [session(0, 0, [request(0)])], {
      folder: fresh(),
      durationMs: 100,
      requestTimeoutMs: 300,
    });
    await runK6(found, hangingInput);
    expect(hangingInput.failed).toEqual([expect.objectContaining({ kind: 'timeout' })]);
    await shop.close();
    const refusedInput = loadInput(`http://127.0.0.1:${port}`, [session(0, 0, [request(0)])], {
      folder: fresh(),
      durationMs: 100,
    });
    await runK6(found, refusedInput);
    expect(refusedInput.failed).toEqual([expect.objectContaining({ kind: 'refused' })]);
  });
});
