import { describe, expect, test } from 'vitest';
import { calendar } from '../../../src/domains/promotion/schedule/calendar.ts';
import type { Window } from '../../../src/domains/promotion/schedule/evidence.ts';
import { judge } from '../../../src/domains/promotion/schedule/judge.ts';
import { momentOf } from '../../../src/domains/promotion/schedule/local-time.ts';

const minute = 60_000;

describe('a local time is a moment', () => {
  test.each([
    ['2026-12-03T09:00', 'Europe/Berlin', '2026-12-03T08:00:00Z'],
    ['2026-07-03T09:00', 'Europe/Berlin', '2026-07-03T07:00:00Z'],
    ['2026-07-03T09:00', 'America/Los_Angeles', '2026-07-03T16:00:00Z'],
    ['2026-12-03T09:00+01:00', 'Europe/Berlin', '2026-12-03T08:00:00Z'],
    ['2026-12-03T09:00Z', 'UTC', '2026-12-03T09:00:00Z'],
    ['2026-12-03T09:00', 'Asia/Kathmandu', '2026-12-03T03:15:00Z'],
  ])('%s in %s', (text, zone, at) => expect(momentOf(text, zone)).toEqual({ at, problem: null, note: null }));

  test('one that the clocks leave out is none', () => {
    const { at, problem } = momentOf('2026-03-29T02:30', 'Europe/Berlin');
    expect([at, problem]).toEqual([null, 'does not exist in Europe/Berlin: the clocks go from 02:00 to 03:00 then']);
    expect(momentOf('2026-03-29T02:30+01:00', 'Europe/Berlin').problem).toContain('does not exist');
    // A change of half an hour, elsewhere.
    expect(momentOf('2026-10-04T02:15', 'Australia/Lord_Howe').problem).toContain('from 02:00 to 02:30');
    expect(momentOf('2026-03-29T02:00', 'Europe/Berlin').at).toBe(null);
    expect(momentOf('2026-03-29T03:00', 'Europe/Berlin').at).toBe('2026-03-29T01:00:00Z');
  });

  test('one that happens twice is none, unless it says which', () => {
    const { at, problem } = momentOf('2026-10-25T02:30', 'Europe/Berlin');
    expect(at).toBe(null);
    expect(problem).toContain('at 2026-10-25T00:30:00Z and at 2026-10-25T01:30:00Z');
    expect(problem).toContain('2026-10-25T02:30+02:00 or 2026-10-25T02:30+01:00');
    expect(momentOf('2026-10-25T02:30+02:00', 'Europe/Berlin')).toMatchObject({
      at: '2026-10-25T00:30:00Z',
      note: expect.stringContaining('twice'),
    });
    expect(momentOf('2026-10-25T02:30+01:00', 'Europe/Berlin').at).toBe('2026-10-25T01:30:00Z');
  });

  test('an offset that the place does not have then, a day and a zone that there is not', () => {
    expect(momentOf('2026-12-03T09:00+02:00', 'Europe/Berlin').problem).toBe(
      'has the offset +02:00, and Europe/Berlin has +01:00 then',
    );
    expect(momentOf('2026-02-30T09:00', 'UTC').problem).toBe('is no date and time');
    expect(momentOf('2026-02-03T09:00', 'Europe/Nowhere').problem).toContain('not known');
  });
});

function windowOf(about: Partial<Window> & { from?: string; to?: string }): Window {
  const { from = '2026-12-03T09:00', to = '2026-12-03T11:00', ...more } = about;
  const timeZone = more.timeZone ?? 'UTC';
  return {
    ...{ kind: 'window', askedAt: '2026-12-01T00:00:00Z', timeZone },
    opens: { written: from, ...momentOf(from, timeZone) },
    closes: { written: to, ...momentOf(to, timeZone) },
    ...{ freezes: [], deployMs: 20 * minute, rollbackMs: 2 * minute, measuredIn: '2026-11-29T1000-0001' },
    ...more,
  };
}

const verdicts = (about: Parameters<typeof windowOf>[0]) => {
  const { checks } = judge([{ atMs: 0, data: windowOf(about) }]);
  return Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict]));
};
const reason = (about: Parameters<typeof windowOf>[0], id: string) =>
  judge([{ atMs: 0, data: windowOf(about) }]).checks.find((each) => each.id === id)?.reason ?? '';
const freeze = (from: string, to: string, timeZone = 'UTC') => ({
  ...{ name: 'Christmas', timeZone, written: [from, to] as [string, string] },
  ...{ from: momentOf(from, timeZone), to: momentOf(to, timeZone) },
});

