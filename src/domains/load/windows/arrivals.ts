const binUs = 10_000;
const binsPerBlock = 1000;
/** No bin is within a block of this one. */
const noBin = -(2 ** 31);
/** Bins of 10 ms that make up one bin of each scale. */
const scales = [
  { binMs: 10, bins: 1 },
  { binMs: 100, bins: 10 },
  { binMs: 1000, bins: 100 },
] as const;

interface Block {
  due: Uint32Array;
  sent: Uint32Array;
}

interface PairSums {
  n: number;
  x: number;
  y: number;
  xx: number;
  yy: number;
  xy: number;
}

function addPair(sums: PairSums, x: number, y: number): void {
  sums.n++;
  sums.x += x;
  sums.y += y;
  sums.xx += x * x;
  sums.yy += y * y;
  sums.xy += x * y;
}

/** Figures of one scale. */
export function scaleFigures(sums: PairSums & { binMs: number }): {
  binMs: number;
  correlation: number | null;
  dispersionRatio: number | null;
} {
  return { binMs: sums.binMs, correlation: correlation(sums), dispersionRatio: dispersionRatio(sums) };
}

/**
 * Pearson's, of due (x) and sent (y) counts; null where there are too few. A plan steadier than independent arrivals (variance below the mean, as of
 * a Poisson process) gives nothing to follow: what it lacks is added to both as followed, so that small lateness is measured against chance and not
 * against nothing.
 */
function correlation({ n, x, y, xx, yy, xy }: PairSums): number | null {
  const floor = n * Math.max(0, x - varianceOf(n, x, xx));
  const vx = n * xx - x * x + floor;
  const vy = n * yy - y * y + floor;
  if (n < 2 || vx <= 0) return null;
  // What was sent at one steady rate follows nothing of what was due.
  if (vy <= 0) return 0;
  return Math.min(1, (n * xy - x * y + floor) / Math.sqrt(vx * vy));
}

/**
 * Variance ÷ mean of the sent counts, over that of the due counts. Between the plan's own and that of independent arrivals, 1, nothing is called a
 * burst: a steady plan is not unfaithful for being sent by chance.
 */
function dispersionRatio({ n, x, y, xx, yy }: PairSums): number | null {
  if (n < 2 || x === 0 || y === 0) return null;
  const planned = varianceOf(n, x, xx) / x;
  const sent = varianceOf(n, y, yy) / y;
  if (sent > planned) return sent / Math.min(sent, Math.max(planned, 1));
  return planned > 0 ? sent / planned : 1;
}

/** Of the counts of `n` bins, times `n`. */
function varianceOf(n: number, sum: number, squares: number): number {
  return squares - sum ** 2 / n;
}

/**
 * Compares when requests were due with when they were sent, as counts in bins of 10 ms, 100 ms and 1 s.
 *
 * Due is the planned arrival, or the moment at which the target gave the answer that the request had to wait for, if that came
 * later: what the target holds up is its response time, and no fault of the replay. Memory does not grow with the run.
 */
export class ArrivalFidelity {
  #blocks = new Map<number, Block>();
  #sums = scales.map(({ binMs }) => ({ binMs, n: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0 }));
  #lastUs = 0;
  /** The block last counted in, and its first bin: most requests fall into the same. */
  #current: Block = { due: new Uint32Array(0), sent: new Uint32Array(0) };
  #currentStart = noBin;

  /** Times on the run's clock, µs. */
  add(dueUs: number, sentUs: number): void {
    // Whole numbers of 32 bits, for 248 days of bins: half the cost of the same with fractions.
    const due = (dueUs / binUs) | 0;
    const sent = (sentUs / binUs) | 0;
    let start = this.#currentStart;
    if ((due - start) >>> 0 >= binsPerBlock) start = this.#turnTo(due);
    const dueCounts = this.#current.due;
    dueCounts[due - start] = (dueCounts[due - start] as number) + 1;
    if ((sent - start) >>> 0 >= binsPerBlock) start = this.#turnTo(sent);
    const sentCounts = this.#current.sent;
    sentCounts[sent - start] = (sentCounts[sent - start] as number) + 1;
    if (sentUs > this.#lastUs) this.#lastUs = sentUs;
  }

  /** Sums up the blocks that end before `beforeUs`: nothing due or sent in them may be added any more. */
  settle(beforeUs: number): void {
    for (const index of this.#blocks.keys()) {
      if ((index + 1) * binsPerBlock * binUs <= beforeUs) this.#sumUp(index, binsPerBlock);
    }
  }

  /** Sums up what is left, up to the last request sent. */
  finish(): { binMs: number; correlation: number | null; dispersionRatio: number | null }[] {
    const lastBin = Math.floor(this.#lastUs / binUs);
    for (const index of [...this.#blocks.keys()]) {
      this.#sumUp(index, Math.min(binsPerBlock, Math.max(0, lastBin + 1 - index * binsPerBlock)));
    }
    return this.#sums.map(scaleFigures);
  }

  /** Of the blocks summed up so far, by scale. */
  sums(): (PairSums & { binMs: number })[] {
    return this.#sums.map((sums) => ({ ...sums }));
  }

  /** Makes the block of this bin the current one. @returns its first bin */
  #turnTo(bin: number): number {
    const index = Math.floor(bin / binsPerBlock);
    this.#current = this.#block(index);
    this.#currentStart = index * binsPerBlock;
    return this.#currentStart;
  }

  #block(index: number): Block {
    let block = this.#blocks.get(index);
    if (block === undefined) {
      block = { due: new Uint32Array(binsPerBlock), sent: new Uint32Array(binsPerBlock) };
      this.#blocks.set(index, block);
    }
    return block;
  }

  #sumUp(index: number, length: number): void {
    const block = this.#blocks.get(index);
    if (block === undefined) return;
    this.#blocks.delete(index);
    if (index * binsPerBlock === this.#currentStart) this.#currentStart = noBin;
    scales.forEach(({ bins }, i) => {
      for (let start = 0; start < length; start += bins) {
        let due = 0;
        let sent = 0;
        for (let bin = start; bin < start + bins; bin++) {
          due += block.due[bin] as number;
          sent += block.sent[bin] as number;
        }
        addPair(this.#sums[i] as PairSums, due, sent);
      }
    });
  }
}
