import type { JourneyCounts, JourneySettings, SessionCounts, SessionKind } from '../../model/journeys.ts';
import { LatencyHistogram } from '../../stats/histogram.ts';
import type { JourneyWalk } from '../../stats/journeys/walk.ts';
import { encodeHistogram } from '../../stats/payload.ts';

const kinds: readonly SessionKind[] = ['judged', 'excluded', 'invalid'];

interface Sums {
  sessions: number;
  steps: [due: number, done: number][][];
  features: [planned: number, used: number][];
  times: LatencyHistogram[];
  firstStep: LatencyHistogram[];
}

/** Adds sessions up until they are recorded; its size is that of the configuration. */
export class Counting {
  readonly #settings: JourneySettings;
  readonly #sums: Record<SessionKind, Sums>;

  constructor(settings: JourneySettings) {
    this.#settings = settings;
    this.#sums = { judged: this.#none(), excluded: this.#none(), invalid: this.#none() };
  }

  /**
   * @param planned what production did in the session
   * @param walks the replayed session’s way, by journey; not counted where production never began it
   * @param used the features that worked
   */
  add(
    kind: SessionKind,
    planned: { reached: readonly number[]; features: readonly boolean[] },
    walks: readonly JourneyWalk[],
    used: readonly boolean[],
  ): void {
    const sums = this.#sums[kind];
    sums.sessions++;
    for (let i = 0; i < sums.features.length; i++) {
      if (planned.features[i] !== true) continue;
      const sum = sums.features[i] as [number, number];
      sum[0]++;
      if (used[i] === true) sum[1]++;
    }
    for (let journey = 0; journey < walks.length; journey++) {
      const reached = planned.reached[journey] ?? 0;
      if (reached === 0) continue;
      const walk = walks[journey] as JourneyWalk;
      const steps = sums.steps[journey] as [number, number][];
      for (let step = 0; step < reached; step++) {
        const sum = steps[step] as [number, number];
        sum[0]++;
        if (walk.reached > step) sum[1]++;
      }
      if (walk.firstStepMs !== null) sums.firstStep[journey]?.record(Math.round(walk.firstStepMs * 1000));
      if (walk.waitedMs !== null) sums.times[journey]?.record(Math.round(walk.waitedMs * 1000));
    }
  }

  /** What was added since the last call. @param withTimes the distributions too; without, they are kept for a later call */
  take(withTimes: boolean): SessionCounts[] {
    return kinds.flatMap((kind) => {
      const sums = this.#sums[kind];
      const { sessions } = sums;
      const hasTimes = withTimes && [...sums.times, ...sums.firstStep].some(({ count }) => count > 0);
      if (sessions === 0 && !hasTimes) return [];
      const journeys = sums.steps.map((steps, i): JourneyCounts => {
        const counted: JourneyCounts = { steps };
        const [times, firstStep] = [sums.times[i], sums.firstStep[i]];
        if (!withTimes || kind === 'invalid') return counted;
        if (times !== undefined && times.count > 0) counted.times = encodeHistogram(times);
        if (firstStep !== undefined && firstStep.count > 0) counted.firstStep = encodeHistogram(firstStep);
        return counted;
      });
      const fresh = this.#none();
      this.#sums[kind] = withTimes ? fresh : { ...fresh, times: sums.times, firstStep: sums.firstStep };
      return [{ kind, sessions, journeys, features: sums.features }];
    });
  }

  #none(): Sums {
    const { journeys, features } = this.#settings;
    return {
      sessions: 0,
      steps: journeys.map(({ steps }) => steps.map(() => [0, 0])),
      features: features.map(() => [0, 0]),
      times: journeys.map(() => new LatencyHistogram()),
      firstStep: journeys.map(() => new LatencyHistogram()),
    };
  }
}
