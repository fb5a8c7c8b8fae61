import type { Feature, JourneySettings, RecordedJourney, RecordedUse } from '../../model/journeys.ts';
import type { RecordedSession, RouteCount } from '../../model/traffic.ts';
import { LatencyHistogram } from '../../stats/histogram.ts';
import { JourneyWalk, type StepTable, stepTable } from '../../stats/journeys/walk.ts';
import { encodeHistogram } from '../../stats/payload.ts';

const mostFeatures = 12;
/** Parts of a path that say nothing of what it is for. */
const prefixes = /^(api|rest|v\d+)$/i;

/** The configured journeys and features; without features, groups by the first meaningful part of the path, busiest first. */
export function followedSettings(
  { journeys, features }: JourneySettings,
  routes: readonly RouteCount[],
): JourneySettings {
  if (features.length > 0) return { journeys, features };
  const groups = new Map<string, { requests: number; routes: Set<string> }>();
  for (const { method, route, requests } of routes) {
    const segment = route.split('/').find((part) => part !== '' && !prefixes.test(part));
    const name = segment === undefined || segment.startsWith(':') ? '/' : `/${segment}`;
    const group = groups.get(name) ?? { requests: 0, routes: new Set() };
    group.requests += requests;
    group.routes.add(`${method.toUpperCase()} ${route}`);
    groups.set(name, group);
  }
  const busiest = [...groups].sort(([, a], [, b]) => b.requests - a.requests).slice(0, mostFeatures);
  return { journeys, features: busiest.map(([name, group]): Feature => ({ name, routes: [...group.routes] })) };
}

interface JourneyTally {
  reached: number[];
  times: LatencyHistogram;
  converted: LatencyHistogram;
  lost: LatencyHistogram;
}

/** Counts the sessions of a recording along the journeys, one session in memory at a time. */
export class RecordedTally {
  readonly #settings: JourneySettings;
  readonly #journeys: JourneyTally[];
  readonly #featureSessions: number[];
  readonly #featureRequests: number[];
  readonly #routes = new Map<string, StepTable>();
  #sessions = 0;
  #hasTimes = false;

  constructor(settings: JourneySettings) {
    this.#settings = settings;
    this.#journeys = settings.journeys.map(({ steps }) => ({
      reached: steps.map(() => 0),
      times: new LatencyHistogram(),
      converted: new LatencyHistogram(),
      lost: new LatencyHistogram(),
    }));
    this.#featureSessions = settings.features.map(() => 0);
    this.#featureRequests = settings.features.map(() => 0);
  }

  add({ requests }: RecordedSession): void {
    this.#sessions++;
    const walks = this.#settings.journeys.map((journey) => new JourneyWalk(journey));
    const used = new Set<number>();
    for (const { method, route, offsetMs, status, durationMs } of requests) {
      const { steps, features } = this.#tableOf(`${method.toUpperCase()} ${route}`);
      for (const feature of features[0] ?? [])
        this.#featureRequests[feature] = (this.#featureRequests[feature] ?? 0) + 1;
      if (status !== undefined && status >= 400) continue;
      if (durationMs !== undefined) this.#hasTimes = true;
      for (const feature of features[0] ?? []) used.add(feature);
      for (const [journey, step] of steps[0] ?? []) walks[journey]?.take(step, offsetMs, durationMs ?? Number.NaN);
    }
    for (const feature of used) this.#featureSessions[feature] = (this.#featureSessions[feature] ?? 0) + 1;
    walks.forEach((walk, i) => {
      const tally = this.#journeys[i];
      if (tally === undefined) return;
      for (let step = 0; step < walk.reached; step++) tally.reached[step] = (tally.reached[step] ?? 0) + 1;
      if (walk.waitedMs !== null) tally.times.record(Math.round(walk.waitedMs * 1000));
      if (walk.firstStepMs === null) return;
      const histogram = walk.reached === tally.reached.length ? tally.converted : tally.lost;
      histogram.record(Math.round(walk.firstStepMs * 1000));
    });
  }

  done(): RecordedUse {
    return {
      sessions: this.#sessions,
      journeys: this.#journeys.map(({ reached, times, converted, lost }): RecordedJourney => {
        const firstStep = { converted: encodeHistogram(converted), lost: encodeHistogram(lost) };
        return {
          reached,
          times: this.#hasTimes ? encodeHistogram(times) : null,
          firstStep: this.#hasTimes ? firstStep : null,
        };
      }),
      featureSessions: this.#featureSessions,
      featureRequests: this.#featureRequests,
    };
  }

  /** Of one route; a recording has some thousands of them at the most. */
  #tableOf(route: string): StepTable {
    let table = this.#routes.get(route);
    if (table === undefined) {
      table = stepTable([route], this.#settings.journeys, this.#settings.features);
      this.#routes.set(route, table);
    }
    return table;
  }
}
