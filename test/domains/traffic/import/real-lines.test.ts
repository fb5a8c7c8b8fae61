import { expect, test } from 'vitest';
import { combined, useImport } from './recording.ts';

/** Shapes that tools' own examples and test suites have, in lines of our own. */
const input = useImport();

test('lists of proxies in front, with the connection’s address behind them, in quotes or not', async () => {
  const line = (front: string) => `${front} - - [01/May/2024:10:00:01 +0000] "GET / HTTP/1.1" 200 5 "-" "Agent/1"\n`;
  for (const [front, address] of [
    ['10.5.102.222, 198.51.100.1, 203.0.113.5', '198.51.100.1'],
    ['"10.5.102.222, 198.51.100.1" 10.2.1.185', '198.51.100.1'],
    ['2001:db8::8000, 10.225.192.17 10.2.2.121', '2001:db8::8000'],
  ] as const) {
    const { result, requests } = await input.importText(line(front));
    expect(result.addresses).toEqual([{ sign: 'x-forwarded-for', requests: 1 }]);
    expect(requests[0]?.headers?.find(([name]) => name === 'x-forwarded-for')?.[1]).toContain(address);
    expect(result.sessionsBy).toEqual([{ by: 'client', requests: 1, share: 1 }]);
  }
});

test('ingress-nginx once wrote the address twice', async () => {
  const { requests, result } = await input.importText(
    '203.0.113.9 - [203.0.113.9] - ann [01/May/2024:10:00:01 +0000] "GET /a HTTP/1.1" 200 5 "-" "A/1" 300 0.005 [web-80] 10.2.3.4:80 5 0.005 200\n',
  );
  expect(requests[0]).toMatchObject({ path: '/a', durationMs: 5 });
  expect(result.sessions.clients).toBe(1);
});

test('Python’s servers write a space between date and time', async () => {
  const { result } = await input.importText('127.0.0.1 - - [25/Apr/2024 05:32:35] "GET / HTTP/1.1" 200 -\n');
  expect(result.manifest.startedAt).toMatch(/^2024-04-25T05:32:35/);
});

test('HAProxy: a host of one’s own between server and times, no client, an aborted request, a cut line', async () => {
  const start = 'May  1 10:00:02 lb haproxy[1]: ';
  const { requests, result } = await input.importText(
    [
      `${start}-:22222 [01/May/2024:10:00:02.222] www~ app/node2 shop.example.com 0/0/0/18/18 200 200 - - ---- 2/2/2/0/0 0/0 "OPTIONS /api HTTP/1.1"`,
      `${start}203.0.113.9:1 [01/May/2024:10:00:03.000] www app/<NOSRV> 0/-1/-1/-1/+42 503 212 - - SC-- 2/2/2/0/0 0/0 "GET /a HTTP/1.1"`,
      `${start}203.0.113.9:1 [01/May/2024:10:00:04.000] www www/<NOSRV> -1/-1/-1/-1/0 400 0 - - PR-- 2/2/0/0/0 0/0 "<BADREQ>"`,
      `${start}203.0.113.9:1 [01/May/2024:10:00:05.000] www app/n 0/0/0/5/6 200 9 - - ---- 2/2/0/0/0 0/0 "GET /cut/in/the/mid`,
      '',
    ].join('\n'),
  );
  expect(requests.map(({ path, origin, durationMs, status }) => [path, origin, durationMs, status])).toEqual([
    ['/api', 'https://shop.example.com', 18, 200],
    ['/a', '', 42, 503],
  ]);
  expect(result.notReplayable.map(({ kind }) => kind).sort()).toEqual([
    'malformed request',
    'request cut off by the log',
  ]);
});

test('W3C: quotes, runs of spaces, a date in front only, and a header that got lost', async () => {
  const quoted = await input.importText(
    `#Software: IIS Advanced Logging Module
#Fields:   date-local time-local s-ip cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) cs(Host) sc-status TimeTakenMS
2024-05-01 10:00:00.363 10.0.0.3 GET /a - "203.0.113.9" "Mozilla/5.0 (Linux; Android 14)" "shop.example.com"   200 109
`,
  );
  expect(quoted.requests[0]).toMatchObject({
    path: '/a',
    origin: 'http://shop.example.com',
    durationMs: 109,
    headers: [['user-agent', 'Mozilla/5.0 (Linux; Android 14)']],
  });
  const dated = await input.importText(
    '#Date: 2024-05-01 10:00:00\n#Fields: time c-ip cs-method cs-uri-stem sc-status\n10:00:01 203.0.113.9 GET /b 200\n',
  );
  expect(dated.result.manifest.startedAt).toMatch(/^2024-05-01T10:00:01/);
  const lost = '2024-05-01 10:00:01 GET /c 203.0.113.9 200 15\n';
  const fields = '#Fields: date time cs-method cs-uri-stem c-ip sc-status time-taken';
  expect((await input.importText(lost, { logFormat: fields })).requests[0]).toMatchObject({ path: '/c', status: 200 });
});

test('words of the application between JSON entries are counted, and are no damage', async () => {
  const access = (n: number) =>
    JSON.stringify({
      ts: 1714557600.25 + n,
      request: { method: 'GET', uri: `/${n}`, host: 'a.example', remote_ip: '203.0.113.9' },
      duration: 0.01,
      status: 200,
    });
  const other = JSON.stringify({ level: 'info', ts: 1714557600.3, msg: 'serving initial configuration' });
  const { result } = await input.importText(`${other}\n${access(1)}\n${other}\n${other}\n${access(2)}\n`);
  expect(result.files[0]).toMatchObject({ format: 'caddy', damaged: 0, withDuration: 2 });
  expect(result.notReplayable).toEqual([{ kind: 'log entry that is no request', count: 3 }]);
  expect(result.missing.durations).toBe(0);
});

