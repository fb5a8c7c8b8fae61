import type { AddedLogin, Extraction, PlannedRequest, PlannedRoute, PlanOptions } from '../../../model/plan.ts';
import type { Header, RecordedRequest, RecordedSession } from '../../../model/traffic.ts';
import { type AnswerShapes, recordedAnswer } from './answers.ts';
import { type HeaderRules, splitHeaders, startingCookies } from './headers.ts';
import type { LiveValues } from './live-values.ts';
import type { Login, PlacedLogins } from './login.ts';
import type { TagGroups } from './tags.ts';
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
  /** Group of each request (tags.ts), −1: in none; absent: none is in any. */
  groups?: readonly number[];
  /** Absent: it does not log in, but for what is among its requests. */
  logins?: AddedLogin[];
  /** Whose session it is, by the row of the file of users; absent: its requests are nobody's. */
  user?: number;
  /** From the start to the last recorded answer, at the wanted speed. */
  lengthMs: number;
  /** Index of the first request after a write that is left out, a login perhaps; absent: none is, or the session logs in otherwise. */
  afterLeftOut?: number;
}

export interface TemplateContext {
  options: PlanOptions;
  targets: Targets;
  headerRules: HeaderRules;
  routes: RouteTable;
  /** Resolution of the recorded times, ms. */
  timeResolutionMs: number;
  tags: TagGroups;
  /** Absent: they are known already, as is how many requests have a tag. */
  answers?: AnswerShapes;
  /** How sessions log in; null: they do not. */
  login: Login | null;
  /** Puts in bodies that were not recorded. @param place of the request in its session */
  join(request: RecordedRequest, session: string, place: number): RecordedRequest;
  /** Undefined where sessions are nobody's. */
  userOf(session: RecordedSession): number | undefined;
  leaveOut(reason: string, request: RecordedRequest): void;
  /** Called for each session that logs in. */
  countLogin(placed: PlacedLogins): void;
  /** Called for each request that has earlier ones in its session: what it waits for. */
  countWait(kind: Waits['kind'][number]): void;
  /** Puts in live values and data. */
  rewrite(kept: readonly RecordedRequest[], session: string): LiveValues;
  /** The same, counting nothing. */
  tryRewrite(kept: readonly RecordedRequest[], session: string): LiveValues;
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
  const { requests: completed, steps } = complete(session, context);
  const kept = withoutLostPaths(plannable({ ...session, requests: completed }, context), session.id, context);
  if (kept.length === 0) return undefined;
  const { requests: sent, extract, givers } = context.rewrite(kept, session.id);
  const placed = context.login?.place(kept, steps);
  if (placed !== undefined) {
    for (const [i, needed] of placed.givers) givers.set(i, [...(givers.get(i) ?? []), ...needed]);
    if (placed.added.length + placed.recorded.size > 0) context.countLogin(placed);
  }
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
    const headers = i >= (placed?.fromRequest ?? Number.POSITIVE_INFINITY) ? loggedIn(own[i], context.login) : own[i];
    const step = placed?.recorded.get(i);
    const login = step === undefined ? undefined : context.login?.of(step);
    const extractions = together(extract.get(i), login?.extract);
    const also = waits.also.get(i);
    const recorded = kept[i] ?? request;
    const answer = recordedAnswer(recorded);
    const route = routes.number(request.method, request.route);
    context.answers?.add(route, recorded, answer);
    return {
      dueMs,
      method: request.method,
      target,
      path: prefix + safePath(request.path),
      route,
      ...(headers === undefined ? {} : { headers }),
      ...(request.body === undefined ? {} : { body: request.body }),
      after: waits.after[i] ?? -1,
      ...(also === undefined ? {} : { also }),
      expectedStatus: request.status ?? 0,
      ...(answer === undefined ? {} : { answer }),
      ...(extractions === undefined ? {} : { extract: extractions }),
      ...(step === undefined || login === undefined ? {} : { login: { step, success: login.success } }),
    };
  });
  const groups = context.tags.of(
    kept,
    requests.map(({ route }) => route),
    context.answers !== undefined,
  );
  const logsIn = placed !== undefined && placed.added.length + placed.recorded.size > 0;
  const afterLeftOut = logsIn ? -1 : firstAfterLeftOut(completed, kept);
  const user = context.userOf(session);
  const added = context.login === null || placed === undefined ? [] : context.login.added(placed.added, requests);
  return {
    recordedSession: session.id,
    headers: [...common, ...context.headerRules.configured],
    cookies: startingCookies(session.requests),
    requests,
    ...(groups === undefined ? {} : { groups }),
    ...(added.length === 0 ? {} : { logins: added }),
    ...(user === undefined ? {} : { user }),
    lengthMs,
    ...(afterLeftOut < 0 ? {} : { afterLeftOut }),
  };
}

