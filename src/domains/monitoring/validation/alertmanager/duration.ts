const unitS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

/**
 * Seconds of a duration as Prometheus and Alertmanager write it: `30s`, `1h30m`, `0`.
 * @throws Error where it is none
 */
export function durationS(text: string): number {
  const trimmed = text.trim();
  if (trimmed === '0') return 0;
  if (!/^(\d+(ms|[smhdwy]))+$/.test(trimmed)) throw new Error(`not a duration: ${text}`);
  return [...trimmed.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (unitS[unit ?? ''] ?? 0),
    0,
  );
}
