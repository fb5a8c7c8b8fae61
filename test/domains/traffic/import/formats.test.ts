import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { combined, fixture, ndjson, useImport } from './recording.ts';

const input = useImport();

describe('access logs', () => {
  test('a common log gives method, path, status, size, client and user', async () => {
    const { requests, result } = await input.importText(
      '192.0.2.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326\n' +
        '192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] "HEAD / HTTP/1.0" 304 -\n',
    );
    expect(result.files[0]).toMatchObject({ format: 'access-log', records: 2, damaged: 0 });
    expect(requests).toContainEqual(
      expect.objectContaining({ method: 'GET', path: '/apache_pb.gif', status: 200, responseBytes: 2326, origin: '' }),
    );
    expect(requests.find(({ method }) => method === 'HEAD')).not.toHaveProperty('responseBytes');
    expect(result.sessionsBy.map(({ by }) => by).sort()).toEqual(['client', 'user']);
    expect(result.manifest).toMatchObject({ timeResolutionMs: 1000, hasResponses: false, requests: 2, sessions: 1 });
    expect(result.manifest.startedAt).toMatch(/^2000-10-10T20:55:36\./);
  });

  test('a combined log gives agent and referer, with escapes undone', async () => {
    const { requests } = await input.importText(
      '::1 - - [10/Oct/2023:13:55:36 +0000] "GET /a\\x22b\\xc3\\xbc%20c HTTP/1.1" 200 1 "https://x.example/\\"q\\"" "Agent \\xc3\\xbc \\"1\\""\n',
    );
    expect(requests[0]).toMatchObject({
      path: '/a%22b%C3%BC%20c',
      headers: [
        ['user-agent', 'Agent ü "1"'],
        ['referer', 'https://x.example/"q"'],
      ],
    });
  });

  test('nginx writes its request time in seconds, at the end of the request', async () => {
    const { requests, arrivalsMs, result } = await input.importText(
      combined('/slow', 30, ' 20.000') + combined('/fast', 20, ' 0.001'),
    );
    expect(requests.map(({ path }) => path)).toEqual(['/slow', '/fast']);
    expect(requests[0]?.durationMs).toBe(20_000);
    expect(arrivalsMs[1]).toBeGreaterThan(8000);
    expect(result.outOfOrder).toBe(1);
  });

  test('Apache writes microseconds (%D), and stamps the arrival', async () => {
    const { requests } = await input.importText(combined('/a', 10, ' 150000') + combined('/b', 20, ' 30000000'));
    expect(requests.map(({ path, durationMs }) => [path, durationMs])).toEqual([
      ['/a', 150],
      ['/b', 30_000],
    ]);
  });

  test('whole numbers whose unit nothing decides are no response times', async () => {
    const { requests, result } = await input.importText(
      Array.from({ length: 9 }, (_, n) => combined(`/${n}`, n, ` "203.0.113.9, 10.0.0.1" - ${n % 3}`)).join(''),
    );
    expect(new Set(requests.map(({ durationMs }) => durationMs))).toEqual(new Set([undefined]));
    expect(result.files[0]?.durations).toEqual({ unknown: expect.stringContaining('ms or s') });
  });

  test('named times and milliseconds are understood', async () => {
    expect((await input.importText(combined('/a', 1, ' rt=0.250 uct="0.1"'))).requests[0]?.durationMs).toBe(250);
    expect(
      (await input.importText(combined('/a', 1, ' 7 "router" "http://10.0.0.1" 12ms'))).requests[0]?.durationMs,
    ).toBe(12);
  });

  test('a virtual host in front becomes the origin', async () => {
    const { requests } = await input.importText(`Shop.example.com:443 ${combined('/a', 1)}`);
    expect(requests[0]).toMatchObject({ origin: 'https://shop.example.com', path: '/a' });
  });
});

test('nginx JSON logs: usual names, end of request, headers', async () => {
  const { requests, arrivalsMs, result } = await input.importFiles([fixture('nginx.json.log')]);
  expect(result.files[0]?.format).toBe('nginx-json');
  // 10:00:02.000 less 1.5 s comes before 10:00:01.250 less 0.25 s.
  expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /basket', 'GET /products/17?ref=a']);
  expect(arrivalsMs).toEqual([0, 500]);
  expect(requests[1]).toMatchObject({
    origin: 'https://www.example.com',
    status: 200,
    durationMs: 250,
    responseBytes: 366,
    headers: [
      ['user-agent', 'Mozilla/5.0 "q"'],
      ['referer', 'https://www.example.com/'],
      ['accept-language', 'de'],
    ],
  });
  expect(result.manifest).toMatchObject({ startedAt: '2024-05-01T10:00:00.500Z', timeResolutionMs: 1 });
  expect(result.notReplayable).toEqual([{ kind: 'malformed request', count: 1 }]);
});