/** Index, among the requests that are kept, of the first after a write that is not; −1: there is none. */
function firstAfterLeftOut(all: readonly RecordedRequest[], kept: readonly RecordedRequest[]): number {
  const sent = new Set(kept);
  const leftOut = all.findIndex((request) => !safeMethods.has(request.method) && !sent.has(request));
  if (leftOut < 0) return -1;
  const after = new Set(all.slice(leftOut + 1));
  return kept.findIndex((request) => after.has(request));
}

/** The session's requests, methods in upper case, with the bodies that they lack and what is sent for a recorded login; and its steps. */
function complete(
  session: RecordedSession,
  { login, join, options }: Pick<TemplateContext, 'login' | 'join' | 'options'>,
): { requests: RecordedRequest[]; steps: ReadonlyMap<RecordedRequest, number> } {
  const named = session.requests.map((request) => {
    const method = request.method.toUpperCase();
    return method === request.method ? request : { ...request, method };
  });
  const { requests, steps } = login?.inPlace(named) ?? { requests: named, steps: new Map<RecordedRequest, number>() };
  return {
    requests: requests.map((request, i) =>
      options.writes === 'recorded' && lacksBody(request) ? join(request, session.id, i) : request,
    ),
    steps,
  };
}

function loggedIn(own: Header[] | undefined, login: Login | null): Header[] | undefined {
  const headers = login?.headers ?? [];
  if (headers.length === 0) return own;
  const names = new Set(headers.map(([name]) => name));
  return [...(own ?? []).filter(([name]) => !names.has(name)), ...headers];
}

function together(one: Extraction[] | undefined, other: Extraction[] = []): Extraction[] | undefined {
  return other.length === 0 ? one : [...(one ?? []), ...other];
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
    if (reason !== undefined) leaveOut(reason, recorded);
    return reason === undefined ? [method === recorded.method ? recorded : { ...recorded, method }] : [];
  });
}

const pathname = (path: string) => path.split('?', 1)[0];

/** Leaves out what no target has because anonymizing changed its path, unless a live value or the user's data makes it another. */
function withoutLostPaths(
  kept: RecordedRequest[],
  session: string,
  { tryRewrite, leaveOut }: TemplateContext,
): RecordedRequest[] {
  if (!kept.some(({ lostPath }) => lostPath)) return kept;
  const { requests } = tryRewrite(kept, session);
  return kept.filter(({ lostPath, path }, i) => {
    if (!lostPath || pathname(requests[i]?.path ?? '') !== pathname(path)) return true;
    leaveOut('path changed by anonymizing', kept[i] as RecordedRequest);
    return false;
  });
}

function methodReason(method: string, recorded: RecordedRequest, writes: PlanOptions['writes']): string | undefined {
  if (!/^[A-Z][A-Z-]*$/.test(method)) return 'invalid method';
  if (method === 'CONNECT' || method === 'TRACE') return unsafeMethod;
  if (recorded.status === 101 || header(recorded, 'upgrade')?.toLowerCase() === 'websocket') return 'protocol upgrade';
  if (safeMethods.has(method)) return undefined;
  if (writes === 'safe') return unsafeMethod;
  return lacksBody(recorded) ? noBody : undefined;
}

/** Why a request that writes is left out. */
export const unsafeMethod = 'unsafe method';
export const noBody = 'no body recorded';

/** Whether a request had a body, or may have had one, that was not recorded. */
function lacksBody(recorded: RecordedRequest): boolean {
  if (recorded.body !== undefined || safeMethods.has(recorded.method)) return false;
  const length = header(recorded, 'content-length');
  return length !== '0' && (!bodiless.has(recorded.method) || length !== undefined);
}

function header(request: RecordedRequest, name: string): string | undefined {
  for (const [other, value] of request.headers ?? []) {
    if (other.length === name.length && other.toLowerCase() === name) return value;
  }
  return undefined;
}
