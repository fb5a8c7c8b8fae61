import type { PlannedRequest, PlannedRoute, PlanOptions } from '../../../model/plan.ts';
import type { Header, RecordedRequest, RecordedSession } from '../../../model/traffic.ts';
import { type HeaderRules, splitHeaders, startingCookies } from './headers.ts';
import type { LiveValues } from './live-values.ts';
import { hasControlCharacters, safePath, type Targets } from './target.ts';
import { type Waits, waitsOf } from './waits.ts';

/** Stands in for a response time that was not recorded, where only the length of a session is asked for. */
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
  /** Resolution of the recorded times, ms. */
  timeResolutionMs: number;
  leaveOut(reason: string): void;
  /** Called for each request that has earlier ones in its session: what it waits for. */
  countWait(kind: Waits['kind'][number]): void;
  /** Puts in live values and data. */
  rewrite(kept: readonly RecordedRequest[], session: string): LiveValues;
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

/**
 * @param session.requests in order of arrival
 * @returns undefined when no request of the session can be planned
 */
export function makeTemplate(session: RecordedSession, context: TemplateContext): SessionTemplate | undefined {
  const { options, targets, routes } = context;
  const kept = plannable(session, context);
  if (kept.length === 0) return undefined;
  const { requests: sent, extract, givers } = context.rewrite(kept, session.id);
  const { session: common, requests: own } = splitHeaders(sent.map((request) => context.headerRules.sent(request)));
  const waits = waitsOf(kept, givers, {
    timeResolutionMs: context.timeResolutionMs,
    forAnswers: options.waits !== 'values',
  });
  for (const kind of waits.kind.slice(1)) context.countWait(kind);
  let lengthMs = 0;
  const requests = sent.map((request, i): PlannedRequest => {
    const destination = targets.destination(request.origin);
    const { target, prefix } = typeof destination === 'string' ? { target: 0, prefix: '' } : destination;
    const dueMs = Math.round((request.offsetMs / options.speed) * 1000) / 1000;
    lengthMs = Math.max(lengthMs, dueMs + (request.durationMs ?? unknownDurationMs));
    const headers = own[i];
    const extractions = extract.get(i);
    const also = waits.also.get(i);
    return {
      dueMs,
      method: request.method,
      target,
      path: prefix + safePath(request.path),
      route: routes.number(request.method, request.route),
      ...(headers === undefined ? {} : { headers }),
      ...(request.body === undefined ? {} : { body: request.body }),
      after: waits.after[i] ?? -1,
      ...(also === undefined ? {} : { also }),
      expectedStatus: request.status ?? 0,
      ...(extractions === undefined ? {} : { extract: extractions }),
    };
  });
  return {
    recordedSession: session.id,
    headers: [...common, ...context.headerRules.configured],
    cookies: startingCookies(session.requests),
    requests,
    lengthMs,
  };
}

/** The requests of a session that can be sent, methods in upper case; the others are counted. */
export function plannable(
  session: RecordedSession,
  { options, targets, leaveOut }: Pick<TemplateContext, 'options' | 'targets' | 'leaveOut'>,
): RecordedRequest[] {
  return session.requests.flatMap((recorded) => {
    const method = recorded.method.toUpperCase();
    const destination = targets.destination(recorded.origin);
    const reason =
      methodReason(method, recorded, options.writes) ??
      (typeof destination === 'string' ? destination : undefined) ??
      (hasControlCharacters(recorded.path) ? 'control characters' : undefined);
    if (reason !== undefined) leaveOut(reason);
    return reason === undefined ? [method === recorded.method ? recorded : { ...recorded, method }] : [];
  });
}

function methodReason(method: string, recorded: RecordedRequest, writes: PlanOptions['writes']): string | undefined {
  if (!/^[A-Z][A-Z-]*$/.test(method)) return 'invalid method';
  if (method === 'CONNECT' || method === 'TRACE') return 'unsafe method';
  if (recorded.status === 101 || header(recorded, 'upgrade')?.toLowerCase() === 'websocket') return 'protocol upgrade';
  if (safeMethods.has(method)) return undefined;
  if (writes === 'safe') return 'unsafe method';
  if (recorded.body !== undefined) return undefined;
  const length = header(recorded, 'content-length');
  if (length === '0' || (bodiless.has(method) && length === undefined)) return undefined;
  return 'no body recorded';
}

function header(request: RecordedRequest, name: string): string | undefined {
  for (const [other, value] of request.headers ?? []) {
    if (other.length === name.length && other.toLowerCase() === name) return value;
  }
  return undefined;
}
