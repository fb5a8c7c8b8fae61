import type { WindowResult } from '../../../model/results.ts';
import type { CpuWatch } from '../cpu.ts';
import type { LoadInput, LoadOutcome } from '../engine.ts';
import type { SampleIngest } from '../windows/ingest.ts';
import { WindowLog } from '../windows/log.ts';
import { closeWindow } from '../windows/result.ts';
import type { Window } from '../windows/window.ts';
import { AnswerSums } from './answer-sums.ts';

/** Writes windows as they close: first the histograms, then the event that counts on them, then the sessions that ended with them. */
export class WindowWriter {
  /** Of the windows that were written. */
  readonly written: LoadOutcome['accounting'] = { planned: 0, completed: 0, failed: 0, unsent: 0 };
  /** Of the windows that were written, without excluded ones: under a fault answers are not as recorded. */
  readonly answers = new AnswerSums();
  readonly statuses = { compared: 0, matched: 0 };
  readonly #input: LoadInput;
  readonly #sessions: SampleIngest['sessions'];
  readonly #cpu: CpuWatch;
  #log: WindowLog | null = null;
  #unwrittenFromMs: number | null = null;

  constructor(input: LoadInput, sessions: SampleIngest['sessions'], cpu: CpuWatch) {
    this.#input = input;
    this.#sessions = sessions;
    this.#cpu = cpu;
  }

  /** @param startedAt when the run's clock read zero */
  open(startedAt: Date): void {
    const { windowsFolder, windowMs, merge } = this.#input;
    this.#log = new WindowLog({ folder: windowsFolder, windowMs, startedAt, ...(merge && { merge }) });
  }

  /** Start of the first window that could not be written; none is written after it. null: all were. */
  get unwrittenFromMs(): number | null {
    return this.#unwrittenFromMs;
  }

  /** @throws what stopped it, where the listener takes no such thing */
  write(window: Window, progress: { planned: number; done: number; failed: number }): void {
    const { windowMs, honesty, on, disturbance } = this.#input;
    const startMs = window.index * windowMs;
    const closed = closeWindow(window, windowMs, this.#cpu.between(startMs, startMs + windowMs), honesty);
    const { result, routes, groups, response } = closed;
    const fault = disturbance?.(startMs, startMs + windowMs) ?? null;
    if (fault !== null) result.excluded = fault;
    try {
      this.#log?.append(window, closed);
      on.window(result, routes, { ...progress, response }, groups);
    } catch (cause) {
      this.#log?.forget(window.index);
      this.#stop(startMs, cause);
      return;
    }
    if (result.excluded === undefined) {
      this.answers.add(window.routes);
      this.statuses.compared += window.compared;
      this.statuses.matched += window.matched;
    }
    for (const key of ['planned', 'completed', 'failed', 'unsent'] as const) this.written[key] += result[key];
    try {
      const counts = this.#sessions?.close(window.index, kindOf(window, result)) ?? [];
      if (counts.length > 0) on.sessions?.(window.index, counts);
    } catch (cause) {
      // The window itself is on record.
      this.#stop(startMs + windowMs, cause);
    }
  }

  /** Writes what was counted of sessions since the last window, and closes the logs. */
  finish(coveredMs: number): void {
    const { windowMs, on } = this.#input;
    const rest = this.#unwrittenFromMs === null ? (this.#sessions?.rest() ?? []) : [];
    try {
      if (rest.length > 0) on.sessions?.(Math.floor(coveredMs / windowMs), rest);
    } catch (cause) {
      this.#stop(coveredMs, cause);
    }
    this.#log?.close();
  }

  #stop(fromMs: number, cause: unknown): void {
    const { on } = this.#input;
    if (on.unwritable === undefined) throw cause;
    this.#unwrittenFromMs = fromMs;
    on.unwritable(cause);
  }
}

function kindOf(
  { lost }: Window,
  { invalid: why, excluded }: WindowResult,
): 'judged' | 'excluded' | 'invalid' | 'lost' {
  if (why !== null) return 'invalid';
  if (excluded !== undefined) return 'excluded';
  return lost ? 'lost' : 'judged';
}
