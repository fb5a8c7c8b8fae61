import { expect, test } from 'vitest';
import { combined, useImport } from './recording.ts';

/** What stands between requests, and shapes of lines that tools' own test suites have, in lines of our own. */
const input = useImport();
const noRequest = (count: number) => ({ kind: 'log entry that is no request', count });

test('a server’s error log in the same stream, and comments, are counted, and are no damage', async () => {
  const { result, requests } = await input.importText(
    [
      '# taken on Monday',
      combined('/1', 1).trimEnd(),
      '2023/10/10 13:55:02 [error] 31#31: *46 open() "/srv/x" failed, client: 192.0.2.1, request: "GET /x HTTP/1.1", host: "shop"',
      '[Tue Oct 10 13:55:02.880562 2023] [auth_basic:error] [pid 10:tid 14] [client 192.0.2.1:5] AH01618: user x not found: /',
      '2023-10-10 13:55:02.774649 [NOTICE] [1226033] [192.0.2.1:45164:HTTP2-41#x] [STDERR] words',
      'DEBUG: some plugin: updated',
      'time="2023-10-10T13:55:02Z" level=debug msg="POST of something"',
      combined('/2', 3).trimEnd(),
      '',
    ].join('\n'),
  );
  expect(requests.map(({ path }) => path)).toEqual(['/1', '/2']);
  expect(result.files[0]).toMatchObject({ format: 'access-log', damaged: 0 });
  expect(result.notReplayable).toEqual([noRequest(6)]);
  const half = `192.0.2.1 - - [10/Oct/2023:13:55:02 +0000] "GET /ha\n${combined('/1', 1)}${combined('/2', 2)}`;
  await expect(input.importText(half)).rejects.toMatchObject({ code: 'TRAFFIC_DAMAGED' });
});

test('of several programs that a collector joins, only what looks like a request is damage', async () => {
  const log = (line: string) => `\x1b[36mweb-1    | \x1b[0m${line}\n`;
  const others = 'redis-1  | 1:C 10 Oct 2023 13:55:01.018 * Redis is starting\n';
  const cut = log('ET /cut HTTP/1.1" 200 5 "-" "A/1"');
  const text = `${others}${log(combined('/1', 1).trimEnd())}${others}${log(combined('/2', 2).trimEnd())}`;
  const { result } = await input.importText(text);
  expect(result.files[0]).toMatchObject({ format: 'access-log', wrapping: 'docker compose logs', damaged: 0 });
  expect(result.notReplayable).toEqual([noRequest(2)]);
  await expect(input.importText(text + cut)).rejects.toMatchObject({ code: 'TRAFFIC_DAMAGED' });
});

test('HAProxy: TCP connections, and those that came to nothing', async () => {
  const at = '198.51.100.4:50033 [01/May/2024:10:00:02.222] www~ app/node2';
  const { result, requests } = await input.importText(
    [
      `${at} 0/0/0/18/18 200 200 - - ---- 2/2/2/0/0 0/0 "GET /api HTTP/1.1"`,
      '198.51.100.4:50033 [01/May/2024:10:00:03.222] sql db/node1 0/0/5007 212 -- 0/0/0/0/3 0/0',
      '198.51.100.4:50034 [01/May/2024:10:00:04.222] www/1: SSL handshake failure (error:0A0000C1)',
      '198.51.100.4:50035 [01/May/2024:10:00:05.222] www/1: something else of TLS',
      '',
    ].join('\n'),
  );
  expect(requests).toHaveLength(1);
  expect(result.damaged.count).toBe(0);
  expect(result.notReplayable).toEqual([
    { kind: 'broken connection', count: 2 },
    { kind: 'TCP connection', count: 1 },
  ]);
});

test('CloudFront’s standard log without its header', async () => {
  const line = (second: number) =>
    `2024-05-01\t10:00:0${second}\tCDG50-P2\t703\t203.0.113.9\tGET\td111.cloudfront.net\t/a\t200\t-\tcurl/7.8%20x\tb=1\t-\tHit\tid==\tshop.example.com\thttps\t62\t0.113\t-\tTLSv1.3\tTLS_AES\tHit\tHTTP/2.0\t-\t-\t51754\t0.110\tHit\ttext/html\t20\t-\t-\n`;
  const { result, requests } = await input.importText(line(1) + line(2));
  expect(result.files[0]).toMatchObject({ format: 'w3c', damaged: 0, withDuration: 2, durations: { unit: 's' } });
  expect(requests[0]).toMatchObject({
    path: '/a?b=1',
    origin: 'https://shop.example.com',
    durationMs: 113,
    status: 200,
    headers: [['user-agent', 'curl/7.8 x']],
  });
});

