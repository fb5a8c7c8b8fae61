import { duration, nothing } from './format.ts';

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

function parsed(iso: string | null): Date | undefined {
  const time = iso === null ? Number.NaN : Date.parse(iso);
  return Number.isNaN(time) ? undefined : new Date(time);
}

const two = (value: number) => String(value).padStart(2, '0');

/** `09:30` or `09:30:05`, UTC, of a moment `offsetMs` after `iso`; `–` when `iso` is no time. */
export function clock(iso: string | null, offsetMs = 0, seconds = false): string {
  const start = parsed(iso);
  const at = start === undefined ? undefined : new Date(start.getTime() + offsetMs);
  if (at === undefined || Number.isNaN(at.getTime())) return nothing;
  const minutes = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
  return seconds ? `${minutes}:${two(at.getUTCSeconds())}` : minutes;
}

/** `20 November 2026`; `–` when `iso` is no time. */
export function day(iso: string | null): string {
  const at = parsed(iso);
  return at === undefined ? nothing : `${at.getUTCDate()} ${months[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}

/** `20 November 2026`, `20–21 November 2026`, `30 November – 1 December 2026`. */
export function days(from: string | null, to: string | null): string {
  const [start, end] = [parsed(from), parsed(to)];
  if (start === undefined || end === undefined || day(from) === day(to)) return day(from);
  if (start.getUTCFullYear() !== end.getUTCFullYear()) return `${day(from)} – ${day(to)}`;
  return start.getUTCMonth() === end.getUTCMonth()
    ? `${start.getUTCDate()}–${day(to)}`
    : `${start.getUTCDate()} ${months[start.getUTCMonth()]} – ${day(to)}`;
}

/** `20 November 2026 09:00:05 UTC`. */
export function moment(iso: string | null): string {
  return parsed(iso) === undefined ? nothing : `${day(iso)} ${clock(iso, 0, true)} UTC`;
}

/** Time after the load's start: `+0 s`, `+8 h 10 min`. */
export function relative(ms: number): string {
  return ms === 0 ? '+0\u00a0s' : `+${duration(ms)}`;
}