test('a collector’s JSON around each line, a syslog within a container’s log, parts of a long line', async () => {
  const line = (n: number) => combined(`/${n}`, n).trimEnd();
  const json = [1, 2].map((n) =>
    JSON.stringify({ '@timestamp': `2023-10-10T13:55:0${n}.250Z`, message: line(n), kubernetes: {} }),
  );
  const collected = await input.importText(`${json.join('\n')}\n`);
  expect(collected.result.files[0]?.wrapping).toBe('JSON (message)');
  expect(collected.arrivalsMs).toEqual([0, 1000]);
  const inner = `<190>Oct 10 13:55:03 web nginx: ${line(3)}`;
  const nested = await input.importText(
    `2023-10-10T13:55:03.125000000Z stdout P ${inner.slice(0, 70)}\n2023-10-10T13:55:03.125000001Z stdout F ${inner.slice(70)}\n`,
  );
  expect(nested.result.files[0]).toMatchObject({ wrapping: 'Kubernetes (CRI), syslog', records: 1, damaged: 0 });
  expect(nested.requests[0]?.path).toBe('/3');
  expect(nested.result.manifest.startedAt).toBe('2023-10-10T13:55:03.125Z');
});

test('an outer clock that says another time altogether is not used', async () => {
  const late = `2024-01-01T00:00:00.125000000Z stdout F ${combined('/a', 3)}`;
  expect((await input.importText(late)).result.manifest.startedAt).toMatch(/^2023-10-10T13:55:03/);
});

test('format strings: zones and fractions of their own, cookies, braces, what is not read, and what is wrong', async () => {
  const apache = await input.importText(
    '203.0.113.9 [2024-05-01T12:00:00.250 +0200] PUT /a ?b=1 201 17 15000 "sid-1" x\n',
    { logFormat: '%a [%{%Y-%m-%dT%H:%M:%S}t.%{msec_frac}t %{%z}t] %m %U %q %s %B %D "%{session}C" %X' },
  );
  expect(apache.result.manifest.startedAt).toBe('2024-05-01T10:00:00.250Z');
  expect(apache.requests[0]).toMatchObject({
    method: 'PUT',
    path: '/a?b=1',
    status: 201,
    durationMs: 15,
    responseBytes: 17,
  });
  expect(apache.requests[0]?.headers).toEqual([['cookie', 'session=sid-1']]);
  const nginx = await input.importText(
    '203.0.113.9;01/May/2024:10:00:00 +0000;"GET /a \\"q\\" HTTP/1.1";200;up=1.2.3.4:80\n',
    {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: nginx writes variables so
      logFormat: '${remote_addr};$time_local;"$request";$status;up=$upstream_addr',
    },
  );
  expect(nginx.requests[0]).toMatchObject({ path: '/a%20%22q%22', status: 200 });
  const wrong = await input.importText('203.0.113.9;01/May/2024:10:00:00 +0000;"GET /a HTTP/1.1"\nnothing of it\n', {
    logFormat: '$remote_addr;$time_local;"$request"',
    maxDamagedShare: 1,
  });
  expect(wrong.result.damaged.first).toMatchObject([{ line: 2, reason: '$remote_addr has no end' }]);
  for (const logFormat of ['$remote_addr $status', '%h %t %>s', '%h%r %t'])
    await expect(input.importText('x\n', { logFormat })).rejects.toMatchObject({ code: 'TRAFFIC_LOG_FORMAT' });
});

test('HAR entries without a time keep their order; multipart bodies are made of their parts', async () => {
  const entry = (path: string, more: Record<string, unknown> = {}, request: Record<string, unknown> = {}) => ({
    request: { method: 'GET', url: `https://a.example${path}`, ...request },
    response: { status: 200 },
    ...more,
  });
  const post = (params: Record<string, string>[]) => ({
    method: 'POST',
    postData: { mimeType: 'multipart/form-data; boundary=xyz', params },
  });
  const entries = [
    entry('/1', { startedDateTime: '2024-05-01T10:00:00.100Z' }),
    entry('/2'),
    entry(
      '/3',
      {},
      post([
        { name: 'a', value: '1' },
        { name: 'f', fileName: 'f.txt', contentType: 'text/plain', value: 'hello' },
      ]),
    ),
    entry('/4', {}, post([{ name: 'f', fileName: 'photo.png' }])),
    entry('/5', { startedDateTime: '2024-05-01T10:00:00.200Z' }),
  ];
  const har = (list: unknown[]) => JSON.stringify({ log: { entries: list } });
  const { requests, result } = await input.importText(har(entries));
  expect(requests.map(({ path }) => path)).toEqual(['/1', '/2', '/3', '/5']);
  expect(requests[2]?.body).toEqual({
    mime: 'multipart/form-data; boundary=xyz',
    encoding: 'utf8',
    data: '--xyz\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--xyz\r\nContent-Disposition: form-data; name="f"; filename="f.txt"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--xyz--\r\n',
  });
  expect(result.notReplayable).toEqual([{ kind: 'upload whose file the recording lacks', count: 1 }]);
  const untimed = await input.importText(har([entry('/b'), entry('/a'), entry('/c')]));
  expect(untimed.requests.map(({ path }) => path)).toEqual(['/b', '/a', '/c']);
  expect(untimed.result.manifest.startedAt).toBeNull();
});
