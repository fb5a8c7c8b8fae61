import { readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeOf } from '../../../../../src/domains/monitoring/validation/health/probes.ts';
import type { HealthSetting } from '../../../../../src/domains/monitoring/validation/health/settings.ts';
import { type Postgres, startPostgres } from '../../../../../src/sample/supervisor/postgres.ts';
import { certificates, freePort, itWith, startDnsmasq, startRedis } from './programs.ts';

const common = { name: 'it', timeoutS: 3 };
const { signal } = new AbortController();

/** What a check and its controls come to, with real programs behind it. */
async function tried(check: HealthSetting) {
  const probe = await probeOf(check);
  const controls = [];
  for (const { wrong, run, reason } of probe.controls) {
    const outcome = await run(signal);
    controls.push({ wrong, ok: outcome.ok, forItsReason: reason.test(outcome.detail), detail: outcome.detail });
  }
  return { ...(await probe.run(signal)), controls, withheld: probe.withheld };
}

const failing = (...wrong: string[]) =>
  wrong.map((one) => expect.objectContaining({ wrong: one, ok: false, forItsReason: true }));

describe('PostgreSQL', () => {
  let server: Postgres;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server.stop());
  const limits = {
    ...{ connectionsPercent: 80, lockWaitS: 5, statementS: 30, idleInTransactionS: 60 },
    replicationLagS: 10,
  };
  const of = (url: string): HealthSetting => ({
    ...{ ...common, kind: 'postgres', of: 'database', limits },
    ...{ url, wrongPassword: true },
  });

  it('answers, and is refused with a wrong port and a wrong password', async () => {
    const found = await tried(of(server.url));
    expect(found).toMatchObject({ ok: true, detail: expect.stringMatching(/^PostgreSQL \d+/) });
    expect(found.controls).toEqual(failing('a wrong port', 'a wrong password'));
  });

  it('fails where the database is not there, and does not name the password', async () => {
    const found = await tried(of(server.url.replace(/shop$/, 'nowhere')));
    expect(found).toMatchObject({ ok: false, detail: expect.stringContaining('3D000') });
    expect(JSON.stringify(found)).not.toContain(new URL(server.url).password);
  });

  it('says that no wrong password was tried where there is none to be wrong', async () => {
    const none = await tried(of(server.url.replace(/:[^:@]+@/, '@')));
    expect(none.withheld).toEqual(['a wrong password: it is used without one']);
  });
});

describe('Redis', () => {
  itWith('redis-server', 'is asked by its own protocol, and refuses a wrong password', async () => {
    const server = await startRedis('right');
    try {
      const of = (url: string): HealthSetting => ({
        ...{ ...common, kind: 'redis', of: 'cache', url, memoryPercent: 90 },
        ...{ caFile: null, wrongPassword: true },
      });
      const found = await tried(of(`redis://:right@127.0.0.1:${server.port}`));
      expect(found).toMatchObject({ ok: true, detail: expect.stringMatching(/^Redis \d+\.\d+.*clients$/) });
      expect(found.controls).toEqual(failing('a wrong port', 'a wrong password'));
      const closed = await tried(of(`redis://127.0.0.1:${server.port}`));
      expect(closed).toMatchObject({ ok: false, detail: expect.stringContaining('NOAUTH') });
    } finally {
      await server.stop();
    }
  });

  itWith('redis-server', 'fails where its memory is used up', async () => {
    const server = await startRedis('right', '--maxmemory', '900kb');
    try {
      const url = `redis://:right@127.0.0.1:${server.port}`;
      const check = { ...common, kind: 'redis', of: 'cache', url, memoryPercent: 90 } as const;
      const found = await tried({ ...check, caFile: null, wrongPassword: true });
      expect(found).toMatchObject({ ok: false, detail: expect.stringMatching(/% of its memory used/) });
    } finally {
      await server.stop();
    }
  });
});

describe('DNS', () => {
  itWith('dnsmasq', 'resolves a name to what it should be, and not one that is not there', async () => {
    const server = await startDnsmasq();
    try {
      const of = (expected: string[]): HealthSetting => ({
        ...{ ...common, kind: 'dns', of: 'external', host: 'shop.test', type: 'A' },
        ...{ server: `127.0.0.1:${server.port}`, expect: expected },
      });
      const found = await tried(of(['192.0.2.7']));
      const by = 'the DNS server that the check names';
      expect(found).toMatchObject({ ok: true, detail: `1 of type A by ${by}` });
      expect((await tried(of(['192.0.2.8']))).detail).toBe(`1 answers by ${by}, none of which is expected`);
      expect(found.controls).toEqual(failing('a name that is not there'));
    } finally {
      await server.stop();
    }
  });
});

