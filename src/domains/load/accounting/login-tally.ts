import type { LoginCount } from '../../../model/login.ts';

/** Kinds that are reported apart; problems are a few fixed phrases, so that more of them are a fault of ours. */
const kindsAtMost = 1000;

/** Counts requests that log sessions in. They are in no other count, unless the recording has them. */
export class LoginTally {
  readonly #requests: readonly string[];
  readonly #counts = new Map<string, LoginCount & { reported: number }>();
  #fails = false;

  /** @param requests of a login, in their order */
  constructor(requests: readonly string[]) {
    this.#requests = requests;
  }

  add(step: number, status: number, problem: string): void {
    const key = `${step} ${status} ${problem}`;
    const known = this.#counts.get(key);
    if (known !== undefined) known.count++;
    else if (this.#counts.size < kindsAtMost) {
      this.#counts.set(key, { request: this.#requests[step] ?? '', status, problem, count: 1, reported: 0 });
      this.#fails ||= problem !== '';
    }
  }

  /** What was counted since the last call. @param all false: only where there is a new kind of failure to report */
  take(all: boolean): LoginCount[] {
    if (!all && !this.#fails) return [];
    this.#fails = false;
    return [...this.#counts.values()].flatMap((one) => {
      const { request, status, problem, count, reported } = one;
      one.reported = count;
      return count === reported ? [] : [{ request, status, problem, count: count - reported }];
    });
  }
}
