import { list } from '../../../gate/words.ts';
import { duration } from '../../../report-kit/format.ts';
import { moment } from '../../../report-kit/time.ts';
import { type Check, check, type Judged, type Recorded } from '../../part.ts';
import type { Evidence, Window } from './evidence.ts';
import { readIn } from './local-time.ts';

/** Names of the figures that the calendar file is made from. */
export const windowFigures = { opens: 'Opens, UTC', closes: 'Closes, UTC' } as const;

/** Whether a deployment can begin and, if it must, be taken back within the window. */
export function judge(recorded: readonly Recorded<Evidence>[]): Judged {
  const window = recorded.map(({ data }) => data).find((data) => data.kind === 'window');
  if (window === undefined) {
    const reason = 'No window is set: promotion.schedule says when the deployment may begin, and when it must be over.';
    return { checks: [check('window', 'There is a window', 'inconclusive', reason)], figures: [] };
  }
  const { opens, closes, freezes, timeZone, deployMs, rollbackMs } = window;
  const times = [...timesOf(window)];
  const [from, to] = [msOf(opens.at), msOf(closes.at)];
  return {
    checks: [
      ...times,
      ...(from === null || to === null
        ? []
        : from >= to
          ? [check('order', 'It opens before it closes', 'fail', `It opens at ${opens.at} and closes at ${closes.at}.`)]
          : [comingCheck(window, from, to), lengthCheck(window, from, to), freezeCheck(window, from, to)]),
    ],
    figures: [
      ...(opens.at === null ? [] : [{ name: windowFigures.opens, value: opens.at }]),
      ...(closes.at === null ? [] : [{ name: windowFigures.closes, value: closes.at }]),
      ...(opens.at === null ? [] : [{ name: `Opens, ${timeZone}`, value: readIn(opens.at, timeZone) }]),
      ...(closes.at === null ? [] : [{ name: `Closes, ${timeZone}`, value: readIn(closes.at, timeZone) }]),
      ...(from === null || to === null || from >= to ? [] : [{ name: 'Length', value: duration(to - from) }]),
      ...(deployMs === null || rollbackMs === null
        ? []
        : [{ name: 'Needed, rollback included', value: duration(deployMs + rollbackMs) }]),
    ],
    tables: [
      {
        title: 'Freezes',
        head: ['Freeze', 'From', 'To', 'Time zone'],
        rows: freezes.map(({ name, written, timeZone: zone }) => [name, ...written, zone]),
        figures: 0,
      },
    ],
  };
}

function* timesOf({ opens, closes, timeZone, freezes }: Window): Generator<Check> {
  const title = 'Its times are moments';
  const ends = [
    { name: 'opens', ...opens },
    { name: 'closes', ...closes },
  ];
  const wrong = ends.filter(({ at }) => at === null);
  for (const { name, written, problem } of wrong)
    yield check(`time-${name}`, title, 'fail', `promotion.schedule.${name}: ${written} ${problem ?? 'is none'}.`);
  const notes = ends.flatMap(({ name, written, note }) => (note === null ? [] : [`${name}, ${written}: ${note}`]));
  if (wrong.length === 0) {
    const noted = notes.length === 0 ? '' : ` ${notes.join('; ')}.`;
    yield check(
      'times',
      title,
      'pass',
      `From ${moment(opens.at)} to ${moment(closes.at)}; written for ${timeZone}.${noted}`,
    );
  }
  for (const { name, from, to, written } of freezes) {
    const bad = [from, to].findIndex(({ at }) => at === null);
    if (bad !== -1) {
      const problem = [from, to][bad]?.problem ?? 'is none';
      yield check('freeze-times', 'Freezes are periods', 'fail', `The freeze ${name}: ${written[bad]} ${problem}.`);
    } else if ((msOf(from.at) ?? 0) >= (msOf(to.at) ?? 0))
      yield check('freeze-times', 'Freezes are periods', 'fail', `The freeze ${name} ends before it begins.`);
  }
}

function comingCheck({ askedAt, rollbackMs, deployMs, closes, opens }: Window, from: number, to: number): Check {
  const of = (verdict: Check['verdict'], reason: string) => check('coming', 'It is still to come', verdict, reason);
  const now = Date.parse(askedAt);
  if (now >= to)
    return of('fail', `It closed at ${closes.at}, ${duration(now - to)} before the promotion was asked for.`);
  if (now <= from) return of('pass', `It opens ${duration(from - now)} after the promotion was asked for.`);
  if (deployMs === null || rollbackMs === null)
    return of('inconclusive', `It has been open since ${opens.at}, and it is not known how long a deployment takes.`);
  const left = to - now;
  return left >= deployMs + rollbackMs
    ? of('pass', `It has been open since ${opens.at}, and ${duration(left)} are left.`)
    : of(
        'fail',
        `It has been open since ${opens.at}; ${duration(left)} are left, and ${duration(deployMs + rollbackMs)} are needed.`,
      );
}

function lengthCheck({ deployMs, rollbackMs, measuredIn }: Window, from: number, to: number): Check {
  const of = (verdict: Check['verdict'], reason: string) =>
    check('length', 'There is time to deploy it and to take it back', verdict, reason);
  if (deployMs === null || rollbackMs === null)
    return of(
      'inconclusive',
      measuredIn === null
        ? 'No rehearsal of this candidate says how long either takes.'
        : `${measuredIn} did not measure how long both take.`,
    );
  const needed = deployMs + rollbackMs;
  const words = `${duration(to - from)} long; ${duration(deployMs)} to deploy it and ${duration(rollbackMs)} to take it back, as measured in ${measuredIn}`;
  return to - from >= needed ? of('pass', `${words}.`) : of('fail', `${words}, so ${duration(needed)} are needed.`);
}

function freezeCheck({ freezes }: Window, from: number, to: number): Check {
  const of = (verdict: Check['verdict'], reason: string) => check('freeze', 'Nothing is frozen then', verdict, reason);
  const hit = freezes.filter((freeze) => {
    const [start, end] = [msOf(freeze.from.at), msOf(freeze.to.at)];
    return start !== null && end !== null && start < to && from < end;
  });
  if (hit.length > 0)
    return of(
      'fail',
      `The window falls into ${list(hit.map(({ name, written }) => `${name} (${written.join(' to ')})`))}.`,
    );
  return of('pass', freezes.length === 0 ? 'No freeze is set.' : `None of ${freezes.length} freezes touches it.`);
}

function msOf(at: string | null): number | null {
  return at === null ? null : Date.parse(at);
}
