import { existsSync } from 'node:fs';

export interface StopConditions {
  /** More requests failing than this, percent, … */
  errorPercent: number;
  /** … for so long. */
  forMs: number;
  /** A file that stops the experiment as soon as it is there. */
  file: string;
}

const leastRequests = 20;

/** Watches for what ends an experiment before its time. Fed a few times a second with what was answered so far. */
export class StopWatch {
  #conditions: StopConditions;
  #seen: { atMs: number; done: number; failed: number }[] = [];

  constructor(conditions: StopConditions) {
    this.#conditions = conditions;
  }

  /** @param atMs of the run's clock; the rest since the run's beginning */
  tick(atMs: number, done: number, failed: number): void {
    this.#seen.push({ atMs, done, failed });
    const { forMs } = this.#conditions;
    // One older than the period is kept, to take the difference from.
    while ((this.#seen[1]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs - forMs) this.#seen.shift();
  }

  /** Why the experiment is to stop; null: go on. */
  reason(): string | null {
    const { file, errorPercent, forMs } = this.#conditions;
    if (existsSync(file)) return `the stop file ${file} is there`;
    const [first, last] = [this.#seen[0], this.#seen.at(-1)];
    if (first === undefined || last === undefined || last.atMs - first.atMs < forMs) return null;
    const done = last.done - first.done;
    const percent = done < leastRequests ? 0 : (100 * (last.failed - first.failed)) / done;
    if (percent <= errorPercent) return null;
    const shown = percent.toFixed(percent - errorPercent < 1 ? 2 : 0);
    return `${shown} % of the requests failed over ${forMs / 1000} s, more than the ${errorPercent} % at which experiments stop (chaos.stop.errorPercent): raise it where a fault is to make so many fail`;
  }
}
