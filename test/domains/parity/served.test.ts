import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compare } from '../../../src/domains/parity/compare/compare.ts';
import type { Descriptor, Item } from '../../../src/domains/parity/descriptor/format.ts';
import { withReadings } from '../../../src/domains/parity/sources/readings.ts';
import { gatherServed } from '../../../src/domains/parity/sources/served.ts';
import { side } from './sides.ts';

const about = { capturedAt: '2026-11-29T00:00:00Z', key: null };
let server: Server;
let base: string;
let asked = 0;
beforeAll(async () => {
  const flaky = () => (asked++ === 0 ? 200 : 500);
  server = createServer((request, response) => {
    const status = { '/settings': 401, '/flaky': flaky() }[request.url ?? ''] ?? 200;
    const counts = { requests: asked, order: asked % 2 === 0 ? ['a', 'b'] : ['b', 'a'] };
    const memory = { rss: 1000, heapUsed: 500 };
    response
      .writeHead(status)
      .end(JSON.stringify({ version: '1.4', timeout: 30, ...counts, memory, uptime: 7, [`at-${asked}`]: 1 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const gathered = (path: string) =>
  gatherServed(
    [{ url: `${base}${path}`, aspect: 'version', name: 'shop', headers: {} }],
    about,
    new AbortController().signal,
  );
const ownOf = (items: ReadonlyMap<string, Item>, key: string) => items.get(`version/shop/${key}`)?.own;

describe('a page of what is in force', () => {
  it('is read twice, and what moves or is a reading by its name is marked', async () => {
    const { items, unreadable } = await gathered('/about');
    expect(ownOf(items, 'requests')).toMatch(/another one a second later/);
    for (const key of ['uptime', 'memory/rss', 'memory/heapUsed']) expect(ownOf(items, key)).toMatch(/by its name/);
    for (const key of ['version', 'timeout', 'order']) expect(ownOf(items, key)).toBe(null);
    const passing = [...items].filter(([key]) => key.includes('/at-'));
    expect(passing.map(([, { own }]) => own)).toEqual(passing.map(() => expect.stringMatching(/moving reading/)));
    expect([passing.length, unreadable.size]).toEqual([2, 0]);
  });
  it('that cannot be read, once or twice, is not known, and says why', async () => {
    const gatherer = await gathered('/settings');
    expect([gatherer.items.size, gatherer.source().covers]).toEqual([0, []]);
    expect([...gatherer.unreadable]).toEqual(['/settings cannot be read: it answers 401']);
    asked = 0;
    expect([...(await gathered('/flaky')).unreadable]).toEqual(['/flaky cannot be read: it answers 500']);
  });
});

describe('a reading', () => {
  const isReading = (path: string, value: string | number | number[]) => {
    const leaf = { path: path.split('/'), value, at: [] };
    return withReadings([leaf], [leaf])[0]?.reason !== null;
  };
  it.each<[string, string | number | number[]]>([
    ['uptime', 12.5],
    ['process/uptime', '3 days, 2:10'],
    ['time', '2026-11-29T10:00:00Z'],
    ['timestamp', 1_790_000_000_000],
    ['date', 'Sun, 29 Nov 2026 10:00:00 GMT'],
    ['memoryUsage/external', 900],
    ['memory/used', '120 MB'],
    ['heapUsed', 900],
    ['rss', 900],
    ['os/loadavg', [0.1, 0.2, 0.3]],
    ['load', 0.5],
    ['cpu/usage', 12],
    ['cpuUsage/user', 900],
    ['pid', 4711],
    ['hostname', 'shop-7d9f8b6c5d-x2x9k'],
    ['os/hostname', 'web-1'],
    ['instanceId', '0b6c5d7e-1111-4222-8333-444455556666'],
  ])('is known by its name: %s', (path, value) => expect(isReading(path, value)).toBe(true));
  it.each<[string, string | number | number[]]>([
    ['timeout', 30],
    ['time-zone', 'UTC'],
    ['backup/time', '03:00'],
    ['memory/limit', '2Gi'],
    ['memory/max', 900],
    ['maxHeap', 900],
    ['heap', 'large'],
    ['database/hostname', 'db.example.com'],
    ['cpu/limit', 2],
    ['loadBalancer', 'round robin'],
    ['buildTime', '2026-11-29T10:00:00Z'],
    ['version', '1.4'],
    ['clientId', 'shop-web-1'],
    ['dateFormat', 'yyyy-MM-dd'],
  ])('is none: %s', (path, value) => expect(isReading(path, value)).toBe(false));
});

describe('what was read and what was not', () => {
  const both = (production: object, staging: Descriptor) =>
    compare(side('production', production), staging, { rules: [], names: [], today: '2026-11-29' });
  it('differs not by a reading, which is listed', () => {
    const own = 'a moving reading: it was another one a second later';
    const at = (value: number) => ({ 'version/shop/heapUsed': { value, own } });
    const { differences, readings } = both(at(1), side('staging', at(2)));
    expect([differences, readings]).toEqual([[], [{ item: 'version/shop/heapUsed', reason: own }]]);
  });
  it('is not compared for the reason why it was not read', () => {
    const staging = side('staging', {}, { covers: [] });
    const reason = '/settings cannot be read: it answers 401';
    const gaps = [{ aspect: 'version' as const, reason }];
    const blind = { ...staging, sources: staging.sources.map((each) => ({ ...each, gaps })) };
    const { notCompared } = both({ 'version/shop/a': '1', 'version/shop/b': '2' }, blind);
    expect(notCompared.filter(({ item }) => item.startsWith('version/')).map((each) => each.reason)).toEqual([
      `staging: ${reason}`,
      `staging: ${reason}`,
    ]);
  });
});
