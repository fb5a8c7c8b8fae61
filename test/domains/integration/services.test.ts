import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { services } from '../../../src/domains/integration/services/part.ts';
import { beginRecording, readServiceRecording } from '../../../src/domains/integration/services/recording.ts';
import { recordingProxy, standIn } from '../../../src/domains/integration/services/stand-in.ts';
import type { ServiceSettings } from '../../../src/domains/integration/settings.ts';
import { withTeardown } from '../../../src/evidence/teardown.ts';

let folder = '';
const open: (Server | { close(): Promise<void> })[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'services-'));
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await rm(folder, { recursive: true, force: true });
});

async function service(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const signal = new AbortController().signal;

/** A service that counts, is slow, refuses, and drops connections. */
async function recorded(): Promise<string> {
  let calls = 0;
  const origin = await service((request, response) => {
    if (request.url?.startsWith('/drop')) return void response.destroy();
    const status = request.url === '/busy' ? 503 : 200;
    setTimeout(
      () =>
        response
          .writeHead(status, { 'content-type': 'application/json', 'set-cookie': 'a=secret' })
          .end(JSON.stringify({ call: ++calls })),
      request.url === '/slow' ? 120 : 0,
    );
  });
  const add = await beginRecording(join(folder, 'own'), origin);
  const proxy = await recordingProxy(origin, { port: 0, tls: {}, signal }, add);
  for (const path of ['/count', '/count', '/slow', '/busy', '/find?b=2&a=1&api_key=hunter2'])
    await fetch(`${proxy.origin}${path}`).then((r) => r.text());
  await fetch(`${proxy.origin}/drop`).catch(() => {});
  const json = (value: object) => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  });
  await fetch(`${proxy.origin}/pay`, json({ a: 1, b: 2 })).then((r) => r.text());
  await proxy.close();
  return join(folder, 'own');
}

describe('a stand-in', () => {
  it('answers as was recorded: in order, with latency, errors and dropped connections', async () => {
    const recording = await readServiceRecording(await recorded());
    expect(JSON.stringify(recording)).not.toMatch(/hunter2|a=secret/);
    const stand = await standIn(recording.exchanges, 0);
    open.push(stand);
    const ask = async (path: string, more?: RequestInit) => {
      const answer = await fetch(`${stand.origin}${path}`, more);
      return [answer.status, await answer.text()];
    };
    expect(await ask('/count')).toEqual([200, '{"call":1}']);
    expect(await ask('/count')).toEqual([200, '{"call":2}']);
    expect(await ask('/count')).toEqual([200, '{"call":2}']);
    const begun = performance.now();
    await ask('/slow');
    expect(performance.now() - begun).toBeGreaterThan(110);
    expect((await ask('/busy'))[0]).toBe(503);
    expect((await ask('/find?a=1&b=2&api_key=other'))[0]).toBe(200);
    await expect(ask('/drop')).rejects.toThrow();
    const body = (value: string) => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body: value });
    expect((await ask('/pay', body('{"b":2, "a":1}')))[0]).toBe(200);
    expect(await ask('/pay', body('{"a":2}'))).toEqual([
      501,
      '{"error":"This stand-in was never recorded with POST /pay with this body."}',
    ]);
    expect(await ask('/find?a=2')).toEqual([501, '{"error":"This stand-in was never recorded with GET /find?a=2."}']);
    expect([...stand.tally.unknown]).toEqual([
      ['POST /pay with this body', 1],
      ['GET /find?a=2', 1],
    ]);
  });

  it('answers nobody who comes by another name', async () => {
    const stand = await standIn([], 0);
    open.push(stand);
    const { port } = new URL(stand.origin);
    const { request } = await import('node:http');
    const status = await new Promise((resolve) =>
      request({ port, host: '127.0.0.1', path: '/', headers: { host: 'evil.example' } }, (r) =>
        resolve(r.statusCode),
      ).end(),
    );
    expect(status).toBe(403);
  });

  it('is refused where its recording is none, and loses no more than a line that was cut off', async () => {
    await expect(readServiceRecording(join(folder, 'none'))).rejects.toMatchObject({ code: 'STAND_IN_RECORDING' });
    const own = await recorded();
    await expect(beginRecording(own, 'http://x')).rejects.toThrow(/there is one already/);
    await appendFile(join(own, 'exchanges.ndjson'), '{"method":"GET"');
    expect(await readServiceRecording(own)).toMatchObject({ damaged: 1, exchanges: { length: 7 } });
    await appendFile(join(own, 'exchanges.ndjson'), '}\n');
    await expect(readServiceRecording(own)).rejects.toThrow(/line 9 is no exchange/);
    await writeFile(join(own, 'exchanges.ndjson'), '[]\n');
    await expect(readServiceRecording(own)).rejects.toThrow(/first line/);
  });
});

const usual: ServiceSettings = {
  ...{ name: 'own', kind: 'real', url: null, recording: null, sample: null, certificateDays: 14, latencyMs: 1000 },
  ...{
    quota: null,
    maxAgeDays: 90,
    hitSharePoints: 10,
    degrades: null,
    probe: { path: '/ping', status: 200, document: null, headersEnv: {} },
  },
};

