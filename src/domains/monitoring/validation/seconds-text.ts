/** `3.2 s`, `140 s`. */
export function secondsText(value: number): string {
  return `${value < 100 ? value.toFixed(1) : Math.round(value)} s`;
}
