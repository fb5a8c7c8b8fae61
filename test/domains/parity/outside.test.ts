import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatherOutside } from '../../../src/domains/parity/sources/outside/outside.ts';
import { onPath } from '../../../src/environment/paths.ts';

const [openssl] = onPath('openssl');
const about = { capturedAt: '2026-11-29T00:00:00Z', key: null };
const looked = (url: string) =>
  gatherOutside([{ name: 'shop', url, paths: ['/'], headers: {} }], about, new AbortController().signal);

describe.runIf(openssl !== undefined)('a server seen from outside', () => {
  let folder: string;
  let server: Http2SecureServer;
  let url: string;
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parity-tls-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const args = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '30',
      '-subj',
      '/O=Example CA/CN=shop',
    ];
    execFileSync(openssl ?? '', args, { stdio: 'ignore' });
    server = createSecureServer(
      { key: await readFile(key), cert: await readFile(cert), minVersion: 'TLSv1.3', allowHTTP1: true },
      (_, response) => {
        count++;
        response.setHeader('strict-transport-security', 'max-age=1');
        response.setHeader('x-build', String(count));
        response.setHeader('set-cookie', 'session=very-private; Path=/; Secure');
        response.end('x');
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }, 30_000);
  afterAll(async () => {
    server?.close();
    await rm(folder, { recursive: true });
  });

  it('shows its TLS, its protocols and its headers', async () => {
    const gatherer = await looked(url);
    const value = (key: string) => gatherer.items.get(key)?.value;
    expect(value('tls/shop/versions')).toEqual(['TLSv1.3']);
    expect(value('tls/shop/certificate/issuer')).toBe('Example CA');
    expect(value('tls/shop/certificate/kind of key')).toBe('2048 bits');
    expect(value('tls/shop/certificate/valid for')).toBe(30 * 86_400);
    expect(value('tls/shop/trusted')).toMatch(/^no /);
    expect(value('http/shop/versions')).toEqual(['h2', 'http/1.1']);
    expect(value('http/shop/index/header/strict-transport-security')).toBe('max-age=1');
    expect(value('http/shop/index/header/x-build')).toBe('(varies)');
    expect(value('http/shop/index/cookie/session')).toEqual(['path=/', 'secure']);
    expect(JSON.stringify([...gatherer.items])).not.toContain('very-private');
    expect(gatherer.items.get('dns/shop/name')?.state).toBe('absent');
    expect(gatherer.source().gaps.map(({ aspect }) => aspect)).toContain('cdn');
  }, 30_000);
});

describe('what does not answer', () => {
  it('is not seen, which is not the same as not there', async () => {
    const silent = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    try {
      const gatherer = await looked(`https://127.0.0.1:${port}`);
      expect(gatherer.source().covers).toEqual([]);
      expect([...gatherer.items.keys()]).toEqual([]);
      expect([...gatherer.unreadable]).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+ cannot be reached: /)]);
    } finally {
      silent.close();
    }
  });
  it.each(['http', 'https'])('has no facts by default either: %s, where nothing listens', async (scheme) => {
    const gatherer = await looked(`${scheme}://127.0.0.1:1`);
    expect([[...gatherer.items.keys()], gatherer.source().covers]).toEqual([[], []]);
    expect([...gatherer.unreadable]).toEqual([expect.stringContaining('ECONNREFUSED')]);
  });
  it('is not known where it answers now so and now otherwise, which is equal to nothing', async () => {
    let asked = 0;
    const limited = createHttpServer((_, response) => response.writeHead(++asked > 2 ? 429 : 200).end());
    await new Promise<void>((resolve) => limited.listen(0, '127.0.0.1', resolve));
    try {
      const gatherer = await looked(`http://127.0.0.1:${(limited.address() as AddressInfo).port}`);
      expect(gatherer.items.get('http/shop/index/status')).toMatchObject({
        ...{ value: null, unknown: expect.stringMatching(/^its answers had the statuses (200, )?429$/) },
      });
    } finally {
      limited.close();
    }
  });
  it('is not what stands before it and answers that it is down', async () => {
    const proxy = createHttpServer((_, response) => response.writeHead(503).end());
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    try {
      const gatherer = await looked(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
      expect([...gatherer.unreadable]).toEqual([expect.stringMatching(/it answers 503$/)]);
      expect(gatherer.source().covers).not.toContain('http');
    } finally {
      proxy.close();
    }
  });
});
