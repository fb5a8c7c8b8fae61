import type { ResolvedConfig } from '../../../model/config.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { PlannedSession, PlanSummary } from '../../../model/plan.ts';
import { admitRecording, makePlan, readManifest } from '../../traffic/public.ts';
import { type Step, stepsOf } from './session.ts';

export interface ChosenSession {
  session: PlannedSession;
  steps: Step[];
}

export interface Chosen {
  plan: PlanSummary;
  sessions: ChosenSession[];
  /** Requests of origins other than that of the target, which are not sent. */
  elsewhere: number;
  /** Routes with the number of sessions that were chosen for them, fewest first. */
  routes: { route: string; sessions: number }[];
}

const scannedAtMost = 20_000;
const requestsAtMost = 20_000;
/** Long enough for the recording to be gone through several times, where some routes are rare in it. */
const rounds = 4;

/**
 * Chooses sessions of the recording, in its order, so that every route is in enough of them for a change to be found.
 * @throws ShakedownError TRAFFIC_NOT_ANONYMIZED, PLAN_…, REGRESSION_TRAFFIC
 */
export async function chooseSessions(config: ResolvedConfig, baseUrl: string, signal: AbortSignal): Promise<Chosen> {
  const folder = config.traffic.recording;
  const manifest = await readManifest(folder);
  admitRecording(manifest, config.traffic);
  const { hosts, headers, dropHeaders } = config.target;
  const { ratePerSecond: _rate, ...options } = config.load;
  const plan = await makePlan({
    ...{ folder, manifest, signal },
    target: { baseUrl, hosts, headers: Object.fromEntries(headers), dropHeaders },
    ...{ rules: config.replay.extraction, data: config.replay.data, bodies: config.replay.bodies },
    login: config.replay.login,
    options: {
      ...options,
      ...{ mode: 'loop', scale: 1, speed: 1, shape: { kind: 'flat', points: [] } },
      durationMs: Math.max(60_000, rounds * manifest.durationMs),
    },
  });
  const { summary } = plan;
  const { sessions: sessionsAtMost, sessionsPerRoute } = config.regression;
  const own = new URL(baseUrl).origin;
  const all: (ChosenSession & { routes: Set<string>; requests: number })[] = [];
  const known = new Map<string, number>();
  for await (const session of plan.sessions()) {
    if (all.length >= scannedAtMost) break;
    const planned = stepsOf(session, summary);
    const steps = planned.filter(({ request }) => originOf(summary.targets[request.target]) === own);
    const routes = new Set(steps.map(({ route }) => route));
    for (const route of routes) known.set(route, (known.get(route) ?? 0) + 1);
    all.push({ session, steps, routes, requests: planned.length });
  }
  // Those with rare routes first: the frequent ones are in them as well.
  const rarest = new Map(all.map((one) => [one, Math.min(...[...one.routes].map((route) => known.get(route) ?? 0))]));
  const counts = new Map<string, number>();
  const taken = new Set<(typeof all)[number]>();
  const ordered = [...all].sort((a, b) => (rarest.get(a) ?? 0) - (rarest.get(b) ?? 0));
  let [requests, elsewhere] = [0, 0];
  // Every route first in a few sessions, then in more: where the bound is reached, none is left out.
  for (const share of [0.1, 0.3, 0.6, 1]) {
    const wanted = Math.ceil(share * sessionsPerRoute);
    for (const one of ordered) {
      if (taken.size >= sessionsAtMost || requests >= requestsAtMost) break;
      if (taken.has(one) || ![...one.routes].some((route) => (counts.get(route) ?? 0) < wanted)) continue;
      for (const route of one.routes) counts.set(route, (counts.get(route) ?? 0) + 1);
      elsewhere += one.requests - one.steps.length;
      requests += one.steps.length;
      taken.add(one);
    }
  }
  const chosen = [...taken].sort((a, b) => a.session.index - b.session.index);
  if (chosen.length === 0)
    throw new ShakedownError('REGRESSION_TRAFFIC', 'No session of the recording can be sent to both versions.', {
      hint: 'Look at `shakedown traffic inspect`, and at target.hosts.',
    });
  const routes = summary.routes.map(({ method, route }) => ({
    route: `${method} ${route}`,
    sessions: counts.get(`${method} ${route}`) ?? 0,
  }));
  return { plan: summary, sessions: chosen, elsewhere, routes: routes.sort((a, b) => a.sessions - b.sessions) };
}

function originOf(target: string | undefined): string {
  return target !== undefined && URL.canParse(target) ? new URL(target).origin : '';
}
