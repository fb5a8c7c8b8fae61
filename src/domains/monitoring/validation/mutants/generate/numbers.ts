/**
 * The number with the fewest digits between two others, both included: people write thresholds in such numbers, so that the one between a value that
 * fires and one that does not is most likely the threshold itself.
 */
export function simplestBetween(one: number, other: number): number {
  const low = Math.min(one, other);
  const high = Math.max(one, other);
  if (low <= 0 && high >= 0) return 0;
  if (high < 0) return -simplestBetween(-high, -low);
  for (let power = Math.ceil(Math.log10(high)); power >= -12; power--) {
    const unit = 10 ** power;
    const first = Math.ceil(low / unit - 1e-9);
    if (first * unit > high * (1 + 1e-12)) continue;
    // Of those with as many digits, round ones first.
    for (const step of [5, 2, 1]) {
      const rounded = Math.ceil(first / step) * step;
      const value = Number((rounded * unit).toPrecision(12));
      if (value >= low && value <= high) return value;
    }
  }
  return low;
}

/** Values that are worth a try: those that an expression names, what is a little more and less, and a few that are far from all. */
export function candidateValues(constants: readonly number[], scales: readonly number[]): number[] {
  const values = new Set<number>([0, 1, 2, -1, 0.5, 10, 100, 1000, 1e6, 1e9, -1e9]);
  for (const constant of constants.filter(Number.isFinite)) {
    for (const scale of [1, ...scales]) {
      for (const factor of [1, 2, 0.5, 10, -1]) values.add(rounded(constant * scale * factor));
    }
    values.add(constant + 1);
    values.add(constant - 1);
  }
  return [...values];
}

export function rounded(value: number): number {
  return Number(value.toPrecision(10));
}

/** A generator of numbers from 0 to 1 that gives the same ones for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
