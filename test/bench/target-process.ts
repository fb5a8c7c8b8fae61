import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TargetLog, TargetOrders } from './target.ts';

// The process behind target.ts: answers, notes when each request came, and stands still or dies when told to.
const orders = JSON.parse(process.argv[2] ?? '{}') as TargetOrders;
const given = orders.answer ?? { type: 'application/json', body: '{"ok":true}' };
const body = Buffer.from(given.body);
const nowMs = () => performance.timeOrigin + performance.now();
let numbers: number[] = [];
let receivedMs: number[] = [];
let frozen: TargetLog['frozen'] = null;
let begun = false;

function begin(): void {
  begun = true;
  const { freeze, dieAfterMs } = orders;
  if (dieAfterMs !== undefined) setTimeout(() => process.exit(1), dieAfterMs);
  if (freeze === undefined) return;
  setTimeout(() => {
    const fromMs = nowMs();
    // Sleeps without giving the loop back: nothing is accepted, read or answered, as in a long collection or a held lock.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, freeze.forMs);
    frozen = { fromMs, toMs: nowMs() };
  }, freeze.afterMs);
}

const server = createServer((request, response) => {
  const url = request.url ?? '';
  if (url !== '/warm') {
    receivedMs.push(nowMs());
    numbers.push(url.startsWith('/r/') ? Number.parseInt(url.slice(3), 10) : -1);
    if (!begun) begin();
  }
  request.resume();
  const answer = () => response.writeHead(200, { 'content-type': given.type, 'content-length': body.length }).end(body);
  if (orders.serviceMs === undefined || url === '/warm') answer();
  else setTimeout(answer, orders.serviceMs);
});
server.keepAliveTimeout = 60_000;
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
  process.send?.({ port: (server.address() as AddressInfo).port }),
);

process.on('message', () => {
  const log: TargetLog = { numbers: Float64Array.from(numbers), receivedMs: Float64Array.from(receivedMs), frozen };
  numbers = [];
  receivedMs = [];
  process.send?.(log);
});
process.on('disconnect', () => process.exit(0));
