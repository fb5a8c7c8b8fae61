import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lookAt } from './look-at.ts';

let folder: string;
let log: string;
const ends: (() => unknown)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'logs-'));
  log = join(folder, 'app.log');
  writeFileSync(log, '');
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  rmSync(folder, { recursive: true });
});

/** An application that writes what it is told to for each request. */
async function application(line: (request: IncomingMessage, index: number) => object | string | null): Promise<string> {
  let index = 0;
  const server = createServer((request, response) => {
    const written = line(request, index++);
    if (written !== null) appendFileSync(log, `${typeof written === 'string' ? written : JSON.stringify(written)}\n`);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const usual = (request: IncomingMessage, more: object = {}) => ({
  ...{ time: new Date().toISOString(), level: 'info', instance: 'app-1', message: 'request', status: 200 },
  ...{ requestId: request.headers['x-request-id'] },
  ...more,
});
const store = (more: object = {}) => ({
  ...{ kind: 'file' as const, name: 'app', files: [log], withinS: 1, marker: { by: 'request' as const, requests: 4 } },
  ...more,
});

it('finds the lines of requests, with the way they took', async () => {
  const baseUrl = await application((request) => usual(request));
  const { said, tables, checks } = await lookAt([store({ instances: ['app-1'] })], { baseUrl });
  expect(said('marker.app')).toMatch(/^pass: 4 lines were found: median \d/);
  expect(said('instances.app')).toBe('pass: Lines of all 1 are there.');
  // One more is that with a secret in its headers.
  expect(tables?.[0]?.rows).toEqual([['app', 'app-1', '5', '4']]);
  expect(checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
});

it('misses one of four lines, and says which instance is silent', async () => {
  const baseUrl = await application((request, index) => (index === 2 ? null : usual(request)));
  const { said } = await lookAt([store({ instances: ['app-1', 'app-2'] })], { baseUrl });
  expect(said('marker.app')).toBe('fail: 1 of 4 lines was not found within 1.0 s.');
  expect(said('instances.app')).toBe('fail: No line of app-2 is there; lines of app-1 are.');
});

it('does not accuse an application that does not log the header', async () => {
  const baseUrl = await application((request) => ({ ...usual(request), requestId: undefined }));
  const { said } = await lookAt([store()], { baseUrl });
  expect(said('marker.app')).toMatch(
    /^inconclusive: No line has the id that 4 requests carried in x-request-id, but 5/,
  );
});

it('sees a secret of a header in a line, and never keeps it', async () => {
  const baseUrl = await application((request) => usual(request, { cookie: request.headers.cookie }));
  const { said, evidence } = await lookAt([store()], { baseUrl });
  expect(said('personal.app')).toBe(
    'fail: A secret that was sent in the headers authorization and cookie stands in 1 line.',
  );
  expect(JSON.stringify(evidence)).not.toMatch(/shakedown=sd/);
});

it.each([
  [{ user: 'anna.schmidt@gmail.com' }, 'fail: Found: email in user of 5 lines.'],
  [{ password: 'kitten-7' }, 'fail: Found: password in password of 5 lines.'],
  [{ user: { apiKey: 'abcd1234' } }, 'fail: Found: password in user.apiKey of 5 lines.'],
  [{ password: '***' }, 'pass: Nothing was found in 5 lines. A secret that was sent in headers is in none.'],
  [{ url: '/login?password=kitten-7' }, 'fail: Found: password in url of 5 lines.'],
  [{ user: 'x@shop.example' }, 'pass: Nothing was found in 5 lines. A secret that was sent in headers is in none.'],
  [{ client: '127.0.0.1' }, 'pass: Nothing was found in 5 lines. A secret that was sent in headers is in none.'],
  [{ client: '93.184.216.34' }, 'inconclusive: A person has to look at: ip in client of 5 lines. What may be there'],
])('judges %j as %s', async (more, expected) => {
  const baseUrl = await application((request) => usual(request, more));
  const { said, evidence } = await lookAt([store()], { baseUrl });
  expect(said('personal.app')).toContain(expected);
  expect(JSON.stringify(evidence)).not.toMatch(/kitten|schmidt|abcd1234/);
});

it('sees clocks that are a minute apart, and reads the lines all the same', async () => {
  const baseUrl = await application((request) =>
    usual(request, { time: new Date(Date.now() - 60_000).toISOString(), level: 'loud' }),
  );
  const { said } = await lookAt([store()], { baseUrl });
  expect(said('marker.app')).toMatch(/^pass/);
  expect(said('clock.app')).toMatch(/^fail: Their times are (59\.\d|60\.0) s behind\.$/);
  expect(said('levels.app')).toBe('fail: Nobody knows the level loud.');
});

it('names a time zone that was left out', async () => {
  const baseUrl = await application((request) =>
    usual(request, { time: new Date(Date.now() + 2 * 3_600_000).toISOString() }),
  );
  expect((await lookAt([store()], { baseUrl })).said('clock.app')).toMatch(
    /ahead\. It looks like the offset of a time zone/,
  );
});

it('counts fields that lines do not have', async () => {
  const baseUrl = await application((request, index) => usual(request, index < 2 ? { level: undefined } : {}));
  const required = ['level', 'team'];
  const { said } = await lookAt([store({ required })], { baseUrl });
  expect(said('fields.app')).toBe('fail: Of 5 lines, 2 have no level; 5 have no team.');
});

it('finds lines that a shipper loses on the way', async () => {
  const collected = join(folder, 'collected.log');
  writeFileSync(collected, '');
  const baseUrl = await application((request, index) => {
    const line = usual(request, { index });
    // What rsyslog would write, but for one line, and one that is there twice.
    const shipped = `${new Date().toISOString()} host app: ${JSON.stringify(line)}\n`;
    if (index !== 1) appendFileSync(collected, index === 3 ? shipped + shipped : shipped);
    return line;
  });
  const { said, evidence } = await lookAt([store({ files: [collected], written: [log] })], { baseUrl });
  expect(said('lost.app')).toBe('fail: 1 line of 5 is lost.');
  expect(evidence.find(({ kind }) => kind === 'counted')).toMatchObject({ written: 5, missing: 1, duplicates: 1 });
});

it('compares the error rate with Prometheus’ counters', async () => {
  const counted = { requests: 100, errors: 10 };
  const baseUrl = await application((request, index) => {
    counted.requests++;
    const failed = index % 2 === 1;
    if (failed) counted.errors++;
    return usual(request, { status: failed ? 503 : 200 });
  });
  const prometheus = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://x').searchParams.get('query') ?? '';
    const value = query === 'requests' ? counted.requests : query === 'errors' ? counted.errors : 0;
    response.end(
      JSON.stringify({
        status: 'success',
        data: { resultType: 'vector', result: [{ metric: {}, value: [0, `${value}`] }] },
      }),
    );
  });
  await new Promise<void>((resolve) => prometheus.listen(0, '127.0.0.1', resolve));
  ends.push(() => prometheus.close());
  const service = { url: `http://127.0.0.1:${(prometheus.address() as AddressInfo).port}`, headers: {}, caFile: null };
  const marker = { by: 'request' as const, requests: 100 };
  const rate = (errors: string) => store({ marker, errorRate: { requests: 'requests', errors } });
  const agreeing = await lookAt([rate('errors')], { baseUrl, prometheus: service });
  expect(agreeing.said('error-rate.app')).toBe(
    'pass: From lines 49.50 % (50 of 101), from Prometheus 49.50 % (50 of 101).',
  );
  const blind = await lookAt([rate('none')], { baseUrl, prometheus: service });
  expect(blind.said('error-rate.app')).toMatch(/^fail: From lines 50\.50 %.*from Prometheus 0\.00 %/);
  const absent = await lookAt([rate('errors')], { baseUrl });
  expect(absent.said('error-rate.app')).toBe(
    'inconclusive: They were not compared: monitoring.prometheus is not configured.',
  );
});

it('writes into the input of a shipper, and does not find what is late', async () => {
  const input = join(folder, 'input.log');
  const marker = { by: 'file' as const, file: input };
  writeFileSync(input, '');
  // A shipper that drops what is older than an hour, or has a list in it.
  const timer = setInterval(() => {
    const { lines, rest } = taken(input);
    for (const line of lines) {
      const { time, tags } = JSON.parse(line) as { time: string; tags?: unknown };
      if (Date.now() - Date.parse(time) < 3_600_000 && tags === undefined) appendFileSync(log, `${line}\n`);
    }
    writeFileSync(input, rest);
  }, 50);
  ends.push(() => clearInterval(timer));
  const { said } = await lookAt([store({ marker, lateS: [60, 7200], shapes: [{ durationMs: 1 }, { tags: ['a'] }] })]);
  expect(said('marker.app')).toMatch(/^pass: 5 lines/);
  expect(said('late.app')).toBe('fail: 1 of 2 is lost, first a line of 2 h ago: it is not there after 1.0 s.');
  expect(said('shapes.app')).toBe('fail: 1 of 2 is lost, first a line with tags: it is not there after 1.0 s.');
});

it('is inconclusive where there is nothing to look at, or nothing answers', async () => {
  const nothing = await lookAt([]);
  expect(nothing.checks).toMatchObject([{ id: 'logs', verdict: 'inconclusive' }]);
  const silent = await lookAt([store()]);
  expect(silent.said('marker.app')).toBe('inconclusive: No line could be written: there is nowhere to send a request.');
  const away = await lookAt([{ kind: 'loki', name: 'loki', url: 'http://127.0.0.1:9', query: '{job="x"}' }]);
  expect(away.checks).toMatchObject([
    { id: 'reached.loki', verdict: 'inconclusive', reason: 'It could not be asked: ECONNREFUSED.' },
  ]);
  expect(away.coverage).toEqual([
    { of: 'questions to log stores', covered: 0, total: 8, gaps: ['loki: ECONNREFUSED'] },
  ]);
});

function taken(file: string): { lines: string[]; rest: string } {
  const text = readFileSync(file, 'utf8');
  const end = text.lastIndexOf('\n') + 1;
  return { lines: text.slice(0, end).split('\n').filter(Boolean), rest: text.slice(end) };
}
