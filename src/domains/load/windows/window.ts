import { LatencyHistogram } from '../../../stats/histogram.ts';
import { FlagCounts } from '../flag-counts.ts';
import { KeyCounts } from './key-counts.ts';

/** What requests of a kind did in one window. */
export class Tally {
  planned = 0;
  completed = 0;
  failed = 0;
  bytes = 0;
  /** From planned arrival to last byte, µs. */
  readonly response = new LatencyHistogram();
  /** From sending to last byte, µs. */
  readonly service = new LatencyHistogram();
}

/** What one route did in one window. */
export class RouteTally extends Tally {
  /** Counts by the recorded status (upper half) and the one that came, 0 for none. */
  readonly statuses = new KeyCounts();
  /** Bodies by twice the binary logarithm of their bytes, rounded. */
  readonly sizes = new KeyCounts();
  readonly answers = new FlagCounts();
}

/** One interval of planned arrivals, all routes. A request belongs to the window in which it was planned to arrive, however late it was answered. */
export class Window {
  readonly index: number;
  readonly routes: (RouteTally | undefined)[] = [];
  /** What of them objectives name by tag or tenant, by the plan's index of groups: counted here too. */
  readonly groups: (Tally | undefined)[] = [];
  /** Lateness caused by the generator, µs. */
  readonly generatorLateness = new LatencyHistogram();
  /** Waiting for an earlier answer of the session, µs. */
  readonly targetWait = new LatencyHistogram();
  planned = 0;
  answered = 0;
  /** Not sent, because their session could not log in. They are counted apart, neither as answered nor as failed. */
  notLoggedIn = 0;
  starved = 0;
  /** Answers with a recorded status to compare with, and how many had it. */
  compared = 0;
  matched = 0;
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

  group(group: number): Tally {
    let tally = this.groups[group];
    if (tally === undefined) {
      tally = new Tally();
      this.groups[group] = tally;
    }
    return tally;
  }

  get unsent(): number {
    return Math.max(0, this.planned - this.answered);
  }
}
