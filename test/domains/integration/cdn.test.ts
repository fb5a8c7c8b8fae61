import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { cacheStatusOf } from '../../../src/domains/integration/services/cache-status.ts';
import { cdnChecks } from '../../../src/domains/integration/services/judge-cdn.ts';
import { services } from '../../../src/domains/integration/services/part.ts';
import { createRecordingWriter } from '../../../src/domains/traffic/recording.ts';
import { nginxOnPath } from '../../../src/environment/nginx.ts';
import { withTeardown } from '../../../src/evidence/teardown.ts';
import { domains } from '../../../src/run/domains.ts';

const hasNginx = nginxOnPath() !== undefined;

let folder = '';
let server: Server;
let baseUrl = '';
/** Headers of `/app.js`. */
let script: Record<string, string> = {};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cdn-'));
  script = { 'cache-control': 'public, max-age=600' };
  server = createServer((request, response) => {
    const isScript = request.url?.startsWith('/app.js');
    response.writeHead(200, isScript ? script : { 'cache-control': 'private, no-store' }).end('x');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.close().closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

const sessions = 40;

/** @param said headers of recorded answers for a script, and for the basket */
async function judged(said: { script: [string, string][]; basket: [string, string][] }) {
  const writer = await createRecordingWriter(join(folder, 'recording'));
  const request = (path: string, headers: [string, string][], i: number) => ({
    ...{ offsetMs: i * 100, method: 'GET', origin: '', path, route: path, status: 200, durationMs: 5 },
    response: { headers },
  });
  for (let i = 0; i < sessions; i++)
    await writer.write({
      ...{ id: `s${i}`, startMs: i * 1000 },
      requests: [request('/app.js', said.script, 0), request('/basket', said.basket, 1)],
    } as never);
  const routes = ['/app.js', '/basket'].map((route) => ({ method: 'GET', route, requests: sessions }));
  const about = { name: 'own', startedAt: null, durationMs: 41_000, timeResolutionMs: 1, hasResponses: true };
  await writer.close({ ...about, sources: [], routes, notReplayable: [], privacy: { state: 'raw' } } as never);
  await writeFile(
    join(folder, 'shakedown.config.json'),
    JSON.stringify({
      ...{ target: { baseUrl }, traffic: { recording: 'recording', declaredOwn: true } },
      integration: { answersPerRoute: 40, services: [{ name: 'CDN', kind: 'cdn' }] },
    }),
  );
  const { config } = await loadConfig({ cwd: folder, domains });
  const evidence: { atMs: number; data: unknown }[] = [];
  await withTeardown(async (teardown) => {
    const context = { config, folder, projectFolder: folder, teardown, signal: new AbortController().signal };
    const record = (data: unknown) => evidence.push({ atMs: 0, data });
    const more = { record, mark: () => {}, phase: () => {}, target: async () => ({ baseUrl }) };
    await services.run({ ...context, ...more } as never);
  });
  const read = evidence.map(({ atMs, data }) => ({ atMs, data: services.evidence.parse(data) }));
  const { checks } = services.judge(read, true);
  return {
    by: Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict])),
    reasons: checks.map(({ reason }) => reason).join('\n'),
  };
}

const asRecorded = {
  script: [['x-cache', 'Hit from cloudfront']] as [string, string][],
  basket: [['x-cache', 'Miss from cloudfront']] as [string, string][],
};

it.skipIf(!hasNginx)('a target that lets a cache keep what it kept in the recording passes', async () => {
  const { by, reasons } = await judged(asRecorded);
  expect(reasons).toContain('2 routes, none more than 10 points below.');
  expect(by).toEqual({ 'cdn-hits': 'pass', 'cdn-never-kept': 'pass' });
});

it.skipIf(!hasNginx)('names the route that is not kept any more, and why', async () => {
  script = { 'cache-control': 'no-cache' };
  const { by, reasons } = await judged(asRecorded);
  expect(by).toMatchObject({ 'cdn-hits': 'fail' });
  expect(reasons).toContain(
    'GET /app.js: 0 % of 39 answers from the cache, where it was 100 % of 40 recorded (cache-control: no-cache).',
  );
});

