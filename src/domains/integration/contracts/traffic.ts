import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { TlsOptions } from '../../../environment/tls.ts';
import type { ResolvedConfig } from '../../../model/config.ts';
import type { PlannedRequest, PlannedSession, PlanSummary } from '../../../model/plan.ts';
import { bodyEncoding, cookieHeader, extracted, fill, remember } from '../../rehearsal/public.ts';
import { admitRecording, makePlan, readManifest, readSessions } from '../../traffic/public.ts';
import { type Received, send } from './send.ts';

export interface Asking {
  readonly config: ResolvedConfig;
  readonly baseUrl: string;
  readonly tls: TlsOptions;
  readonly signal: AbortSignal;
  /** Headers known only at the moment, such as a fresh token. */
  overlay(): Record<string, string> | null;
  /** Whether answers of a route are wanted. */
  wants(route: string): boolean;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  /** `GET /products/:id` */
  readonly route: string;
  /** null: it could not be sent, for want of a value that an earlier answer should have given. */
  readonly received: Received | null;
  /** It belongs to a login that the recording does not have. */
  readonly isLogin: boolean;
  /** Number of its session, from 1. */
  readonly session: number;
  /** It was refused, and came after this write of its session that was not sent: a login, perhaps. null: neither is so. */
  readonly afterLeftOut: string | null;
}

const scannedAtMost = 20_000;
const requestsAtMost = 3000;
const timeoutMs = 15_000;
const bytesAtMost = 2_000_000;
const rounds = 4;
const writesAtMost = 50;
const credential = /authorization|cookie|token|api-?key/i;
/** The target is gone, not a request of it. */
const lostAtMost = 8;

/**
 * Sends sessions of the recording to the target, each up to the last request that is wanted, until each wanted route was asked often enough. What may be
 * sent, logins and values are as in a replay.
 * @param perRoute sessions wanted of each route
 * @returns sessions that were sent, and why no more were; null: all that were wanted
 * @throws ShakedownError TRAFFIC_NOT_ANONYMIZED, PLAN_…
 */
export async function askTarget(
  asking: Asking,
  perRoute: number,
  take: (asked: Asked) => Promise<void>,
): Promise<{ sessions: number; stopped: string | null }> {
  const { config, signal, baseUrl } = asking;
  const plan = await planOf(asking);
  const leftOutIn = await leftOutWrites(asking);
  const own = new URL(baseUrl).origin;
  const counts = new Map<string, number>();
  const routeOf = ({ route, method }: PlannedRequest) => {
    const known = plan.summary.routes[route];
    return known === undefined ? method : `${known.method} ${known.route}`;
  };
  const isOwn = ({ target }: PlannedRequest) => {
    const to = plan.summary.targets[target];
    return to !== undefined && URL.canParse(to) && new URL(to).origin === own;
  };
  const isWanted = (request: PlannedRequest) =>
    isOwn(request) && asking.wants(routeOf(request)) && (counts.get(routeOf(request)) ?? 0) < perRoute;
  let [scanned, sessions, requests, lost] = [0, 0, 0, 0];
  for await (const session of plan.sessions()) {
    if (++scanned > scannedAtMost) break;
    const last = session.requests.findLastIndex(isWanted);
    if (last < 0) continue;
    if (requests >= requestsAtMost)
      return {
        sessions,
        stopped: `more than ${requestsAtMost} requests would be needed to ask each route in ${perRoute} sessions: set integration.answersPerRoute lower, or name the document's paths in its \`routes\``,
      };
    sessions++;
    const player = new Player(session, plan.summary, asking);
    const seen = new Set<string>();
    try {
      for (const [i, request] of session.requests.slice(0, last + 1).entries()) {
        const logins = (session.logins ?? []).filter(({ before }) => before === i).flatMap(({ steps }) => steps);
        for (const step of [...logins, request]) {
          if (!isOwn(step)) continue;
          const isLogin = step !== request;
          const route = isLogin ? (plan.summary.login?.requests[step.login?.step ?? 0] ?? 'login') : routeOf(step);
          const { path, received } = await player.send(step);
          signal.throwIfAborted();
          requests++;
          lost = received?.status === 0 ? lost + 1 : 0;
          const afterLeftOut = isLogin || !isRefused(step, received) ? null : leftOutIn(session, step);
          await take({ method: step.method, path, route, received, isLogin, session: sessions, afterLeftOut });
          if (!isLogin) seen.add(route);
        }
        if (lost >= lostAtMost) return { sessions, stopped: `the target gave no answer ${lostAtMost} times in a row` };
      }
    } finally {
      player.close();
    }
    for (const route of seen) counts.set(route, (counts.get(route) ?? 0) + 1);
  }
  return { sessions, stopped: null };

  async function planOf({ config: { traffic, target, replay, load } }: Asking) {
    const manifest = await readManifest(traffic.recording);
    admitRecording(manifest, traffic);
    const { ratePerSecond: _rate, ...options } = load;
    const { hosts, headers, dropHeaders } = target;
    return makePlan({
      ...{ folder: config.traffic.recording, manifest, signal },
      target: { baseUrl, hosts, headers: Object.fromEntries(headers), dropHeaders },
      ...{ rules: replay.extraction, data: replay.data, bodies: replay.bodies, login: replay.login },
      options: {
        ...{ ...options, mode: 'loop', scale: 1, speed: 1, shape: { kind: 'flat', points: [] } },
        durationMs: Math.max(60_000, rounds * manifest.durationMs),
      },
    });
  }
}

