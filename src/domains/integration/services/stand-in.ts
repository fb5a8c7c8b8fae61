import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TlsOptions } from '../../../environment/tls.ts';
import { ShakedownError } from '../../../model/error.ts';
import { send } from '../contracts/send.ts';
import type { Exchange } from './recording.ts';
import { keyOf } from './request-key.ts';
import { keptHeader, keptPath } from './secrets.ts';

/** A service on this machine only. */
export interface LocalService {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  close(): Promise<void>;
}

const bytesAtMost = 8 * 1024 * 1024;
const timeoutMs = 60_000;
/** Of one connection, or of it and nobody else: not passed on, nor kept. */
const ofConnection = new Set([
  ...['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'proxy-authorization', 'host'],
  ...['content-length', 'content-encoding', 'accept-encoding', 'proxy-authenticate', 'expect'],
]);
const notKept = new Set(['set-cookie', 'date', 'alt-svc', 'strict-transport-security']);
export const unknownHeader = 'x-shakedown-stand-in';

/**
 * Passes requests on to a service, and keeps what it answers.
 * @param from its address; nothing else is asked
 * @throws ShakedownError PORT_TAKEN
 */
export function recordingProxy(
  from: string,
  about: { port: number; tls: TlsOptions; signal: AbortSignal },
  keep: (exchange: Exchange) => Promise<void>,
): Promise<LocalService> {
  return serve(about.port, async (request, body, response) => {
    const headers: Record<string, string> = { 'accept-encoding': 'gzip, br' };
    for (const [name, value] of Object.entries(request.headers))
      if (!ofConnection.has(name) && value !== undefined) headers[name] = String(value);
    const received = await send(`${from}${request.url}`, {
      ...{ method: request.method ?? 'GET', headers, body: body.length === 0 ? null : body },
      ...{ timeoutMs, bytesAtMost, tls: about.tls, signal: about.signal },
    });
    const { status, problem, isCut, ms } = received;
    const key = keyOf(request.method ?? 'GET', request.url ?? '/', body);
    const isWhole = status !== 0 && !isCut;
    const passed = Object.entries(received.headers).flatMap(([name, value]) =>
      ofConnection.has(name) || value === undefined ? [] : [[name, value] as const],
    );
    await keep({
      ...{ ...key, status: isWhole ? status : 0, latencyMs: Math.round(ms * 10) / 10 },
      error: isWhole ? '' : (problem ?? 'its answer did not come whole').slice(0, 300),
      headers: isWhole
        ? passed.filter(([name]) => !notKept.has(name)).map(([name, value]) => [name, keptHeader(name, String(value))])
        : [],
      answer: isWhole ? received.body.toString('base64') : '',
    });
    if (!isWhole) {
      response.destroy();
      return;
    }
    response.writeHead(status, Object.fromEntries(passed));
    response.end(received.body);
  });
}

/** How a stand-in fails on purpose; null: it does not. */
export type StandInFailure = { kind: 'unavailable' | 'erroring' } | { kind: 'slow'; delayMs: number };

export interface StandIn extends LocalService {
  readonly tally: StandInTally;
  /** From now on it fails in this way; connections that are open are cut. */
  fail(how: StandInFailure | null): void;
}

export interface StandInTally {
  /** Requests, and connections that were refused, which a failure has met. */
  failed: number;
  answered: number;
  /** `GET /rates?of=EUR`, with how often it was asked for. */
  readonly unknown: Map<string, number>;
}

const unknownAtMost = 1000;

/**
 * Answers as the service did, in the order of its answers where there were several; the last one stays.
 * @param onUnknown is told what was never recorded, when it is asked for the first time
 * @throws ShakedownError PORT_TAKEN
 */
export async function standIn(
  exchanges: readonly Exchange[],
  port: number,
  onUnknown: (request: string) => void = () => {},
): Promise<StandIn> {
  const byKey = new Map<string, { all: Exchange[]; next: number }>();
  const textOf = ({ method, path, body }: Pick<Exchange, 'method' | 'path' | 'body'>) => `${method} ${path} ${body}`;
  for (const one of exchanges) {
    const text = textOf({ ...one, path: keptPath(one.path) });
    const known = byKey.get(text) ?? { all: [], next: 0 };
    known.all.push(one);
    byKey.set(text, known);
  }
  const tally: StandInTally = { failed: 0, answered: 0, unknown: new Map() };
  let failure: StandInFailure | null = null;
  const isRefused = () => {
    if (failure?.kind !== 'unavailable') return false;
    tally.failed++;
    return true;
  };
  const answer: Answering = async (request, body, response) => {
    const how = failure;
    if (how !== null) tally.failed++;
    if (how?.kind === 'erroring') {
      response.writeHead(503, { 'content-type': 'application/json', [unknownHeader]: 'failing' });
      response.end(JSON.stringify({ error: 'This stand-in fails on purpose.' }));
      return;
    }
    if (how?.kind === 'slow') await sleep(how.delayMs);
    const key = keyOf(request.method ?? 'GET', request.url ?? '/', body);
    const known = byKey.get(textOf(key));
    if (known === undefined) {
      const words = `${key.method} ${key.path.slice(0, 300)}${key.body === '' ? '' : ' with this body'}`;
      if (!tally.unknown.has(words)) onUnknown(words);
      if (tally.unknown.has(words) || tally.unknown.size < unknownAtMost)
        tally.unknown.set(words, (tally.unknown.get(words) ?? 0) + 1);
      // No 404: that may be what a service says of something that is not there.
      response.writeHead(501, { 'content-type': 'application/json', [unknownHeader]: 'never recorded' });
      response.end(JSON.stringify({ error: `This stand-in was never recorded with ${words}.` }));
      return;
    }
    const one = known.all[Math.min(known.next++, known.all.length - 1)] as Exchange;
    await sleep(Math.min(one.latencyMs, timeoutMs));
    tally.answered++;
    if (one.status === 0) {
      response.destroy();
      return;
    }
    const recorded = Buffer.from(one.answer, 'base64');
    const isBare = request.method === 'HEAD' || one.status === 204 || one.status === 304;
    response.writeHead(
      one.status,
      [
        ...one.headers,
        [unknownHeader, 'recorded'],
        ...(isBare ? [] : [['content-length', String(recorded.length)] as [string, string]]),
      ].flat(),
    );
    response.end(isBare ? undefined : recorded);
  };
  const service = await serve(port, answer, isRefused);
  const fail = (how: StandInFailure | null) => {
    failure = how;
    service.cutConnections();
  };
  return { origin: service.origin, close: service.close, tally, fail };
}

type Answering = (request: IncomingMessage, body: Buffer, response: ServerResponse) => Promise<void>;

/** @param isRefused whether a new connection is cut at once */
async function serve(
  port: number,
  answer: Answering,
  isRefused: () => boolean = () => false,
): Promise<LocalService & { cutConnections(): void }> {
  let hosts = new Set<string>();
  const server = createServer((request, response) => {
    const refuse = (status: number, text: string) => {
      response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(`${text}\n`);
    };
    // A foreign name that is made to point here is none of ours.
    if (!hosts.has(request.headers.host ?? '') || !request.url?.startsWith('/'))
      return refuse(403, 'Only this machine is answered.');
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('error', () => response.destroy());
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bytesAtMost) chunks.push(chunk);
    });
    request.on('end', () => {
      if (size > bytesAtMost) return refuse(413, 'That is too much.');
      answer(request, Buffer.concat(chunks), response).catch(() => response.destroy());
    });
  });
  server.on('connection', (socket) => {
    if (isRefused()) socket.resetAndDestroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'it is in use' : cause.message;
      const hint = 'Choose another port, or 0 for any free one.';
      reject(new ShakedownError('PORT_TAKEN', `Cannot listen on 127.0.0.1:${port}: ${why}.`, { hint, cause }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const own = (server.address() as AddressInfo).port;
  hosts = new Set([`127.0.0.1:${own}`, `localhost:${own}`]);
  return {
    origin: `http://127.0.0.1:${own}`,
    cutConnections: () => server.closeAllConnections(),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
