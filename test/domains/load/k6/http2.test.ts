import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { runK6 } from '../../../../src/domains/load/k6/run.ts';
import { describeWithK6 } from '../../../setup/programs.ts';
import { loadInput, request, serve, session } from '../shop.ts';

describeWithK6('k6 with HTTP/2', (found) => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-http2-'));
  const closing: (() => Promise<void>)[] = [];
  let folders = 0;
  const fresh = () => join(folder, `windows-${folders++}`);
  let key: Buffer;
  let cert: Buffer;

  beforeAll(() => {
    const args = 'req -x509 -newkey rsa:2048 -nodes -keyout h2.key -out h2.pem -subj /CN=h2 -days 2 -addext';
    execFileSync('openssl', [...args.split(' '), 'subjectAltName=IP:127.0.0.1'], { cwd: folder, stdio: 'ignore' });
    key = readFileSync(join(folder, 'h2.key'));
    cert = readFileSync(join(folder, 'h2.pem'));
  });
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    [true, '2.0'],
    [false, '1.1'],
  ])('speaks HTTP/2 where the target does and the configuration lets it: %s', async (http2, version) => {
    const shop = await serve(
      (_, response) => response.end(),
      (listener) => createSecureServer({ key, cert, allowHTTP1: true } as never, listener as never) as never,
    );
    const tls = { caFile: join(folder, 'h2.pem'), certFile: null, keyFile: null };
    const input = loadInput(`https://127.0.0.1:${shop.port}`, [session(0, 0, [request(0)])], {
      folder: fresh(),
      durationMs: 100,
      http2,
      tls,
    });
    const outcome = await runK6(found, input);
    expect(input.failed).toEqual([]);
    expect(outcome.accounting.completed).toBe(1);
    expect(shop.seen.map(({ httpVersion }) => httpVersion)).toEqual([version]);
  });

  it.each([
    ['recorded', 3],
    ['pooled', 1],
  ] as const)('opens connections of HTTP/2 as the configuration says: %s', async (connections, opened) => {
    const ports: unknown[] = [];
    const shop = await serve(
      (_, response) => response.end(),
      (listener) => {
        const server = createSecureServer({ key, cert }, listener as never);
        server.on('request', ({ stream }) => ports.push(stream.session?.socket.remotePort));
        return server as never;
      },
    );
    closing.push(shop.close);
    // Each session's requests come before and after those of the others.
    const sessions = [0, 1, 2].map((i) => session(i, i * 100, [request(0), request(400, { after: 0 })]));
    const input = loadInput(`https://127.0.0.1:${shop.port}`, sessions, {
      ...{ folder: fresh(), durationMs: 800, http2: true, connections },
      tls: { caFile: join(folder, 'h2.pem'), certFile: null, keyFile: null },
    });
    const outcome = await runK6(found, input);
    expect(input.failed).toEqual([]);
    expect(outcome.accounting.completed).toBe(6);
    expect(ports).toHaveLength(6);
    expect(new Set(ports).size).toBe(opened);
    if (opened === 3) expect(ports.slice(3)).toEqual(ports.slice(0, 3));
  });
});
