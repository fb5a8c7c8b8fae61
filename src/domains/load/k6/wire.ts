import type { PlannedRequest, PlannedSession, PlanSummary } from '../../../model/plan.ts';
import { valueToken } from '../../../model/plan.ts';

/**
 * Writes sessions as k6 reads them (load/k6/replay/wire.go, and load/k6/session.js for a stock one): one line a session, `[index, startUs, overlay, template]`. The template
 * is encoded once for all sessions that share their requests with it; `overlay` holds headers that are known only when the session
 * is handed out, such as a fresh token, or is 0.
 */
export class SessionWire {
  #templates = new WeakMap<readonly PlannedRequest[], string>();
  #tokenMark: string;

  constructor(plan: PlanSummary) {
    this.#tokenMark = valueToken(plan.nonce, '').slice(0, -2);
  }

  /** @param originMs what the run's clock reads when k6's reads zero; @returns the line, line feed included. */
  encode(session: PlannedSession, overlay: Record<string, string> | null, originMs: number): string {
    const startUs = Math.round((session.startMs - originMs) * 1000);
    const extra = overlay === null ? '0' : JSON.stringify(overlay);
    return `[${session.index},${startUs},${extra},${this.#template(session)}]\n`;
  }

  #template(session: PlannedSession): string {
    const known = this.#templates.get(session.requests);
    if (known !== undefined) return known;
    const requests = session.requests.map((request) => this.#request(request, session));
    const inTurn = session.requests.every(({ after, also }, i) => after === i - 1 && also === undefined);
    const cookies = session.cookies.map(([name, value]) => [session.requests[0]?.target ?? 0, name, value]);
    const text = JSON.stringify({
      h: Object.fromEntries(session.headers),
      c: cookies,
      q: requests,
      p: inTurn ? 0 : 1,
    });
    this.#templates.set(session.requests, text);
    return text;
  }

  #request(request: PlannedRequest, session: PlannedSession): unknown {
    const { body, headers = [], extract = [] } = request;
    const text = [request.path, body?.data ?? '', ...[...session.headers, ...headers].map(([, value]) => value)];
    return {
      d: Math.round(request.dueMs * 1000),
      m: request.method,
      o: request.target,
      u: request.path,
      r: request.route,
      e: request.expectedStatus,
      a: request.after,
      w: request.also ?? 0,
      h: headers.length === 0 ? 0 : Object.fromEntries(headers),
      b: body === undefined ? 0 : body.encoding === 'base64' ? { b64: body.data } : body.data,
      x: extract.length === 0 ? 0 : extract.map(({ name, from, expression }) => [name, from, expression]),
      t: text.some((part) => part.includes(this.#tokenMark)) ? 1 : 0,
    };
  }
}
