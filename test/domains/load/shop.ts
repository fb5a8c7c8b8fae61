import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LoadFailure, LoadInput, LoadListener } from '../../../src/domains/load/engine.ts';
import type { PlannedRequest, PlannedSession, PlanSummary } from '../../../src/model/plan.ts';

export interface Seen {
  atMs: number;
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
  httpVersion: string;
  socket: number;
}

/** A server on loopback that keeps what it was sent. */
export async function serve(
  answer: (request: Seen, response: ServerResponse) => void,
  make: (listener: (request: IncomingMessage, response: ServerResponse) => void) => Server = createServer,
): Promise<{ port: number; seen: Seen[]; close(): Promise<void>; server: Server }> {
  const seen: Seen[] = [];
  const sockets = new WeakMap<object, number>();
  let socketCount = 0;
  const server = make((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      if (!sockets.has(request.socket)) sockets.set(request.socket, ++socketCount);
      const one: Seen = {
        atMs: performance.now(),
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body,
        httpVersion: request.httpVersion,
        socket: sockets.get(request.socket) ?? 0,
      };
      seen.push(one);
      answer(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    server,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections?.(); // a server of HTTP/2 has none of it
        server.close(() => resolve());
      }),
  };
}

export function request(dueMs: number, fields: Partial<PlannedRequest> = {}): PlannedRequest {
  return { dueMs, method: 'GET', target: 0, path: '/', route: 0, after: -1, expectedStatus: 200, ...fields };
}

export function session(index: number, startMs: number, requests: PlannedRequest[]): PlannedSession {
  return { index, startMs, recordedSession: `s${index}`, headers: [['accept', '*/*']], cookies: [], requests };
}

/** Input for an engine: these sessions against one origin. */
export function loadInput(
  origin: string,
  sessions: PlannedSession[],
  fields: Partial<Omit<LoadInput, 'on'>> & { folder: string; durationMs: number; on?: Partial<LoadListener> },
): LoadInput & { failed: LoadFailure[] } {
  const { folder, durationMs, on, ...rest } = fields;
  const requests = sessions.flatMap((one) => one.requests.map((r) => one.startMs + r.dueMs));
  const routes = Math.max(0, ...sessions.flatMap((one) => one.requests.map((r) => r.route)));
  const plan: PlanSummary = {
    format: 'shakedown.plan/1',
    options: {
      mode: 'recorded',
      durationMs,
      scale: 1,
      speed: 1,
      shape: { kind: 'flat', points: [] },
      seed: 1,
      writes: 'recorded',
    },
    recording: { name: 'test', shardsSha256: '' },
    nonce: 'n0nce',
    targets: [origin],
    routes: Array.from({ length: routes + 1 }, (_, i) => ({ method: 'GET', route: `/r${i}` })),
    sessions: sessions.length,
    requests: requests.length,
    leftOut: [],
    averageRatePerSecond: (requests.length * 1000) / durationMs,
    peakRatePerSecond: 0,
    peakSessions: sessions.length,
    lastDueMs: Math.max(0, ...requests),
    longestSessionMs: 1000,
    scheduleSha256: '',
  };
  const failed: LoadFailure[] = [];
  const enter = (fresh: LoadFailure) => {
    const known = failed.find(
      (one) => one.kind === fresh.kind && one.status === fresh.status && one.route === fresh.route,
    );
    if (known === undefined) failed.push({ ...fresh });
    else known.count += fresh.count;
  };
  return {
    failed,
    plan,
    sessions: (async function* () {
      yield* sessions;
    })(),
    virtualUsers: Math.min(sessions.length, 50),
    windowMs: 1000,
    requestTimeoutMs: 5000,
    honesty: { maxGeneratorLatenessMs: 1000 },
    http2: true,
    tls: { caFile: null, certFile: null, keyFile: null },
    overlay: () => null,
    windowsFolder: folder,
    signal: new AbortController().signal,
    ...rest,
    on: {
      started: () => {},
      window: () => {},
      warning: () => {},
      tick: () => {},
      failures: (fresh) => fresh.forEach(enter),
      ...on,
    },
  };
}
