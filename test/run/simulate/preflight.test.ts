import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { createRecordingWriter } from '../../../src/domains/traffic/recording.ts';
import type { RecordedRequest, RecordingManifest } from '../../../src/model/traffic.ts';
import { domains } from '../../../src/run/domains.ts';
import { preflight } from '../../../src/run/simulate/preflight.ts';

const folder = mkdtempSync(join(tmpdir(), 'shakedown-preflight-'));
let manifest: RecordingManifest;

const get = (path: string, more: Partial<RecordedRequest> = {}): RecordedRequest => ({
  ...{ offsetMs: 0, method: 'GET', origin: '', path, route: path, status: 200 },
  ...more,
});

beforeAll(async () => {
  const writer = await createRecordingWriter(folder);
  const requests = [
    get('/', { headers: [['user-agent', 'shopper']] }),
    get('/products'),
    get('/account', { headers: [['cookie', 's=1']] }),
    get('/gone', { status: 404 }),
    get('/moved', { status: 302 }),
    get('/orders', { method: 'POST' }),
  ];
  for (const [i, one] of requests.entries()) await writer.write({ id: `${i}`, startMs: i, requests: [one] });
  manifest = await writer.close({
    ...{ name: 'made', startedAt: null, durationMs: 10, timeResolutionMs: 1, hasResponses: false },
    ...{ sources: [], routes: [], notReplayable: [], privacy: { state: 'raw' } },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function tried(
  answer: RequestListener,
  target: object = {},
  recording: () => RecordingManifest = () => manifest,
) {
  const asked: string[] = [];
  const warnings: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers['user-agent'] ?? ''}`.trim());
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const { config } = await loadConfig({
      ...{ cwd: folder, domains, replays: false },
      overrides: { target: { baseUrl, ...target }, traffic: { recording: folder } },
    });
    await preflight({ config, manifest: recording(), baseUrl, token: null, warn: (text) => void warnings.push(text) });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
  return { asked, warnings };
}

const status =
  (pick: (url: string) => number): RequestListener =>
  (request, response) => {
    response.statusCode = pick(request.url ?? '');
    response.end();
  };

test('recorded GETs that need no session are tried, and nothing is said where they are answered as recorded', async () => {
  const { asked, warnings } = await tried(status((url) => (url === '/moved' ? 301 : 204)));
  expect(asked).toEqual(['GET / shopper', 'GET /products', 'GET /moved']);
  expect(warnings).toEqual([]);
});

test('a recording whose sessions all begin with something else is a warning, for nothing is tried', async () => {
  const { asked, warnings } = await tried(
    status(() => 500),
    {},
    () => ({ ...manifest, shards: [] }),
  );
  expect(asked).toEqual([]);
  expect(warnings).toEqual([
    expect.stringMatching(/^No recorded request could be tried before the load: none of the first is a GET of http:/),
  ]);
});

test('some that are answered otherwise are a warning', async () => {
  const { warnings } = await tried(status((url) => (url === '/' ? 200 : 404)));
  expect(warnings).toEqual([
    '2 of 3 recorded requests that were tried first are not answered as recorded: GET /products: status 404, recorded 200; GET /moved: status 404, recorded 302.',
  ]);
});

test.each([400, 401, 500])('a target that answers all of them with %i is refused', async (code) => {
  await expect(tried(status(() => code))).rejects.toMatchObject({
    code: 'TARGET_NOT_AS_RECORDED',
    exitCode: 5,
    message: expect.stringContaining(`GET /: status ${code}, recorded 200`),
  });
});

test('a health path that answers says that the target is well: a warning then', async () => {
  const { warnings } = await tried(
    status(() => 401),
    { healthPath: '/healthz' },
  );
  expect(warnings).toHaveLength(1);
});
