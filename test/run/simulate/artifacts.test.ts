import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { probeArtifacts } from '../../../src/run/simulate/artifacts.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const answers: Record<string, { status?: number; body: string }> = {
  '/good': { body: JSON.stringify({ build: 7, artifacts: [{ name: 'shop', digest, commit: 'abc' }] }) },
  '/moved': { status: 302, body: '' },
  '/page': { body: '<html>' },
  '/other': { body: '{"version": "2.1"}' },
  '/short': { body: '{"artifacts": [{"name": "shop", "digest": "sha256:abc"}]}' },
  '/none': { body: '{"artifacts": []}' },
  '/twice': { body: `{"artifacts": [{"name": "shop", "digest": "sha256:${'b'.repeat(64)}", "digest": "${digest}"}]}` },
  '/two': { body: `{"artifacts": [], "artifacts": [{"name": "shop", "digest": "${digest}"}]}` },
  '/both': {
    body: JSON.stringify({
      artifacts: ['a', 'b'].map((letter) => ({ name: 'shop', digest: `sha256:${letter.repeat(64)}` })),
    }),
  },
  '/escaped': {
    body: `{"2": "a \\"b\\": c", "1": 1.0, "artifacts": [{"name": "ghcr.io\\/shop", "digest": "${digest}"}]}`,
  },
  '/long': { body: `"${'x'.repeat(100_000)}"` },
};
let server: Server;
let base: string;
let headers: Record<string, unknown> = {};
beforeAll(async () => {
  server = createServer((request, response) => {
    headers = request.headers;
    const { status = 200, body } = answers[request.url ?? ''] ?? { status: 404, body: '' };
    response.writeHead(status, { location: '/good' }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

test('takes digests from the answer of the target, with its headers sent', async () => {
  const probe = { url: `${base}/good`, headers: { authorization: 'Bearer x' }, tls: {} };
  expect(await probeArtifacts(probe)).toEqual([{ name: 'shop', digest, source: 'probed' }]);
  expect(headers).toMatchObject({ authorization: 'Bearer x' });
});

test('takes JSON however its program spells it', async () => {
  const probe = { url: `${base}/escaped`, headers: {}, tls: {} };
  expect(await probeArtifacts(probe)).toEqual([{ name: 'ghcr.io/shop', digest, source: 'probed' }]);
});

test('asks from where the load comes from, where that is asked for', async () => {
  const asked: string[] = [];
  const ask = async ({ url, tls }: { url: string; tls: object }) => {
    asked.push(`${url} ${JSON.stringify(tls)}`);
    return { status: 200, body: answers['/good']?.body ?? '' };
  };
  const found = await probeArtifacts({ url: 'http://inside/v', headers: {}, tls: { ca: Buffer.from('PEM') }, ask });
  expect([found.length, asked]).toEqual([1, ['http://inside/v {"ca":"PEM"}']]);
});

test.each([
  ['/missing', /status 404/],
  ['/moved', /status 302/],
  ['/page', /its answer is no JSON/],
  ['/twice', /has a key twice/],
  ['/two', /has a key twice/],
  ['/both', /names shop twice, with two digests/],
  ['/other', /artifacts: /],
  ['/short', /artifacts\.0\.digest: must be sha256:/],
  ['/none', /artifacts: /],
  ['/long', /longer than 64 KB/],
])('refuses %s: what was asked for and shows nothing is no pass', async (path, why) => {
  await expect(probeArtifacts({ url: `${base}${path}`, headers: {}, tls: {} })).rejects.toMatchObject({
    code: 'TARGET_ARTIFACTS',
    message: expect.stringMatching(why),
    hint: expect.stringContaining('target.artifactPath'),
  });
});

test('says that nobody answers', async () => {
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as AddressInfo;
  free.close();
  await once(free, 'close');
  const probe = probeArtifacts({ url: `http://127.0.0.1:${port}/v`, headers: {}, tls: {} });
  await expect(probe).rejects.toMatchObject({ message: expect.stringMatching(/ECONNREFUSED/) });
});