test('Nginx Proxy Manager: both of its formats, and combined beside them', async () => {
  const end = (path: string, client: string) =>
    `GET https shop.example.com "${path}" [Client ${client}] [Length 12] [Gzip -]`;
  const { result, requests } = await input.importText(
    [
      `[01/May/2024:10:00:01 +0000] - 200 200 - ${end('/a', '203.0.113.9')} [Sent-to 10.0.0.15] "Agent/1" "-"`,
      `[01/May/2024:10:00:02 +0000] HIT - 304 - ${end('/b?c=1', '203.0.113.9')} [Sent-to 10.0.0.15] "Agent/1" "https://x.example/"`,
      `[01/May/2024:10:00:03 +0000] 404 - ${end('/c', '203.0.113.10')} "Agent/2" "-"`,
      '203.0.113.10 - - [01/May/2024:10:00:04 +0000] "GET /d HTTP/1.1" 200 5 "-" "Agent/2"',
      '',
    ].join('\n'),
  );
  expect(result.files[0]).toMatchObject({ format: 'nginx-proxy-manager', damaged: 0 });
  expect(result.sessions.clients).toBe(2);
  expect(requests.map(({ path, status, origin }) => [path, status, origin])).toEqual([
    ['/a', 200, 'https://shop.example.com'],
    ['/b?c=1', 304, 'https://shop.example.com'],
    ['/c', 404, 'https://shop.example.com'],
    ['/d', 200, ''],
  ]);
});

test('fields of people’s own: a request’s id before the user, a host or a duration behind the time, no status', async () => {
  const time = '[01/May/2024:10:00:01 +0000]';
  const { result, requests } = await input.importText(
    [
      `shop.example.com 203.0.113.9 - 95386da81aa13b6ab3ce9c989e1e470e - ${time} "GET /a HTTP/1.1" 200 5 "-" "Agent/1"`,
      `shop.example.com 203.0.113.9 - 7bde940ef0f870cdee1f6d53fe0ff157 - ${time} "GET /b HTTP/1.1" 200 5 "-" "Agent/1"`,
      `shop.example.com 203.0.113.9 - - ${time} (0 s) "GET /c HTTP/1.1" 200 5 "-" "Agent/1"`,
      `203.0.113.9 - - ${time.replace(' +0000', ' ')} shop.example.com "GET /d HTTP/1.1" 200 5 "-" "Agent/1"`,
      `203.0.113.9 - - ${time} "GET /e HTTP/1.1" - - "-" "Agent/1"`,
      '',
    ].join('\n'),
  );
  expect(result.sessionsBy).toEqual([{ by: 'client', requests: 5, share: 1 }]);
  expect(result.manifest.sessions).toBe(1);
  expect(requests.map(({ path, status, origin }) => [path, status, origin])).toEqual([
    ['/a', 200, 'http://shop.example.com'],
    ['/b', 200, 'http://shop.example.com'],
    ['/c', 200, 'http://shop.example.com'],
    ['/d', 200, 'http://shop.example.com'],
    ['/e', undefined, ''],
  ]);
});

test('Insomnia’s format 4 as YAML, in either style', async () => {
  const block = `_type: export
__export_format: 4
resources:
  - { _type: request, method: GET, url: "{{ _.base }}/a" }
  - { _type: environment, data: { base: "https://shop.example.com" } }
`;
  const flow = `{_type: export, __export_format: 4, resources: [{_type: request, method: GET, url: 'https://shop.example.com/a'}]}\n`;
  for (const text of [block, flow]) {
    const { result, requests } = await input.importText(text);
    expect(result.files[0]?.format).toBe('insomnia');
    expect(requests[0]).toMatchObject({ path: '/a', origin: 'https://shop.example.com' });
  }
});

