import { grouped } from '../../../gate/words.ts';
import type { Check } from '../../part.ts';
import type { Of } from './evidence.ts';

type Statement = Of<'statement'>;

/** Whether the old code works until the contract, and the new code from then on; pooled connections too. */
export function ofCode({ steps, meetsTraffic }: Of<'source'>, tried: readonly Statement[]): Check[] {
  const contract = steps.findIndex(({ isContract }) => isContract);
  const last = contract < 0 ? steps.length : contract;
  const at = ({ after }: Statement) => (after === null ? 0 : steps.findIndex(({ name }) => name === after) + 1);
  const old = tried.filter((each) => each.code === 'old' && at(each) <= last);
  const fresh = tried.filter((each) => each.code === 'new' && at(each) >= last);
  const wrong = old.filter((each) => at(each) === 0 && each.fresh !== null);
  return [
    one('old-code', 'The old code works on every schema that it meets', wrong, old, meetsTraffic),
    one('new-code', 'The new code works on the schema that it is deployed on', [], fresh, meetsTraffic),
  ];
}

function one(
  id: string,
  title: string,
  wrong: readonly Statement[],
  tried: readonly Statement[],
  meetsTraffic: boolean,
): Check {
  const check = (verdict: Check['verdict'], reason: string): Check => ({ id, title, verdict, reason });
  if (tried.length === 0) {
    // Requests under load show the old code as it is.
    if (meetsTraffic && id === 'old-code')
      return check('pass', 'No statements are configured; the requests under load are those of the old code.');
    return check('inconclusive', 'No statements of it were tried: rehearsal.migration.statements.');
  }
  const [first] = wrong;
  if (first !== undefined)
    return check('inconclusive', `${first.statement} fails before the first step: ${first.fresh}.`);
  const broken = tried.find(({ fresh, pooled }) => fresh !== null || pooled !== null);
  if (broken !== undefined) {
    const { fresh, pooled, after, statement } = broken;
    const where = fresh === null ? ' on a connection that was open before' : '';
    return check(
      'fail',
      `After ${after ?? 'no step'} this fails${where}: ${statement.slice(0, 160)}: ${fresh ?? pooled}.`,
    );
  }
  return check(
    'pass',
    `${grouped(tried.length)} statements were tried, each on a new connection and on one that was open before.`,
  );
}
