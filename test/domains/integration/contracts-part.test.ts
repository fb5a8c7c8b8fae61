import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { contracts } from '../../../src/domains/integration/contracts/part.ts';
import { createRecordingWriter } from '../../../src/domains/traffic/recording.ts';
import { withTeardown } from '../../../src/evidence/teardown.ts';
import { domains } from '../../../src/run/domains.ts';

let folder = '';
let server: Server;
let baseUrl = '';
/** What the target answers with, beside what is documented. */
let planted: Record<string, unknown> = {};
let asked: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'contracts-'));
  [planted, asked] = [{}, []];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const json = (value: object, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (request.url === '/openapi.json') return void json(document);
    if (request.url === '/me.json')
      return void json({
        ...document,
        paths: { '/api/me': document.paths['/api/me'], '/api/items': document.paths['/api/items'] },
      });
    if (request.url === '/bare.json') return void json({ ...document, paths: bare });
    if (request.url === '/api/busy') return void json({ error: 'slow down' }, 429);
    if (request.url === '/api/refused') return void json({ error: 'no' }, 401);
    if (request.url === '/api/bare') return void response.writeHead(401, { 'content-type': 'text/plain' }).end('no');
    if (request.url === '/api/me')
      return void (request.headers.authorization === 'Bearer t-1' ? json({ name: 'x' }) : json({ error: 'no' }, 401));
    if (request.url?.startsWith('/api/login')) return void json({ token: 't-1' });
    if (request.url?.startsWith('/api/items'))
      return void json({ items: [{ id: 1, ...planted }] }, Number(planted.status ?? 200));
    if (request.url === '/api/lost') return void response.destroy();
    response.writeHead(200, { 'content-type': 'text/html' }).end('<p>page</p>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const schema = (properties: Record<string, object>) => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});
const answer = (one: object) => ({ description: 'x', content: { 'application/json': { schema: one } } });
const problem = answer(schema({ error: { type: 'string' } }));
const document = {
  openapi: '3.1.0',
  info: { title: 'own', version: '1' },
  paths: {
    '/api/items': {
      get: {
        responses: { 200: answer(schema({ items: { type: 'array', items: { $ref: '#/components/schemas/Item' } } })) },
      },
    },
    '/api/me': { get: { responses: { 200: answer(schema({ name: { type: 'string' } })), 401: problem } } },
    '/api/login': { post: { responses: { 200: answer(schema({ token: { type: 'string' } })) } } },
  },
  components: { schemas: { Item: schema({ id: { type: 'integer' } }) } },
};

const bare = { ...document.paths, '/api/bare': { get: { responses: { 401: { description: 'not logged in' } } } } };

/** Records these requests, four sessions of them, and does the part. */
async function judged(paths: readonly string[], integration: object = {}, writes = 'recorded') {
  const recording = join(folder, 'recording');
  const writer = await createRecordingWriter(recording);
  const requests = ['POST /api/login', ...paths].map((one, i) => {
    const [method = '', path = ''] = one.split(' ');
    const body =
      method === 'POST' ? { body: { mime: 'application/json', encoding: 'utf8' as const, data: '{"name":"x"}' } } : {};
    const response =
      path === '/api/login'
        ? {
            response: {
              headers: [['content-type', 'application/json'] as const],
              body: {
                mime: 'application/json',
                encoding: 'utf8' as const,
                data: '{"token":"3f9a1c7e5b2d4860aa17c9e3"}',
              },
            },
          }
        : {};
    const headers =
      path === '/api/me' ? { headers: [['authorization', 'Bearer 3f9a1c7e5b2d4860aa17c9e3'] as [string, string]] } : {};
    return {
      offsetMs: i * 100,
      method,
      origin: '',
      path,
      route: path.split('?', 1)[0] as string,
      status: 200,
      durationMs: 5,
      ...body,
      ...response,
      ...headers,
    };
  });
  for (let i = 0; i < 4; i++)
    await writer.write({
      id: `s${i}`,
      startMs: i * 1000,
      requests: JSON.parse(JSON.stringify(requests).replaceAll('3f9a1c7e', `3f9a1c7${i}`)),
    });
  const routes = requests.map(({ method, route }) => ({ method, route, requests: 4 }));
  await writer.close({
    name: 'own',
    startedAt: null,
    durationMs: 5000,
    timeResolutionMs: 1,
    hasResponses: true,
    sources: [],
    routes,
    notReplayable: [],
    privacy: { state: 'raw' },
  } as never);
  const file = join(folder, 'shakedown.config.json');
  const own = { contracts: [{ document: { path: '/openapi.json' } }], ...integration };
  await writeFile(
    file,
    JSON.stringify({
      target: { baseUrl },
      traffic: { recording: 'recording', declaredOwn: true },
      replay: { writes },
      integration: own,
    }),
  );
  const { config } = await loadConfig({ cwd: folder, domains });
  const evidence: { atMs: number; data: unknown }[] = [];
  await withTeardown(async (teardown) => {
    const context = { config, folder, projectFolder: folder, teardown, signal: new AbortController().signal };
    const record = (data: unknown) => evidence.push({ atMs: 0, data });
    await contracts.run({
      ...context,
      record,
      mark: () => {},
      phase: () => {},
      target: async () => ({ baseUrl }),
    } as never);
  });
  const { checks, coverage } = contracts.judge(
    evidence.map(({ atMs, data }) => ({ atMs, data: contracts.evidence.parse(data) })),
    true,
  );
  return {
    by: Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict])),
    reasons: checks.map(({ reason }) => reason).join('\n'),
    coverage,
  };
}

