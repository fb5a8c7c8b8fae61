import { clockTime, containsClock, type NamedIntervals, offsetMinutes, type TimeInterval } from './time-interval.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
const dayMinutes = 1440;

/** A day on which clocks are changed within an interval, so that it is shorter or longer than it says. */
export interface ClockChange {
  readonly name: string;
  readonly location: string;
  /** `2027-03-28` */
  readonly day: string;
  /** Minutes that it lasts on that day, and on any other. */
  readonly minutes: number;
  readonly usualMinutes: number;
}

/** @param sinceMs the year after it is looked at */
export function clockChangesWithin(all: readonly NamedIntervals[], sinceMs: number): ClockChange[] {
  return all.flatMap(({ name, intervals }) =>
    intervals.flatMap((interval): ClockChange[] => {
      const { location, times } = interval;
      if (location === null || times === null) return [];
      return changesIn(location, sinceMs).flatMap((atMs) => {
        const { minutes, usualMinutes, day } = onDayOf(interval, location, atMs);
        return minutes === usualMinutes ? [] : [{ name, location, day, minutes, usualMinutes }];
      });
    }),
  );
}

/** Moments, ms since the epoch, from which on a place's clocks are another time ahead of UTC. */
export function changesIn(location: string, sinceMs: number): number[] {
  const found: number[] = [];
  const first = Math.floor(sinceMs / hourMs) * hourMs;
  let before = offsetMinutes(location, first);
  for (let at = first; at < first + 366 * 24 * hourMs; at += 12 * hourMs) {
    const after = offsetMinutes(location, at + 12 * hourMs);
    if (after === before) continue;
    let moment = at;
    while (offsetMinutes(location, moment) === before) moment += 30 * minuteMs;
    found.push(moment);
    before = after;
  }
  return found;
}

function onDayOf(interval: TimeInterval, location: string, atMs: number) {
  const at = clockTime(location, atMs - minuteMs);
  const offset = offsetsOf([location], atMs - 26 * hourMs);
  let minutes = 0;
  for (let moment = atMs - 26 * hourMs; moment < atMs + 26 * hourMs; moment += minuteMs) {
    const shown = clockTime(null, moment + offset(location, moment) * minuteMs);
    if (shown.day === at.day && shown.month === at.month && containsClock(interval, shown)) minutes++;
  }
  let usualMinutes = 0;
  for (let minute = 0; minute < dayMinutes; minute++) if (containsClock(interval, { ...at, minute })) usualMinutes++;
  const day = `${at.year}-${String(at.month).padStart(2, '0')}-${String(at.day).padStart(2, '0')}`;
  return { minutes, usualMinutes, day };
}

/** How far places are ahead of UTC in the year after a moment, minutes; asked of the time zones once for each change. */
function offsetsOf(locations: readonly string[], sinceMs: number): (location: string, atMs: number) => number {
  const known = new Map(
    locations.map((location) => {
      const starts = [sinceMs, ...changesIn(location, sinceMs)];
      return [location, starts.map((startMs) => ({ startMs, minutes: offsetMinutes(location, startMs) }))];
    }),
  );
  return (location, atMs) => known.get(location)?.findLast(({ startMs }) => startMs <= atMs)?.minutes ?? 0;
}

/** Share of the coming year in which one of them is on, 0 to 1, looked at by quarters of an hour. */
export function shareOfYear(intervals: readonly TimeInterval[], sinceMs: number): number {
  const stepMs = hourMs / 4;
  const steps = 366 * 24 * 4;
  const places = intervals.flatMap(({ location }) => location ?? []);
  const offset = offsetsOf(places, sinceMs);
  let on = 0;
  for (let step = 0; step < steps; step++) {
    const at = sinceMs + step * stepMs;
    const ahead = (location: string | null) => (location === null ? 0 : offset(location, at));
    if (intervals.some((one) => containsClock(one, clockTime(null, at + ahead(one.location) * minuteMs)))) on++;
  }
  return on / steps;
}
