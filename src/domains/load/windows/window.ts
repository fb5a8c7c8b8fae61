import { LatencyHistogram } from '../../../stats/histogram.ts';

/** What one route did in one window. */
export class RouteTally {
  planned = 0;
  completed = 0;
  failed = 0;
  bytes = 0;
  /** From planned arrival to last byte, µs. */
  readonly response = new LatencyHistogram();
  /** From sending to last byte, µs. */
  readonly service = new LatencyHistogram();
}

/** One interval of planned arrivals, all routes. A request belongs to the window in which it was planned to arrive, however late it was answered. */
export class Window {
  readonly index: number;
  readonly routes: (RouteTally | undefined)[] = [];
  /** Lateness caused by the generator, µs. */
  readonly generatorLateness = new LatencyHistogram();
  /** Waiting for an earlier answer of the session, µs. */
  readonly targetWait = new LatencyHistogram();
  planned = 0;
  answered = 0;
  starved = 0;
  stallUs = 0;
  /** When the first failure was known, and the planned arrival of the last, µs. */
  firstFailureSeenUs = Number.POSITIVE_INFINITY;
  lastFailureUs = 0;
  /** A generator died in it, with requests planned here. */
  lost = false;

  constructor(index: number) {
    this.index = index;
  }

  route(route: number): RouteTally {
    let tally = this.routes[route];
    if (tally === undefined) {
      tally = new RouteTally();
      this.routes[route] = tally;
    }
    return tally;
  }

  get unsent(): number {
    return Math.max(0, this.planned - this.answered);
  }
}
