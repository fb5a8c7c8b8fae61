import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { trustedKeys } from '../../../src/domains/browsers/trust.ts';
import { startVisits } from '../../../src/domains/browsers/visits.ts';
import { chromiumProgram } from '../../../src/environment/browser-programs.ts';
import type { BrowserMeasured } from '../../../src/model/browser-visits.ts';
import { describeWithK6 } from '../../setup/programs.ts';

const chromium = await chromiumProgram();
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** On 127.0.0.1 at any port. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Processes of a session, and scratch folders of visits: what may not be left behind. */
const scratchFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('shakedown-browsers-'));

async function until(holds: () => boolean, what: () => string): Promise<void> {
  const deadline = Date.now() + 160_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`not within 160 s: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function pidsWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
      } catch {
        return false;
      }
    });
}

describeWithK6('visitors in browsers', (k6) => {
  describe.skipIf(typeof chromium === 'string' && process.env.CI === undefined)('in Chromium', () => {
    /** Visits until `enough` holds, and gives what came. */
    async function visit(
      host: string,
      paths: string[],
      enough: (all: BrowserMeasured[]) => boolean,
      keys: string[] = [],
    ) {
      const before = scratchFolders();
      const told: BrowserMeasured[] = [];
      const crashes: string[] = [];
      const ends: string[] = [];
      const visits = startVisits({
        k6,
        chromium: typeof chromium === 'string' ? '' : chromium.path,
        origin: 'http://127.0.0.1',
        reach: { allowHosts: [host], trustedKeys: keys, http2: true },
        script: {
          vus: 1,
          longestMs: 600_000,
          seed: 1,
          pages: paths.map((path) => ({ urls: [`${keys.length === 0 ? 'http' : 'https'}://${host}${path}`] })),
          visitsPerBrowser: 10,
          pagesPerVisit: 4,
          think: { fromMs: 100, toMs: 100 },
          pause: { fromMs: 0, toMs: 0 },
          timeoutMs: 4000,
          settleMs: 300,
          allowHosts: [host],
          context: { extraHTTPHeaders: { 'x-probe': 'yes' } },
        },
        now: () => 1000,
        condition: () => 'load',
        measured: (measured) => told.push(measured),
        crashed: (why) => crashes.push(why),
        ended: (why) => ends.push(why),
      });
      closing.push(() => visits.stop());
      const own = () => scratchFolders().filter((name) => !before.includes(name));
      await until(
        () => enough(told) || ends.length > 0,
        () => JSON.stringify({ told, crashes, ends }),
      );
      const [scratch] = own();
      await visits.stop();
      return { told, crashes, ends, scratch };
    }

    const viewsOf = (told: BrowserMeasured[]) => told.flatMap(({ views }) => views);
    const loadedOf = (told: BrowserMeasured[], page: number) =>
      viewsOf(told)
        .filter((each) => each.page === page)
        .reduce((sum, { loaded }) => sum + loaded, 0);

    it('tells vitals of pages that load, how the others failed, and sends nothing to any other host', async () => {
      let strayed = 0;
      const other = await serve((_, response) => {
        strayed++;
        response.end();
      });
      const seen: { url: string; cookie: string | undefined; probe: string | undefined }[] = [];
      const host = await serve((request, response) => {
        const { url = '', headers } = request;
        seen.push({ url, cookie: headers.cookie, probe: headers['x-probe'] as string | undefined });
        if (url === '/never') return;
        const status = url === '/broken' ? 503 : 200;
        response.writeHead(status, { 'content-type': 'text/html', 'set-cookie': 'visit=1; Path=/' });
        response.end(
          `<!doctype html><title>Shop</title><h1>Hello</h1><p>Enough text to be the largest.</p>
<img src="http://${other}/pixel.png"><img src="http://elsewhere.example/pixel.png"><script>new WebSocket('ws://${other}/')</script>`,
        );
      });
      const { told, ends, scratch } = await visit(
        host,
        ['/', '/second', '/broken', '/never'],
        (all) =>
          loadedOf(all, 0) > 0 &&
          loadedOf(all, 1) > 0 &&
          [2, 3].every((page) => viewsOf(all).some((each) => each.page === page)),
      );
      expect(ends).toEqual([]);
      const views = viewsOf(told);
      const page = (index: number) => views.filter((each) => each.page === index);
      const names = new Set(page(0).flatMap(({ vitals }) => vitals.map(([name]) => name)));
      for (const name of ['LCP', 'CLS', 'FCP', 'TTFB', 'INP'] as const) expect(names).toContain(name);
      expect(page(2).flatMap(({ failed }) => failed.map(([outcome]) => outcome))).toContain('http 503');
      expect(page(3).flatMap(({ failed }) => failed.map(([outcome]) => outcome))).toContain('timeout');
      expect(
        page(2)
          .concat(page(3))
          .flatMap(({ vitals }) => vitals),
      ).toEqual([]);
      expect(strayed).toBe(0);
      const blocked = told.flatMap((each) => each.blocked.map(([name]) => name));
      expect(blocked).toContain(other);
      expect(blocked).toContain('elsewhere.example');
      // One visitor's cookies stay with it over the pages of a visit; the configuration's headers go along.
      expect(seen.some(({ cookie }) => cookie === 'visit=1')).toBe(true);
      expect(seen.some(({ cookie, url }) => cookie === undefined && url !== '/favicon.ico')).toBe(true);
      expect(seen.every(({ probe }) => probe === 'yes')).toBe(true);
      const traffic = told.map((each) => each.traffic);
      expect(traffic.reduce((sum, { requests }) => sum + requests, 0)).toBeGreaterThan(0);
      expect(traffic.reduce((sum, { serverErrors }) => sum + serverErrors, 0)).toBeGreaterThan(0);
      if (process.platform === 'linux') {
        expect(told.reduce((sum, { cpuSeconds }) => sum + (cpuSeconds ?? 0), 0)).toBeGreaterThan(0);
        expect(scratch).toBeDefined();
        expect(pidsWith(scratch ?? 'no folder')).toEqual([]);
      }
      expect(scratchFolders()).not.toContain(scratch);
    }, 200_000);

    it('trusts a server of the user’s own CA, and no other', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'shakedown-test-'));
      closing.push(() => rmSync(folder, { recursive: true, force: true }));
      const openssl = (line: string) => execFileSync('openssl', line.split(' '), { cwd: folder, stdio: 'ignore' });
      const ofCa = '-CA ca.pem -CAkey ca.key -days 2 -addext subjectAltName=IP:127.0.0.1';
      openssl('req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=CA -days 2');
      openssl(`req -x509 -newkey rsa:2048 -nodes -keyout own.key -out own.pem -subj /CN=own ${ofCa}`);
      const [key, cert] = ['own.key', 'own.pem'].map((name) => readFileSync(join(folder, name)));
      const server = createTlsServer({ key, cert } as never, (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' });
        response.end('<!doctype html><title>Shop</title><h1>Hello</h1>');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      closing.push(() => {
        server.closeAllConnections();
        server.close();
      });
      const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      const keys = await trustedKeys([`https://${host}`], join(folder, 'ca.pem'));
      const { told } = await visit(host, ['/'], (all) => loadedOf(all, 0) > 0, keys);
      expect(loadedOf(told, 0)).toBeGreaterThan(0);
      openssl('req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.pem -subj /CN=other -days 2');
      await expect(trustedKeys([`https://${host}`], join(folder, 'other.pem'))).rejects.toThrow();
    }, 200_000);

    it('gives up on a browser that does not start, with its reason', async () => {
      const ends: string[] = [];
      const told: BrowserMeasured[] = [];
      const visits = startVisits({
        k6,
        chromium: '/bin/false',
        origin: 'http://127.0.0.1',
        reach: { allowHosts: ['127.0.0.1:1'], trustedKeys: [], http2: true },
        script: {
          ...{ vus: 1, longestMs: 60_000, seed: 1, pages: [{ urls: ['http://127.0.0.1:1/'] }], visitsPerBrowser: 1 },
          ...{ pagesPerVisit: 1, think: { fromMs: 0, toMs: 0 }, pause: { fromMs: 0, toMs: 0 }, timeoutMs: 1000 },
          ...{ settleMs: 0, allowHosts: [], context: {} },
        },
        now: () => 1000,
        condition: () => 'load',
        measured: (measured) => told.push(measured),
        crashed: () => {},
        ended: (why) => ends.push(why),
      });
      closing.push(() => visits.stop());
      await until(
        () => ends.length > 0,
        () => JSON.stringify(told),
      );
      expect(ends).toEqual([expect.stringMatching(/browser/)]);
      await visits.stop();
      expect(told.flatMap(({ views }) => views)).toEqual([]);
    }, 200_000);
  });
});
