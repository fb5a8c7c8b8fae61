import type { PlannedRequest, PlannedSession, PlanSummary } from '../../../model/plan.ts';
import { valueToken } from '../../../model/plan.ts';

/** A request at its place in the order of sending, with the places of the requests that it waits for. */
interface Placed {
  request: PlannedRequest;
  after: number;
  also: readonly number[];
  /** Of the plan's groups; −1: of none. */
  group: number;
  /** In no count of requests. */
  isAdded: boolean;
}

/**
 * Writes sessions as k6 reads them (load/k6/replay/wire.go, and load/k6/session.js for a stock one): one line a session, `[index, startUs, overlay,
 * values, template]`. The template is encoded once for all sessions that share their requests with it; `overlay` holds headers that are known only when
 * the session is handed out, such as a fresh token, `values` what its placeholders stand for from its beginning; each is 0 for none.
 */
export class SessionWire {
  #templates = new WeakMap<readonly PlannedRequest[], string>();
  #tokenMark: string;
  #routes: number;

  constructor(plan: PlanSummary) {
    this.#tokenMark = valueToken(plan.nonce, '').slice(0, -2);
    this.#routes = plan.routes.length;
  }

  /** @param originMs what the run's clock reads when k6's reads zero; @returns the line, line feed included. */
  encode(session: PlannedSession, overlay: Record<string, string> | null, originMs: number): string {
    const startUs = Math.round((session.startMs - originMs) * 1000);
    const extra = overlay === null ? '0' : JSON.stringify(overlay);
    const values = session.values === undefined ? '0' : JSON.stringify(session.values);
    return `[${session.index},${startUs},${extra},${values},${this.#template(session)}]\n`;
  }

  #template(session: PlannedSession): string {
    const known = this.#templates.get(session.requests);
    if (known !== undefined) return known;
    const placed = withLogins(session);
    const inTurn = placed.every(({ after, also }, i) => after === i - 1 && also.length === 0);
    const cookies = session.cookies.map(([name, value]) => [session.requests[0]?.target ?? 0, name, value]);
    const text = JSON.stringify({
      h: Object.fromEntries(session.headers),
      c: cookies,
      q: placed.map((one) => this.#request(one, session)),
      p: inTurn ? 0 : 1,
    });
    this.#templates.set(session.requests, text);
    return text;
  }

  #request({ request, after, also, group, isAdded }: Placed, session: PlannedSession): unknown {
    const { body, headers = [], extract = [], answer, login } = request;
    const text = [request.path, body?.data ?? '', ...[...session.headers, ...headers].map(([, value]) => value)];
    return {
      d: Math.round(request.dueMs * 1000),
      m: request.method,
      o: request.target,
      u: request.path,
      // Requests of logins have names of their own, after the plan's routes.
      r: isAdded ? this.#routes + (login?.step ?? 0) : request.route,
      // What its sample has in place of the route.
      ...(group < 0 ? {} : { g: this.#routes + group }),
      e: request.expectedStatus,
      a: after,
      w: also.length === 0 ? 0 : also,
      h: headers.length === 0 ? 0 : Object.fromEntries(headers),
      b: body === undefined ? 0 : body.encoding === 'base64' ? { b64: body.data } : body.data,
      ...(answer === undefined ? {} : { k: [answer.kind, answer.filled ? 1 : 0, answer.shaped ? 1 : 0] }),
      x: extract.length === 0 ? 0 : extract.map(({ name, from, expression }) => [name, from, expression]),
      t: text.some((part) => part.includes(this.#tokenMark)) ? 1 : 0,
      ...(login === undefined ? {} : { l: [login.step, isAdded ? 1 : 0, login.success] }),
    };
  }
}

/** The session's requests with its added logins between them; what comes after a login waits for it. */
function withLogins({ requests, groups, logins = [] }: PlannedSession): Placed[] {
  const placed: Placed[] = [];
  const placeOf: number[] = [];
  let login = -1;
  for (const [i, request] of requests.entries()) {
    const after = placeOf[request.after] ?? -1;
    for (const { before, steps } of logins) {
      if (before !== i) continue;
      for (const [j, step] of steps.entries()) {
        placed.push({ request: step, after: j === 0 ? after : placed.length - 1, also: [], group: -1, isAdded: true });
      }
      login = placed.length - 1;
    }
    const also = (request.also ?? []).map((place) => placeOf[place] ?? -1);
    placeOf.push(placed.length);
    const own = { request, group: groups?.[i] ?? -1, isAdded: false };
    const isNext = login >= 0 && login === placed.length - 1;
    if (login < 0 || after >= login) placed.push({ ...own, after, also });
    // The login itself waited for what the request right after it waits for.
    else placed.push({ ...own, after: login, also: after < 0 || isNext ? also : [after, ...also] });
  }
  return placed;
}
