import type { PlannedRequest, PlannedSession, PlanSummary } from '../../model/plan.ts';
import { valueToken } from '../../model/plan.ts';

/**
 * Writes sessions as the k6 script reads them (load/k6/session.js): one line a session, `[index, startUs, overlay, template]`. The template
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
    const { headers } = session;
    const isFilled = headers.some(([, value]) => value.includes(this.#tokenMark));
    const requests = session.requests.map((request) => this.#request(request, isFilled)).join(',');
    const inTurn = session.requests.every((request, i) => request.after === i - 1);
    const cookies = session.cookies.map(([name, value]) => [session.requests[0]?.target ?? 0, name, value]);
    const text = `{"h":${JSON.stringify(Object.fromEntries(headers))},"c":${JSON.stringify(cookies)},"q":[${requests}],"p":${inTurn ? 0 : 1}}`;
    this.#templates.set(session.requests, text);
    return text;
  }

  /** As JSON, put together here: most of it is numbers, and a recording may have a template for every session. */
  #request(request: PlannedRequest, isFilled: boolean): string {
    const { method, target, path, route, expectedStatus, after, body, headers = [], extract = [] } = request;
    const sent = body === undefined ? 0 : body.encoding === 'base64' ? { b64: body.data } : body.data;
    const own = headers.length === 0 ? 0 : Object.fromEntries(headers);
    const rules = extract.length === 0 ? 0 : extract.map(({ name, from, expression }) => [name, from, expression]);
    const mark = this.#tokenMark;
    const hasToken =
      isFilled ||
      path.includes(mark) ||
      (body?.data.includes(mark) ?? false) ||
      headers.some(([, value]) => value.includes(mark));
    return (
      `{"d":${Math.round(request.dueMs * 1000)},"m":${JSON.stringify(method)},"o":${target},"u":${JSON.stringify(path)}` +
      `,"r":${route},"e":${expectedStatus},"a":${after},"h":${textOf(own)},"b":${textOf(sent)},"x":${textOf(rules)},"t":${hasToken ? 1 : 0}}`
    );
  }
}

function textOf(value: unknown): string {
  return value === 0 ? '0' : JSON.stringify(value);
}
