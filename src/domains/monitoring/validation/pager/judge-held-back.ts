import { percent } from '../../../../report-kit/format.ts';
import { type Check, check, type Table } from '../../../part.ts';
import { secondsText } from '../seconds-text.ts';
import type { Kind } from './evidence.ts';

/** Planned work is shorter than this, seconds: a longer silence hides more than that. */
const longS = 7 * 86_400;
/** Clocks of machines that ask a time server are closer than that. */
const clockApartMs = 5000;

/** Whether what holds alerts back does so as it is meant to: silences, mute and active times, clocks. */
export function heldBackChecks(of: {
  silences: readonly Kind<'silences'>[];
  silenced: readonly Kind<'silenced'>[];
  muted: readonly Kind<'muted'>[];
  times: readonly Kind<'times'>[];
  clocks: readonly Kind<'clock'>[];
}): Check[] {
  return [
    ...of.silences.map(silencesCheck),
    ...of.silenced.map(silencedCheck),
    ...of.times.map(timesCheck),
    ...of.muted.map(mutedCheck),
    ...of.clocks.map(clockCheck),
  ];
}

function silencesCheck({ silences }: Kind<'silences'>): Check {
  const title = 'No silence hides a page without an end or a reason';
  const shown = silences.flatMap(({ id, pages, hasComment, lastsS, leftS, matchers }) => {
    const why = [
      ...(hasComment ? [] : ['has no comment']),
      ...(Math.max(lastsS, leftS) > longS ? [`goes on for ${Math.round(leftS / 86_400)} more days`] : []),
    ];
    if (pages.length === 0 || why.length === 0) return [];
    return [`Silence ${id} {${matchers.join(', ')}} ${why.join(' and ')}, and holds back ${pages.join(', ')}`];
  });
  if (shown.length > 0) return check('silences', title, 'inconclusive', `Needs review: ${shown.join('. ')}.`);
  const hiding = silences.filter(({ pages }) => pages.length > 0).length;
  const count = `${silences.length} ${silences.length === 1 ? 'silence' : 'silences'}`;
  const reason =
    silences.length === 0
      ? 'There is no silence.'
      : `${count}, of which ${hiding} hide a page; each of those has a comment and ends within a week.`;
  return check('silences', title, 'pass', reason);
}

function silencedCheck({ during, messages, routedTo, afterS, intervalS }: Kind<'silenced'>): Check {
  const title = 'An alert that still fires when its silence ends is told';
  if (during > 0) return check('silenced', title, 'fail', `${during} messages came in spite of the silence.`);
  const missed = routedTo.filter((name) => (messages[name] ?? 0) === 0);
  if (afterS === null || missed.length > 0)
    return check(
      'silenced',
      title,
      'fail',
      `After the silence ${missed.join(', ') || 'nobody'} ${missed.length === 0 ? 'was' : 'was not'} told.`,
    );
  const reason = `Nobody was told during it; then ${routedTo.join(', ')}, ${secondsText(afterS)} after its end (group_interval ${secondsText(intervalS)}).`;
  return check('silenced', title, 'pass', reason);
}

