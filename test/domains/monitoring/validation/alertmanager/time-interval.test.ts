import { describe, expect, it } from 'vitest';
import {
  changesIn,
  clockChangesWithin,
  shareOfYear,
} from '../../../../../src/domains/monitoring/validation/alertmanager/clock-changes.ts';
import { parseAlertmanager } from '../../../../../src/domains/monitoring/validation/alertmanager/read.ts';
import {
  contains,
  type NamedIntervals,
  timeIntervalsOf,
} from '../../../../../src/domains/monitoring/validation/alertmanager/time-interval.ts';

/** @param interval YAML of one time interval, in one line */
function named(interval: string): NamedIntervals {
  const text = `route: { receiver: a }\nreceivers: [{ name: a }]\ntime_intervals: [{ name: t, time_intervals: [${interval}] }]`;
  return timeIntervalsOf(parseAlertmanager(text, 'a.yml'))[0] as NamedIntervals;
}

const isIn = (interval: string, at: string) => named(interval).intervals.some((one) => contains(one, Date.parse(at)));
const night = (start: string, end: string) => `times: [{ start_time: '${start}', end_time: '${end}' }]`;
const year = Date.parse('2026-11-29T00:00:00Z');

describe('a time interval', () => {
  it('is in UTC where it names no location, and else in the time of its place, in summer and in winter', () => {
    expect(isIn(`{ ${night('09:00', '17:00')} }`, '2026-07-01T16:59:00Z')).toBe(true);
    expect(isIn(`{ ${night('09:00', '17:00')} }`, '2026-07-01T17:00:00Z')).toBe(false);
    const berlin = `{ ${night('09:00', '17:00')}, location: Europe/Berlin }`;
    expect(isIn(berlin, '2026-07-01T07:00:00Z')).toBe(true);
    expect(isIn(berlin, '2026-12-01T07:00:00Z')).toBe(false);
    expect(isIn(berlin, '2026-12-01T08:00:00Z')).toBe(true);
    expect(isIn(`{ ${night('09:00', '10:00')}, location: Asia/Kolkata }`, '2026-07-01T03:30:00Z')).toBe(true);
  });

  it('has the days of its place, also where those of UTC are others', () => {
    const sunday = `{ weekdays: [sunday], location: Pacific/Auckland }`;
    expect(isIn(sunday, '2026-11-28T11:30:00Z')).toBe(true);
    expect(isIn(sunday, '2026-11-29T11:30:00Z')).toBe(false);
    expect(isIn('{ weekdays: ["monday:friday"] }', '2026-11-28T11:30:00Z')).toBe(false);
  });

  it('counts days from the end of a month, and cuts ranges at it', () => {
    expect(isIn("{ days_of_month: ['-1'] }", '2028-02-29T12:00:00Z')).toBe(true);
    expect(isIn("{ days_of_month: ['-1'] }", '2027-02-28T12:00:00Z')).toBe(true);
    expect(isIn("{ days_of_month: ['-3:-2'] }", '2027-02-28T12:00:00Z')).toBe(false);
    expect(isIn("{ days_of_month: ['31'] }", '2027-02-28T12:00:00Z')).toBe(false);
    expect(isIn("{ days_of_month: ['27:31'] }", '2027-02-28T12:00:00Z')).toBe(true);
    expect(isIn("{ months: ['june:august', '12'], years: ['2027:2028'] }", '2027-07-01T00:00:00Z')).toBe(true);
    expect(isIn("{ months: ['june:august', '12'], years: ['2027:2028'] }", '2026-12-01T00:00:00Z')).toBe(false);
  });

  it('is refused with what cannot be read', () => {
    expect(() => named('{ weekdays: [someday] }')).not.toThrow();
    expect(() => named("{ days_of_month: ['last'] }")).toThrow('last');
    expect(() => named("{ times: [{ start_time: '9', end_time: '10:00' }] }")).toThrow('time of day');
  });
});

describe('clocks that are changed', () => {
  it('make an interval shorter on one day and longer on another', () => {
    const sunday = named(`{ weekdays: [sunday], ${night('02:00', '03:00')}, location: Europe/Berlin }`);
    const about = { name: 't', location: 'Europe/Berlin', usualMinutes: 60 };
    expect(clockChangesWithin([sunday], year)).toEqual([
      { ...about, day: '2027-03-28', minutes: 0 },
      { ...about, day: '2027-10-31', minutes: 120 },
    ]);
    const partly = named(`{ ${night('01:30', '02:15')}, location: America/New_York }`);
    expect(clockChangesWithin([partly], year).map(({ day, minutes }) => [day, minutes])).toEqual([
      ['2027-03-14', 30],
      ['2027-11-07', 75],
    ]);
  });

  it('leave others as they are', () => {
    expect(clockChangesWithin([named(`{ ${night('04:00', '05:00')}, location: Europe/Berlin }`)], year)).toEqual([]);
    expect(
      clockChangesWithin([named(`{ weekdays: [monday], ${night('02:00', '03:00')}, location: Europe/Berlin }`)], year),
    ).toEqual([]);
    expect(clockChangesWithin([named(`{ ${night('02:00', '03:00')} }`)], year)).toEqual([]);
    expect(changesIn('Asia/Kolkata', year)).toEqual([]);
  });

  it('may be changed by half an hour', () => {
    const [spring, autumn] = changesIn('Australia/Lord_Howe', year).map((at) => new Date(at).toISOString());
    expect([spring, autumn]).toEqual(['2027-04-03T15:00:00.000Z', '2027-10-02T15:30:00.000Z']);
  });
});

it('an interval says which share of a year it takes', () => {
  const share = (interval: string) => shareOfYear(named(interval).intervals, year);
  expect(share('{}')).toBe(1);
  expect(share("{ years: ['1999'] }")).toBe(0);
  expect(share(`{ ${night('00:00', '06:00')}, location: Europe/Berlin }`)).toBeCloseTo(0.25, 3);
});
