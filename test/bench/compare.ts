/** How two sets of arrivals agree, counted in bins of one length. */
export interface Agreement {
  binMs: number;
  /** Of the counts, bin by bin (Pearson). */
  correlation: number;
  /** Variance ÷ mean of the one's counts over that of the other's. */
  dispersionRatio: number;
}

/** Compares arrivals as sent with those of their source; times in ms after the start. */
export function agreement(sourceMs: Float64Array, sentMs: Float64Array, binMs: number): Agreement {
  const lastMs = Math.max(sourceMs.at(-1) ?? 0, ...[sentMs.reduce((most, at) => Math.max(most, at), 0)]);
  const bins = Math.floor(lastMs / binMs) + 1;
  const source = counts(sourceMs, binMs, bins);
  const sent = counts(sentMs, binMs, bins);
  const [a, b] = [moments(source), moments(sent)];
  let products = 0;
  for (let i = 0; i < bins; i++) products += ((source[i] as number) - a.mean) * ((sent[i] as number) - b.mean);
  return {
    binMs,
    correlation: products / bins / Math.sqrt(a.variance * b.variance),
    dispersionRatio: b.variance / b.mean / (a.variance / a.mean),
  };
}

function counts(timesMs: Float64Array, binMs: number, bins: number): Uint32Array {
  const into = new Uint32Array(bins);
  for (const at of timesMs) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(at / binMs)));
    into[bin] = (into[bin] as number) + 1;
  }
  return into;
}

function moments(figures: Uint32Array): { mean: number; variance: number } {
  const mean = figures.reduce((sum, n) => sum + n, 0) / figures.length;
  return { mean, variance: figures.reduce((sum, n) => sum + (n - mean) ** 2, 0) / figures.length };
}

/** The ⌈p/100 · n⌉-th smallest of figures in any order. */
export function exactPercentile(figures: Float64Array, p: number): number {
  const sorted = Float64Array.from(figures).sort();
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length * (1 - 2 ** -50)) - 1)] ?? Number.NaN;
}

/** Of the i-th sent behind the i-th planned, ms; `sentMs` in any order. What was never sent has no figure. */
export function latenessInOrder(plannedMs: Float64Array, sentMs: Float64Array): Float64Array {
  const sorted = Float64Array.from(sentMs).sort();
  return sorted.subarray(0, plannedMs.length).map((at, i) => at - (plannedMs[i] as number));
}
