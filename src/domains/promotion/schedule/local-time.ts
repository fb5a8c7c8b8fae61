import { Temporal } from 'temporal-polyfill';

/** A moment that was written as local time. */
export interface Moment {
  /** ISO 8601 in UTC; null: it is no moment. */
  readonly at: string | null;
  /** Why not, to follow the time as it is written; or what a reader must know though it is one. */
  readonly problem: string | null;
  readonly note: string | null;
}

/**
 * What moment a local time of a place is. Times that do not exist there, and times that happen twice without saying which, are none: a deployment that
 * begins an hour off is begun at the wrong time.
 * @param text `2026-12-03T09:00`, with an offset (`+01:00`, `Z`) where that is needed
 */
export function momentOf(text: string, timeZone: string): Moment {
  const none = (problem: string): Moment => ({ at: null, problem, note: null });
  const written = text.replace(/(Z|[+-]\d{2}:\d{2})$/, '');
  const offset = text.slice(written.length);
  let local: Temporal.PlainDateTime;
  try {
    local = Temporal.PlainDateTime.from(written, { overflow: 'reject' });
  } catch {
    return none('is no date and time');
  }
  let earlier: Temporal.ZonedDateTime;
  let later: Temporal.ZonedDateTime;
  try {
    earlier = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
    later = local.toZonedDateTime(timeZone, { disambiguation: 'later' });
  } catch {
    return none(`has the time zone ${timeZone}, which is not known`);
  }
  const isTwice = !earlier.equals(later);
  const isGap = isTwice && !earlier.toPlainDateTime().equals(local);
  if (isGap) return none(`does not exist in ${timeZone}: the clocks go ${changeOf(earlier, later)} then`);
  if (offset !== '') return withOffset(offset, timeZone, [earlier, later]);
  if (isTwice)
    return none(
      `happens twice in ${timeZone}, at ${iso(earlier)} and at ${iso(later)}: write it with its offset, ${written}${earlier.offset} or ${written}${later.offset}`,
    );
  return { at: iso(earlier), problem: null, note: null };
}

function withOffset(
  offset: string,
  timeZone: string,
  [earlier, later]: [Temporal.ZonedDateTime, Temporal.ZonedDateTime],
): Moment {
  const wanted = offset === 'Z' ? '+00:00' : offset;
  const found = [earlier, later].find((each) => each.offset === wanted);
  if (found === undefined)
    return { at: null, problem: `has the offset ${offset}, and ${timeZone} has ${earlier.offset} then`, note: null };
  const note = earlier.equals(later) ? null : `this time happens twice in ${timeZone}; ${iso(found)} is meant`;
  return { at: iso(found), problem: null, note };
}

/** What the clocks there do in a gap: `from 02:00 to 03:00`. */
function changeOf(earlier: Temporal.ZonedDateTime, later: Temporal.ZonedDateTime): string {
  const change = earlier.getTimeZoneTransition('next');
  if (change === null) return 'on';
  const clock = (time: Temporal.PlainDateTime) => time.toPlainTime().toString({ smallestUnit: 'minute' });
  const after = change.toPlainDateTime();
  const before = after.subtract({ nanoseconds: later.offsetNanoseconds - earlier.offsetNanoseconds });
  return `from ${clock(before)} to ${clock(after)}`;
}

function iso(moment: Temporal.ZonedDateTime): string {
  return moment.toInstant().toString({ smallestUnit: 'second' });
}

/** How a moment reads in a time zone, with its offset: `2026-12-03 09:00 +01:00`. */
export function readIn(at: string, timeZone: string): string {
  const zoned = Temporal.Instant.from(at).toZonedDateTimeISO(timeZone);
  return `${zoned.toPlainDate()} ${zoned.toPlainTime().toString({ smallestUnit: 'minute' })} ${zoned.offset}`;
}
