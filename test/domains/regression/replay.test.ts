import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { type Evidence, evidence } from '../../../src/domains/regression/evidence.ts';
import { judge } from '../../../src/domains/regression/judge.ts';
import { replayAndCompare } from '../../../src/domains/regression/run.ts';
import type { ValidationContext } from '../../../src/domains/validation.ts';
import { withTeardown } from '../../../src/evidence/teardown.ts';
import { domains } from '../../../src/run/domains.ts';
import { recording, request } from '../traffic/plan/recordings.ts';

const servers: Server[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

interface Shop {
  url: string;
  /** Requests that it answered, but those for its artifacts. */
  answered(): number;
  reset(version: string): void;
}

type Alter = (path: string, body: Record<string, unknown>, response: ServerResponse) => void;

/** A small shop that stores what is ordered. @param alter what this version answers otherwise */
async function shop(digit: string, alter: Alter = () => {}): Promise<Shop> {
  const orders = new Map<string, number>();
  let [answered, build, changed] = [0, digit, alter];
  const server = createServer(async (incoming: IncomingMessage, response) => {
    const { url: path = '', method } = incoming;
    if (path === '/artifacts') {
      response.end(JSON.stringify({ artifacts: [{ name: 'shop', digest: `sha256:${build.repeat(64)}` }] }));
      return;
    }
    answered++;
    for await (const _ of incoming);
    const body: Record<string, unknown> = {};
    if (method === 'POST') {
      const id = randomUUID();
      orders.set(id, orders.size + 1);
      Object.assign(body, { id, number: orders.size, at: new Date().toISOString() });
    } else if (path.startsWith('/orders/'))
      Object.assign(body, { id: path.slice(8), number: orders.get(path.slice(8)) });
    else
      Object.assign(body, {
        products: [
          { id: 1, name: 'tea' },
          { id: 2, name: 'cup' },
        ],
        lucky: Math.random() < 0.3,
      });
    changed(path, body, response);
    if (response.writableEnded || response.destroyed) return;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(body));
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    answered: () => answered,
    reset(version) {
      orders.clear();
      [build, changed] = version === 'old' ? ['a', () => {}] : ['b', alter];
    },
  };
}

/** Compares, and judges what was recorded. */
async function compared(target: string, current: string[], more: object = {}, abort?: AbortController) {
  const order = (id: string) => ({ id, number: 1, at: '2026-01-01T00:00:00Z' });
  const json = (body: object) => ({
    headers: [['content-type', 'application/json']] as [string, string][],
    body: { mime: 'application/json', encoding: 'utf8' as const, data: JSON.stringify(body) },
  });
  const sessions = Array.from({ length: 30 }, (_, i) => {
    const id = randomUUID();
    return {
      id: `s${i}`,
      startMs: i * 1000,
      requests: [
        request(0, 'GET', '/products', { durationMs: 5, response: json({ products: [] }) }),
        request(100, 'POST', '/orders', {
          durationMs: 5,
          body: { mime: 'application/json', encoding: 'utf8', data: '{}' },
          response: json(order(id)),
        }),
        request(200, 'GET', `/orders/${id}`, { route: '/orders/:id', durationMs: 5, response: json(order(id)) }),
      ],
    };
  });
  const { folder: traffic } = await recording(sessions, 31_000);
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-regression-test-'));
  folders.push(folder);
  const written = {
    ...{ name: 'shop', version: 'new', baselineVersion: 'old' },
    target: { baseUrl: target, artifactPath: '/artifacts', allowHosts: ['127.0.0.1'] },
    traffic: { recording: traffic, declaredOwn: true },
    replay: { writes: 'recorded' },
    regression: { current, timeoutMs: 1000, ...more },
  };
  await writeFile(join(folder, 'shakedown.config.json'), JSON.stringify(written));
  const { config } = await loadConfig({
    cwd: folder,
    domains,
    file: join(folder, 'shakedown.config.json'),
    replays: true,
  });
  const pieces: Evidence[] = [];
  let error: Error | null = null;
  await withTeardown(async (teardown) => {
    const context = {
      ...{ config, projectFolder: folder, runFolder: folder, folder, teardown, services: null },
      signal: (abort ?? new AbortController()).signal,
      target: async () => ({ baseUrl: target }),
      now: () => 0,
      record: (piece: Evidence) => pieces.push(evidence.parse(JSON.parse(JSON.stringify(piece)))),
      mark() {},
      phase() {},
    } as unknown as ValidationContext<Evidence>;
    await replayAndCompare(context).catch((cause: Error) => {
      error = cause;
    });
  });
  const judged = judge(pieces.map((data) => ({ atMs: 0, data })));
  const of = (verdict: string) =>
    judged.checks.filter((each) => each.verdict === verdict && each.id !== 'times').map(({ id }) => id);
  return { judged, pieces, folder, error: error as Error | null, failed: of('fail'), open: of('inconclusive') };
}

describe('three arms side by side', () => {
  it('finds nothing where nothing but the build is another, and keeps ids apart', async () => {
    const [a1, a2, b] = [await shop('a'), await shop('a'), await shop('b')];
    const { failed, open, judged, error } = await compared(b.url, [a1.url, a2.url]);
    expect(error).toBeNull();
    expect(failed).toEqual([]);
    expect(open).toEqual([]);
    expect([a1.answered(), a2.answered(), b.answered()]).toEqual([90, 90, 90]);
    expect(judged.checks.find(({ id }) => id === 'answers')?.reason).toMatch(/90 requests in 30 sessions/);
  });

  it('names the field that another version answers otherwise, and takes what is declared', async () => {
    const alter: Alter = (path, body) => {
      if (path.startsWith('/orders/')) Object.assign(body, { number: Number(body.number) + 1 });
      if (path === '/products') Object.assign(body, { currency: 'EUR' });
    };
    const [a1, a2, b] = [await shop('a'), await shop('a'), await shop('b', alter)];
    const declared = { path: '$.currency', reason: 'is new', expires: '2099-01-01' };
    const { failed, judged, folder } = await compared(b.url, [a1.url, a2.url], { expected: [declared] });
    expect(failed).toEqual(['differs-$.number-GET /orders/:id']);
    expect(judged.checks.find(({ verdict }) => verdict === 'fail')?.reason).toMatch(
      /30 of 30 answers; the current version differs from itself in 0/,
    );
    expect(JSON.parse(await readFile(join(folder, 'fields.json'), 'utf8')).length).toBeGreaterThan(10);
  });

  it('says of a declaration that it is not used, or has expired', async () => {
    const alter: Alter = (path, body) => path === '/products' && Object.assign(body, { currency: 'EUR' });
    const [a1, a2, b] = [await shop('a'), await shop('a'), await shop('b', alter)];
    const { failed, open, judged } = await compared(b.url, [a1.url, a2.url], {
      expected: [
        { path: '$.currency', reason: 'is new', expires: '2020-01-01' },
        { path: '$.colour', reason: 'was to come', expires: '2099-01-01' },
      ],
    });
    expect(failed).toEqual(['differs-$.currency-GET /products']);
    expect(judged.checks.find(({ verdict }) => verdict === 'fail')?.reason).toMatch(
      /declared as meant until 2020-01-01/,
    );
    expect(open).toEqual(['unused']);
  });
});

it('is open where only the beginning of answers was compared', async () => {
  const many = (last: number) => Array.from({ length: 2500 }, (_, i) => (i === 2499 ? last : i));
  const of =
    (last: number): Alter =>
    (path, body) =>
      void (path === '/products' && Object.assign(body, { numbers: many(last) }));
  const [a1, a2, b] = [await shop('a', of(1)), await shop('a', of(1)), await shop('b', of(2))];
  const { failed, open, judged } = await compared(b.url, [a1.url, a2.url]);
  expect([failed, open]).toEqual([[], ['cut']]);
  expect(judged.checks.find(({ id }) => id === 'cut')?.reason).toMatch(/90 answers of GET \/products, as it has more/);
});

it('is open where all versions refuse what the recording was given', async () => {
  const refuses: Alter = (path, _, response) => {
    if (path.startsWith('/orders/')) response.statusCode = 401;
  };
  const [a1, a2, b] = [await shop('a', refuses), await shop('a', refuses), await shop('b', refuses)];
  const { failed, open, judged } = await compared(b.url, [a1.url, a2.url]);
  expect([failed, open]).toEqual([[], ['refused']]);
  expect(judged.checks.find(({ id }) => id === 'refused')?.reason).toMatch(/GET \/orders\/:id \(401\)\.$/);
});

describe('an arm that goes', () => {
  const diesAfter = (count: number): Alter => {
    let asked = 0;
    return (_, __, response) => {
      if (++asked > count) response.destroy();
    };
  };

  it('fails where it is the candidate, with what was compared before', async () => {
    const [a1, a2, b] = [await shop('a'), await shop('a'), await shop('b', diesAfter(40))];
    const { failed, pieces } = await compared(b.url, [a1.url, a2.url]);
    expect(failed).toContain('gone-candidate');
    expect(pieces.findLast(({ kind }) => kind === 'compared')).toMatchObject({ sessionsWanted: 30 });
    expect(b.answered()).toBeLessThan(60);
  });

  it('shows nothing where it is the current version', async () => {
    const [a1, a2, b] = [await shop('a', diesAfter(40)), await shop('a'), await shop('b')];
    const { failed, open } = await compared(b.url, [a1.url, a2.url]);
    expect(failed).toEqual([]);
    expect(open).toContain('gone-current');
  });
});

it('says that the candidate changed, and that it is the same build', async () => {
  const [a1, a2] = [await shop('a'), await shop('a')];
  let asked = 0;
  const b: Shop = await shop('b', () => {
    if (++asked === 50) b.reset('old');
  });
  const changed = await compared(b.url, [a1.url, a2.url]);
  expect(changed.open).toContain('same');
  const same = await compared(a2.url, [a1.url, (await shop('a')).url]);
  expect(same.failed).toEqual([]);
  expect(same.open).toEqual(['two-versions']);
});

it('keeps what was compared when it is interrupted', async () => {
  const abort = new AbortController();
  let asked = 0;
  const [a1, a2] = [await shop('a'), await shop('a')];
  const b = await shop('b', () => {
    if (++asked === 45) abort.abort();
  });
  const { pieces, open, failed } = await compared(b.url, [a1.url, a2.url], {}, abort);
  expect(pieces.findLast(({ kind }) => kind === 'compared')).toMatchObject({ sessions: expect.any(Number) });
  expect(open).toContain('sessions');
  expect(failed).toEqual([]);
});

describe('one system', () => {
  it('is deployed and reset between the arms, one after the other', async () => {
    const one = await shop('b', (path, body) => path === '/products' && Object.assign(body, { lucky: 'always' }));
    const admin = createServer((incoming, response) => {
      one.reset((incoming.url ?? '').slice(1));
      response.end();
    });
    servers.push(admin);
    admin.listen(0, '127.0.0.1');
    await once(admin, 'listening');
    const { port } = admin.address() as AddressInfo;
    const script = `fetch('http://127.0.0.1:${port}/' + process.env.VERSION).then((answer) => process.exit(answer.ok ? 0 : 1))`;
    const { failed, judged } = await compared(one.url, [one.url], { prepare: [process.execPath, '-e', script] });
    expect(failed).toEqual(['differs-$.lucky-GET /products']);
    expect(judged.checks.find(({ id }) => id === 'same')).toBeDefined();
  });

  it.each([
    ['nothing is named', [], {}, /No current version is configured/],
    ['data is not brought back', ['b'], {}, /at the same address|share a system/],
    [
      'the program fails',
      ['b'],
      { prepare: [process.execPath, '-e', 'console.error("no database"); process.exit(3)'] },
      /code 3, no database/,
    ],
  ])('is not compared where %s', async (_, current, more, message) => {
    const b = await shop('b');
    const { error, judged } = await compared(
      b.url,
      current.map(() => b.url),
      more,
    );
    expect(error?.message).toMatch(message);
    expect(judged.checks.map(({ verdict }) => verdict)).toEqual(['inconclusive']);
  });
});
