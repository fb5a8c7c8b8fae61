import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { TlsOptions } from '../../../environment/tls.ts';
import type { LoginSuccess, PlannedRequest, PlannedSession, PlanSummary } from '../../../model/plan.ts';
import { bodyEncoding, cookieHeader, extracted, fill, remember } from '../../rehearsal/public.ts';
import type { Answer } from '../compare/answer.ts';
import { SeenIds } from '../compare/ids.ts';
import { ask } from './ask.ts';

/** One request of a session, in the order in which all arms send them. */
export interface Step {
  request: PlannedRequest;
  /** `GET /products/:id` */
  route: string;
}

/** Requests of a session in order, with those of logins before the ones that need them. */
export function stepsOf(session: PlannedSession, plan: Pick<PlanSummary, 'routes' | 'login'>): Step[] {
  return session.requests.flatMap((request, i) => {
    const logins = (session.logins ?? []).filter(({ before }) => before === i).flatMap(({ steps }) => steps);
    const route = plan.routes[request.route];
    return [
      ...logins.map((step) => ({ request: step, route: plan.login?.requests[step.login.step] ?? 'login' })),
      { request, route: route === undefined ? request.method : `${route.method} ${route.route}` },
    ];
  });
}

/** How an arm is asked. */
export interface ArmSettings {
  baseUrl: string;
  tls: TlsOptions;
  timeoutMs: number;
  bytesAtMost: number;
  signal: AbortSignal;
  /** Headers known only at the moment, such as a fresh token. */
  overlay(): Record<string, string> | null;
}

/** A session as one arm has it: with connections, cookies, values and ids of its own. */
export class ArmSession {
  readonly ids = new SeenIds();
  readonly #session: PlannedSession;
  readonly #settings: ArmSettings;
  readonly #agent: Agent;
  readonly #values: Map<string, string>;
  readonly #cookies: Map<string, string>;
  readonly #token: RegExp;
  /** Logins that did not do their part. */
  failedLogins = 0;

  constructor(session: PlannedSession, { nonce }: Pick<PlanSummary, 'nonce'>, settings: ArmSettings) {
    this.#session = session;
    this.#settings = settings;
    const isTls = settings.baseUrl.startsWith('https:');
    this.#agent = new (isTls ? TlsAgent : Agent)({ keepAlive: true, maxSockets: 1, ...settings.tls });
    this.#values = new Map(Object.entries(session.values ?? {}));
    this.#cookies = new Map(session.cookies.map(([name, value]) => [name, value]));
    this.#token = new RegExp(`__sd${nonce}_([A-Za-z0-9]+)__`, 'g');
  }

  /** @returns null: it cannot be sent, for want of a value that an earlier answer should have given */
  async send(request: PlannedRequest): Promise<Answer | null> {
    const { timeoutMs, bytesAtMost, signal } = this.#settings;
    const prepared = this.#prepared(request);
    if (prepared === null) return null;
    const answer = await ask({
      ...prepared,
      method: request.method,
      agent: this.#agent,
      timeoutMs,
      bytesAtMost,
      signal,
    });
    const headers = headersOf(answer);
    const body = answer.body.toString('utf8');
    for (const rule of request.extract ?? []) {
      const value = extracted(rule, headers, body);
      if (value !== undefined) this.#values.set(rule.name, value);
    }
    for (const line of headers['set-cookie'] ?? []) remember(line, this.#cookies);
    if (request.login !== undefined && !loggedIn(request.login.success, answer, headers, body)) this.failedLogins++;
    return answer;
  }

  close(): void {
    this.#agent.destroy();
  }

  #prepared(request: PlannedRequest) {
    const headers: Record<string, string> = {};
    for (const [name, value] of [...this.#session.headers, ...(request.headers ?? [])]) {
      const filled = fill(value, this.#token, this.#values);
      if (filled === null) return null;
      headers[name.toLowerCase()] = filled;
    }
    Object.assign(headers, this.#settings.overlay());
    delete headers.host;
    delete headers['content-length'];
    // Only what can be read again is asked for.
    const codings = headers['accept-encoding']?.split(',').filter((each) => /^\s*(gzip|br|deflate)\b/.test(each)) ?? [];
    if (codings.length > 0) headers['accept-encoding'] = codings.join(',').trim();
    else delete headers['accept-encoding'];
    if (this.#cookies.size > 0) headers.cookie = cookieHeader(this.#cookies);
    const path = fill(request.path, this.#token, this.#values, encodeURIComponent);
    if (path === null) return null;
    const url = `${this.#settings.baseUrl}${path}`;
    if (request.body === undefined) return { url, headers, body: null };
    headers['content-type'] ??= request.body.mime;
    if (request.body.encoding === 'base64') return { url, headers, body: Buffer.from(request.body.data, 'base64') };
    const encoding = bodyEncoding(headers['content-type']);
    const body = fill(request.body.data, this.#token, this.#values, encoding);
    return body === null ? null : { url, headers, body };
  }
}

type Headers = Record<string, string> & { 'set-cookie'?: string[] };

function headersOf({ headers }: Answer): Headers {
  const found: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    if (name === 'set-cookie') found[name] = [...((found[name] as string[]) ?? []), value];
    else found[name] = found[name] === undefined ? value : `${found[name]}, ${value}`;
  }
  return found as Headers;
}

/** The rules of a login that can be seen in one answer; what differs between the arms is found by comparing them. */
function loggedIn(success: LoginSuccess, answer: Answer, headers: Headers, body: string): boolean {
  const { status } = answer;
  if (status === 0 || (success.status.length > 0 ? !success.status.includes(status) : status >= 400)) return false;
  const leads = headers.location?.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').split(/[?#]/)[0];
  const leadsTo = (path: string) =>
    leads !== undefined && (path.endsWith('*') ? leads.startsWith(path.slice(0, -1)) : leads === path);
  if (success.location !== undefined && !leadsTo(success.location)) return false;
  if (success.cookie !== undefined && !headers['set-cookie']?.some((line) => line.startsWith(`${success.cookie}=`)))
    return false;
  if (success.text !== undefined && !body.includes(success.text)) return false;
  if (success.noText !== undefined && body.includes(success.noText)) return false;
  return !(success.signs?.pages.some(leadsTo) ?? false);
}
