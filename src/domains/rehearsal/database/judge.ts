import { grouped, list } from '../../../gate/words.ts';
import type { Verdict } from '../../../model/verdict.ts';
import type { Check, Judged, Recorded } from '../../part.ts';
import type { Evidence, Of } from './evidence.ts';
import { ofCode } from './judge-code.ts';
import { ofLoad } from './judge-load.ts';
import { figures, tables } from './shown.ts';

const shownAtMost = 3;

/** What the rehearsal of a migration shows. */
export function judge(recorded: readonly Recorded<Evidence>[]): Judged {
  const all = recorded.map(({ data }) => data);
  const of = <K extends Evidence['kind']>(kind: K) => all.filter((each): each is Of<K> => each.kind === kind);
  const [source] = of('source');
  if (source === undefined) {
    return { checks: [check('steps', 'The migration runs', 'inconclusive', 'It was not begun.')], figures: [] };
  }
  const [steps, compared] = [of('step'), of('compared')];
  const reversible = wayBack(source);
  const checks =
    reversible.verdict === 'fail'
      ? [reversible, statically(of('static')[0], source)]
      : [
          reversible,
          ran(source, steps),
          held(compared, 'migrated', 'invalid', 'The schema is whole afterwards'),
          ...backAgain(compared),
          ...cutOff(steps, compared),
          ...ofLoad(source, of('load'), of('blocker')[0]),
          ...ofCode(source, of('statement')),
          statically(of('static')[0], source),
        ];
  const shown = {
    source,
    steps,
    loads: of('load'),
    statements: of('statement'),
    found: of('static')[0],
    touched: of('tables')[0],
  };
  return { checks, figures: figures(shown), tables: tables(shown) };
}

function wayBack({ steps }: Of<'source'>): Check {
  const title = 'Every step has a way back';
  const without = steps.filter(({ isReversible }) => !isReversible).map(({ name }) => name);
  if (without.length === 0) return check('reversible', title, 'pass', `${steps.length} of ${steps.length} steps.`);
  const verb = without.length === 1 ? 'has' : 'have';
  const reason = `${list(without.slice(0, shownAtMost))} ${verb} none, so nothing was tried: a release with it cannot be rolled back.`;
  return check('reversible', title, 'fail', reason);
}

function ran({ steps }: Of<'source'>, done: readonly Of<'step'>[]): Check {
  const title = 'The migration runs, forwards and back, with and without load';
  const broken = done.find(({ error }) => error !== null);
  if (broken !== undefined) {
    const how = { quiet: 'without load', killed: 'after it was cut off', load: 'under load' }[broken.cycle];
    const way = broken.direction === 'up' ? '' : ' on the way back';
    return check('steps', title, 'fail', `${broken.step} failed ${how}${way}: ${broken.error}.`);
  }
  const missing = (['quiet', 'load'] as const).filter((cycle) =>
    steps.some(({ name }) =>
      ['up', 'down'].some(
        (way) => !done.some((one) => one.cycle === cycle && one.step === name && one.direction === way && !one.isCut),
      ),
    ),
  );
  if (missing.length > 0) {
    const words = missing.map((cycle) => (cycle === 'quiet' ? 'without load' : 'under load'));
    return check('steps', title, 'inconclusive', `Not every step was done ${list(words)}.`);
  }
  const retries = done.reduce((sum, one) => sum + one.retries, 0);
  const again = retries === 0 ? '' : `; locks were asked for again ${retries} times`;
  return check('steps', title, 'pass', `${steps.length} steps, each forwards and back${again}.`);
}

function held(all: readonly Of<'compared'>[], moment: Of<'compared'>['moment'], id: string, title: string): Check {
  const found = all.find((each) => each.moment === moment);
  if (found === undefined) return check(id, title, 'inconclusive', 'It was not looked at.');
  const { invalidIndexes, invalidConstraints } = found;
  if (invalidIndexes.length > 0) {
    const reason = `${list(invalidIndexes.slice(0, shownAtMost))}: an index that is not valid is written and never read.`;
    return check(id, title, 'fail', reason);
  }
  if (invalidConstraints.length > 0) {
    const reason = `${list(invalidConstraints.slice(0, shownAtMost))} was never validated, so earlier rows may break it.`;
    return check(id, title, 'fail', reason);
  }
  return check(id, title, 'pass', 'All indexes are valid, and all constraints validated.');
}

/** Whether two snapshots are the same; the first differences, where they are not. */
function same(found: Of<'compared'> | undefined, id: string, title: string, good: string): Check {
  if (found === undefined) return check(id, title, 'inconclusive', 'It was not looked at.');
  const { schema, schemaDifferences, rows } = found;
  if (schemaDifferences > 0) {
    const reason = `${grouped(schemaDifferences)} things of the schema differ: ${schema.slice(0, shownAtMost).join('; ')}.`;
    return check(id, title, 'fail', reason);
  }
  if (rows !== null && rows.length > 0) {
    return check(id, title, 'fail', `The rows differ: ${rows.slice(0, shownAtMost).join('; ')}.`);
  }
  return check(id, title, 'pass', good);
}

function backAgain(compared: readonly Of<'compared'>[]): Check[] {
  const at = (moment: Of<'compared'>['moment']) => compared.find((each) => each.moment === moment);
  return [
    same(
      at('restored'),
      'restored',
      'The way back restores schema and rows',
      'The schema, the counts and the checksums of all tables are as before.',
    ),
    same(
      at('restored under load'),
      'restored-load',
      'The way back restores the schema under load',
      'The schema is as before.',
    ),
  ];
}

function cutOff(steps: readonly Of<'step'>[], compared: readonly Of<'compared'>[]): Check[] {
  const cuts = steps.filter(({ isCut }) => isCut);
  const title = 'Cut off in the middle, it can be run again';
  const back = 'Cut off in the middle of the way back, that can be run again';
  const one = (id: string, words: string, moment: Of<'compared'>['moment'], way: 'up' | 'down') => {
    const those = cuts.filter(({ direction }) => direction === way).length;
    if (those === 0) return check(id, words, 'inconclusive', 'No step took long enough to be cut off.');
    const found = compared.find((each) => each.moment === moment);
    if (found !== undefined && found.invalidIndexes.length > 0) return held([found], moment, id, words);
    return same(
      found,
      id,
      words,
      `${those} steps were cut off half-way; schema and rows are those of a run in one go.`,
    );
  };
  return [one('resumed', title, 'resumed', 'up'), one('reverted', back, 'reverted', 'down')];
}

function statically(found: Of<'static'> | undefined, { from }: Of<'source'>): Check {
  const title = 'Nothing in its SQL is known to keep users waiting';
  if (found === undefined) return check('static', title, 'inconclusive', 'Its SQL was not looked at.');
  if (from.startsWith('command')) {
    return check('static', title, 'pass', 'Its SQL is not known here; what was measured under load decides.');
  }
  const own = found.findings.filter(({ by }) => by === 'own');
  const others =
    found.squawk === null
      ? '; squawk is not on PATH'
      : `; ${found.squawk}: ${found.findings.length - own.length} findings, below`;
  const [first] = own;
  if (first === undefined)
    return check('static', title, 'pass', `Nothing found${others}. What was measured under load decides.`);
  const reason = `${own.length} findings to look at, such as ${first.step}: ${first.says} (${first.rule})${others}.`;
  return check('static', title, 'inconclusive', reason);
}

function check(id: string, title: string, verdict: Verdict, reason: string): Check {
  return { id, title, verdict, reason };
}
