import { SessionTracker } from '../../src/domains/journeys/tracker.ts';
import type { JourneySettings } from '../../src/model/journeys.ts';
import type { PlannedSession } from '../../src/model/plan.ts';
import { loadInput, request, session } from '../domains/load/shop.ts';
import { requestsPerSession, type SampleStream, sessionsApart } from './stream.ts';

/** As many journeys, steps and features as the sample shop has. */
const settings: JourneySettings = {
  journeys: [
    [0, 1, 2, 3, 4, 5],
    [1, 3, 5, 7],
    [2, 4, 6],
  ].map((steps, i) => ({
    name: `journey ${i}`,
    steps: steps.map((route) => ({ name: `step ${route}`, routes: [`GET /r${route}`] })),
    maxBetweenMs: null,
    answerWithinMs: null,
  })),
  features: [[0, 1], [2], [3, 4], [5, 6], [7, 8], [9]].map((routes, i) => ({
    name: `feature ${i}`,
    routes: routes.map((route) => `GET /r${route}`),
  })),
};

/** The sessions of a `SampleStream`, planned and followed as they are in a run with journeys. */
export class FollowedSessions {
  readonly tracker: SessionTracker;
  /** Of a recording that is shorter than the run: they come again. */
  readonly #templates: PlannedSession['requests'][];
  /** The tracker keeps nothing of it but its requests. To make one for each session is the plan’s work, which is no part of this. */
  readonly #planned = session(0, 0, []);
  readonly #stepMs: number;
  readonly #perWindow: number;
  #entered = 0;
  #ended = 0;
  #used: [planned: number, used: number] = [0, 0];

  constructor(stream: SampleStream, windowMs: number) {
    const { routes } = stream;
    this.#stepMs = 1000 / stream.ratePerSecond;
    this.#perWindow = windowMs / this.#stepMs / requestsPerSession;
    this.#templates = Array.from({ length: sessionsApart }, (_, i) =>
      Array.from({ length: requestsPerSession }, (_, k) =>
        request(k * this.#stepMs, { route: stream.routeOf(i * requestsPerSession + k), after: k - 1 }),
      ),
    );
    const named = Array.from({ length: routes }, (_, route) => request(route, { route }));
    const { plan } = loadInput('http://127.0.0.1:1', [session(0, 0, named)], { folder: '', durationMs: 1000 });
    this.tracker = new SessionTracker(plan, settings, windowMs);
  }

  /** Enters the sessions that have begun by the time so many requests were planned. */
  enter(planned: number): void {
    for (; this.#entered * requestsPerSession < planned; this.#entered++) {
      const first = this.#entered * requestsPerSession;
      this.#planned.index = this.#entered;
      this.#planned.startMs = first * this.#stepMs;
      this.#planned.requests = this.#templates[this.#entered % sessionsApart] ?? [];
      this.tracker.enter(this.#planned);
    }
  }

  close(window: number): void {
    for (const { sessions, features } of this.tracker.close(window, 'judged')) {
      this.#ended += sessions;
      for (const [planned, used] of features) {
        this.#used[0] += planned;
        this.#used[1] += used;
      }
    }
  }

  /** @param openWindows how many windows are open still @throws Error where sessions were lost, or their answers were */
  check(openWindows: number): void {
    const [planned, used] = this.#used;
    const open = this.#entered - this.#ended;
    // One request in a thousand fails, and a feature may be used by several requests of a session.
    if (open > this.#perWindow * (openWindows + 1) || used > planned || used < 0.99 * planned) {
      throw new Error(
        `Of ${this.#entered} sessions ${this.#ended} were counted, ${used} of ${planned} uses with them.`,
      );
    }
  }
}