/** What the target does without it is not said, so it is not tried. */
const undeclared = { 'own-degrades': 'inconclusive' };

/** Does the part, and judges what it recorded. */
async function judged(...all: Partial<ServiceSettings>[]): Promise<Record<string, string>> {
  const recordings: { atMs: number; data: unknown }[] = [];
  await withTeardown(async (teardown) => {
    const config = { integration: { services: all.map((one) => ({ ...usual, ...one })) } };
    const record = (data: unknown) => recordings.push({ atMs: 0, data });
    await services.run({ config, folder, signal, teardown, record, phase: () => {} } as never);
  });
  const read = recordings.map(({ atMs, data }) => ({ atMs, data: services.evidence.parse(data) }));
  return Object.fromEntries(services.judge(read, true).checks.map(({ id, verdict }) => [id, verdict]));
}

describe('a real service', () => {
  const ping = (more: Record<string, string> = {}, status = 200, body: object = { ok: true }) =>
    service((_, response) =>
      response.writeHead(status, { 'content-type': 'application/json', ...more }).end(JSON.stringify(body)),
    );
  const document = async () => {
    const file = join(folder, 'own.json');
    const schema = { type: 'object', required: ['ok'], properties: { ok: { type: 'boolean' } } };
    await writeFile(
      file,
      JSON.stringify({
        openapi: '3.1.0',
        paths: { '/ping': { get: { responses: { 200: { content: { 'application/json': { schema } } } } } } },
      }),
    );
    return { kind: 'file', file } as const;
  };

  it('is fine where it answers as agreed', async () => {
    const url = await ping({ 'x-left': '500' });
    expect(
      await judged({
        url,
        quota: { header: 'X-Left', atLeast: 100 },
        probe: { ...usual.probe, document: await document() },
      }),
    ).toEqual({
      ...{ 'own-reachable': 'pass', 'own-latency': 'pass', 'own-contract': 'pass', 'own-quota': 'pass' },
      ...undeclared,
    });
  });

  it('is told by what is wrong', async () => {
    const url = await ping({ 'x-left': '5' }, 200, { ok: 'yes', more: 1 });
    expect(
      await judged({
        url,
        latencyMs: 0,
        quota: { header: 'x-left', atLeast: 100 },
        probe: { ...usual.probe, document: await document() },
      }),
    ).toEqual({
      ...{ 'own-reachable': 'pass', 'own-latency': 'fail', 'own-contract': 'fail', 'own-quota': 'fail' },
      ...undeclared,
    });
    expect(await judged({ url: await ping({}, 500) })).toMatchObject({ 'own-reachable': 'fail' });
    expect(await judged({ url, quota: { header: 'x-other', atLeast: 1 } })).toMatchObject({
      'own-quota': 'inconclusive',
    });
  });

  it('is not accused of a limit that five requests meet', async () => {
    let asked = 0;
    const url = await service((_, response) => {
      const isLimited = ++asked > 2;
      response.writeHead(isLimited ? 429 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isLimited ? { error: 'slow down' } : { ok: true }));
    });
    expect(await judged({ url, probe: { ...usual.probe, document: await document() } })).toMatchObject({
      ...{ 'own-reachable': 'inconclusive', 'own-contract': 'pass' },
    });
  });

  it('that is not there, or cannot be looked at, costs no other', async () => {
    const headersEnv = { authorization: 'SHAKEDOWN_TEST_UNSET' };
    expect(
      await judged(
        { name: 'gone', url: 'http://127.0.0.1:1' },
        { name: 'unset', url: await ping(), probe: { ...usual.probe, headersEnv } },
        { url: await ping() },
      ),
    ).toEqual({
      'gone-reachable': 'fail',
      'unset-looked-at': 'inconclusive',
      'own-reachable': 'pass',
      'own-latency': 'pass',
      ...{ ...undeclared, 'gone-degrades': 'inconclusive', 'unset-degrades': 'inconclusive' },
    });
  });

  it('that gave no answer has no time of its own', () => {
    const answers = [{ status: 0, ms: 3, problem: 'ECONNREFUSED' }];
    const dead = {
      ...{ kind: 'real' as const, name: 'dead', origin: 'http://127.0.0.1:1', isLocal: true, probe: 'GET /' },
      ...{ wantedStatus: 200, answers, latencyMs: 1000, certificate: null, contract: null, quota: null },
    };
    const { tables, checks } = services.judge([{ atMs: 0, data: dead }], true);
    expect(tables?.[0]?.rows[0]?.[3]).toBe('1 request, no answer');
    expect(JSON.stringify({ tables, checks })).not.toContain('Infinity');
  });

  it('is stood in for by a recording that is tried out', async () => {
    const recording = await recorded();
    expect(await judged({ name: 'stand', kind: 'stand-in', recording })).toEqual({
      ...{ 'stand-recorded': 'pass', 'stand-as-recorded': 'pass', 'stand-unknown': 'pass' },
      'stand-degrades': 'inconclusive',
    });
    expect(await judged({ name: 'stand', kind: 'stand-in', recording, maxAgeDays: -1 })).toMatchObject({
      'stand-recorded': 'inconclusive',
    });
  });
});
