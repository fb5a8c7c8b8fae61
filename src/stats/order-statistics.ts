/**
 * The values at some ranks (from 0, ascending) of what `values` would be in order, by quickselect (Hoare, 1961): a few ranks cost a few passes, where
 * sorting costs the logarithm of their number. Moves the values about. A rank past the end gives NaN.
 */
export function orderStatistics(values: Float64Array, ranks: readonly number[]): number[] {
  let from = 0;
  return ranks.map((rank) => {
    if (!(rank >= 0 && rank < values.length)) return Number.NaN;
    // What lies before the last rank is smaller already.
    settle(values, rank, from);
    from = rank;
    return values[rank] as number;
  });
}

/** Moves the value of this rank to its place, smaller ones before it and larger ones after it, from `from` on. */
function settle(values: Float64Array, rank: number, from: number): void {
  let low = from;
  let high = values.length - 1;
  while (low < high) {
    const pivot = middleOfThree(values[low] as number, values[(low + high) >>> 1] as number, values[high] as number);
    let i = low;
    let j = high;
    while (i <= j) {
      while ((values[i] as number) < pivot) i++;
      while ((values[j] as number) > pivot) j--;
      if (i > j) break;
      const moved = values[i] as number;
      values[i++] = values[j] as number;
      values[j--] = moved;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else return;
  }
}

function middleOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

/** The middle one of some values, of an even number the upper of the two; NaN of none. */
export function upperMedian(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
