import { errorKinds } from '../../../model/sample.ts';
import type { LoadFailure } from '../engine.ts';
import type { SampleIngest } from '../windows/ingest.ts';

const messagesAtMost = 1000;

/** Which failures the listener knows of already, and what the engine said of each kind. */
export class FailureReport {
  readonly #messages = new Map<string, string>();
  readonly #reported = new Map<string, number>();

  /** Keeps the first message of a kind, status and route. */
  note(key: string, message: string): void {
    if (!this.#messages.has(key) && this.#messages.size < messagesAtMost) this.#messages.set(key, message);
  }

  /** Failures of a new kind, status and route since the last call, and with `all` more of those that are known. */
  take(failures: SampleIngest['failures'], all: boolean): LoadFailure[] {
    const fresh: LoadFailure[] = [];
    for (const [key, { kind, count, firstMs, ...rest }] of failures) {
      const reported = this.#reported.get(key) ?? 0;
      if (count === reported || (reported > 0 && !all)) continue;
      this.#reported.set(key, count);
      fresh.push({
        ...rest,
        // Those that were reported before began before.
        firstMs: reported === 0 ? firstMs : rest.lastMs,
        count: count - reported,
        known: reported > 0,
        kind: errorKinds[kind] ?? 'other',
        message: this.#messages.get(`${kind} ${rest.status} ${rest.route}`) ?? '',
      });
    }
    return fresh;
  }
}
