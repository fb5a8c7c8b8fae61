import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { parseExposition } from '../../../../src/domains/monitoring/watch/exposition.ts';
import { watchScrape } from '../../../../src/domains/monitoring/watch/scrape.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}

const scrape = (url: string | null, metrics: string[] = [], headers = {}) =>
  watchScrape({ name: 'app', url: () => url, metrics, headers, caFile: null });

describe('the text format', () => {
  it('is read with labels, escapes, exemplars, timestamps and types', () => {
    const { series, types, damaged } = parseExposition(
      [
        '# HELP a A thing.',
        '# TYPE a counter',
        'a_total{path="C:\\\\x",say="\\"hi\\"\\n",} 3 1700000000000',
        'b 1.5e3 # {trace="x"} 1 2',
        'c{quantile="0.5"} NaN',
        'd_bucket{le="+Inf"} 7',
        '  e\t-2',
        '# EOF',
      ].join('\r\n'),
    );
    expect(series).toEqual([
      { name: 'a_total', labels: { path: 'C:\\x', say: '"hi"\n' }, value: 3 },
      { name: 'b', labels: {}, value: 1500 },
      { name: 'e', labels: {}, value: -2 },
    ]);
    expect(types.get('a')).toBe('counter');
    expect(damaged).toBe(0);
  });

  it('is not upset by what is none of it, nor by more than it keeps', () => {
    const damaged = parseExposition('<html>\n{"a":1}\na{b="c} 1\na{b=c} 1\na\na 0x10\nok 1\n');
    expect(damaged.series).toEqual([{ name: 'ok', labels: {}, value: 1 }]);
    expect(damaged.damaged).toBe(6);
    const many = parseExposition('a 1\n'.repeat(30_000));
    expect([many.series.length, many.cut]).toEqual([20_000, true]);
    expect(parseExposition(`a{${'b="c",'.repeat(2000)}} 1`).damaged).toBe(1);
    expect(parseExposition('__proto__{__proto__="x"} 1').series[0]?.value).toBe(1);
  });
});

describe('a scrape', () => {
  it('knows what client libraries tell, takes queues and databases by name, and turns counters into rates', async () => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    const jobs = new Gauge({ name: 'jobs_queue_length', help: 'x', labelNames: ['queue'], registers: [registry] });
    const commits = new Counter({ name: 'pg_stat_database_xact_commit', help: 'x', registers: [registry] });
    const pool = new Gauge({ name: 'pool', help: 'x', labelNames: ['state'], registers: [registry] });
    const url = await serve(async (_, response) => response.end(await registry.metrics()));
    jobs.set({ queue: 'mail' }, 3);
    jobs.set({ queue: 'ship' }, 4);
    pool.set({ state: 'waiting' }, 9);
    pool.set({ state: 'idle' }, 90);
    commits.inc(1000);
    const source = scrape(url, ['pool{state="waiting"}']);
    const first = await source.read(0);
    expect(first.troubles).toEqual([]);
    expect(first.values['app.jobs_queue_length']).toBe(7);
    expect(first.values['app.pool.waiting']).toBe(9);
    expect(first.values['app.memory']).toBeGreaterThan(10e6);
    expect(first.values['app.heap']).toBeGreaterThan(1e6);
    expect(first.values['app.cpu']).toBeUndefined();
    expect(first.values['app.pg_stat_database_xact_commit']).toBeUndefined();
    commits.inc(50);
    // Asked again too soon, it does not bother the target.
    expect((await source.read(1000)).values).toEqual({});
    const second = await source.read(5000);
    expect(second.values['app.pg_stat_database_xact_commit']).toBe(10);
    expect(second.values['app.cpu']).toBeGreaterThan(0);
    expect(second.values['app.eventloop']).toBeGreaterThanOrEqual(0);
    const kinds = Object.fromEntries(second.metrics.map(({ id, kind, unit, limit }) => [id, { kind, unit, limit }]));
    expect(kinds['app.pg_stat_database_xact_commit']).toEqual({ kind: 'database', unit: '/s', limit: null });
    expect(kinds['app.jobs_queue_length']).toEqual({ kind: 'queue', unit: 'count', limit: null });
    expect(kinds['app.fds']?.limit).toBeGreaterThan(100);
    // The target was started anew: its counts begin at zero, and nothing is said of that period.
    commits.reset();
    expect((await source.read(10_000)).values['app.pg_stat_database_xact_commit']).toBeUndefined();
  });

  it('sums the time of all kinds of collections, in ms a second', async () => {
    let seconds = 1;
    const kinds = () => ['minor', 'major'].map((kind) => `nodejs_gc_duration_seconds_sum{kind="${kind}"} ${seconds}\n`);
    const source = scrape(await serve((_, response) => response.end(kinds().join(''))));
    await source.read(0);
    seconds = 1.25;
    expect((await source.read(5000)).values).toEqual({ 'app.gc': 100 });
  });

  it('sends its headers, and follows no redirect', async () => {
    let elsewhere = 0;
    const other = await serve((_, response) => {
      elsewhere++;
      response.end('a_queue 1\n');
    });
    const url = await serve((request, response) => {
      if (request.headers.authorization === 'Bearer x') return void response.end('a_queue 2\n');
      response.writeHead(302, { location: other }).end();
    });
    expect((await scrape(url).read(0)).troubles).toEqual(['The metrics of app cannot be read: status 302.']);
    expect(elsewhere).toBe(0);
    expect((await scrape(url, [], { authorization: 'Bearer x' }).read(0)).values).toEqual({ 'app.a_queue': 2 });
  });

  it('says what is wrong with an address: nobody there, no metrics, no end', async () => {
    const endless = await serve((_, response) => {
      const more = () => {
        while (response.write(Buffer.alloc(1 << 20, 0x61)));
        response.once('drain', more);
      };
      more();
    });
    expect((await scrape(endless).read(0)).troubles).toEqual(['The metrics of app cannot be read: more than 8 MB.']);
    expect((await scrape('http://127.0.0.1:9/x').read(0)).troubles[0]).toContain('ECONNREFUSED');
    const page = await serve((_, response) => response.end('<html>not it</html>'));
    expect((await scrape(page).read(0)).troubles).toEqual(['app has no metrics.']);
    expect(await scrape(null).read(0)).toEqual({ metrics: [], values: {}, marks: [], processes: [], troubles: [] });
  });
});
