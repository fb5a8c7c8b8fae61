import type { CapacityResult } from '../../model/capacity.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import type { PlannedRequest, PlannedSession } from '../../model/plan.ts';
import { closedLoop } from '../load/public.ts';
import type { Plan } from '../traffic/public.ts';
import type { RanStep } from './step.ts';

const checkAtMostMs = 10_000;
const connectionsAtMost = 1000;

/**
 * Holds the step's rate against a closed loop on the busiest GET route, at the connections that the rate and its mean response time give by
 * Little's law, N = X·R (Little, Operations Research 9, 1961).
 * @returns null where no GET request can be sent without the answers of others
 */
export async function crossCheck(
  { step, meanMs, plan }: RanStep & { plan: Plan },
  config: ResolvedConfig,
  overlay: Record<string, string> | null,
  signal: AbortSignal,
): Promise<CapacityResult['closedLoop']> {
  const chosen = await busiestGet(plan);
  if (chosen === null) return null;
  const { session, request } = chosen;
  const connections = Math.round((step.achievedRatePerSecond * (meanMs ?? 0)) / 1000);
  return closedLoop({
    origin: plan.summary.targets[request.target] ?? '',
    path: request.path,
    headers: { ...Object.fromEntries([...session.headers, ...(request.headers ?? [])]), ...overlay },
    connections: Math.min(connectionsAtMost, Math.max(1, connections)),
    durationMs: Math.min(checkAtMostMs, step.durationMs),
    requestTimeoutMs: config.timeouts.requestMs,
    signal,
  });
}

/** The first request of the busiest GET route that needs no value of an earlier answer and was not recorded as refused: a rate of refusals says nothing. */
export async function busiestGet(
  plan: Pick<Plan, 'sessions' | 'summary'>,
): Promise<{ session: PlannedSession; request: PlannedRequest } | null> {
  const found = new Map<number, { count: number; session: PlannedSession; request: PlannedRequest }>();
  for await (const session of plan.sessions()) {
    for (const request of session.requests) {
      const texts = [request.path, ...(request.headers ?? []).map(([, value]) => value)];
      if (
        request.method !== 'GET' ||
        request.expectedStatus >= 400 ||
        texts.some((text) => text.includes(`__sd${plan.summary.nonce}_`))
      )
        continue;
      const known = found.get(request.route);
      if (known === undefined) found.set(request.route, { count: 1, session, request });
      else known.count++;
    }
  }
  return [...found.values()].sort((a, b) => b.count - a.count)[0] ?? null;
}