/** It was answered as one who is not logged in, and was not so when it was recorded. */
function isRefused({ expectedStatus }: PlannedRequest, received: Received | null): boolean {
  const status = received?.status ?? 0;
  if (status === expectedStatus) return false;
  return [401, 403].includes(status) || ([302, 303, 307].includes(status) && expectedStatus < 300);
}

/**
 * Writes of the recording's sessions that are not sent, where nothing else logs them in.
 * @returns the first one before a request of a planned session; null: there is none
 */
async function leftOutWrites({
  config: { traffic, target },
  overlay,
}: Asking): Promise<(session: PlannedSession, request: PlannedRequest) => string | null> {
  const isLoggedIn = (headers: Iterable<string>) => [...headers].some((name) => credential.test(name));
  if (overlay() !== null || isLoggedIn([...target.headers].map(([name]) => name))) return () => null;
  const manifest = await readManifest(traffic.recording);
  const writes = new Map<string, { offsetMs: number; key: string }[]>();
  let read = 0;
  for await (const { id, requests } of readSessions(traffic.recording, manifest)) {
    if (++read > scannedAtMost) break;
    const found = requests
      .filter(({ method }) => !/^(GET|HEAD|OPTIONS)$/i.test(method))
      .slice(0, writesAtMost)
      .map(({ offsetMs, method, route }) => ({
        offsetMs: Math.round(offsetMs * 1000) / 1000,
        key: `${method.toUpperCase()} ${route}`,
      }));
    if (found.length > 0) writes.set(id, found);
  }
  return ({ recordedSession, requests, logins = [] }, { dueMs }) => {
    if (logins.length > 0 || requests.some(({ login }) => login !== undefined)) return null;
    const sent = new Set(requests.map((one) => `${one.method} ${one.dueMs}`));
    const left = writes
      .get(recordedSession)
      ?.find(({ offsetMs, key }) => offsetMs <= dueMs && !sent.has(`${key.split(' ', 1)[0]} ${offsetMs}`));
    return left?.key ?? null;
  };
}

/** A session with connections, cookies and values of its own. */
class Player {
  readonly #session: PlannedSession;
  readonly #asking: Asking;
  readonly #agent: Agent;
  readonly #values: Map<string, string>;
  readonly #cookies: Map<string, string>;
  readonly #token: RegExp;

  constructor(session: PlannedSession, { nonce }: Pick<PlanSummary, 'nonce'>, asking: Asking) {
    this.#session = session;
    this.#asking = asking;
    const isTls = asking.baseUrl.startsWith('https:');
    this.#agent = new (isTls ? TlsAgent : Agent)({ keepAlive: true, maxSockets: 1, ...asking.tls });
    this.#values = new Map(Object.entries(session.values ?? {}));
    this.#cookies = new Map(session.cookies.map(([name, value]) => [name, value]));
    this.#token = new RegExp(`__sd${nonce}_([A-Za-z0-9]+)__`, 'g');
  }

  async send(request: PlannedRequest): Promise<{ path: string; received: Received | null }> {
    const prepared = this.#prepared(request);
    if (prepared === null) return { path: request.path, received: null };
    const { path, headers, body } = prepared;
    const received = await send(`${this.#asking.baseUrl}${path}`, {
      ...{ method: request.method, headers, body, timeoutMs, bytesAtMost },
      ...{ tls: this.#asking.tls, agent: this.#agent, signal: this.#asking.signal },
    });
    const text = received.body.toString('utf8');
    for (const rule of request.extract ?? []) {
      const value = extracted(rule, received.headers, text);
      if (value !== undefined) this.#values.set(rule.name, value);
    }
    for (const line of received.headers['set-cookie'] ?? []) remember(line, this.#cookies);
    return { path, received };
  }

  close(): void {
    this.#agent.destroy();
  }

  #prepared(
    request: PlannedRequest,
  ): { path: string; headers: Record<string, string>; body: string | Buffer | null } | null {
    const headers: Record<string, string> = {};
    for (const [name, value] of [...this.#session.headers, ...(request.headers ?? [])]) {
      const filled = fill(value, this.#token, this.#values);
      if (filled === null) return null;
      headers[name.toLowerCase()] = filled;
    }
    Object.assign(headers, this.#asking.overlay());
    delete headers.host;
    delete headers['content-length'];
    headers['accept-encoding'] = 'gzip, br';
    if (this.#cookies.size > 0) headers.cookie = cookieHeader(this.#cookies);
    const path = fill(request.path, this.#token, this.#values, encodeURIComponent);
    if (path === null) return null;
    if (request.body === undefined) return { path, headers, body: null };
    headers['content-type'] ??= request.body.mime;
    if (request.body.encoding === 'base64') return { path, headers, body: Buffer.from(request.body.data, 'base64') };
    const body = fill(request.body.data, this.#token, this.#values, bodyEncoding(headers['content-type']));
    return body === null ? null : { path, headers, body };
  }
}
