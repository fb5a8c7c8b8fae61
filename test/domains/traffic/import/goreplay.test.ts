import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { useImport } from './recording.ts';

const input = useImport();
const separator = '\n🐵🙈🙉\n';

interface Message {
  type: 1 | 2 | 3;
  id: string;
  /** Milliseconds after a fixed instant. */
  atMs: number;
  latencyMs?: number;
  head: string[];
  body?: Buffer | string;
}

function capture(messages: Message[], end = separator): Buffer {
  return Buffer.concat(
    messages.flatMap(({ type, id, atMs, latencyMs, head, body = '' }, index) => [
      Buffer.from(
        `${type} ${id} ${1_700_000_000_000 + atMs}000000${latencyMs === undefined ? '' : ` ${latencyMs}000000`}\n`,
      ),
      Buffer.from(`${head.join('\r\n')}\r\n\r\n`),
      Buffer.from(body),
      Buffer.from(index === messages.length - 1 ? end : separator),
    ]),
  );
}

const id = (n: number) => n.toString(16).padStart(24, 'a');

function chunked(...parts: (Buffer | string)[]): Buffer {
  const framed = parts.flatMap((part) => [
    Buffer.from(`${Buffer.byteLength(part).toString(16)};x=1\r\n`),
    Buffer.from(part),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...framed, Buffer.from('0\r\n\r\n')]);
}

test('requests and responses are paired by id, bodies decoded, the rest counted', async () => {
  const json = '{"token":"ü"}';
  const packed = gzipSync(json);
  const { requests, result } = await input.importText(
    capture([
      { type: 2, id: id(9), atMs: 0, head: ['HTTP/1.1 200 OK'] },
      {
        type: 1,
        id: id(1),
        atMs: 10,
        latencyMs: 0,
        head: ['GET /a HTTP/1.1', 'Host: Shop.example.com', 'Cookie: sid=x'],
      },
      {
        type: 1,
        id: id(2),
        atMs: 15,
        head: ['POST /b HTTP/1.1', 'Host: shop.example.com', 'Content-Length: 4', 'Cookie: sid=x'],
        body: Buffer.from([0, 255, 10, 200]),
      },
      { type: 2, id: id(2), atMs: 40, latencyMs: 5, head: ['HTTP/1.1 201 Created', 'Content-Length: 2'], body: 'ok' },
      {
        type: 2,
        id: id(1),
        atMs: 50,
        latencyMs: 60,
        head: [
          'HTTP/1.1 200 OK',
          'Content-Type: application/json',
          'Transfer-Encoding: chunked',
          'Content-Encoding: gzip',
        ],
        body: chunked(packed.subarray(0, 7), packed.subarray(7)),
      },
      { type: 3, id: id(1), atMs: 90, head: ['HTTP/1.1 500 Oops'] },
      { type: 1, id: id(3), atMs: 60, head: ['GET /unanswered HTTP/1.1', 'Host: shop.example.com'] },
    ]),
  );
  expect(result.files[0]).toMatchObject({ format: 'goreplay', damaged: 0, outOfOrder: 0 });
  expect(requests).toMatchObject([
    {
      method: 'GET',
      path: '/a',
      origin: 'http://shop.example.com',
      status: 200,
      durationMs: 60,
      response: {
        headers: [['content-type', 'application/json']],
        body: { mime: 'application/json', encoding: 'utf8', data: json },
      },
    },
    {
      offsetMs: 5,
      path: '/b',
      status: 201,
      durationMs: 30,
      body: { encoding: 'base64', data: 'AP8KyA==' },
      responseBytes: 2,
    },
    { path: '/unanswered' },
  ]);
  expect(requests[2]).not.toHaveProperty('status');
  expect(result.notReplayable).toEqual([
    { kind: 'response of an earlier replay', count: 1 },
    { kind: 'response without its request', count: 1 },
  ]);
  expect(result.manifest.timeResolutionMs).toBe(0.001);
});

