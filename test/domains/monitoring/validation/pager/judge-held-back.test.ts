import { describe, expect, it } from 'vitest';
import { parseAlertmanager } from '../../../../../src/domains/monitoring/validation/alertmanager/read.ts';
import { type Evidence, evidence as schema } from '../../../../../src/domains/monitoring/validation/pager/evidence.ts';
import { judge } from '../../../../../src/domains/monitoring/validation/pager/judge.ts';
import { timesEvidence } from '../../../../../src/domains/monitoring/validation/pager/times.ts';

function said(id: string, ...all: readonly object[]): string {
  const { checks } = judge(
    all.map((one) => ({ atMs: 0, data: schema.parse(one) as Evidence })),
    true,
  );
  const found = checks.find((one) => one.id === id);
  return `${found?.verdict}: ${found?.reason}`;
}

describe('silences', () => {
  const silence = (more: object = {}) => ({
    ...{ id: '1', state: 'active', by: 'a', hasComment: true, matchers: ['a="b"'], lastsS: 3600, leftS: 60 },
    ...{ pages: ['Down'], others: [] },
    ...more,
  });
  const of = (...silences: object[]) => said('silences', { kind: 'silences', silences });

  it('are named where they hide a page with no reason or no end, and no others', () => {
    expect(of()).toBe('pass: There is no silence.');
    expect(of(silence())).toMatch(/^pass: 1 silence, of which 1 hide a page/);
    expect(of(silence({ hasComment: false }))).toMatch(
      /^inconclusive: Needs review: Silence 1 .*has no comment, and holds back Down/,
    );
    expect(of(silence({ lastsS: 1e9, leftS: 1e9 }))).toMatch(/11574 more days/);
    expect(of(silence({ hasComment: false, pages: [], others: ['Slow'] }))).toMatch(/^pass/);
  });

  it('have to hold back, and to let go', () => {
    const of = (more: object) => {
      const about = { during: 0, messages: { page: 1 }, routedTo: ['page'], intervalS: 30, afterS: 29, ...more };
      return said('silenced', { kind: 'silenced', ...about });
    };
    expect(of({})).toMatch(/^pass/);
    expect(of({ during: 1 })).toMatch(/^fail: 1 messages came in spite/);
    expect(of({ afterS: null, messages: {} })).toBe('fail: After the silence page was not told.');
  });
});