function timesCheck({ intervals }: Kind<'times'>): Check {
  const title = 'Mute and active times are those that are meant, also when clocks change';
  const said = (verdict: Check['verdict'], reason: string) => check('times', title, verdict, reason);
  if (intervals.length === 0) return said('pass', 'There are none.');
  const wrong: string[] = [];
  const review: string[] = [];
  const places = new Set(intervals.filter(({ hasClock }) => hasClock).flatMap(({ locations }) => locations));
  for (const { name, mutes, activates, silenced, locations, unknownLocations, hasClock, ...one } of intervals) {
    const share = one.shareOfYear;
    if (unknownLocations.length > 0) review.push(`${name}: the place ${unknownLocations.join(', ')} is not known here`);
    if (share === 1 && mutes.length > 0) wrong.push(`${name} is always on, so ${mutes.join(', ')} never tells anybody`);
    if (share === 0 && activates.length > 0)
      wrong.push(`${name} is never on in the coming year, so ${activates.join(', ')} never tells anybody`);
    if (share === 0 && mutes.length > 0) review.push(`${name} is not on in the coming year`);
    if (mutes.length + activates.length === 0) review.push(`no route uses ${name}`);
    for (const { day, location, minutes, usualMinutes } of one.changes)
      review.push(
        `clocks change within ${name} on ${day} (${location}): it lasts ${minutes} minutes, not ${usualMinutes}`,
      );
    const pages = silenced.filter(({ isPage }) => isPage).map(({ alert }) => alert);
    if (pages.length > 0 && share !== 0) review.push(`while ${name} is on nobody is told of ${pages.join(', ')}`);
    if (hasClock && locations.includes('UTC') && places.size > 1)
      review.push(
        `${name} names no location, so its times are in UTC, while others are in ${[...places].filter((place) => place !== 'UTC').join(', ')}`,
      );
  }
  if (wrong.length > 0) return said('fail', sentence(wrong));
  if (review.length > 0) return said('inconclusive', `Needs review: ${sentence(review)}`);
  const count = `${intervals.length} ${intervals.length === 1 ? 'interval' : 'intervals'}`;
  return said('pass', `${count}; in the coming year no clock is changed within one, and no page is muted everywhere.`);
}

function mutedCheck({ isOn, outcomes }: Kind<'muted'>): Check {
  const title = isOn
    ? 'While mute times are on, only those are told who are to be'
    : 'While mute and active times are off, those are told who are to be';
  const id = `muted-${isOn ? 'on' : 'off'}`;
  const wrong = outcomes.filter(({ messages, expected }) => messages > 0 !== expected);
  const shown = wrong.map(
    ({ alert, receiver, expected }) => `${receiver} was ${expected ? 'not ' : ''}told of ${alert}`,
  );
  if (shown.length > 0) return check(id, title, 'fail', sentence(shown));
  if (outcomes.length === 0) return check(id, title, 'inconclusive', 'No alert was tried.');
  const told = outcomes.filter(({ expected }) => expected).length;
  return check(
    id,
    title,
    'pass',
    `${told} were to be told and were, ${outcomes.length - told} were not to be and were not.`,
  );
}

function clockCheck({ of, aheadMs, withinMs }: Kind<'clock'>): Check {
  const title = `The clock of ${of} agrees with ours`;
  const id = `clock-${of.toLowerCase()}`;
  const apart = Math.max(0, Math.abs(aheadMs) - withinMs);
  const shown = secondsText(Math.abs(aheadMs) / 1000);
  if (apart <= clockApartMs)
    return check(id, title, 'pass', `They are apart by ${secondsText(apart / 1000)} at the most.`);
  const reason = `It is ${shown} ${aheadMs > 0 ? 'ahead' : 'behind'}. An alert ends by the times that Prometheus sends: where these lie in Alertmanager’s future, its end is told so much later; where its beginning lies in the past, its group does not wait.`;
  return check(id, title, 'fail', reason);
}

export function timesTable(times: readonly Kind<'times'>[]): Table {
  return {
    title: 'When notifications are held back',
    head: ['Interval', 'Clock', 'Mutes', 'Is needed by', 'Of the year', 'Days on which clocks change within it'],
    rows: times.flatMap(({ intervals }) =>
      intervals.map(({ name, locations, mutes, activates, shareOfYear, changes }) => [
        ...[name, locations.join(', '), mutes.join(', ') || '–', activates.join(', ') || '–'],
        shareOfYear === null ? 'not known' : percent(100 * shareOfYear),
        changes.map(({ day, minutes }) => `${day}: ${minutes} min`).join(', ') || '–',
      ]),
    ),
    figures: 0,
  };
}

function sentence(parts: readonly string[]): string {
  const text = parts.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
