/** How another machine's clock stands to ours. */
export interface Offset {
  /** Theirs minus ours, nanoseconds. */
  ns: bigint;
  /** It is wrong by no more than this. */
  errorMs: number;
}

const keptMs = 60_000;

/**
 * Reckons the offset of another machine's clock from questions and answers. Their clock was read somewhere between our question and their
 * answer, so the quickest answer of the last minute says most, and half the time it took bounds the error.
 */
export class ClockOffset {
  #answers: { atMs: number; ns: bigint; errorMs: number }[] = [];

  /** @param askedNs @param answeredNs on our clock; @param theirsNs what theirs read in between */
  add(askedNs: bigint, answeredNs: bigint, theirsNs: bigint): void {
    const atMs = Number(answeredNs / 1_000_000n);
    const took = answeredNs - askedNs;
    this.#answers = this.#answers.filter((one) => one.atMs > atMs - keptMs);
    this.#answers.push({ atMs, ns: theirsNs - askedNs - took / 2n, errorMs: Number(took) / 2e6 });
  }

  /** null while there was no answer. */
  best(): Offset | null {
    let best: Offset | null = null;
    for (const one of this.#answers) if (best === null || one.errorMs < best.errorMs) best = one;
    return best;
  }
}