describe('a window', () => {
  test('to come, long enough, with nothing frozen', () => {
    expect(verdicts({})).toEqual({ times: 'pass', coming: 'pass', length: 'pass', freeze: 'pass' });
  });

  test('none is set: open, and not passed', () => {
    expect(judge([{ atMs: 0, data: { kind: 'none' } }]).checks.map(({ verdict }) => verdict)).toEqual(['inconclusive']);
    expect(judge([]).checks.map(({ verdict }) => verdict)).toEqual(['inconclusive']);
  });

  test('one that has passed', () => {
    expect(verdicts({ askedAt: '2026-12-03T11:00:00Z' }).coming).toBe('fail');
    expect(reason({ askedAt: '2026-12-03T12:00:00Z' }, 'coming')).toContain('It closed at 2026-12-03T11:00:00Z');
  });

  test('one that is open already, by what is left of it', () => {
    expect(verdicts({ askedAt: '2026-12-03T10:38:00Z' }).coming).toBe('pass');
    expect(verdicts({ askedAt: '2026-12-03T10:38:00.001Z' }).coming).toBe('fail');
    expect(verdicts({ askedAt: '2026-12-03T10:00:00Z', deployMs: null }).coming).toBe('inconclusive');
  });

  test('exactly long enough for deployment and rollback, and a moment too short', () => {
    expect(verdicts({ to: '2026-12-03T09:22' }).length).toBe('pass');
    expect(verdicts({ to: '2026-12-03T09:21:59' }).length).toBe('fail');
    expect(verdicts({ rollbackMs: null }).length).toBe('inconclusive');
    expect(verdicts({ deployMs: null, measuredIn: null }).length).toBe('inconclusive');
  });

  test('whose clocks are changed within it is as long as it is', () => {
    // From 01:30 to 03:30 are one hour, not two.
    const gap = { timeZone: 'Europe/Berlin', from: '2027-03-28T01:30', to: '2027-03-28T03:30', deployMs: 55 * minute };
    expect(verdicts({ ...gap, rollbackMs: 5 * minute }).length).toBe('pass');
    expect(verdicts({ ...gap, rollbackMs: 6 * minute }).length).toBe('fail');
  });

  test('in a gap, or that closes before it opens', () => {
    expect(verdicts({ timeZone: 'Europe/Berlin', from: '2027-03-28T02:30', to: '2027-03-28T05:00' })).toEqual({
      'time-opens': 'fail',
    });
    expect(verdicts({ to: '2026-12-03T08:00' })).toEqual({ times: 'pass', order: 'fail' });
    expect(verdicts({ to: '2026-12-03T09:00' })).toEqual({ times: 'pass', order: 'fail' });
  });

  test('that touches a freeze, and one that ends where it opens', () => {
    expect(verdicts({ freezes: [freeze('2026-12-03T10:59', '2026-12-20T00:00')] }).freeze).toBe('fail');
    expect(verdicts({ freezes: [freeze('2026-12-01T00:00', '2026-12-03T09:00')] }).freeze).toBe('pass');
    expect(verdicts({ freezes: [freeze('2026-12-03T11:00', '2026-12-20T00:00')] }).freeze).toBe('pass');
    expect(verdicts({ freezes: [freeze('2026-12-01T00:00', '2026-12-03T10:00', 'Europe/Berlin')] }).freeze).toBe(
      'pass',
    );
    expect(verdicts({ freezes: [freeze('2026-12-20T00:00', '2026-12-01T00:00')] })['freeze-times']).toBe('fail');
    expect(
      verdicts({ freezes: [freeze('2027-03-28T02:30', '2027-03-29T00:00', 'Europe/Berlin')] })['freeze-times'],
    ).toBe('fail');
  });
});

test('a calendar file is in UTC, folded, and holds no line of somebody else', () => {
  const text = calendar({
    uid: 'x@shakedown',
    opensAt: '2026-12-03T08:00:00Z',
    closesAt: '2026-12-03T10:00:00Z',
    stampAt: '2026-12-01T00:00:00.123Z',
    summary: `Deployment of shop; ${'ä'.repeat(60)}\r\nATTENDEE:mailto:mallory@example.com`,
    description: 'a\\b, c\nEND:VEVENT\u202e',
  });
  expect(text).toContain('DTSTART:20261203T080000Z\r\nDTEND:20261203T100000Z\r\n');
  expect(text).toContain('DTSTAMP:20261201T000000Z');
  const lines = text.split('\r\n');
  expect(lines.every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
  expect(lines.filter((line) => /^(ATTENDEE|END:VEVENT)/.test(line))).toEqual(['END:VEVENT']);
  const unfolded = text.replaceAll('\r\n ', '');
  expect(unfolded).toContain('SUMMARY:Deployment of shop\\;');
  expect(unfolded).toContain('\\nATTENDEE:mailto:mallory@example.com');
  expect(unfolded).toContain('DESCRIPTION:a\\\\b\\, c\\nEND:VEVENT⟨U+202E⟩');
});