test('JSON logs with names of their own are read with a field map', async () => {
  const line = '{"zeit":1714557600.5,"weg":"/a","art":"PUT","dauer":0.25,"wer":"192.0.2.1"}\n';
  const fieldMap = { time: 'zeit', url: 'weg', method: 'art', requestTime: 'dauer', client: 'wer' };
  const { requests, result } = await input.importText(line, { format: 'nginx-json', fieldMap });
  expect(requests[0]).toMatchObject({ method: 'PUT', path: '/a', durationMs: 250 });
  expect(result.manifest.startedAt).toBe('2024-05-01T10:00:00.250Z');
  await expect(input.importText(line, { fieldMap: { uhrzeit: 'zeit' } })).rejects.toMatchObject({
    code: 'TRAFFIC_FIELD_MAP',
  });
});

test('AWS ALB logs: creation time, durations, origins, WebSockets and malformed requests', async () => {
  const { requests, arrivalsMs, result } = await input.importFiles([fixture('alb.log')]);
  expect(result.files[0]).toMatchObject({ format: 'alb', records: 4, damaged: 0 });
  expect(requests.map(({ method, origin, path }) => [method, origin, path])).toEqual([
    ['POST', 'https://www.example.com', '/basket'],
    ['GET', 'http://www.example.com', '/products/17?ref=a'],
  ]);
  expect(arrivalsMs).toEqual([0, 500]);
  expect(requests[0]).toMatchObject({ status: 404, durationMs: 171, responseBytes: 57 });
  expect(requests[0]?.headers).toEqual([['user-agent', 'Mozilla/5.0 ("quoted")']]);
  expect(result.notReplayable).toEqual([
    { kind: 'WebSocket', count: 1 },
    { kind: 'malformed request', count: 1 },
  ]);
  expect(result.manifest.timeResolutionMs).toBe(0.001);
});

describe('HAR', () => {
  test('entries with bodies, times and cookies', async () => {
    const { requests, result, sessions } = await input.importFiles([fixture('shop.har')]);
    expect(result.files[0]).toMatchObject({ format: 'har', records: 5, damaged: 0 });
    expect(result.damaged.count).toBe(0);
    expect(sessions).toHaveLength(2);
    expect(requests.slice(0, 2)).toMatchObject([
      {
        offsetMs: 0,
        origin: 'https://shop.example.com',
        path: '/products?q=red%20shirt',
        status: 200,
        durationMs: 80.5,
        headers: [['user-agent', 'Mozilla/5.0']],
        response: { body: { mime: 'text/html', encoding: 'utf8', data: '<h1>{}\\"</h1>' } },
      },
      {
        offsetMs: 1875,
        method: 'POST',
        body: { mime: 'application/x-www-form-urlencoded', encoding: 'utf8', data: 'id=1+2&n=%C3%BC' },
        responseBytes: 11,
        response: { body: { encoding: 'base64', data: 'eyJpZCI6ICI3In0=' } },
      },
    ]);
    expect(result.manifest.hasResponses).toBe(true);
    expect(result.bodiesLeftOut).toBe(1);
    expect(requests[2]).toMatchObject({ path: '/logo.png', responseBytes: 900 });
    expect(requests[2]?.response).not.toHaveProperty('body');
    expect(result.notReplayable.map(({ kind }) => kind).sort()).toEqual(['WebSocket', 'served from the browser cache']);
  });

  test('on one line, packed, and with a byte order mark it is the same', async () => {
    const pretty = await readFile(fixture('shop.har'), 'utf8');
    const { requests } = await input.importText(gzipSync(`\ufeff${JSON.stringify(JSON.parse(pretty))}`));
    expect(requests).toEqual((await input.importFiles([fixture('shop.har')])).requests);
  });

  test('a damaged entry is named and skipped; a cut file keeps what came before', async () => {
    const entry = (n: number) =>
      `{"startedDateTime":"2024-05-01T10:00:00.${100 + n}Z","time":1,"request":{"method":"GET","url":"https://a.example/${n}"},"response":{"status":200}}`;
    const entries = Array.from({ length: 200 }, (_, n) => entry(n));
    entries[7] = '{"startedDateTime":"yesterday"}';
    const { result } = await input.importText(`{"log":{"entries":[\n${entries.join(',\n')}\n`);
    expect(result.manifest.requests).toBe(199);
    expect(result.damaged.first).toMatchObject([
      { line: 9, reason: expect.stringContaining('entry 8: startedDateTime') },
      { reason: 'file ends before log.entries does' },
    ]);
    const cut = await input.importText(`{"log":{"entries":[\n${entries.slice(10).join(',\n').slice(0, -20)}`);
    expect(cut.result.manifest.requests).toBe(189);
    expect(cut.result.damaged.count).toBe(1);
  });
});

