/** A sample's planned arrival reaches 11.9 hours of its sender's clock (src/model/sample.ts); sessions may go on after the last one began. */
const longestMs = 36_000_000;

/**
 * Where the part of a run that begins at `fromMs` is to end. A last one shorter than half of the others is joined to the one before it, unless
 * one process could not count that far.
 */
export function legEnd(fromMs: number, legMs: number, durationMs: number): number {
  const leftMs = durationMs - fromMs;
  const length = Math.min(legMs, longestMs);
  return leftMs < 1.5 * length && leftMs <= longestMs ? durationMs : Math.min(durationMs, fromMs + length);
}

/** Samples count in units of 10 µs from there: off that grid a request planned on a window's edge would come back in the window before. */
export function wholeMs(ms: number): number {
  return Math.ceil(ms);
}
