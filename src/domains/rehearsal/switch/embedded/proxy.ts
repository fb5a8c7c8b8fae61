// The embedded switch: a proxy of its own process, which outlives the command that started it. Controlled over a Unix socket in a private folder.
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createProxyServer } from 'httpxy';
import { type SwitchSides, type SwitchState, sideOf, type Weights } from '../traffic-switch.ts';

export interface ProxySettings {
  port: number;
  /** Path of the Unix socket that it is controlled by. */
  control: string;
  /** Which request went where, appended to ten times a second. */
  log: string;
  /** Requests under way on a side that gets no traffic any more are cut off: to see that this is noticed. */
  cuts: boolean;
}

interface Upstream {
  readonly name: string;
  readonly side: string;
  readonly url: string;
  /** Kept-alive connections, given up before an instance would. */
  readonly agent: Agent;
}

const idleMs = 30_000;
const logEveryMs = 100;

const settings = JSON.parse(process.env.SHAKEDOWN_SWITCH ?? '{}') as ProxySettings;
let weights: Weights = {};
let upstreams: Upstream[] = [];
const turns = new Map<string, number>();
const underWay = new Map<ServerResponse | Socket, string>();
let lines: string[] = [];

const proxy = createProxyServer({ xfwd: true });
proxy.on('error', (_error, request, response) => refuse(request, response as ServerResponse | Socket | undefined));
proxy.on('proxyRes', (_incoming, request, response) => {
  const name = chosen.get(request as IncomingMessage);
  if (name !== undefined) (response as ServerResponse).setHeader('x-shakedown-instance', name);
});
proxy.on('proxyReqWs', (outgoing, request) => {
  const name = chosen.get(request as IncomingMessage);
  // Before the proxy's own listener, which writes the head.
  outgoing.once('upgrade', (incoming) => {
    if (name !== undefined) incoming.headers['x-shakedown-instance'] = name;
  });
});
const chosen = new WeakMap<IncomingMessage, string>();

/** A side by its weight, then its instances in turn. */
function pick(): Upstream | undefined {
  const shares = Object.entries(weights).filter(
    ([side, share]) => share > 0 && upstreams.some((each) => each.side === side),
  );
  let dart = Math.random() * shares.reduce((sum, [, share]) => sum + share, 0);
  const [side] =
    shares.find(([, share]) => {
      dart -= share;
      return dart < 0;
    }) ??
    shares.at(-1) ??
    [];
  const members = upstreams.filter((each) => each.side === side);
  const turn = (turns.get(side ?? '') ?? 0) + 1;
  turns.set(side ?? '', turn);
  return members[turn % Math.max(1, members.length)];
}

function note(request: IncomingMessage, instance: string): void {
  const id = request.headers['x-request-id'];
  if (typeof id === 'string') lines.push(`${JSON.stringify({ id, instance })}\n`);
}

function begin(request: IncomingMessage, carrier: ServerResponse | Socket): Upstream | undefined {
  const upstream = pick();
  if (upstream === undefined) return undefined;
  chosen.set(request, upstream.name);
  note(request, upstream.name);
  underWay.set(carrier, upstream.side);
  carrier.once('close', () => underWay.delete(carrier));
  return upstream;
}

/** Never tried again: what a client does not learn of would be lost to the count. */
function refuse(request: IncomingMessage | undefined, carrier: ServerResponse | Socket | undefined): void {
  if (carrier === undefined || carrier.destroyed) return;
  if (!('writeHead' in carrier) || carrier.headersSent) {
    carrier.destroy();
    return;
  }
  const name = request === undefined ? undefined : chosen.get(request);
  carrier.writeHead(502, {
    'content-type': 'application/json',
    ...(name === undefined ? {} : { 'x-shakedown-instance': name }),
  });
  carrier.end('{"error":"The instance went away"}');
}

const front = createServer({ keepAliveTimeout: 75_000, noDelay: true }, (request, response) => {
  const upstream = begin(request, response);
  if (upstream === undefined) {
    response.writeHead(503, { 'content-type': 'application/json' }).end('{"error":"No instance takes traffic"}');
    return;
  }
  void proxy.web(request, response, { target: upstream.url, agent: upstream.agent });
});
front.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
  const upstream = begin(request, socket);
  if (upstream === undefined) socket.destroy();
  else void proxy.ws(request, socket, { target: upstream.url }, head);
});

function state(): SwitchState {
  const inFlight: Record<string, number> = {};
  for (const { side } of upstreams) inFlight[side] = 0;
  for (const side of underWay.values()) inFlight[side] = (inFlight[side] ?? 0) + 1;
  return { weights, inFlight };
}

function connect(sides: SwitchSides): void {
  const wanted = Object.values(sides).flat();
  upstreams = wanted.map(({ name, url }) => {
    const known = upstreams.find((each) => each.name === name && each.url === url);
    const agent = known?.agent ?? new Agent({ keepAlive: true, maxSockets: 512, scheduling: 'lifo', timeout: idleMs });
    return { name, side: sideOf(name), url, agent };
  });
}

function set(given: Weights): void {
  weights = given;
  if (!settings.cuts) return;
  for (const [carrier, side] of underWay) {
    if ((weights[side] ?? 0) > 0) continue;
    if ('socket' in carrier) carrier.socket?.destroy();
    else carrier.destroy();
  }
}

const control = createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  if (request.method === 'PUT') {
    const asked = JSON.parse(text) as { weights?: Weights; sides?: SwitchSides };
    if (asked.sides !== undefined) connect(asked.sides);
    if (asked.weights !== undefined) set(asked.weights);
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(state()));
});

let writing = Promise.resolve();
setInterval(() => {
  if (lines.length === 0) return;
  const text = lines.join('');
  lines = [];
  writing = writing.then(() => appendFile(settings.log, text)).catch(() => {});
}, logEveryMs).unref();

async function listen(server: Server, on: () => Server): Promise<void> {
  on();
  await once(server, 'listening');
}

process.on('SIGHUP', () => {});
process.on('SIGTERM', () => {
  for (const server of [front, control]) {
    server.close();
    server.closeAllConnections();
  }
  rmSync(settings.control, { force: true });
});
await listen(front, () => front.listen({ port: settings.port, host: '127.0.0.1', backlog: 1024 }));
await listen(control, () => control.listen(settings.control));
