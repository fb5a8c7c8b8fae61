import type { PlanSummary } from '../../../model/plan.ts';
import { errorKinds } from '../../../model/sample.ts';
import type { Connections } from '../configuration.ts';

export interface TlsMaterial {
  /** PEM of the client's certificate and key. */
  cert: string;
  key: string;
}

export interface ScriptConfigInput {
  /** Ours replays sessions by itself, and one virtual user starts it; a stock k6 needs one for each session under way. */
  build: 'shakedown' | 'stock';
  plan: PlanSummary;
  virtualUsers: number;
  requestTimeoutMs: number;
  connections: Connections;
  tls: TlsMaterial | null;
}

/**
 * What k6 is given: its options and what all sessions share, for load/k6/replay/run.go and load/k6/session.js.
 *
 * A stock k6 does not reuse connections between iterations, for cookies are not either, and sessions that share sockets are no sessions. Nothing
 * is kept for a summary. Redirects are not followed: the recording has the request that came after, and a foreign host is never contacted.
 */
export function scriptConfig(input: ScriptConfigInput): unknown {
  const { build, plan, virtualUsers, requestTimeoutMs, connections, tls } = input;
  const vus = build === 'shakedown' ? 1 : virtualUsers;
  const longestMs = plan.options.durationMs + plan.longestSessionMs;
  const hosts = plan.targets.map((target) => new URL(target).hostname);
  return {
    options: {
      scenarios: {
        replay: {
          executor: 'shared-iterations',
          vus,
          // One more for each virtual user, so that none runs out of them: the harness ends k6 when it has every sample.
          iterations: build === 'shakedown' ? 1 : plan.sessions + vus,
          // The harness ends the run; this is only so that k6 does not end it first.
          maxDuration: `${Math.ceil(longestMs / 1000) + 3600}s`,
          gracefulStop: '0s',
        },
      },
      noVUConnectionReuse: true,
      maxRedirects: 0,
      systemTags: ['name'],
      userAgent: 'shakedown',
      // As many idle connections as a browser keeps to a host.
      batchPerHost: 6,
      setupTimeout: '60s',
      ...(tls === null ? {} : { tlsAuth: [{ domains: hosts, cert: tls.cert, key: tls.key }] }),
    },
    nonce: plan.nonce,
    targets: plan.targets,
    routes: [
      ...plan.routes.map(({ method, route }) => `${method} ${route}`),
      ...(plan.login?.requests ?? []).map((request) => `login ${request}`),
    ],
    errorKinds: Object.fromEntries(errorKinds.map((kind, code) => [kind, code])),
    answers: plan.routes.map(({ answers }) => answers?.shape ?? null),
    requestTimeoutMs,
    sessionsAtOnce: virtualUsers,
    connections,
  };
}
