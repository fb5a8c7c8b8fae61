import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { watchServer } from '../../../src/domains/chaos/database/server.ts';

let server: Server;
let sockets: Socket[];
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

/** As much of PostgreSQL's protocol as a client needs to ask one question (its documentation, 55.7). */
async function startDatabase(answer: () => [started: string, at: string, standby: boolean]): Promise<string> {
  sockets = [];
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    let isOpen = false;
    socket.on('data', (data) => {
      if (!isOpen) {
        isOpen = true;
        socket.write(Buffer.concat([message('R', int32(0)), message('Z', Buffer.from('I'))]));
      } else if (data[0] === 0x51) socket.write(row(answer()));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `postgresql://someone@127.0.0.1:${(server.address() as AddressInfo).port}/shop`;
}

function row([started, at, standby]: [string, string, boolean]): Buffer {
  const column = (name: string, type: number) =>
    Buffer.concat([Buffer.from(`${name}\0`), int32(0), int16(0), int32(type), int16(-1), int32(-1), int16(0)]);
  const columns = [column('started', 25), column('at', 25), column('standby', 16)];
  const values = [started, at, standby ? 't' : 'f'].map((text) =>
    Buffer.concat([int32(text.length), Buffer.from(text)]),
  );
  return Buffer.concat([
    message('T', Buffer.concat([int16(columns.length), ...columns])),
    message('D', Buffer.concat([int16(values.length), ...values])),
    message('C', Buffer.from('SELECT 1\0')),
    message('Z', Buffer.from('I')),
  ]);
}

function message(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

test('waits for a standby that answers first to become the primary', { timeout: 30_000 }, async () => {
  let asked = 0;
  const answers: [string, string, boolean][] = [
    ['at one', 'one:5432', false],
    ['at two', 'two:5432', true],
    ['at two', 'two:5432', true],
    ['at two', 'two:5432', false],
  ];
  const url = await startDatabase(() => answers[Math.min(asked++, answers.length - 1)] ?? ['', '', true]);
  const watch = await watchServer(url);
  for (const socket of sockets) socket.destroy();
  const checks = await watch.checks(20_000);
  expect(checks.filter(({ held }) => !held)).toEqual([]);
  expect(asked).toBe(answers.length);
  await watch.end();
});
