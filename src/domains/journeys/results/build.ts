import { amount, coarse, grouped, range } from '../../../gate/words.ts';
import type {
  FeatureResult,
  FunnelStep,
  Journey,
  JourneyResult,
  JourneysResult,
  JourneyTimes,
  RecordedJourney,
} from '../../../model/journeys.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import { LatencyHistogram } from '../../../stats/histogram.ts';
import { stepTable } from '../../../stats/journeys/walk.ts';
import { decodeHistogramInto } from '../../../stats/payload.ts';
import type { SessionSums, SessionsFold } from '../fold.ts';
import { latencyImpact } from './impact.ts';
import { lostShare, share, tidy } from './shares.ts';

/** Funnels and features, in production and as replayed; null where sessions were not followed. */
export function journeysOf(
  { planned, sums }: SessionsFold,
  facts: RunFacts,
  apdexThresholdMs: number,
): JourneysResult | null {
  if (planned === null || facts.isSearch) return null;
  const { settings, recorded } = planned;
  const journeys = settings.journeys.map((journey, i) =>
    journeyResult(
      journey,
      recorded.journeys[i],
      recorded.sessions,
      sums,
      i,
      apdexThresholdMs,
      settings.journeys.length,
    ),
  );
  return {
    recordedSessions: recorded.sessions,
    sessions: { judged: sums.judged.sessions, excluded: sums.excluded.sessions, invalid: sums.invalid.sessions },
    journeys,
    features: featureResults(planned, sums.judged, facts),
    notes: notes(sums, facts, journeys),
  };
}

function journeyResult(
  { name, steps }: Journey,
  recorded: RecordedJourney | undefined,
  recordedSessions: number,
  { judged, excluded }: Record<'judged' | 'excluded', SessionSums>,
  place: number,
  apdexThresholdMs: number,
  looks: number,
): JourneyResult {
  const began = recorded?.reached[0] ?? 0;
  const funnel = steps.map((step, i): FunnelStep => {
    const { due, lost, ...figure } = lostShare(judged.steps[place]?.[i] ?? []);
    const came = recorded?.reached[i] ?? 0;
    const recordedShare = share(came, i === 0 ? recordedSessions : began);
    return { name: step.name, recorded: came, recordedShare, due, done: due - lost, lost: figure };
  });
  // Apdex calls an answer frustrating past four times its threshold, and a journey has one a step.
  const frustratedMs = 4 * apdexThresholdMs * steps.length;
  const whole = decoded(recorded?.times ?? null);
  const faulty = excluded.steps[place]?.at(steps.length - 1);
  const under = faulty === undefined ? null : lostShare(faulty);
  return {
    name,
    steps: funnel,
    times: {
      recorded: timesOf(whole, frustratedMs),
      replayed: timesOf(judged.times[place], frustratedMs),
      underFault: timesOf(excluded.times[place], frustratedMs),
    },
    frustratedMs,
    underFault: under === null ? null : { due: under.due, done: under.due - under.lost },
    impact: latencyImpact(recorded, judged.firstStep[place], looks),
    sentence: sentenceOf(funnel),
  };
}

function timesOf(histogram: LatencyHistogram | null | undefined, frustratedMs: number): JourneyTimes | null {
  if (histogram === null || histogram === undefined || histogram.count === 0) return null;
  const ms = (p: number) => (histogram.percentile(p) ?? 0) / 1000;
  return {
    journeys: histogram.count,
    p50: ms(50),
    p95: ms(95),
    frustrated: tidy((100 * histogram.countAbove(frustratedMs * 1000)) / histogram.count),
  };
}

