import { answeredBy, type Sent } from '../witness/request.ts';
import { Usual } from '../witness/usual.ts';
import type { Arm, Window } from './evidence.ts';

/** Answers of the candidate that a window is to have, and how short or long it is then. */
const perWindow = 4;
const windowAtLeastMs = 200;
export const windowAtMostMs = 1000;

/** @param ratePerSecond requests that the candidate gets */
export function windowWidthMs(ratePerSecond: number): number {
  return Math.round(Math.min(windowAtMostMs, Math.max(windowAtLeastMs, (perWindow * 1000) / ratePerSecond)));
}

interface OpenArm extends Omit<Arm, 'index'> {
  logarithms: number;
  measured: number;
}

/** Puts answers into windows, by the moment at which they came: candidate and control of the same moment belong together. */
export class WindowCollector {
  readonly #usual = new Usual();
  readonly #candidate: string;
  readonly #control: string;
  #taken = 0;

  /** @param candidate, control names of their sides */
  constructor(candidate: string, control: string) {
    this.#candidate = candidate;
    this.#control = control;
  }

  /** Answers before the first step only show what is usual. */
  learn(sent: readonly Sent[]): void {
    for (const each of sent.slice(this.#taken)) this.#learn(each);
    this.#taken = sent.length;
  }

  /**
   * The windows that are over, in order.
   * @param sent all answers, in order of their ends; those before the last call are not looked at again
   * @param fromMs start of the first window; answers to requests sent before are of the step before
   */
  take(
    sent: readonly Sent[],
    { step, fromMs, widthMs, untilMs }: { step: number; fromMs: number; widthMs: number; untilMs: number },
  ): Window[] {
    const windows: Window[] = [];
    for (let startMs = fromMs; startMs + widthMs <= untilMs; startMs += widthMs) {
      const [candidate, control] = [open(), open()];
      let all = 0;
      while (this.#taken < sent.length) {
        const each = sent[this.#taken];
        if (each === undefined || each.endMs >= startMs + widthMs) break;
        this.#taken++;
        const side = answeredBy(each);
        if (each.endMs < startMs || each.kind !== 'replay') continue;
        all++;
        if (side === this.#candidate) this.#count(each, candidate);
        else {
          if (side === this.#control) this.#count(each, control);
          this.#learn(each);
        }
      }
      windows.push({ kind: 'window', step, startMs, control: closed(control), candidate: closed(candidate), all });
    }
    return windows;
  }

  #learn(sent: Sent): void {
    if (sent.error === null && sent.kind === 'replay' && answeredBy(sent) !== this.#candidate) {
      this.#usual.add(sent.label, sent.endMs - sent.dueMs);
    }
  }

  #count({ label, endMs, dueMs, error }: Sent, arm: OpenArm): void {
    arm.requests++;
    if (error !== null) {
      arm.failed++;
      return;
    }
    const ms = endMs - dueMs;
    if (this.#usual.isSlow(label, ms)) arm.slow++;
    const relative = this.#usual.relative(label, ms);
    if (relative === null) return;
    arm.logarithms += relative;
    arm.measured++;
  }
}

function open(): OpenArm {
  return { requests: 0, failed: 0, slow: 0, logarithms: 0, measured: 0 };
}

function closed({ logarithms, measured, ...counts }: OpenArm): Arm {
  return { ...counts, index: measured === 0 ? null : Math.exp(logarithms / measured) };
}
