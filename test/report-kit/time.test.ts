import { describe, expect, it } from 'vitest';
import { clock, day, days, moment, relative } from '../../src/report-kit/time.ts';

describe('times', () => {
  const start = '2026-11-20T09:00:05.000Z';

  it('are UTC whatever the machine is set to', () => {
    expect(clock('2026-11-20T23:30:00+05:30')).toBe('18:00');
    expect(moment(start)).toBe('20 November 2026 09:00:05 UTC');
  });

  it('count from the start of the load', () => {
    expect(clock(start, 30_000, true)).toBe('09:00:35');
    expect(clock(start, 16 * 3_600_000)).toBe('01:00');
    expect(relative(0)).toBe('+0\u00a0s');
    expect(relative(3_600_000)).toBe('+1\u00a0h');
  });

  it('say a range of days once', () => {
    expect(days(start, '2026-11-20T10:00:00Z')).toBe('20 November 2026');
    expect(days(start, '2026-11-21T10:00:00Z')).toBe('20–21 November 2026');
    expect(days(start, '2026-12-01T10:00:00Z')).toBe('20 November – 1 December 2026');
    expect(days(start, '2027-01-01T10:00:00Z')).toBe('20 November 2026 – 1 January 2027');
    expect(days(start, null)).toBe('20 November 2026');
  });

  it('are a dash where there is none', () => {
    expect([clock('soon'), day(null), moment('<b>'), days('x', start), clock(start, Number.NaN)]).toEqual(
      Array(5).fill('–'),
    );
  });
});
