import type { PlannedRequest, PlannedRoute, PlanOptions } from '../../model/plan.ts';
import type { Header, RecordedRequest, RecordedSession } from '../../model/traffic.ts';
import { type HeaderRules, splitHeaders, startingCookies } from './headers.ts';
import { safePath, type Targets } from './target.ts';

/** Stands in for a response time that was not recorded. */
const unknownDurationMs = 50;
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);
const bodiless = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE']);

/** A recorded session, ready to be planned any number of times: only its start differs. */
export interface SessionTemplate {
  recordedSession: string;
  headers: Header[];
  cookies: Header[];
  requests: PlannedRequest[];
  /** From the start to the last recorded answer, at the wanted speed. */
  lengthMs: number;
}

export interface TemplateContext {
  options: PlanOptions;
  targets: Targets;
  headerRules: HeaderRules;
  routes: RouteTable;
  leaveOut(reason: string): void;
}

/** Index of a route in the plan, numbered in order of first use. */
export class RouteTable {
  readonly routes: PlannedRoute[] = [];
  readonly #numbers = new Map<string, number>();

  number(method: string, route: string): number {
    const key = `${method} ${route}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.routes.push({ method, route }) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }
}

/** @returns undefined when no request of the session can be planned */
export function makeTemplate(session: RecordedSession, context: TemplateContext): SessionTemplate | undefined {
  const kept: RecordedRequest[] = [];
  const requests: PlannedRequest[] = [];
  const { options, targets, routes } = context;
  for (const recorded of session.requests) {
    const method = recorded.method.toUpperCase();
    const destination = targets.destination(recorded.origin);
    const path = safePath(recorded.path);
    const reason =
      methodReason(method, recorded, options.writes) ??
      (typeof destination === 'string' ? destination : path === undefined ? 'control characters' : undefined);
    if (reason !== undefined || typeof destination === 'string' || path === undefined) {
      context.leaveOut(reason ?? 'control characters');
      continue;
    }
    kept.push(recorded);
    requests.push({
      dueMs: Math.round((recorded.offsetMs / options.speed) * 1000) / 1000,
      method,
      target: destination.target,
      path: destination.prefix + path,
      route: routes.number(method, recorded.route),
      ...(recorded.body === undefined ? {} : { body: recorded.body }),
      after: -1,
      expectedStatus: recorded.status ?? 0,
    });
  }
  if (requests.length === 0) return undefined;

  const { session: common, requests: own } = splitHeaders(kept.map((request) => context.headerRules.sent(request)));
  const after = dependencies(kept);
  let lengthMs = 0;
  for (const [i, request] of requests.entries()) {
    const headers = own[i];
    if (headers !== undefined) request.headers = headers;
    request.after = after[i] ?? -1;
    lengthMs = Math.max(lengthMs, request.dueMs + (kept[i]?.durationMs ?? unknownDurationMs));
  }
  return {
    recordedSession: session.id,
    headers: [...common, ...context.headerRules.configured],
    cookies: startingCookies(session.requests),
    requests,
    lengthMs,
  };
}

function methodReason(method: string, recorded: RecordedRequest, writes: PlanOptions['writes']): string | undefined {
  if (!/^[A-Z][A-Z-]*$/.test(method)) return 'invalid method';
  if (method === 'CONNECT' || method === 'TRACE') return 'unsafe method';
  const header = (name: string) => recorded.headers?.find(([other]) => other.toLowerCase() === name)?.[1];
  if (recorded.status === 101 || header('upgrade')?.toLowerCase() === 'websocket') return 'protocol upgrade';
  if (safeMethods.has(method)) return undefined;
  if (writes === 'safe') return 'unsafe method';
  if (recorded.body !== undefined) return undefined;
  const length = header('content-length');
  if (length === '0' || (bodiless.has(method) && length === undefined)) return undefined;
  return 'no body recorded';
}

/**
 * For each request the last one before it that was answered when it arrived. A request whose response time is unknown counts as
 * answered when the next one arrives. Requests are in order of offset, so the answer only ever moves on.
 */
function dependencies(requests: readonly RecordedRequest[]): number[] {
  const ends = requests.map((request, i) =>
    request.durationMs === undefined
      ? (requests[i + 1]?.offsetMs ?? request.offsetMs)
      : request.offsetMs + request.durationMs,
  );
  const byEnd = ends.map((_, i) => i).sort((a, b) => (ends[a] ?? 0) - (ends[b] ?? 0) || a - b);
  let next = 0;
  let last = -1;
  return requests.map((request, i) => {
    for (; next < byEnd.length; next++) {
      const answered = byEnd[next] ?? 0;
      if (answered >= i || (ends[answered] ?? 0) > request.offsetMs) break;
      last = Math.max(last, answered);
    }
    return last;
  });
}
