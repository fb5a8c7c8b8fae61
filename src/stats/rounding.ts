/** To three decimals: of milliseconds a microsecond, of seconds a millisecond. */
export function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Microseconds, as histograms count, in milliseconds. */
export function inMs(us: number | null): number | null {
  return us === null ? null : Math.round(us) / 1000;
}
