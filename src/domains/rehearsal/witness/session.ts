import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedRequest, PlannedSession, PlanSummary } from '../../../model/plan.ts';
import { cookieHeader, remember } from './cookies.ts';
import { ask, type Sent } from './request.ts';
import { bodyEncoding, extracted, fill } from './values.ts';

export interface SessionPlay {
  plan: Pick<PlanSummary, 'targets' | 'routes' | 'nonce'>;
  /** The run's clock. */
  now(): number;
  /** On the run's clock, when the plan's clock reads 0. */
  zeroMs: number;
  signal: AbortSignal;
  onSent(sent: Sent): void;
  /** It could not be sent, for a value that an earlier answer should have given. */
  onUnsent(): void;
}

/**
 * Replays one session of the recording: its requests at their moments, on connections and cookies of its own. A request waits for an answer only where
 * the plan says so.
 */
export async function playSession(session: PlannedSession, play: SessionPlay): Promise<void> {
  const { plan, now, zeroMs, signal } = play;
  const token = new RegExp(`__sd${plan.nonce}_([A-Za-z0-9]+)__`, 'g');
  const values = new Map(Object.entries(session.values ?? {}));
  const cookies = new Map(session.cookies.map(([name, value]) => [name, value]));
  const isTls = plan.targets[0]?.startsWith('https:') ?? false;
  const agent = new (isTls ? TlsAgent : Agent)({ keepAlive: true, maxSockets: 6 });
  const answers: Promise<void>[] = [];

  const one = async (request: PlannedRequest): Promise<void> => {
    const needed = [...(request.after >= 0 ? [request.after] : []), ...(request.also ?? [])];
    await Promise.all(needed.map((index) => answers[index]));
    const dueMs = zeroMs + session.startMs + request.dueMs;
    const waitMs = dueMs - now();
    if (waitMs > 0) await sleep(waitMs, undefined, { signal });
    if (signal.aborted) return;
    const asking = prepared(request);
    if (asking === null) {
      play.onUnsent();
      return;
    }
    const route = plan.routes[request.route];
    const { sent, headers, body } = await ask(
      {
        ...asking,
        ...{ method: request.method, kind: 'replay', agent, expected: request.expectedStatus },
        label: route === undefined ? request.method : `${route.method} ${route.route}`,
        // One that had to wait for an answer was due when that was there.
        dueMs: Math.max(dueMs, now() - 1),
        wantsBody: request.extract !== undefined,
      },
      now,
    );
    for (const rule of request.extract ?? []) {
      const value = extracted(rule, headers, body);
      if (value !== undefined) values.set(rule.name, value);
    }
    for (const line of headers['set-cookie'] ?? []) remember(line, cookies);
    play.onSent(sent);
  };

  const prepared = (request: PlannedRequest) => {
    const headers: Record<string, string> = {};
    for (const [name, value] of [...session.headers, ...(request.headers ?? [])]) {
      const filled = fill(value, token, values);
      if (filled === null) return null;
      headers[name.toLowerCase()] = filled;
    }
    if (cookies.size > 0) headers.cookie = cookieHeader(cookies);
    const path = fill(request.path, token, values, encodeURIComponent);
    if (path === null) return null;
    const url = `${plan.targets[request.target] ?? ''}${path}`;
    if (request.body === undefined) return { url, headers, body: null };
    headers['content-type'] ??= request.body.mime;
    if (request.body.encoding === 'base64') return { url, headers, body: Buffer.from(request.body.data, 'base64') };
    const body = fill(request.body.data, token, values, bodyEncoding(headers['content-type'] ?? ''));
    return body === null ? null : { url, headers, body };
  };

  for (const request of session.requests) answers.push(one(request).catch(() => {}));
  await Promise.all(answers);
  agent.destroy();
}
