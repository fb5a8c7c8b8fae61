// Measures connections to one peer from inside a network namespace: `node probe.mjs <host> <port>`. One JSON request a line on stdin, one
// answer a line on stdout, in order. It ends with its stdin, so it never outlives the harness; a program of
// its own, whose arguments and pipes are not the harness's.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { argv, exit, stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline';

const [host, port] = argv.slice(2);
/** Whatever speaks TCP answers something to this: an echo the same, an HTTP server a head, others a complaint. */
const question = 'HEAD / HTTP/1.1\r\nHost: shakedown\r\n\r\n';
const pushed = Buffer.alloc(65_536, 'x');
const kept = [];
const late = new Set();
const longestWaitMs = 3000;

function open(timeoutMs) {
  return new Promise((resolve) => {
    const start = performance.now();
    const socket = connect({ host, port: Number(port), noDelay: true });
    const settle = (ms) => {
      clearTimeout(timer);
      resolve({ socket, ms });
    };
    const timer = setTimeout(() => settle(null), timeoutMs);
    socket.on('error', () => settle(null));
    socket.on('connect', () => settle(performance.now() - start));
  });
}

function ask(socket, timeoutMs) {
  return new Promise((resolve) => {
    const start = performance.now();
    const settle = (ms) => {
      clearTimeout(timer);
      socket.off('data', answered);
      socket.off('close', closed);
      resolve(ms);
    };
    const answered = () => settle(performance.now() - start);
    const closed = () => settle(null);
    const timer = setTimeout(() => {
      // What comes late is not to be taken for the next answer.
      late.add(socket);
      socket.once('data', () => late.delete(socket));
      settle(null);
    }, timeoutMs);
    socket.on('data', answered);
    socket.on('close', closed);
    if (socket.destroyed) settle(null);
    else socket.write(question);
  });
}

const requests = {
  /** Opens connections and keeps them. */
  async keep({ count, timeoutMs }) {
    const opened = await Promise.all(Array.from({ length: count }, () => open(timeoutMs)));
    for (const { socket, ms } of opened) {
      if (ms !== null) kept.push(socket);
      else socket.destroy();
    }
    return kept.length;
  },
  /** Round trips on the kept connections, all at once, a few rounds; ms each, null: none in time. */
  async existing({ rounds, timeoutMs }) {
    const times = [];
    for (let round = 0; round < rounds; round++) {
      const until = performance.now() + longestWaitMs;
      while (round > 0 && late.size > 0 && performance.now() < until)
        await new Promise((resolve) => setTimeout(resolve, 20));
      const ready = kept.filter((socket) => round === 0 || !late.has(socket));
      times.push(...(await Promise.all(ready.map((socket) => ask(socket, timeoutMs)))));
    }
    return times;
  },
  /** Times of new connections until they were made. */
  async fresh({ count, atOnce, timeoutMs }) {
    const times = [];
    while (times.length < count) {
      const some = await Promise.all(
        Array.from({ length: Math.min(atOnce, count - times.length) }, () => open(timeoutMs)),
      );
      for (const { socket, ms } of some) {
        times.push(ms);
        socket.destroy();
      }
    }
    return times;
  },
  /** Sends all it can for a while; bytes a second that left by the interface, the first moment aside. */
  async push({ isNew, device, skippedMs, forMs, timeoutMs }) {
    const socket = isNew ? (await open(timeoutMs)).socket : kept.pop();
    if (socket === undefined || socket.destroyed || socket.connecting) {
      socket?.destroy();
      return null;
    }
    socket.on('data', () => {});
    socket.write('POST / HTTP/1.1\r\nHost: shakedown\r\nContent-Length: 1000000000\r\n\r\n');
    const more = () => {
      for (let room = true; room && !socket.destroyed; ) room = socket.write(pushed);
    };
    socket.on('drain', more);
    more();
    await new Promise((resolve) => setTimeout(resolve, skippedMs));
    const [before, start] = [sentBytes(device), performance.now()];
    await new Promise((resolve) => setTimeout(resolve, forMs));
    const perSecond = ((sentBytes(device) - before) / (performance.now() - start)) * 1000;
    socket.resetAndDestroy(); // What it holds is not to be sent any more.
    return perSecond;
  },
  /** A counter of TCP in this namespace: `TcpExt TCPDSACKRecv`. */
  async counter({ table, name }) {
    const text = readFileSync('/proc/net/snmp', 'utf8') + readFileSync('/proc/net/netstat', 'utf8');
    const [names = [], values = []] = text
      .split('\n')
      .filter((line) => line.startsWith(`${table}:`))
      .map((line) => line.split(' '));
    return Number(values[names.indexOf(name)] ?? 0);
  },
};

function sentBytes(device) {
  const line = readFileSync('/proc/net/dev', 'utf8')
    .split('\n')
    .find((each) => each.trim().startsWith(`${device}:`));
  return Number(line?.split(':')[1]?.trim().split(/\s+/)[8] ?? 0);
}

const lines = createInterface({ input: stdin });
lines.on('close', () => exit(0));
for await (const line of lines) {
  const { request, ...given } = JSON.parse(line);
  const answer = await requests[request](given);
  stdout.write(`${JSON.stringify(answer)}\n`);
}
