import type { MetricUnit } from '../../../model/watch.ts';

const steps = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;
const plain: Record<MetricUnit, string> = {
  cores: ' cores',
  bytes: ' bytes',
  'bytes/s': ' bytes/s',
  count: '',
  '%': ' %',
  ms: ' ms',
  s: ' s',
  '/s': ' /s',
};

/** `1.8 MB`, `41 ms`, `12`; bytes in steps of 1024, as limits are given. */
export function inUnit(value: number, unit: MetricUnit): string {
  if (unit !== 'bytes' && unit !== 'bytes/s') return `${digits(value)}${plain[unit]}`;
  const step = Math.min(Math.max(Math.floor(Math.log2(Math.max(Math.abs(value), 1)) / 10), 0), steps.length - 1);
  return `${digits(value / 1024 ** step)} ${steps[step]}${unit === 'bytes/s' ? '/s' : ''}`;
}

/** `1.8 MB/h`, `3 an hour`. */
export function anHour(value: number, unit: MetricUnit): string {
  return unit === 'count' ? `${digits(value)} an hour` : `${inUnit(value, unit)}/h`;
}

/** Two significant digits, or all of a whole number. */
function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
  return String(Number(value.toPrecision(2)));
}

/** `9 days`, `5 hours`, `40 minutes`. */
export function roughly(ms: number): string {
  const counted = (count: number, name: string) => `${count} ${name}${count === 1 ? '' : 's'}`;
  const minutes = ms / 60_000;
  if (minutes < 90) return counted(Math.max(1, Math.round(minutes)), 'minute');
  if (minutes < 48 * 60) return counted(Math.round(minutes / 60), 'hour');
  return counted(Math.round(minutes / 1440), 'day');
}
