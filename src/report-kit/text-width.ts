import type { Interval } from '../model/verdict.ts';
import type { MetricUnit } from '../model/watch.ts';
import { byteSize, duration, milliseconds, nothing, percent, perSecond, plainNumber } from './format.ts';

const space = '\u00a0';
const minus = '\u2212';

function decimalsFor(size: number): number {
  return size < 0.0995 ? 3 : size < 9.95 ? 2 : size < 99.5 ? 1 : 0;
}

/** A watched figure in its unit: `262 MB`, `1.3 cores`, `412`, `3.2 MB/s`. An unknown unit is written as it stands. */
export function measured(value: number | null, unit: MetricUnit): string {
  if (value === null || !Number.isFinite(value)) return nothing;
  const size = Math.abs(value);
  switch (unit) {
    case 'bytes':
      return value < 0 ? `${minus}${byteSize(size)}` : byteSize(value);
    case 'bytes/s':
      return `${value < 0 ? minus : ''}${byteSize(size)}/s`;
    case '%':
      return percent(value);
    case 'ms':
      return milliseconds(value);
    case 's':
      return duration(value * 1000);
    case '/s':
      return perSecond(value);
    case 'count':
      return plainNumber(value, Number.isInteger(value) ? 0 : decimalsFor(size));
    default:
      return `${plainNumber(value, decimalsFor(size))}${space}${unit}`;
  }
}

/** With its sign always: `+1.8 MB`, `−0.4 MB`, `±0 MB`. */
function signed(value: number | null, unit: MetricUnit): string {
  if (value === null || !Number.isFinite(value)) return nothing;
  // A share has a word for what is too small to print; a change has none.
  const size = Math.abs(value);
  const text = unit === '%' ? `${plainNumber(size, decimalsFor(size))}${space}%` : measured(size, unit);
  const isZero = !/[1-9]/.test(text);
  return `${isZero ? '±' : value < 0 ? minus : '+'}${text}`;
}

/** A slope, units per hour: `+1.8 MB/h`. */
export function perHour(value: number | null, unit: MetricUnit): string {
  const text = signed(value, unit);
  return text === nothing ? text : `${text}${text.includes('/') ? ' per h' : '/h'}`;
}

/** `+1.6 to +2.0 MB/h`: the unit once where both ends have the same; empty for none. */
export function slopeInterval(value: Interval | null, unit: MetricUnit): string {
  if (value === null) return nothing;
  return joined(perHour(value.low, unit), perHour(value.high, unit));
}

/** Two figures as a range, the unit of the first left out where the second says it. */
export function joined(low: string, high: string): string {
  if (low === high) return low;
  const [, figure = '', rest = ''] = /^([^\s\u00a0/]+)(.*)$/su.exec(low) ?? [];
  return rest !== '' && high.endsWith(rest) ? `${figure} to ${high}` : `${low} to ${high}`;
}