it.skipIf(!hasNginx)('accuses nobody where the rules of the CDN decide', async () => {
  script = {};
  const { by, reasons } = await judged(asRecorded);
  expect(by).toMatchObject({ 'cdn-hits': 'inconclusive' });
  expect(reasons).toContain('the rules of the CDN decide');
});

it.skipIf(!hasNginx)('has what is kept now, and was not, reviewed', async () => {
  const { by, reasons } = await judged({ ...asRecorded, script: asRecorded.basket });
  expect(by).toEqual({ 'cdn-hits': 'pass', 'cdn-never-kept': 'inconclusive' });
  expect(reasons).toContain('GET /app.js: 100 % of 39 answers from the cache, where it was 0 % of 40 recorded');
});

const seen = (route: string, recorded: [number, number], own: [number, number]) => ({
  ...{ route, recorded: { hits: recorded[0], of: recorded[1] }, own: { hits: own[0], of: own[1] } },
  ...{ unsaid: 0, said: '' },
});

it.each([
  [
    'a route that was from a cache too shows nothing more',
    [seen('GET /app.js', [40, 40], [39, 39])],
    'pass',
    'every route was answered from a cache',
  ],
  [
    'too few recorded answers',
    [seen('GET /basket', [0, 3], [39, 39])],
    'inconclusive',
    'fewer than 20 recorded answers',
  ],
  [
    'few recorded answers, and none from the cache now',
    [seen('GET /basket', [0, 3], [0, 39])],
    'pass',
    'none was answered from it',
  ],
  [
    'one that the recording says nothing of',
    [seen('GET /', [40, 40], [9, 9]), seen('GET /me', [0, 0], [5, 9])],
    'inconclusive',
    'GET /me: 56 % of 9 answers',
  ],
  [
    'one that was asked once',
    [seen('GET /', [40, 40], [9, 9]), seen('GET /me', [0, 30], [0, 0])],
    'inconclusive',
    'Not asked twice: GET /me',
  ],
] as const)('%s', (_, routes, verdict, reason) => {
  const checks = cdnChecks(
    { kind: 'cdn', name: 'CDN', sessions: 40, points: 10, routes: [...routes], unlisted: 0 },
    (_name, id) => id,
  );
  expect(checks.find(({ id }) => id === 'never-kept')).toMatchObject({
    verdict,
    reason: expect.stringContaining(reason),
  });
});

it('routes that the evidence has no room for leave both checks open', () => {
  const routes = [seen('GET /app.js', [40, 40], [39, 39])];
  const checks = cdnChecks(
    { kind: 'cdn', name: 'CDN', sessions: 40, points: 10, routes, unlisted: 7 },
    (_name, id) => id,
  );
  expect(checks.map(({ verdict, reason }) => [verdict, reason])).toEqual([
    ['inconclusive', 'Left out: 7 further routes.'],
    ['inconclusive', 'Left out: 7 further routes.'],
  ]);
});

it.skipIf(!hasNginx)('has nothing to compare with where no cache status was recorded', async () => {
  const { by, reasons } = await judged({ script: [], basket: [] });
  expect(by).toEqual({ 'cdn-hits': 'inconclusive' });
  expect(reasons).toContain('The recording has no answer that says whether a cache gave it');
});

it.each([
  [{ 'cache-status': 'origin; fwd=uri-miss, edge; hit; ttl=30' }, 'hit'],
  [{ 'cache-status': 'edge; fwd=stale; stored', age: '12' }, 'miss'],
  [{ 'cf-cache-status': 'DYNAMIC' }, 'miss'],
  [{ 'cf-cache-status': 'HIT' }, 'hit'],
  [{ 'x-cache': 'MISS, HIT' }, 'hit'],
  [{ 'x-cache': 'TCP_MISS from a.example' }, 'miss'],
  [{ 'x-cache': 'RefreshHit from cloudfront' }, 'hit'],
  [{ age: '7' }, 'hit'],
  [{ age: '0' }, 'miss'],
  [{ age: '(hidden)' }, null],
  [{ 'content-type': 'text/css' }, null],
] as [Record<string, string>, string | null][])('%o says %s', (headers, status) => {
  expect(cacheStatusOf(Object.entries(headers))).toBe(status);
});
