import { z } from 'zod';
import type { AlertmanagerModel } from './model.ts';

/** Both ends belong to it. Days of a month may count from its end: -1 is the last. */
type Range = readonly [from: number, to: number];

/** Moments at which notifications are muted, or sent; what is null says nothing (timeinterval.TimeInterval). */
export interface TimeInterval {
  /** Minutes of the day; the end does not belong to it. */
  readonly times: readonly Range[] | null;
  /** 0: Sunday. */
  readonly weekdays: readonly Range[] | null;
  readonly daysOfMonth: readonly Range[] | null;
  readonly months: readonly Range[] | null;
  readonly years: readonly Range[] | null;
  /** `Europe/Berlin`; null: UTC, whatever the clock of the machine says. */
  readonly location: string | null;
}

export interface NamedIntervals {
  readonly name: string;
  readonly intervals: readonly TimeInterval[];
}

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const months = [
  ...['january', 'february', 'march', 'april', 'may', 'june'],
  ...['july', 'august', 'september', 'october', 'november', 'december'],
];

const texts = z.array(z.coerce.string()).nullish();
const schema = z.array(
  z.looseObject({
    name: z.string(),
    time_intervals: z
      .array(
        z.looseObject({
          times: z.array(z.object({ start_time: z.string(), end_time: z.string() })).nullish(),
          weekdays: texts,
          days_of_month: texts,
          months: texts,
          years: texts,
          location: z.string().nullish(),
        }),
      )
      .nullish(),
  }),
);

/** Those that a configuration defines, by either of its two keys. @throws Error that says what cannot be read */
export function timeIntervalsOf({ document }: Pick<AlertmanagerModel, 'document'>): NamedIntervals[] {
  const lists = [document.time_intervals, document.mute_time_intervals];
  return lists.flatMap((list) =>
    schema.parse(list ?? []).map(({ name, time_intervals }) => ({
      name,
      intervals: (time_intervals ?? []).map(
        ({ times, weekdays: days, days_of_month, months: of, years, location }) => ({
          times:
            (times ?? null)?.map(({ start_time, end_time }): Range => [minuteOf(start_time), minuteOf(end_time)]) ??
            null,
          weekdays: rangesOf(days, (text) => weekdays.indexOf(text)),
          daysOfMonth: rangesOf(days_of_month, Number),
          months: rangesOf(of, (text) => (/^\d+$/.test(text) ? Number(text) : months.indexOf(text) + 1 || -1)),
          years: rangesOf(years, Number),
          // Alertmanager's own name for the clock of its machine.
          location: location === undefined || location === null || location === 'UTC' ? null : location,
        }),
      ),
    })),
  );
}

function rangesOf(list: readonly string[] | null | undefined, member: (text: string) => number): Range[] | null {
  return (
    list?.map((text): Range => {
      const [from = '', to = from] = text.toLowerCase().trim().split(':');
      const range: Range = [member(from.trim()), member(to.trim())];
      if (range.some((one) => !Number.isInteger(one))) throw new Error(`not a range: ${text}`);
      return range;
    }) ?? null
  );
}

function minuteOf(text: string): number {
  const [, hours = '', minutes = ''] = /^(\d\d):(\d\d)$/.exec(text) ?? [];
  if (hours === '') throw new Error(`not a time of day: ${text}`);
  return Number(hours) * 60 + Number(minutes);
}

/** A moment as clocks of a place show it. */
export interface ClockTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Minutes that a place's clocks are ahead of UTC. @throws RangeError for a place that is not known */
export function offsetMinutes(location: string, atMs: number): number {
  const minuteMs = Math.floor(atMs / 60_000) * 60_000;
  let format = formats.get(location);
  if (format === undefined) {
    const parts = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
    format = new Intl.DateTimeFormat('en-US', { timeZone: location, hourCycle: 'h23', ...parts });
    formats.set(location, format);
  }
  const of = Object.fromEntries(format.formatToParts(minuteMs).map(({ type, value }) => [type, Number(value)]));
  const shown = Date.UTC(of.year ?? 0, (of.month ?? 1) - 1, of.day, of.hour, of.minute);
  return Math.round((shown - minuteMs) / 60_000);
}

export function clockTime(location: string | null, atMs: number): ClockTime {
  const shown = new Date(atMs + (location === null ? 0 : offsetMinutes(location, atMs) * 60_000));
  return {
    ...{ year: shown.getUTCFullYear(), month: shown.getUTCMonth() + 1, day: shown.getUTCDate() },
    ...{ weekday: shown.getUTCDay(), minute: shown.getUTCHours() * 60 + shown.getUTCMinutes() },
  };
}

/** Whether a moment belongs to it (TimeInterval.ContainsTime). */
export function contains(interval: TimeInterval, atMs: number): boolean {
  return containsClock(interval, clockTime(interval.location, atMs));
}

/** The same of what clocks show. */
export function containsClock(interval: TimeInterval, at: ClockTime): boolean {
  const isIn = (ranges: readonly Range[] | null, value: number) =>
    ranges === null || ranges.some(([from, to]) => value >= from && value <= to);
  if (interval.times !== null && !interval.times.some(([from, to]) => at.minute >= from && at.minute < to))
    return false;
  const last = interval.daysOfMonth === null ? 31 : new Date(Date.UTC(at.year, at.month, 0)).getUTCDate();
  const dates = interval.daysOfMonth?.flatMap(([from, to]): Range[] => {
    const counted = (day: number) => (day < 0 ? last + day + 1 : day);
    return counted(from) > last ? [] : [[Math.min(counted(from), last), Math.min(counted(to), last)]];
  });
  return (
    isIn(dates ?? null, at.day) &&
    isIn(interval.months, at.month) &&
    isIn(interval.weekdays, at.weekday) &&
    isIn(interval.years, at.year)
  );
}