test('the separator may fall on the border of two reads', async () => {
  const messages = Array.from({ length: 400 }, (_, n): Message => {
    const body = 'x'.repeat(7000 + (n % 13));
    return {
      type: 1,
      id: id(n),
      atMs: n,
      head: [`POST /${n} HTTP/1.1`, 'Host: a', `Content-Length: ${body.length}`],
      body,
    };
  });
  const { result, requests } = await input.importText(capture(messages));
  expect(result.manifest.requests).toBe(400);
  expect(result.damaged.count).toBe(0);
  expect(requests.every(({ body }, n) => body?.data.length === 7000 + (n % 13))).toBe(true);
});

test('damaged and cut records are counted, with their line', async () => {
  const whole = capture([{ type: 1, id: id(1), atMs: 0, head: ['GET /a HTTP/1.1', 'Host: a'] }]);
  const { result, requests } = await input.importText(
    Buffer.concat([
      whole,
      Buffer.from(`nonsense${separator}`),
      capture([{ type: 1, id: id(2), atMs: 1, head: ['GET /b HTTP/1.1'] }], ''),
    ]),
    { maxDamagedShare: 0.5 },
  );
  expect(requests.map(({ path }) => path)).toEqual(['/a', '/b']);
  expect(result.damaged.first).toMatchObject([{ line: 7, excerpt: 'nonsense' }]);
});

test('a request whose body is shorter than its length says is damaged, never sent as whole', async () => {
  const host = 'Host: shop.example.com';
  const { requests, result } = await input.importText(
    capture([
      { type: 1, id: id(1), atMs: 0, head: ['POST /whole HTTP/1.1', host, 'Content-Length: 4'], body: 'abcd' },
      { type: 1, id: id(2), atMs: 1, head: ['POST /short HTTP/1.1', host, 'Content-Length: 9'], body: 'abcd' },
      {
        type: 1,
        id: id(3),
        atMs: 2,
        head: ['POST /cut HTTP/1.1', host, 'Transfer-Encoding: chunked'],
        body: '4\r\nabcd\r\n9\r\nabc',
      },
      { type: 1, id: id(4), atMs: 3, head: ['GET /none HTTP/1.1', host] },
    ]),
    { maxDamagedShare: 1 },
  );
  expect(requests.map(({ path }) => path)).toEqual(['/whole', '/none']);
  expect(result.damaged.first.map(({ reason }) => reason)).toEqual([
    'the request’s body is shorter than its length says',
    'the request’s body is shorter than its length says',
  ]);
});

test('half an answer is no answer to search for values; the request stays', async () => {
  const { requests } = await input.importText(
    capture([
      { type: 1, id: id(1), atMs: 0, head: ['GET /a HTTP/1.1', 'Host: a.example'] },
      { type: 2, id: id(1), atMs: 9, head: ['HTTP/1.1 200 OK', 'Content-Length: 99'], body: '{"token":"half' },
      { type: 1, id: id(2), atMs: 10, head: ['HEAD /b HTTP/1.1', 'Host: a.example'] },
      { type: 2, id: id(2), atMs: 19, head: ['HTTP/1.1 200 OK', 'Content-Length: 99'] },
    ]),
  );
  expect(requests.map(({ status, durationMs, response }) => [status, durationMs, response?.body])).toEqual([
    [200, 9, undefined],
    [200, 9, undefined],
  ]);
});

test('a compressed request body is sent as it came', async () => {
  const packed = gzipSync('{"a":1}');
  const { requests } = await input.importText(
    capture([
      {
        type: 1,
        id: id(1),
        atMs: 0,
        head: [
          'POST /a HTTP/1.1',
          'Host: a.example',
          'Content-Encoding: gzip',
          'Content-Type: application/json',
          `Content-Length: ${packed.length}`,
        ],
        body: packed,
      },
    ]),
  );
  expect(requests[0]?.headers).toContainEqual(['content-encoding', 'gzip']);
  expect(requests[0]?.body).toEqual({ mime: 'application/json', encoding: 'base64', data: packed.toString('base64') });
});
