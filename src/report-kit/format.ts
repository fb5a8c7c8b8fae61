import type { Comparison, Interval, Unit } from '../model/verdict.ts';

/** Printed where nothing was measured. */
export const nothing = '–';
/** Keeps a figure and its unit on one line. */
const space = '\u00a0';
const minus = '\u2212';

function grouped(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}

/** Fixed decimals without trailing zeros, thousands separated, a true minus; `–` for null and for what is not finite. */
export function plainNumber(value: number | null, decimals: number): string {
  if (value === null || !Number.isFinite(value)) return nothing;
  const digits = Math.abs(value).toFixed(decimals);
  const short = digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
  return `${value < 0 && Number(short) !== 0 ? minus : ''}${grouped(short)}`;
}

/** A count in full: `97,412,880`. */
export function count(value: number | null): string {
  return plainNumber(value, 0);
}

/** A count for reading at a glance: in full below 100,000, then `412 k`, `97.4 M`, `1.2 G`. */
export function shortCount(value: number | null): string {
  if (value === null || !Number.isFinite(value) || Math.abs(value) < 99_999.5) return count(value);
  const [divisor, letter] = (
    [
      [1e9, 'G'],
      [1e6, 'M'],
      [1e3, 'k'],
    ] as const
  ).find(([size]) => Math.abs(value) >= size * 0.9995) ?? [1, ''];
  const scaled = value / divisor;
  return `${plainNumber(scaled, Math.abs(scaled) < 99.95 ? 1 : 0)}${space}${letter}`;
}

/** `12`: how many more there are than are shown; empty: none. */
export function more(all: number, most: number): string {
  return all > most ? count(all - most) : '';
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/**
 * Rounds to `decimals`, or to more where the rounded figure would sit on the wrong side of a limit, or on it: 199.996
 * against a target of 200 is not printed as 200, and 99.993 % not as 100 %.
 */
function faithful(value: number, decimals: number, limits: readonly number[]): string {
  for (let digits = decimals; digits < decimals + 6; digits++) {
    const rounded = Number(value.toFixed(digits));
    if (limits.every((limit) => Math.sign(rounded - limit) === Math.sign(value - limit))) {
      return plainNumber(value, digits);
    }
  }
  return plainNumber(value, decimals + 6);
}

/** `0.62 ms`, `78.2 ms`, `213 ms`, `1,240 ms`, `12.4 s`; never rounded across `limit` (ms). */
export function milliseconds(value: number | null, limit?: number): string {
  if (value === null || !Number.isFinite(value)) return nothing;
  const size = Math.abs(value);
  if (size >= 9_999.5) return `${faithful(value / 1000, 1, limit === undefined ? [] : [limit / 1000])}${space}s`;
  return `${faithful(value, size < 0.995 ? 2 : size < 99.95 ? 1 : 0, [0, ...(limit === undefined ? [] : [limit])])}${space}ms`;
}

/** `0.041 %`, `12.3 %`, `99.993 %`; only an exact 0 is `0 %` and only an exact 100 is `100 %`. */
export function percent(value: number | null, limit?: number): string {
  if (value === null || !Number.isFinite(value)) return nothing;
  const size = Math.abs(value);
  if (value > 0 && value < 0.0005) return `<${space}0.001${space}%`;
  const decimals = size < 0.9995 ? 3 : size > 99 && size < 100 ? 3 : size < 9.95 ? 2 : 1;
  return `${faithful(value, decimals, [0, 100, ...(limit === undefined ? [] : [limit])])}${space}%`;
}

/** `1,127 /s`, `12.4 /s`, `0.25 /s`. */
export function perSecond(value: number | null, limit?: number): string {
  if (value === null || !Number.isFinite(value)) return nothing;
  const size = Math.abs(value);
  return `${faithful(value, size < 9.95 ? 2 : size < 99.5 ? 1 : 0, [0, ...(limit === undefined ? [] : [limit])])}${space}/s`;
}

/** Two units at most, the larger ones: `24 h`, `3 h 12 min`, `1 min 5 s`, `12.4 s`, `850 ms`. Never rounded up. */
export function duration(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return nothing;
  if (ms < 0) return `${minus}${duration(-ms)}`;
  if (ms < 1000) return `${plainNumber(Math.floor(ms), 0)}${space}ms`;
  if (ms < 60_000) return `${plainNumber(Math.floor(ms / 100) / 10, 1)}${space}s`;
  const seconds = Math.floor(ms / 1000);
  const [large, small, largeUnit, smallUnit] =
    seconds < 3600
      ? [Math.floor(seconds / 60), seconds % 60, 'min', 's']
      : [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), 'h', 'min'];
  const first = `${count(large)}${space}${largeUnit}`;
  return small === 0 ? first : `${first} ${small}${space}${smallUnit}`;
}

