import { describe, expect, test } from 'vitest';
import { replayTarget } from '../../../../src/domains/traffic/import/target.ts';
import { combined, ndjson, useImport } from './recording.ts';

const input = useImport();

describe('a target is kept where HTTP allows it, and made legal where not', () => {
  test.each([
    ['/a/b?c=d&e[]=f', '/a/b?c=d&e[]=f'],
    ['/%00/%2e%2e/../x', '/%00/%2e%2e/../x'],
    ['/<script>alert("1")</script>', '/%3Cscript%3Ealert(%221%22)%3C/script%3E'],
    ['/{{constructor.constructor}}', '/%7B%7Bconstructor.constructor%7D%7D'],
    ['/100%', '/100%25'],
    ['/%zz%4', '/%25zz%254'],
    ['/a b\tc\r\nHost: evil', '/a%20b%09c%0D%0AHost:%20evil'],
    ['/ü€😀', '/%C3%BC%E2%82%AC%F0%9F%98%80'],
    ['/\ud800', '/%EF%BF%BD'],
    ['/a#b', '/a%23b'],
    ['/\\evil.example\\x', '/%5Cevil.example%5Cx'],
    ['//evil.example/x', '//evil.example/x'],
    ['/__proto__', '/__proto__'],
  ])('%s', (target, path) => {
    expect(replayTarget('GET', target, undefined, undefined)).toEqual({ origin: '', path });
  });
});

describe('absolute URLs and hosts', () => {
  test.each([
    ['https://Shop.example.com:443', 'https://shop.example.com', '/'],
    ['http://shop.example.com:8080?q=1#x', 'http://shop.example.com:8080', '/?q=1'],
    ['http://u:p@ss@[::1]:80/x', 'http://[::1]', '/x'],
    ['HTTPS://a.example/b', 'https://a.example', '/b'],
  ])('%s', (target, origin, path) => {
    expect(replayTarget('GET', target, undefined, undefined)).toEqual({ origin, path });
  });

  test.each(['a b', '', 'evil.example/x', 'a\u0000', '@', 'x'.repeat(400)])(
    'a host that is none is left out: %j',
    (host) => {
      expect(replayTarget('GET', '/', 'https', host)).toEqual({ origin: '', path: '/' });
    },
  );
});

test.each([
  ['CONNECT', 'a.example:443', 'CONNECT tunnel'],
  ['OPTIONS', '*', 'OPTIONS *'],
  ['GET', 'ws://a.example/x', 'WebSocket'],
  ['GET', 'data:text/plain,x', 'not HTTP'],
  ['GET', 'chrome-extension://abc/x.js', 'not HTTP'],
  ['GET', 'x/y', 'malformed request'],
  ['GET', 'http:///x', 'malformed request'],
  ['\\x16\\x03\\x01', '/', 'malformed request'],
  ['get', '/', 'malformed request'],
  ['', '-', 'malformed request'],
])('%s %s is not replayed: %s', (method, target, kind) => {
  expect(replayTarget(method, target, undefined, undefined)).toBe(kind);
});

test('what is no plain HTTP is counted and named', async () => {
  const rows = [
    { url: '/ok' },
    { requestHeaders: [['Upgrade', 'websocket']] },
    { status: 101 },
    { requestHeaders: [['content-type', 'application/grpc+proto']], method: 'POST' },
    { responseHeaders: [['Content-Type', 'text/event-stream; charset=utf-8']] },
    { method: 'CONNECT', url: 'a:443' },
  ];
  const { result } = await input.importText(ndjson(rows));
  expect(result.manifest.requests).toBe(1);
  expect(result.notReplayable).toEqual([
    { kind: 'WebSocket', count: 2 },
    { kind: 'CONNECT tunnel', count: 1 },
    { kind: 'gRPC', count: 1 },
    { kind: 'server-sent events', count: 1 },
  ]);
});

test('probes in a log (TLS, empty, garbage) are counted, and no damage', async () => {
  const at = '10/Oct/2023:13:55:36 +0000';
  const { result, requests } = await input.importText(
    `${combined('/a\\"b', 1)}192.0.2.1 - - [${at}] "\\x16\\x03\\x01\\x00" 400 150 "-" "-"\n` +
      `192.0.2.1 - - [${at}] "-" 408 0 "-" "-"\n192.0.2.1 - - [${at}] "" 400 0 "-" "-"\n192.0.2.1 - - [${at}] "GET /old" 200 5\n`,
  );
  expect(result.damaged.count).toBe(0);
  expect(result.notReplayable).toEqual([{ kind: 'malformed request', count: 3 }]);
  expect(requests.map(({ path }) => path).sort()).toEqual(['/a%22b', '/old']);
});

test('hostile header names and values pass through as data', async () => {
  const requestHeaders = [
    ['__proto__', 'x'],
    ['<script>', '{{7*7}}'],
    ['X-Long', 'y'.repeat(10_000)],
  ];
  const { requests } = await input.importText(ndjson([{ requestHeaders }]));
  expect(requests[0]?.headers).toEqual([
    ['__proto__', 'x'],
    ['<script>', '{{7*7}}'],
    ['x-long', 'y'.repeat(10_000)],
  ]);
});
