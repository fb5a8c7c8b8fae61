import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { everySoMany, type HttpRule, isFor } from './rule.ts';

/** A request with the proxy's token is answered that the proxy is there, and not passed on. */
export const probePath = '/.shakedown-probe';
export const probeHeader = 'x-shakedown-probe';
/** Such requests are answered with it where the rule lets them through. */
export const throughStatus = 204;

export interface FaultProxy {
  /** host:port on loopback. */
  listen: string;
  /** Requests that carry it in `x-shakedown-probe` are the proof's: the rule is applied to them, and what it lets through is answered 204. */
  token: string;
  /** Of the target's own requests: that the rule was for, and that it was applied to. */
  counts(): { matched: number; applied: number };
  close(): Promise<void>;
}

/**
 * A reverse proxy on 127.0.0.1 that passes everything on as it is, streaming, and applies one rule.
 * @param upstream host:port
 */
export async function startFaultProxy(upstream: string, rule: HttpRule): Promise<FaultProxy> {
  const token = randomUUID();
  const [host, port] = [
    upstream.slice(0, upstream.lastIndexOf(':')),
    Number(upstream.slice(upstream.lastIndexOf(':') + 1)),
  ];
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const [isHit, isProbeHit] = [everySoMany(rule.share), everySoMany(rule.share)];
  const counts = { matched: 0, applied: 0 };
  const timers = new Set<NodeJS.Timeout>();

  const pass = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const options = { host, port, agent, method: incoming.method, path: incoming.url, headers: incoming.rawHeaders };
    const onward = request({ ...options, headers: headersOf(incoming) }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
      answer.pipe(outgoing);
      answer.on('error', () => outgoing.destroy());
    });
    // Cut off there is cut off here.
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  };

  const server = createServer({ keepAliveTimeout: 75_000, noDelay: true }, (incoming, outgoing) => {
    const isProbe = incoming.headers[probeHeader] === token;
    const onward = () => (isProbe ? outgoing.writeHead(throughStatus).end() : pass(incoming, outgoing));
    if (isProbe && incoming.url === probePath) return onward();
    if (!isFor(rule, incoming.method ?? 'GET', incoming.url ?? '/')) return onward();
    const applies = isProbe ? isProbeHit() : isHit();
    if (!isProbe) {
      counts.matched++;
      if (applies) counts.applied++;
    }
    if (!applies) return onward();
    if (rule.action.kind === 'reset') return incoming.socket.resetAndDestroy();
    if (rule.action.kind === 'status') {
      incoming.resume();
      return outgoing.writeHead(rule.action.status, { 'content-type': 'text/plain' }).end('aborted by a fault\n');
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      onward();
    }, rule.action.delayMs);
    timers.add(timer);
  });
  const tunnels = new Set<Socket>();
  server.on('upgrade', (incoming, socket: Socket, head) => {
    const onward = connect({ host, port }, () => {
      const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`];
      for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
        lines.push(`${incoming.rawHeaders[at]}: ${incoming.rawHeaders[at + 1]}`);
      }
      onward.write(`${lines.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    for (const each of [socket, onward]) {
      tunnels.add(each);
      each.on('error', () => {});
      each.on('close', () => {
        tunnels.delete(each);
        (each === socket ? onward : socket).destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    listen: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    counts: () => ({ ...counts }),
    async close() {
      if (!server.listening) return;
      for (const timer of timers) clearTimeout(timer);
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      for (const socket of tunnels) socket.destroy();
      agent.destroy();
      await closed;
    },
  };
}

/** As they came; those of one hop only are made anew by both sides. */
function headersOf(incoming: IncomingMessage): Record<string, string | string[]> {
  const headers: Record<string, string[]> = {};
  for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
    const name = incoming.rawHeaders[at] ?? '';
    if (/^(connection|keep-alive|proxy-connection)$/i.test(name)) continue;
    headers[name] = [...(headers[name] ?? []), incoming.rawHeaders[at + 1] ?? ''];
  }
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  );
}
