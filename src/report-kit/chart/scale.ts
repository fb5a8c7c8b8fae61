/** Maps a value of the domain to a coordinate; what is outside the domain is put on its edge. */
export type Scale = (value: number) => number;

export function linearScale(low: number, high: number, from: number, to: number): Scale {
  const span = high - low;
  return (value) => {
    const share = span > 0 ? Math.min(1, Math.max(0, (value - low) / span)) : 0.5;
    return from + share * (to - from);
  };
}

/** Logarithmic; `low` must be above 0, and what is below it is put on the edge. */
export function logScale(low: number, high: number, from: number, to: number): Scale {
  const linear = linearScale(Math.log10(low), Math.log10(high), from, to);
  return (value) => linear(Math.log10(Math.max(value, low)));
}

/** 1, 2 or 5 times a power of ten, at least `value`. */
export function niceCeiling(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((factor) => factor * power >= value * (1 - 1e-9)) ?? 10;
  return Number((step * power).toPrecision(6));
}

/** Round values from 0 to `high`, at most `most` steps. */
export function ticks(high: number, most: number): number[] {
  if (!(high > 0) || !Number.isFinite(high)) return [0];
  const rough = high / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9)) ?? 10) * power;
  const count = Math.floor(high / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** Powers of ten between `low` and `high`. */
export function logTicks(low: number, high: number): number[] {
  const values: number[] = [];
  for (let power = Math.ceil(Math.log10(low) - 1e-9); 10 ** power <= high * (1 + 1e-9); power++) {
    values.push(Number((10 ** power).toPrecision(6)));
  }
  return values;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const timeSteps = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12, 24, 48, 168, 720].map((count) => count * hour),
];

/** Moments of a run of `lengthMs`, at round distances from its start, at most `most` steps. */
export function timeTicks(lengthMs: number, most: number): number[] {
  if (!(lengthMs > 0)) return [0];
  const step = timeSteps.find((candidate) => lengthMs / candidate <= most) ?? lengthMs / most;
  return Array.from({ length: Math.floor(lengthMs / step + 1e-9) + 1 }, (_, index) => index * step);
}
