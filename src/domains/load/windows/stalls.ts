import type { Window } from './window.ts';

/** Answers this soon after the first one that ended a silence may have waited in it for longer than that one did. */
const sameSilenceUs = 100_000;

/** Finds the periods in which requests were under way and none was answered. */
export class StallWatch {
  longestUs = 0;
  #lastAnswerUs = 0;
  #silenceFromUs = 0;
  #silenceToUs = 0;

  /** @param window where the stall is noted, if it is the longest there */
  add(window: Window, sentUs: number, answeredUs: number): void {
    if (answeredUs > this.#lastAnswerUs) {
      if (
        answeredUs - this.#lastAnswerUs > this.#silenceToUs - this.#silenceFromUs ||
        answeredUs - this.#silenceToUs > sameSilenceUs
      ) {
        this.#silenceFromUs = this.#lastAnswerUs;
        this.#silenceToUs = answeredUs;
      }
      this.#lastAnswerUs = answeredUs;
    }
    const stallUs = Math.min(answeredUs, this.#silenceToUs) - Math.max(sentUs, this.#silenceFromUs);
    if (stallUs > window.stallUs) window.stallUs = stallUs;
    if (stallUs > this.longestUs) this.longestUs = stallUs;
  }
}
