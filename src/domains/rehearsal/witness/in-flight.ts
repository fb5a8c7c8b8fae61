import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { ResolvedRehearsal, SlowRequest } from '../settings.ts';
import { cookieHeader, remember } from './cookies.ts';
import { http2Client } from './http2.ts';
import { type Answer, answeredBy, ask, type Kind, type Sent } from './request.ts';
import { type OpenWebSocket, openWebSocket } from './web-socket.ts';

/** Connections that the HTTP/2 streams share. */
const http2Connections = 4;
/** WebSockets stay open so long after the traffic was moved. */
const heldMs = 1500;
const idle: SlowRequest = { method: 'GET', path: '/', headers: {}, body: null };

export interface InFlightSettings {
  baseUrl: string;
  kinds: ResolvedRehearsal['kinds'];
  tried: readonly Kind[];
  /** Of each kind. */
  count: number;
  uploadMs: number;
  now(): number;
}

/** Requests of every kind that are under way. */
export interface InFlight {
  /** Resolves when all are on their way, and idle connections have been used once. */
  ready: Promise<void>;
  /** Uses the idle connections again, and waits for every answer. */
  finish(): Promise<Sent[]>;
  /** Has the clients with a cookie of the switch ask once more. @param side where they were before @returns how many of them are there still */
  tiedTo(side: string): Promise<{ count: number; sent: Sent[] }>;
}

/** Begins requests of every kind, so that they are under way when the traffic is moved. @param more headers of each, such as a token */
export function beginInFlight(settings: InFlightSettings, more: Readonly<Record<string, string>>): InFlight {
  const { baseUrl, kinds, tried, count, uploadMs, now } = settings;
  const TheAgent = baseUrl.startsWith('https:') ? TlsAgent : Agent;
  const agents: Agent[] = [];
  const begun: Promise<void>[] = [];
  const answers: Promise<Sent>[] = [];
  const own = () => {
    const agent = new TheAgent({ keepAlive: true, maxSockets: 1 });
    agents.push(agent);
    return agent;
  };
  const begins = () => {
    let onSent = () => {};
    begun.push(
      new Promise((resolve) => {
        onSent = resolve;
      }),
    );
    return () => onSent();
  };
  const asked = (kind: Kind, request: SlowRequest, agent: Agent, overMs?: number): Promise<Answer> => {
    const { method, path, headers, body } = request;
    return ask(
      {
        ...{ url: `${baseUrl}${path}`, method, headers: { ...headers, ...more }, body, kind, agent },
        ...{ label: `${method} ${path}`, dueMs: now(), expected: 200, wantsBody: false, onSent: begins() },
        ...(overMs === undefined ? {} : { overMs }),
      },
      now,
    );
  };
  const send = async (...args: Parameters<typeof asked>): Promise<Sent> => (await asked(...args)).sent;
  const times = <T>(kind: Kind, make: () => T): T[] =>
    tried.includes(kind) ? Array.from({ length: count }, make) : [];
  const many = (kind: Kind, request: SlowRequest | null, overMs?: number) => {
    if (request !== null) answers.push(...times(kind, () => send(kind, request, own(), overMs)));
  };

  const idleAgents = times('idle keep-alive', own);
  const first = idleAgents.map((agent) => send('idle keep-alive', idle, agent));
  const tied = times('cookie session', async () => {
    const { sent, headers } = await asked('cookie session', idle, own());
    const cookies = new Map<string, string>();
    for (const line of headers['set-cookie'] ?? []) remember(line, cookies);
    return { sent, cookies };
  });
  const { http2, webSocket } = kinds;
  const overHttp2 = http2 === null || !tried.includes('HTTP/2 stream') ? null : http2Client(baseUrl, http2Connections);
  const sockets: OpenWebSocket[] =
    webSocket === null
      ? []
      : times('WebSocket', () =>
          openWebSocket(baseUrl, { ...webSocket, headers: { ...webSocket.headers, ...more } }, now),
        );
  const slowOnes = () => {
    many('slow GET', kinds.slowGet);
    many('slow upload', kinds.upload, uploadMs);
    many('POST', kinds.post);
    if (http2 === null || overHttp2 === null) return;
    const request = { ...http2, headers: { ...http2.headers, ...more } };
    answers.push(...times('HTTP/2 stream', () => overHttp2.ask(request, now, begins())));
  };
  // What stays open comes first: what is merely slow would be over by the time that all is open.
  const opened = [...first, ...tied, ...sockets.map(({ open }) => open), overHttp2?.connected];
  const ready = Promise.all(opened).then(async () => {
    slowOnes();
    await Promise.all(begun);
  });
  return {
    ready,
    async finish() {
      for (const socket of sockets) socket.leave(heldMs);
      const before = await Promise.all(first);
      const again = await Promise.all(idleAgents.map((agent) => send('idle keep-alive', idle, agent)));
      const cookied = (await Promise.all(tied)).map(({ sent }) => sent);
      const upgraded = await Promise.all(sockets.map(({ ended }) => ended));
      const all = [...before, ...again, ...cookied, ...(await Promise.all(answers)), ...upgraded];
      for (const agent of agents) agent.destroy();
      overHttp2?.close();
      return all;
    },
    async tiedTo(side) {
      const there = (await Promise.all(tied)).filter(
        ({ sent, cookies }) => cookies.size > 0 && answeredBy(sent) === side,
      );
      const agent = new TheAgent({ keepAlive: false });
      const sent = await Promise.all(
        there.map(({ cookies }) => {
          const request = { ...idle, headers: { cookie: cookieHeader(cookies) } };
          return send('cookie session', request, agent);
        }),
      );
      agent.destroy();
      return { count: sent.filter((each) => answeredBy(each) === side).length, sent };
    },
  };
}
