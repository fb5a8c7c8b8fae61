import { type Check, check, type Table } from '../../part.ts';
import { type Bar, termProblem } from '../judge.ts';
import type { PostureCheck } from './checks.ts';
import type { LeftOut } from './settings.ts';
import type { Made } from './visitor.ts';

type Term = Pick<Bar, 'today' | 'waiverDays'>;

/** Within a sentence: why a check is left out, and who answers for it until when. */
export function leftOutWords(left: LeftOut, term: Term): string {
  if (typeof left === 'string') return left;
  const { reason, owner, expires } = left;
  const problem = termProblem(expires, term);
  return `${reason}; ${problem === null ? `${owner} answers for it until ${expires}` : `the exception of ${owner} ${problem}`}`;
}

/**
 * Of a part in which nothing was there to be judged. It passes only where somebody answers for each check that is missing, until a day that has not passed:
 * a reason alone could stand there forever.
 */
export function nothingLeft(
  asked: readonly PostureCheck[],
  leftOut: Readonly<Record<string, LeftOut>>,
  looked: ReadonlyMap<string, { notThere?: string | undefined }>,
  term: Term,
): Check {
  const missing = asked.map(({ id, title }) => {
    const left = leftOut[id];
    return left === undefined
      ? { name: id, isDeclared: false, words: `${title}: does not apply: ${looked.get(id)?.notThere ?? 'unknown'}` }
      : { name: id, isDeclared: typeof left !== 'string', words: `${title}: ${leftOutWords(left, term)}` };
  });
  const isByName = asked.every(({ id }) => leftOut[id] !== undefined);
  const open = missing.filter(({ isDeclared }) => !isDeclared).map(({ name }) => name);
  const begin = isByName
    ? 'All checks of it were left out by the configuration'
    : 'All checks of it were left out by the configuration, or do not apply';
  const needs =
    open.length === 0
      ? ''
      : ` To pass without them, leave each out with a reason, an owner and an end (security.posture.leaveOut); this is missing for: ${open.join(', ')}.`;
  return check(
    'left-out',
    'It is looked at, or somebody answers for what is not',
    open.length === 0 ? 'pass' : 'inconclusive',
    `${begin}: ${missing.map(({ words }) => words).join('. ')}.${needs}`,
  );
}

/** Checks for whose absence somebody answers; null: none. */
export function exceptionsTable(
  asked: readonly PostureCheck[],
  leftOut: Readonly<Record<string, LeftOut>>,
  term: Term,
): Table | null {
  const rows = asked.flatMap(({ id, title }) => {
    const left = leftOut[id];
    if (left === undefined || typeof left === 'string') return [];
    const problem = termProblem(left.expires, term);
    return [[title, left.reason, left.owner, left.expires, problem === null ? 'counts' : `does not count: ${problem}`]];
  });
  const head = ['Check', 'Reason', 'Owner', 'Last day', 'State'];
  return rows.length === 0 ? null : { title: 'Exceptions of the configuration', head, rows, figures: 0 };
}

/** What the checks made in the target; null: nothing. */
export function madeTable(made: readonly Made[]): Table | null {
  const rows = made.map(({ path, state }) => [path, state]);
  return rows.length === 0 ? null : { title: 'Made in the target', head: ['Path', 'State'], rows, figures: 0 };
}