const fine = { routes: 'pass', statuses: 'pass', content: 'pass', fields: 'pass', values: 'pass', held: 'pass' };
const usual = ['GET /api/items?page=1', 'GET /api/me', 'GET /start'];

describe('contracts', () => {
  it('pass where the recorded traffic, its login included, is answered as documented', async () => {
    const { by, coverage } = await judged(usual);
    expect(by).toEqual(fine);
    expect(coverage?.[0]).toMatchObject({ covered: 3, total: 3, gaps: ['GET /api/me: no answer had status 401'] });
    expect(asked.filter((one) => one === 'GET /api/me')).toHaveLength(12);
  });

  it('asks no more often than is configured', async () => {
    await judged(usual, { answersPerRoute: 2 });
    expect(asked.filter((one) => one === 'GET /api/me')).toHaveLength(2);
  });

  it('name what to set where long sessions need more requests than are sent', async () => {
    const { by, reasons } = await judged(Array.from({ length: 800 }, (_, i) => `GET /api/items?page=${i}`));
    expect(by).toEqual({ ...fine, held: 'inconclusive' });
    expect(reasons).toMatch(
      /3000 requests would be needed to ask each route in 12 sessions: set integration\.answersPerRoute/,
    );
  });

  it('fail by a field and a status that are not documented, with their names', async () => {
    planted = { cost: 5, status: 203 };
    const first = await judged(usual);
    expect(first.by).toMatchObject({ statuses: 'fail', fields: 'pass' });
    expect(first.reasons).toContain('GET /api/items: status 203 is not documented');
    planted = { cost: 5 };
    const { by, reasons } = await judged(usual);
    expect(by).toEqual({ ...fine, fields: 'fail' });
    expect(reasons).toContain('GET /api/items 200: items[].cost: a field that is not documented');
  });

  it('take what is accepted, and tell of what is accepted and not there', async () => {
    planted = { cost: 5 };
    const accepted = [{ operation: 'GET /api/items', what: '*cost*', reason: 'known', expires: '2999-12-31' }];
    const contract = { document: { path: '/openapi.json' }, accepted };
    expect((await judged(usual, { contracts: [contract] })).by).toEqual({ ...fine, accepted: 'pass' });
    planted = {};
    expect((await judged(usual, { contracts: [contract] })).by).toEqual({ ...fine, accepted: 'inconclusive' });
  });

  it('are open where more differs than is kept, whatever is accepted of the rest', async () => {
    planted = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`more${i}`, i]));
    const accepted = [{ operation: '*', what: '*more*', reason: 'known', expires: '2999-12-31' }];
    const { by, reasons } = await judged(usual, { contracts: [{ document: { path: '/openapi.json' }, accepted }] });
    expect(by).toEqual({ ...fine, accepted: 'pass', held: 'inconclusive' });
    expect(reasons).toContain('an answer differs in 50 ways, and no more of them are kept');
  });

  it('are open where routes are not documented, do not answer, or too little was seen', async () => {
    const routes = ['/api/*'];
    const of = (integration: object) => ({
      contracts: [{ document: { path: '/openapi.json' }, routes }],
      ...integration,
    });
    expect((await judged(['GET /api/items', 'GET /api/other'], of({}))).by).toMatchObject({ routes: 'fail' });
    expect((await judged(['GET /api/items', 'GET /api/lost'], of({}))).by).toMatchObject({
      routes: 'pass',
      held: 'inconclusive',
    });
    expect((await judged(['GET /start'], { operationsPercent: 60 })).by).toMatchObject({ held: 'inconclusive' });
  });

  it('are open where the document cannot be had, which costs no other document', async () => {
    for (const document of [{ path: '/none.json' }, { file: 'none.json' }]) {
      const { by, reasons } = await judged(usual, { contracts: [{ document }] });
      expect(by).toEqual({ document: 'inconclusive' });
      expect(reasons).toMatch(/none.json.* cannot be used/);
    }
    const good = { document: { path: '/openapi.json' } };
    const { by } = await judged(usual, { contracts: [{ document: { path: '/api/lost' } }, good] });
    expect(by).toMatchObject({ document: 'inconclusive', 'routes-1': 'pass', 'held-1': 'pass' });
    await expect(judged(usual, { contracts: [] })).rejects.toMatchObject({ code: 'NOT_CONFIGURED' });
  });

  it('hold an answer against every document that has its operation', async () => {
    const two = [{ document: { path: '/openapi.json' } }, { document: { path: '/me.json' } }];
    const passing = await judged(usual, { contracts: two });
    expect(Object.values(passing.by)).toEqual(Array(12).fill('pass'));
    planted = { cost: 5 };
    expect((await judged(usual, { contracts: two })).by).toMatchObject({ 'fields-1': 'fail', 'fields-2': 'fail' });
    // What one document lacks and another has is documented; what none has is not.
    planted = {};
    const named = two.map((one) => ({ ...one, routes: ['/api/*'] }));
    expect((await judged(usual, { contracts: named })).by).toMatchObject({ 'routes-1': 'pass', 'routes-2': 'pass' });
    expect((await judged(['GET /api/other'], { contracts: named })).by).toMatchObject({ 'routes-2': 'fail' });
  });

  it('accuse nobody where a login was not sent', async () => {
    const path = { document: { path: '/openapi.json' } };
    const withoutStatus = { ...document.paths['/api/me'].get.responses, 401: undefined };
    const paths = { ...document.paths, '/api/me': { get: { responses: withoutStatus } } };
    await writeFile(join(folder, 'strict.json'), JSON.stringify({ ...document, paths }));
    const strict = { contracts: [{ document: { file: 'strict.json' } }] };
    const { by, reasons } = await judged(usual, strict, 'safe');
    expect(by).toEqual({ ...fine, held: 'inconclusive' });
    expect(reasons).toContain('sessions were not logged in');
    expect(reasons).toContain('POST /api/login was not sent (replay.writes)');
    expect((await judged(usual, { contracts: [path] }, 'safe')).by).toEqual({ ...fine, held: 'inconclusive' });
    // Logged in, a refusal is the target's.
    expect(
      (await judged(['GET /api/bare'], { contracts: [{ document: { path: '/openapi.json' }, routes: ['/api/*'] }] })).by
        .routes,
    ).toBe('fail');
  });

  it('take an error for no success of an operation, though `default` stands for it', async () => {
    const responses = { 200: answer(schema({ name: { type: 'string' } })), default: problem };
    const paths = { '/api/refused': { get: { responses } } };
    await writeFile(join(folder, 'default.json'), JSON.stringify({ ...document, paths }));
    const { by, reasons } = await judged(['GET /api/refused'], {
      contracts: [{ document: { file: 'default.json' } }],
    });
    expect(by).toMatchObject({ statuses: 'pass', held: 'inconclusive' });
    expect(reasons).toContain('No operation of the document answered with success.');
  });

  it('accuse nobody of a limit that asking fast meets', async () => {
    const contract = { document: { path: '/openapi.json' }, routes: ['/api/*'] };
    const { by, reasons } = await judged(['GET /api/items', 'GET /api/busy'], { contracts: [contract] });
    expect(by).toMatchObject({ routes: 'pass', statuses: 'pass', held: 'inconclusive' });
    expect(reasons).toContain('GET /api/busy (it was refused with 429');
  });

  it('need review where the document says nothing of the body of an error', async () => {
    const { by, reasons } = await judged(['GET /api/bare'], { contracts: [{ document: { path: '/bare.json' } }] });
    expect(by).toMatchObject({ statuses: 'pass', content: 'inconclusive' });
    expect(reasons).toContain('which needs review, since the document says nothing of the body of this answer');
  });
});
