import { grouped } from '../../../gate/words.ts';
import { duration } from '../../../report-kit/format.ts';
import { type Check, check, type Judged, type Recorded } from '../../part.ts';
import { requestChecks } from '../witness/checks.ts';
import { moreFailures, sampleRatioP, slowdown } from './compare.ts';
import type { Evidence } from './evidence.ts';

/** As the field does: a chance so small is looked into before anything else of an experiment. */
const mismatchAt = 0.001;
const sessionsAtLeast = 100;
/** A comparison that cannot even rule out a variant that takes twice as long, or fails so many requests more, shows nothing. */
const blind = { times: 2, points: 10 };

type Of<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>;

/** What a rehearsal of a flag shows. */
export function judge(recorded: readonly Recorded<Evidence>[]): Judged {
  const all = recorded.map(({ data }) => data);
  const of = <K extends Evidence['kind']>(kind: K) => all.filter((each): each is Of<K> => each.kind === kind);
  const [asked] = of('asked');
  const [up] = of('up');
  const title = 'The flag is evaluated where it can be seen';
  const stop = (reason: string): Judged => ({ checks: [check('seen', title, 'inconclusive', reason)], figures: [] });
  if (asked === undefined) return stop('Nothing was tried.');
  if (asked.flag === null) return stop('No flag is named by rehearsal.flags.flag.');
  if (!asked.isSeen) return stop('No evaluation can be seen: rehearsal.flags.probePath is not set.');
  if (up === undefined) return stop('The candidate was not brought up.');
  if (up.error !== null) return { checks: [check('up', 'The candidate comes up', 'fail', up.error)], figures: [] };
  const evaluations = of('evaluations');
  const [found] = of('arms');
  const on = of('switched').find(({ to }) => to === 'on');
  const off = of('switched').find(({ to }) => to === 'off');
  const [requests] = of('requests');
  const seen = evaluations.reduce((sum, each) => sum + each.sent - each.failed - each.unseen, 0);
  const served = (one: Of<'switched'> | undefined) =>
    one === undefined || one.instances.some(({ servedMs }) => servedMs === null)
      ? null
      : Math.max(...one.instances.map(({ servedMs }) => servedMs ?? 0));
  const times = [on, off].map(served);
  return {
    checks: [
      seen === 0
        ? check('seen', title, 'inconclusive', 'No answer shows an evaluation of the flag.')
        : check('seen', title, 'pass', `${grouped(seen)} evaluations were seen.`),
      before(evaluations.find(({ when }) => when === 'before')),
      failures(evaluations),
      changed('on', on, asked, seen > 0),
      ...experiment(found, asked),
      changed('off', off, asked, seen > 0),
      after(evaluations.find(({ when }) => when === 'off')),
      ...requestChecks(requests),
    ],
    figures: [
      { name: 'Flag', value: asked.flag },
      { name: 'Evaluations', value: grouped(evaluations.reduce((sum, { sent }) => sum + sent, 0)) },
      {
        name: 'On, back at every instance',
        value: times.map((ms) => (ms === null ? 'not seen' : duration(ms))).join(', '),
      },
    ],
    tables: [
      {
        title: 'Variants',
        head: ['Variant', 'Sessions', 'Requests', 'Failed'],
        rows: (found?.arms ?? []).map(({ variant, sessions, requests: sent, failed }) => [
          variant,
          ...[sessions, sent, failed].map(grouped),
        ]),
        figures: 3,
      },
    ],
  };
}

function before(found: Of<'evaluations'> | undefined): Check {
  const [id, title] = ['before', 'Nobody has the variant before'];
  if (found === undefined || found.sent === 0) return check(id, title, 'inconclusive', 'Nothing was asked before.');
  if (found.others === 0) return check(id, title, 'pass', `${grouped(found.sent)} evaluations.`);
  return check(
    id,
    title,
    'inconclusive',
    `${grouped(found.others)} of ${grouped(found.sent)} evaluations were another variant already.`,
  );
}

function after(found: Of<'evaluations'> | undefined): Check {
  const [id, title] = ['after', 'Nobody has the variant afterwards'];
  if (found === undefined || found.sent === 0) return check(id, title, 'inconclusive', 'Nothing was asked afterwards.');
  if (found.others === 0) return check(id, title, 'pass', `${grouped(found.sent)} evaluations.`);
  return check(
    id,
    title,
    'fail',
    `${grouped(found.others)} of ${grouped(found.sent)} evaluations were another variant.`,
  );
}

