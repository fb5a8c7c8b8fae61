import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type autocannon from 'autocannon';
import type { PlannedRequest, PlannedSession } from '../../model/plan.ts';
import { errorKinds, isWrongStatus, sampleWords } from '../../model/sample.ts';
import { LoadAccounting } from './accounting/accounting.ts';
import { type LoadInput, type LoadOutcome, whyAborted } from './engine.ts';

/** autocannon builds all its requests beforehand, so it gets a part of the plan's. */
const requestsAtMost = 2000;
const connectionsAtMost = 50;
const tickMs = 250;
const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

export function autocannonVersion(): string {
  const file = createRequire(import.meta.url).resolve('autocannon/package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/**
 * Replays the safe requests of the plan's first sessions at the plan's average rate with autocannon: the fallback where there is no k6. There are
 * no sessions, no recorded times and no cookies, and response time counts from sending, so a target that stands still hides most of
 * what it does: fidelity is not scored, and the run certifies nothing. autocannon does not check certificates.
 */
export async function runAutocannon(input: LoadInput): Promise<LoadOutcome> {
  const { plan, signal } = input;
  const { default: cannon } = await import('autocannon');
  const accounting = new LoadAccounting(input);
  const requests = await choose(input.sessions);
  const rate = Math.max(1, Math.round(plan.averageRatePerSecond));
  const connections = Math.min(rate, connectionsAtMost);
  let answeredRoute = 0;
  let answeredGroup = -1;
  let answeredExpected = 0;
  const origin = plan.targets[0] ?? '';
  const options = {
    url: origin,
    connections,
    overallRate: rate,
    duration: Math.ceil(plan.options.durationMs / 1000),
    timeout: Math.ceil(input.requestTimeoutMs / 1000),
    requests: requests.map(({ request, headers, group }) => ({
      method: request.method as autocannon.Request['method'],
      path: request.path,
      headers,
      // Called just before the event 'response' of the same answer.
      onResponse() {
        answeredRoute = request.route;
        answeredGroup = group;
        answeredExpected = request.expectedStatus;
      },
    })),
  } as autocannon.Options;

  if (plan.login !== undefined)
    input.on.warning('autocannon has no sessions, so nobody logs in: what needs a login is refused or not sent.');
  accounting.begin(new Date(), 0);
  if (requests.length === 0)
    return { ...accounting.finish('the plan has no request that autocannon can send'), ...notScored(accounting) };
  const words = new Uint32Array(sampleWords);
  const enter = (serviceMs: number, status: number, bytes: number, kind: number) => {
    const sentMs = Math.max(0, (accounting.nowMs() ?? 0) - serviceMs);
    accounting.plan(sentMs, answeredRoute, answeredGroup);
    words.set([sentMs * 100, 0, 0, serviceMs * 1000, bytes, 0]);
    words[6] = (answeredGroup < 0 ? answeredRoute : plan.routes.length + answeredGroup) | (status << 16);
    words[7] = kind | (answeredExpected << 16);
    accounting.samples(words, 0, sampleWords);
  };

  const instance = cannon(options, () => {});
  instance.on('response', (_client, status, bytes, serviceMs) => {
    enter(serviceMs, status, bytes, isWrongStatus(status, answeredExpected, true) ? errorKinds.indexOf('http') : 0);
  });
  instance.on('reqError', (error) => {
    const { code, message } = error as NodeJS.ErrnoException;
    const timedOut = /timed? ?out/i.test(message);
    const kind = timedOut ? 'timeout' : code === 'ECONNREFUSED' ? 'refused' : code === 'ECONNRESET' ? 'reset' : 'other';
    enter(timedOut ? input.requestTimeoutMs : 0, 0, 0, errorKinds.indexOf(kind));
  });
  const onAbort = () => instance.stop();
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  const timer = setInterval(() => accounting.tick(), tickMs);
  await new Promise<void>((resolve) => instance.once('done', () => resolve()));
  clearInterval(timer);
  signal.removeEventListener('abort', onAbort);
  return { ...accounting.finish(signal.aborted ? whyAborted(signal) : null), ...notScored(accounting) };
}

/** autocannon sends when it can, not when it should: what it did cannot be held against the plan. */
function notScored(accounting: LoadAccounting): Pick<LoadOutcome, 'fidelity' | 'fidelityState'> {
  const { sent } = accounting.ingest.totals;
  return {
    fidelityState: null,
    fidelity: {
      score: null,
      parts: [],
      scales: [],
      plannedRequests: sent,
      sentRequests: sent,
      routeMix: null,
      sessionOrder: null,
      statusParity: null,
      latenessMs: { p50: null, p99: null, max: null },
    },
  };
}

interface Chosen {
  request: PlannedRequest;
  headers: Record<string, string>;
  /** Of the plan's groups; −1: of none. */
  group: number;
}

async function choose(sessions: AsyncIterable<PlannedSession>): Promise<Chosen[]> {
  const chosen: Chosen[] = [];
  for await (const session of sessions) {
    for (const [i, request] of session.requests.entries()) {
      // Without sessions there is no answer to take a value from; what needs one is not sent.
      const needsValue = [request.path, ...(request.headers ?? []).map(([, value]) => value)].some((text) =>
        text.includes('__sd'),
      );
      if (!safe.has(request.method) || request.target !== 0 || needsValue) continue;
      const headers = Object.fromEntries([...session.headers, ...(request.headers ?? [])]);
      chosen.push({ request, headers, group: session.groups?.[i] ?? -1 });
      if (chosen.length === requestsAtMost) return chosen;
    }
  }
  return chosen;
}