describe('our own NDJSON', () => {
  test('every field arrives', async () => {
    const row = {
      time: 1_700_000_000_000.125,
      method: 'POST',
      url: 'https://user:secret@a.example:8443/x?y=1#z',
      requestHeaders: [['Content-Type', 'application/json']],
      requestBody: { mime: 'application/json', encoding: 'utf8', data: '{"a":1}' },
      status: 201,
      durationMs: 12.5,
      responseBytes: 9,
      responseHeaders: [['X-Id', '7']],
      responseBody: { mime: 'text/plain', encoding: 'base64', data: 'AAE=' },
      client: '192.0.2.7',
      user: 'ann',
    };
    const { requests, result } = await input.importText(`${JSON.stringify(row)}\n`);
    expect(requests).toEqual([
      {
        offsetMs: 0,
        method: 'POST',
        origin: 'https://a.example:8443',
        path: '/x?y=1',
        route: '/x',
        headers: [['content-type', 'application/json']],
        body: row.requestBody,
        status: 201,
        durationMs: 12.5,
        responseBytes: 9,
        response: { headers: [['x-id', '7']], body: row.responseBody },
      },
    ]);
    expect(result.sessionsBy).toEqual([{ by: 'user', requests: 1, share: 1 }]);
  });

  test('headers may be an object, bodies text', async () => {
    const row = {
      client: '192.0.2.1',
      requestHeaders: { Cookie: 'sid=a1', 'Content-Length': 7, Accept: ['a', 'b'] },
      requestBody: '{"a":1}',
      responseHeaders: { 'Content-Type': 'text/css' },
      responseBody: 'a {}',
    };
    const { result, requests } = await input.importText(ndjson([row]));
    expect(result.files[0]).toMatchObject({ format: 'ndjson', damaged: 0 });
    expect(requests[0]).toMatchObject({
      headers: [
        ['cookie', 'sid=a1'],
        ['content-length', '7'],
        ['accept', 'a'],
        ['accept', 'b'],
      ],
      body: { mime: 'application/json', encoding: 'utf8', data: '{"a":1}' },
      response: { body: { mime: 'text/css', encoding: 'utf8', data: 'a {}' } },
    });
  });

  test('what is meant as this format is not read as another without its headers', async () => {
    await expect(input.importText(ndjson([{ requestHeaders: 'cookie: sid=a1' }]))).rejects.toMatchObject({
      code: 'TRAFFIC_DAMAGED',
      message: expect.stringContaining('requestHeaders is neither'),
    });
  });

  test('what is wrong in a line is said', async () => {
    const wrong: [Record<string, unknown>, string][] = [
      [{ time: 'now' }, 'time'],
      [{ method: 1 }, 'method'],
      [{ url: null }, 'url'],
      [{ requestHeaders: { a: { b: 'c' } } }, 'requestHeaders'],
      [{ requestHeaders: 'a: b' }, 'requestHeaders'],
      [{ responseBody: { data: 1 } }, 'responseBody'],
      [{ requestBody: { data: 'x', encoding: 'hex' } }, 'requestBody.encoding'],
    ];
    const text = ndjson(Array.from({ length: 20 }, () => ({}))) + ndjson(wrong.map(([row]) => row));
    const { result } = await input.importText(text, { maxDamagedShare: 0.5 });
    expect(result.damaged.first.map(({ reason }) => reason)).toEqual(
      wrong.map(([, reason]) => expect.stringContaining(reason)),
    );
    expect(result.damaged.first[0]).toMatchObject({ file: 'input', line: 21 });
  });
});

test('files of several formats become one recording, in order of time', async () => {
  const log = await input.write(combined('/log', 40), 'access.log');
  const packed = await input.write(
    gzipSync(ndjson([{ time: Date.UTC(2023, 9, 10, 13, 55, 39), url: '/rows' }])),
    'rows',
  );
  const { requests, result } = await input.importFiles([log, packed]);
  expect(requests.map(({ path }) => path)).toEqual(['/rows', '/log']);
  expect(result.manifest.sources).toEqual([
    { file: 'access.log', format: 'access-log', records: 1, damaged: 0 },
    { file: 'rows', format: 'ndjson', records: 1, damaged: 0 },
  ]);
});
