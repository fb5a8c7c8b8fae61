import type { PlanSummary } from '../../../model/plan.ts';
import { errorKinds } from '../../../model/sample.ts';

export interface TlsMaterial {
  /** PEM of the client's certificate and key. */
  cert: string;
  key: string;
}

export interface ScriptConfigInput {
  plan: PlanSummary;
  virtualUsers: number;
  requestTimeoutMs: number;
  tls: TlsMaterial | null;
}

/**
 * What load/k6/session.js reads: k6's options and what all sessions share.
 *
 * Connections are not reused between iterations, for cookies are not either, and sessions that share sockets are no sessions. Nothing
 * is kept for a summary. Redirects are not followed: the recording has the request that came after, and a foreign host is never contacted.
 */
export function scriptConfig(input: ScriptConfigInput): unknown {
  const { plan, virtualUsers, requestTimeoutMs, tls } = input;
  const longestMs = plan.options.durationMs + plan.longestSessionMs;
  const hosts = plan.targets.map((target) => new URL(target).hostname);
  return {
    options: {
      scenarios: {
        replay: {
          executor: 'shared-iterations',
          vus: virtualUsers,
          // One more for each virtual user, so that none runs out of them: the harness ends k6 when it has every sample.
          iterations: plan.sessions + virtualUsers,
          // The harness ends the run; this is only so that k6 does not end it first.
          maxDuration: `${Math.ceil(longestMs / 1000) + 3600}s`,
          gracefulStop: '0s',
        },
      },
      noVUConnectionReuse: true,
      maxRedirects: 0,
      systemTags: ['name'],
      userAgent: 'shakedown',
      batchPerHost: 0,
      setupTimeout: '60s',
      ...(tls === null ? {} : { tlsAuth: [{ domains: hosts, cert: tls.cert, key: tls.key }] }),
    },
    nonce: plan.nonce,
    targets: plan.targets,
    routes: plan.routes.map(({ method, route }) => `${method} ${route}`),
    errorKinds: Object.fromEntries(errorKinds.map((kind, code) => [kind, code])),
    requestTimeoutMs,
  };
}