/** Decimal units: `3.2 GB`, `640 B`. */
export function byteSize(bytes: number | null): string {
  if (bytes === null || !Number.isFinite(bytes)) return nothing;
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${plainNumber(value, unit === 0 || Math.abs(value) >= 99.95 ? 0 : 1)}${space}${units[unit]}`;
}

/** A score of 0…100: `99.2`; below 100 it is never printed as 100. */
export function score(value: number | null, limit?: number): string {
  if (value === null || !Number.isFinite(value)) return nothing;
  return faithful(value, Math.abs(value) <= 1 ? 3 : 1, [0, 100, ...(limit === undefined ? [] : [limit])]);
}

/** `+14 %`, `−2 %`, `±0 %`. */
export function change(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return nothing;
  const digits = plainNumber(Math.abs(value), Math.abs(value) < 9.95 ? 1 : 0);
  return `${digits === '0' ? '±' : value < 0 ? minus : '+'}${digits}${space}%`;
}

/** A figure in an objective's unit; `limit` is the target it must not be rounded across. */
export function quantity(value: number | null, unit: Unit, limit?: number): string {
  if (value === null || !Number.isFinite(value)) return nothing;
  switch (unit) {
    case 'ms':
      return milliseconds(value, limit);
    case '/s':
      return perSecond(value, limit);
    case '%':
      return percent(value, limit);
    case 'score':
      return score(value, limit);
    case 'h': {
      const whole = duration(value * 3_600_000);
      const isCut = limit !== undefined && value < limit && whole === duration(limit * 3_600_000);
      return isCut ? `${faithful(value, 3, [limit])}${space}h` : whole;
    }
    case 'count':
      return Number.isInteger(value) ? count(value) : plainNumber(value, 2);
  }
}

const comparisons: Record<Comparison, string> = { '<': '<', '<=': '≤', '>': '>', '>=': '≥', '=': '=' };

/** `< 200 ms`, `≥ 99.99 %`. */
export function target(comparison: Comparison, value: number, unit: Unit): string {
  return `${comparisons[comparison]}${space}${quantity(value, unit)}`;
}

/** Trailing zeros back, so that both ends of an interval have the same decimals. */
function padded(figure: string, decimals: number): string {
  const own = figure.split('.')[1]?.length ?? 0;
  return own >= decimals ? figure : `${figure}${own === 0 ? '.' : ''}${'0'.repeat(decimals - own)}`;
}

/** `208–219 ms`, `0.040–0.042 %`; the unit is said once where both ends have the same. */
export function interval(value: Interval | null, unit: Unit, limit?: number): string {
  if (value === null) return nothing;
  const low = quantity(value.low, unit, limit);
  const high = quantity(value.high, unit, limit);
  if (low === high) return low;
  const parts = [low, high].map((text) => {
    const [, figure = '', rest = ''] = /^([\d,]+(?:\.\d+)?)(\D*)$/.exec(text) ?? [];
    return { figure, rest };
  });
  const [from, to] = parts;
  if (!from?.figure || !to?.figure || from.rest !== to.rest) return `${low}–${high}`;
  // 0 and 100 are exact ends of a share, not roundings.
  const decimals = Math.max(...parts.map(({ figure }) => figure.split('.')[1]?.length ?? 0));
  const [start, end] = parts.map(({ figure }) => (/^(0|100)$/.test(figure) ? figure : padded(figure, decimals)));
  return `${start}–${end}${to.rest}`;
}