test('what does not say what was asked for is refused for that reason', async () => {
  const json = (path: string) =>
    `${JSON.stringify({ date: '2024-05-01T10:00:00Z', ip: '203.0.113.9', path, status: 200 })}\n`;
  await expect(input.importText(json('/a') + json('/b'))).rejects.toThrow(
    '2 × request whose method the log does not have',
  );
  const stream = '#Fields: c-ip date time cs-uri-stem c-status\n203.0.113.9 2024-05-01 10:00:00 /stream 200\n';
  await expect(input.importText(stream)).rejects.toThrow('#Fields has no cs-method');
});

test('Fastify’s two lines for a request are one, with its answer’s status and time', async () => {
  const line = (row: Record<string, unknown>) => `${JSON.stringify({ level: 30, pid: 7, hostname: 'web', ...row })}\n`;
  const asked = (n: number, pid = 7) =>
    line({
      time: 1_760_000_000_000 + n * 1000,
      pid,
      reqId: `req-${n}`,
      req: { method: 'GET', url: `/p/${n}`, host: 'shop.test', remoteAddress: `203.0.113.${n}`, remotePort: 1 },
      msg: 'incoming request',
    });
  const answered = (n: number, pid = 7) =>
    line({
      time: 1_760_000_000_040.5 + n * 1000,
      pid,
      reqId: `req-${n}`,
      res: { statusCode: 200 + n },
      responseTime: 40.5,
      msg: 'request completed',
    });
  const text = [
    line({ time: 1_760_000_000_000, msg: 'Server listening at http://127.0.0.1:3000' }),
    answered(9),
    asked(1),
    asked(2),
    asked(1, 8),
    line({ time: 1_760_000_000_500, reqId: 'req-1', msg: 'in the handler' }),
    answered(2),
    answered(1),
    answered(1, 8),
    asked(3),
    // Started again: it counts from the beginning.
    asked(3),
    answered(3),
    asked(4),
  ].join('');
  const { result, requests } = await input.importText(text);
  expect(result.files[0]).toMatchObject({ format: 'nginx-json', damaged: 0, withDuration: 4 });
  expect(result.files[0]?.durations).toMatchObject({ unit: 'ms' });
  expect(result.notReplayable).toEqual([noRequest(3)]);
  const found = requests.map(({ path, status, durationMs }) => `${path} ${status} ${durationMs}`).sort();
  expect(found).toEqual([
    '/p/1 201 40.5',
    '/p/1 201 40.5',
    '/p/2 202 40.5',
    '/p/3 203 40.5',
    '/p/3 undefined undefined',
    '/p/4 undefined undefined',
  ]);
  expect(result.manifest.startedAt).toBe('2025-10-09T08:53:21.000Z');
  expect(result.sessions.clients).toBe(4);
});

test('the JSON of logback’s access log and of morgan', async () => {
  const logback = Array.from({ length: 20 }, (_, n) => ({
    '@timestamp': `2026-10-10T10:00:${10 + n}.000+02:00`,
    '@version': '1',
    message: `203.0.113.1 - - [..] "GET /p/${n}?q=1"`,
    method: 'GET',
    protocol: 'HTTP/1.1',
    status_code: 200,
    requested_url: `GET /p/${n}?q=1 HTTP/1.1`,
    requested_uri: `/p/${n}`,
    remote_host: '203.0.113.1',
    content_length: 20,
    elapsed_time: 12,
  }));
  const morgan = Array.from({ length: 20 }, (_, n) => ({
    date: `Sat, 10 Oct 2026 10:00:${10 + n} GMT`,
    method: 'GET',
    url: `/p/${n}?q=1`,
    status: '200',
    'response-time': `${n + 10}.500`,
    'content-length': '20',
    'remote-addr': '203.0.113.1',
    'remote-user': '-',
  }));
  for (const rows of [logback, morgan]) {
    const { result, requests } = await input.importText(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    expect(result.files[0]).toMatchObject({ format: 'nginx-json', damaged: 0, withDuration: 20 });
    expect(result.files[0]?.durations).toMatchObject({ unit: 'ms' });
    expect(requests[0]).toMatchObject({ path: '/p/0?q=1', status: 200, responseBytes: 20 });
    expect(result.addresses).toEqual([{ sign: 'connection', requests: 20 }]);
  }
});
