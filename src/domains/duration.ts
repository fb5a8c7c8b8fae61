const unitMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Parses `24h`, `1m30s`, `500ms`, `1.5h`, `2d`; units once each, larger ones first.
 * @returns milliseconds; a string says what is wrong
 */
export function parseDuration(text: string): number | string {
  const form = 'write it as 24h, 90s, 1m30s or 500ms';
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text) {
    return /^\d+(\.\d+)?$/.test(text) ? `the unit is missing; ${form}` : form;
  }
  let total = 0;
  let before = Number.POSITIVE_INFINITY;
  for (const [, amount = '', unit = ''] of parts) {
    const size = unitMs[unit] ?? Number.NaN;
    if (size >= before) return `units go from large to small, each once; ${form}`;
    before = size;
    total += Number(amount) * size;
  }
  return total > 0 ? Math.round(total) : 'it must be longer than nothing';
}