describe('DNS without a server', () => {
  it('asks as programs of this machine do: by its hosts file first', async () => {
    const of = (more: object): HealthSetting => ({
      ...{ ...common, kind: 'dns', of: 'external', host: 'localhost', type: 'A', server: null, expect: [] },
      ...more,
    });
    // Nothing but the hosts file knows this name here.
    const found = await tried(of({ expect: ['127.0.0.1'] }));
    const by = 'the resolver of this machine (its hosts file first, then DNS)';
    expect(found).toMatchObject({ ok: true, detail: `1 of type A by ${by}` });
    expect(found.controls.map(({ ok }) => ok)).toEqual([false]);
    expect(await tried(of({ expect: ['192.0.2.1'] }))).toMatchObject({ ok: false });
  });
});

describe('HTTP', () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    let hits = 0;
    server = createServer((request, response) => {
      if (request.url === '/cached') response.setHeader('age', String(hits++));
      const isThere = ['/healthz', '/cached'].includes(request.url ?? '') || request.url?.startsWith('/spa/');
      response.writeHead(isThere ? 200 : 404).end(request.url === '/healthz' ? '{"status":"up"}' : 'page');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  const of = (path: string, more: object = {}): HealthSetting => ({
    ...{ ...common, kind: 'http', of: 'api', url: `${url}${path}`, headers: {}, status: null, contains: null },
    ...{ caFile: null, ...more },
  });

  it('passes where the status is right, and not at a path that is not there', async () => {
    const found = await tried(of('/healthz', { contains: '"up"' }));
    expect(found).toMatchObject({ ok: true, detail: 'status 200' });
    expect(found.controls).toEqual(failing('a wrong port', 'a path that is not there'));
    expect(await tried(of('/healthz', { contains: '"down"' }))).toMatchObject({ ok: false });
    expect(await tried(of('/nowhere'))).toMatchObject({ ok: false, detail: 'status 404, not 2xx' });
  });

  it('sees that a page for every path makes a check that cannot fail', async () => {
    const found = await tried(of('/spa/health'));
    expect(found.controls).toContainEqual(expect.objectContaining({ wrong: 'a path that is not there', ok: true }));
  });

  it('has a CDN answer from its cache', async () => {
    expect(await tried(of('/cached', { of: 'cdn' }))).toMatchObject({ ok: true, detail: 'status 200, from the cache' });
    expect(await tried(of('/healthz', { of: 'cdn' }))).toMatchObject({
      ok: false,
      detail: 'not from the cache: no header says that it was',
    });
  });

  it('needs no more than its time for a port that takes connections and does not answer', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const at = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    const found = await (await probeOf({ ...of('/'), url: at, timeoutS: 0.3 } as HealthSetting)).run(signal);
    expect(found).toEqual({ ok: false, detail: 'no answer within 0.3 s' });
    silent.closeAllConnections();
    silent.close();
  });

  it('finds a port open or closed', async () => {
    const { port } = server.address() as AddressInfo;
    const check = { ...common, kind: 'tcp', of: 'api', host: '127.0.0.1' } as const;
    expect(await tried({ ...check, port })).toMatchObject({ ok: true, controls: failing('a wrong port') });
    expect(await tried({ ...check, port: await freePort() })).toMatchObject({ ok: false, detail: 'ECONNREFUSED' });
  });
});

describe('TLS', () => {
  itWith('openssl', 'distinguishes certificates that last, end soon, have ended and are not trusted', async () => {
    const { folder, key, expired, good } = certificates();
    const serve = async (certificate: string) => {
      const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) });
      server.on('tlsClientError', () => {});
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return { server, port: (server.address() as AddressInfo).port };
    };
    const lasting = await serve(good);
    const ended = await serve(expired);
    const of = (port: number, caFile: string | null, daysLeft = 14): HealthSetting => ({
      ...{ ...common, kind: 'tls', of: 'external', host: '127.0.0.1', port, servername: 'localhost' },
      ...{ daysLeft, caFile },
    });
    try {
      const found = await tried(of(lasting.port, good));
      expect(found).toMatchObject({ ok: true, detail: 'it ends in 89 days' });
      expect(found.controls).toEqual(
        failing('a certificate that should last for a hundred years', 'another name', 'a wrong port'),
      );
      expect((await tried(of(lasting.port, good, 120))).detail).toBe('it ends in 89 days, sooner than 120');
      expect((await tried(of(lasting.port, null))).detail).toMatch(/^not trusted: /);
      expect((await tried(of(ended.port, expired))).detail).toMatch(/^it ended \d+ days ago$/);
    } finally {
      lasting.server.close();
      ended.server.close();
      rmSync(folder, { recursive: true });
    }
  });
});