function failures(all: readonly Of<'evaluations'>[]): Check {
  const [id, title] = ['evaluated', 'No evaluation fails'];
  const sum = (of: (one: Of<'evaluations'>) => number) => all.reduce((so, one) => so + of(one), 0);
  const [sent, failed, defaulted] = [sum((one) => one.sent), sum((one) => one.failed), sum((one) => one.defaulted)];
  if (sent === 0) return check(id, title, 'inconclusive', 'Nothing was evaluated.');
  const example = all.find((one) => one.example !== '')?.example ?? '';
  if (failed + defaulted > 0)
    return check(
      id,
      title,
      'fail',
      `${grouped(failed)} of ${grouped(sent)} had no answer, and ${grouped(defaulted)} the reason DEFAULT or ERROR (${example}).`,
    );
  if (sum((one) => one.unseen) > 0)
    return check(
      id,
      title,
      'inconclusive',
      `${grouped(sum((one) => one.unseen))} of ${grouped(sent)} answers show no evaluation.`,
    );
  return check(id, title, 'pass', `None of ${grouped(sent)}, and none had the reason DEFAULT or ERROR.`);
}

function changed(
  to: 'on' | 'off',
  one: Of<'switched'> | undefined,
  { propagateMs }: Of<'asked'>,
  isSeen: boolean,
): Check {
  const [id, title] = [
    to,
    to === 'on' ? 'Every instance serves the variant' : 'Every instance is back at the old variant',
  ];
  if (one === undefined || one.instances.length === 0) return check(id, title, 'inconclusive', 'It was not switched.');
  if (one.error !== null) return check(id, title, 'fail', one.error);
  if (!isSeen) return check(id, title, 'inconclusive', 'No evaluation was seen.');
  const late = one.instances.filter(({ servedMs }) => servedMs === null);
  if (late.length > 0)
    return check(
      id,
      title,
      'fail',
      `${late.length} of ${one.instances.length} instances did not within ${duration(propagateMs)}, such as ${late[0]?.name}, though the driver said that it was done.`,
    );
  const slowest = Math.max(...one.instances.map(({ servedMs }) => servedMs ?? 0));
  return check(id, title, 'pass', `All ${one.instances.length} after ${duration(slowest)}.`);
}

function experiment(found: Of<'arms'> | undefined, asked: Of<'asked'>): Check[] {
  const titles = {
    ratio: 'The arms have the sizes that were asked for',
    sticky: 'A session keeps its variant',
    variants: 'The variant is no worse',
  };
  const none = (why: string) => Object.entries(titles).map(([id, title]) => check(id, title, 'inconclusive', why));
  const sized = (variant: string) => found?.arms.find((each) => each.variant === variant);
  const [on, off] = [sized(asked.on), sized(asked.off)];
  if (found === undefined) return none('No sessions were compared.');
  const others = found.arms.filter(({ variant }) => ![asked.on, asked.off].includes(variant));
  const sessions = (on?.sessions ?? 0) + (off?.sessions ?? 0);
  if (sessions < sessionsAtLeast)
    return none(`${sessions} sessions had either variant; ${sessionsAtLeast} are needed.`);
  const p = sampleRatioP(on?.sessions ?? 0, off?.sessions ?? 0, asked.sharePercent);
  const sizes = `${grouped(on?.sessions ?? 0)} of ${grouped(sessions)} sessions had ${asked.on}, ${asked.sharePercent} % were asked for (p ${p < 1e-6 ? '< 0.000001' : `= ${p.toPrecision(2)}`})`;
  const ratio =
    others.length > 0
      ? check(
          'ratio',
          titles.ratio,
          'fail',
          `Sessions had ${others.map(({ variant }) => variant).join(', ')}, which was not asked for.`,
        )
      : check('ratio', titles.ratio, p < mismatchAt ? 'fail' : 'pass', `${sizes}.`);
  const sticky =
    found.changed > 0
      ? check(
          'sticky',
          titles.sticky,
          'fail',
          `${grouped(found.changed)} of ${grouped(found.sessions)} sessions had more than one.`,
        )
      : check('sticky', titles.sticky, 'pass', `Each of ${grouped(found.sessions)} sessions had one.`);
  const variants = (verdict: Check['verdict'], why: string) => check('variants', titles.variants, verdict, why);
  if (on === undefined || off === undefined)
    return [ratio, sticky, variants('inconclusive', 'One of the arms is empty.')];
  if (ratio.verdict !== 'pass')
    return [ratio, sticky, variants('inconclusive', 'Arms of other sizes than asked for are not comparable.')];
  const slower = slowdown(off, on);
  if (slower === null) return [ratio, sticky, variants('inconclusive', 'Too few sessions for an interval.')];
  const failing = moreFailures(off, on);
  const shown = `The median of sessions differs by ${slower.value.toFixed(1)} ms (99 %: ${slower.low.toFixed(1)} to ${slower.high.toFixed(1)}), failed requests by ${failing.value.toFixed(1)} points (${failing.low.toFixed(1)} to ${failing.high.toFixed(1)}).`;
  const allowedMs = (slower.baseMs * asked.slowdownPercent) / 100;
  if (slower.low > allowedMs || failing.low > 0) return [ratio, sticky, variants('fail', shown)];
  if (slower.high >= (blind.times - 1) * slower.baseMs || failing.high >= blind.points) {
    const why = `${shown} That does not rule out that it takes ${blind.times} times as long, or fails ${blind.points} points more; more sessions would.`;
    return [ratio, sticky, variants('inconclusive', why)];
  }
  return [ratio, sticky, variants('pass', shown)];
}