/** What the release loses of the journeys that were whole in production. */
function sentenceOf(steps: readonly FunnelStep[]): string {
  const last = steps.at(-1);
  if (last === undefined || last.due === 0) {
    const far = steps.findLast(({ due }) => due > 0);
    return far === undefined
      ? 'No session of this run started it.'
      : `No session of this run could complete it; the last step replayed is “${far.name}”.`;
  }
  const { due, done, lost } = last;
  const between = lost.interval === null ? '' : range(coarse(lost.interval), '%');
  if (done === due) {
    return `All ${grouped(due)} sessions that completed it in production did so against the candidate; lost: ${between}.`;
  }
  const worst = worstStep(steps);
  return `Of ${grouped(due)} sessions that completed it in production, ${grouped(due - done)} did not against the candidate: ${amount(lost.percent ?? 0, '%')} lost (${between}), most of it at “${worst.name}”.`;
}

/** Where the share of sessions that are still there falls most. */
function worstStep(steps: readonly FunnelStep[]): FunnelStep {
  let worst = steps[0] as FunnelStep;
  let least = 1;
  let before = 1;
  for (const step of steps) {
    const left = step.due === 0 ? before : step.done / step.due;
    if (before > 0 && left / before < least) {
      least = left / before;
      worst = step;
    }
    before = left;
  }
  return worst;
}

function featureResults(
  { settings, recorded }: NonNullable<SessionsFold['planned']>,
  sums: SessionSums,
  { plan, routes }: RunFacts,
): FeatureResult[] {
  const planRoutes = plan?.plan.routes ?? [];
  const table = stepTable(
    planRoutes.map(({ method, route }) => `${method} ${route}`),
    [],
    settings.features,
  );
  const answered = settings.features.map(() => 0);
  const counts = settings.features.map(() => 0);
  let all = 0;
  routes.forEach(({ judged }, route) => {
    all += judged.completed;
    for (const feature of table.features[route] ?? []) {
      answered[feature] = (answered[feature] ?? 0) + judged.completed;
      counts[feature] = (counts[feature] ?? 0) + 1;
    }
  });
  return settings.features.map(({ name }, i): FeatureResult => {
    const { due, lost, ...figure } = lostShare(sums.features[i] ?? []);
    return {
      name,
      routes: counts[i] ?? 0,
      recordedSessions: share(recorded.featureSessions[i] ?? 0, recorded.sessions),
      recordedRequests: share(recorded.featureRequests[i] ?? 0, plan?.recording.requests ?? 0),
      due,
      done: due - lost,
      lost: figure,
      replayedRequests: share(answered[i] ?? 0, all),
    };
  });
}

function notes(
  { judged, excluded, invalid: spoiled }: SessionsFold['sums'],
  { plan, engine }: RunFacts,
  journeys: readonly JourneyResult[],
): string[] {
  const lines: string[] = [];
  if (engine?.build === 'embedded')
    lines.push('The fallback engine replays no sessions, so only production’s side is known.');
  else if (judged.sessions === 0)
    lines.push('No session finished in windows that count, so only production’s side is known.');
  const unreached = journeys.flatMap(({ name, steps }) => {
    const step = steps.find(({ recorded, due }) => recorded > 0 && due === 0);
    return step === undefined || judged.sessions === 0 ? [] : [`“${step.name}” of “${name}”`];
  });
  if (unreached.length > 0) {
    const why = plan?.plan.options.writes === 'safe' ? ': this run left out requests that write' : '';
    lines.push(`Not replayed, though people did it in production: ${unreached.join(', ')}${why}.`);
  }
  if (spoiled.sessions > 0)
    lines.push(
      `${grouped(spoiled.sessions)} sessions are not counted: the load generator was the bottleneck, or it ended before they did.`,
    );
  if (excluded.sessions > 0)
    lines.push(`${grouped(excluded.sessions)} sessions ran under a fault, and are counted separately.`);
  return lines;
}

function decoded(payload: string | null): LatencyHistogram | null {
  if (payload === null) return null;
  const histogram = new LatencyHistogram();
  try {
    decodeHistogramInto(payload, histogram);
  } catch {
    return null;
  }
  return histogram;
}
