import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type LoopbackServer, serveOnLoopback } from '../../src/environment/loopback.ts';

let server: LoopbackServer | undefined;
const open: Socket[] = [];
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  await server?.close();
});

async function half(port: number, text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  open.push(socket);
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(text);
  return socket;
}

it('answers while others hold connections open on which they ask for nothing, or for nothing whole', async () => {
  server = await serveOnLoopback(0, { '/': (_, response) => response.end('here') });
  const { port, origin } = server;
  for (let i = 0; i < 210; i++) await half(port, i % 2 === 0 ? '' : 'GET / HTTP/1.1\r\nX-Slow: ');
  expect(await (await fetch(origin)).text()).toBe('here');
});

it('lets nobody end an answer that is under way', async () => {
  let answer: (() => void) | undefined;
  server = await serveOnLoopback(0, {
    '/': (_, response) => {
      response.write('be');
      answer = () => response.end('gun');
    },
  });
  const { port, origin } = server;
  const first = await fetch(origin);
  for (let i = 0; i < 210; i++) await half(port, '');
  answer?.();
  expect(await first.text()).toBe('begun');
});
