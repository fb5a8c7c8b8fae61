const units: readonly (readonly [string, number])[] = [
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** `1h30m` in milliseconds; a bare number is seconds. Prometheus' own form of durations; null for any other text. */
export function durationMs(text: string): number | null {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1000;
  if (!/^(\d+(ms|[ywdhms]))+$/.test(trimmed)) return null;
  let sum = 0;
  for (const [, count, unit] of trimmed.matchAll(/(\d+)(ms|[ywdhms])/g))
    sum += Number(count) * (units.find(([name]) => name === unit)?.[1] ?? Number.NaN);
  return Number.isNaN(sum) ? null : sum;
}

/** As Prometheus writes it: `1h30m`; 0 is `0s`. */
export function durationText(ms: number): string {
  let rest = Math.round(ms);
  let text = '';
  // Years and weeks are left out, as Prometheus does where the number is no whole one of them.
  for (const [unit, size] of units.filter(([name]) => name !== 'y' && name !== 'w')) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text === '' ? '0s' : text;
}