describe('mute and active times', () => {
  const config = (intervals: string, use: string) => `
route: { receiver: page, routes: [{ receiver: page, matchers: ['severity="critical"'], ${use} }] }
receivers: [{ name: page }]
time_intervals: [${intervals}]`;
  const alert = { name: 'Down', labels: { alertname: 'Down', severity: 'critical' }, annotations: {}, isPage: true };
  const year = Date.parse('2026-11-29T00:00:00Z');
  const of = (intervals: string, use: string, alerts = [{ ...alert, labels: { alertname: 'Down' } }]) =>
    said('times', timesEvidence(parseAlertmanager(config(intervals, use), 'a.yml'), alerts as never, year));
  const time = (start: string, end: string) => `times: [{ start_time: '${start}', end_time: '${end}' }]`;
  const muted = 'mute_time_intervals: [night]';

  it('are right where no clock is changed within them', () => {
    expect(
      of(`{ name: night, time_intervals: [{ ${time('04:00', '05:00')}, location: Europe/Berlin }] }`, muted),
    ).toMatch(/^pass: 1 interval/);
    expect(of('', 'group_wait: 1s')).toBe('pass: There are none.');
  });

  it('need review where a clock is changed, all of a page is muted, or two clocks are meant', () => {
    expect(
      of(`{ name: night, time_intervals: [{ ${time('02:00', '03:00')}, location: Europe/Berlin }] }`, muted),
    ).toMatch(
      /^inconclusive: .*on 2027-03-28 \(Europe\/Berlin\): it lasts 0 minutes, not 60.*on 2027-10-31 .* 120 minutes/,
    );
    const night = `{ name: night, time_intervals: [{ ${time('04:00', '05:00')} }] }`;
    expect(of(night, muted, [alert])).toMatch(/^inconclusive: .*while night is on nobody is told of Down/i);
    const office = `{ name: office, time_intervals: [{ ${time('09:00', '17:00')}, location: Europe/Berlin }] }`;
    expect(of(`${night}, ${office}`, 'mute_time_intervals: [night, office]')).toMatch(
      /^inconclusive: .*night names no location, so its times are in UTC, while others are in Europe\/Berlin/i,
    );
    expect(of(`{ name: night, time_intervals: [{ weekdays: [sunday], location: Local }] }`, muted)).toMatch(
      /the place Local is not known/,
    );
    expect(of(night, 'group_wait: 1s')).toMatch(/no route uses night/i);
  });

  it('fail where nobody is ever told', () => {
    expect(of('{ name: night, time_intervals: [{}] }', muted)).toMatch(/^fail: Night is always on/);
    expect(of("{ name: day, time_intervals: [{ years: ['1999'] }] }", 'active_time_intervals: [day]')).toMatch(
      /^fail: Day is never on/,
    );
  });

  it('decide who is told', () => {
    const of = (expected: boolean, messages: number) =>
      said('muted-on', {
        kind: 'muted',
        isOn: true,
        outcomes: [{ alert: 'Down', receiver: 'chat', messages, expected }],
      });
    expect(of(false, 0)).toMatch(/^pass/);
    expect(of(true, 1)).toMatch(/^pass/);
    expect(of(false, 1)).toBe('fail: Chat was told of Down.');
    expect(of(true, 0)).toBe('fail: Chat was not told of Down.');
  });
});

it('a clock that is a minute off is named with what that does', () => {
  const of = (aheadMs: number, withinMs = 501) =>
    said('clock-alertmanager', { kind: 'clock', of: 'Alertmanager', aheadMs, withinMs });
  expect(of(-60_000)).toMatch(/^fail: It is 60\.0 s behind/);
  expect(of(60_000)).toMatch(/^fail: It is 60\.0 s ahead/);
  expect(of(900)).toMatch(/^pass/);
  expect(of(5400)).toMatch(/^pass/);
});

it('a false resolution is no failure where a dead man’s switch shows it', () => {
  const end = { kind: 'false-end', receivers: ['chat'], afterS: 5, endsAfterS: 4, begun: 1, isKilled: true };
  const routes = (always: object[]) => ({ kind: 'routes', faults: [], alerts: [], always });
  expect(said('false-end', end, routes([]))).toMatch(/^fail: False resolution: chat was told.*no dead man/);
  expect(said('false-end', end, routes([{ alert: 'Watchdog', receivers: ['d'], everyS: 15 }]))).toMatch(
    /^pass: False resolution/,
  );
  expect(said('false-end', { ...end, begun: 0 }, routes([]))).toMatch(/^inconclusive/);
});

it('a large group has to arrive in a form that is taken', () => {
  const of = (more: object = {}) => {
    const outcome = { receiver: 'chat', integration: 'slack', index: 0, alert: 'Down', messages: 1, taken: 1 };
    const seen = { named: 20, saysHowMany: true, cut: true, longest: 900, faults: [], ...more };
    return said('large-group', { kind: 'large-group', alerts: 200, outcomes: [{ ...outcome, ...seen }] });
  };
  expect(of()).toMatch(/^pass: 1 of 1/);
  expect(of({ faults: ['text has 50000 characters, at most 40000 are allowed'] })).toMatch(
    /^fail: Chat \(slack\) would not take Down/,
  );
  expect(of({ messages: 0, taken: 0, named: 0 })).toMatch(/^fail: Nothing of Down reached chat/);
  expect(of({ saysHowMany: false })).toMatch(/^inconclusive: .*names 20 of 200 and does not say how many/);
});
