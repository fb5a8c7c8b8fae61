import { grouped } from '../../../gate/words.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { duration } from '../../../report-kit/format.ts';
import type { Check } from '../../part.ts';
import type { Answers, Of } from './evidence.ts';

/** With fewer requests while the schema changed, their worst says little. */
const requestsAtLeast = 50;
/** So many slow ones without a lock in sight are no accident where there were none before. */
const manyAtLeast = 20;
const manyShare = 0.01;

type Load = Of<'load'>;

/** What users felt while the schema changed. */
export function ofLoad(source: Of<'source'>, loads: readonly Load[], blocker: Of<'blocker'> | undefined): Check[] {
  const before = loads.filter(({ step }) => step === null);
  const during = loads.filter(({ step }) => step !== null);
  const users = during.filter((each): each is Load & { users: Answers } => each.users !== null);
  return [
    worst(
      'worst-statement',
      'No statement of another client waits long',
      source,
      during,
      (one) => one.statements,
      before,
    ),
    ...(source.meetsTraffic
      ? [
          worst('worst-request', 'No user waits long', source, users, (one) => one.users, before),
          failures(
            users.map(({ users: one }) => one),
            before,
          ),
        ]
      : []),
    blocked(source, blocker),
  ];
}

function worst(
  id: string,
  title: string,
  { worstMs }: Of<'source'>,
  during: readonly Load[],
  pick: (one: Load) => Answers | null,
  before: readonly Load[],
): Check {
  const seen = during.flatMap((load) => {
    const answers = pick(load);
    return answers === null ? [] : [{ load, answers }];
  });
  const sum = (of: (answers: Answers) => number) => seen.reduce((all, { answers }) => all + of(answers), 0);
  const requests = sum((one) => one.requests);
  const [slowest] = [...seen].sort((a, b) => b.answers.worstMs - a.answers.worstMs);
  if (slowest === undefined || requests < requestsAtLeast) {
    const reason = `Only ${grouped(requests)} were sent while the schema changed; ${requestsAtLeast} are needed.`;
    return check(id, title, 'inconclusive', reason);
  }
  const { load, answers } = slowest;
  const where = `${answers.worst} took ${duration(answers.worstMs)} at ${load.step}${load.direction === 'down' ? ', taken back' : ''}`;
  const allowed = `${duration(worstMs)} are allowed`;
  const slow = sum((one) => one.slow);
  if (slow === 0) return check(id, title, 'pass', `${grouped(requests)} were sent; the slowest, ${where}; ${allowed}.`);
  const byLock = [...seen].sort((a, b) => b.answers.slowByLock - a.answers.slowByLock)[0];
  if (byLock !== undefined && byLock.answers.slowByLock > 0) {
    const { lockWaitMs, waiters, waited, step } = byLock.load;
    const lock = `At ${step} up to ${waiters} clients waited for its locks, ${duration(lockWaitMs)} at the longest: ${waited}`;
    return check(id, title, 'fail', `The slowest, ${where}; ${allowed}. ${lock}.`);
  }
  const earlier = before.reduce((all, one) => all + (pick(one)?.slow ?? 0), 0);
  if (earlier === 0 && slow >= manyAtLeast && slow / requests >= manyShare) {
    return check(
      id,
      title,
      'fail',
      `The slowest, ${where}, and ${grouped(slow)} of ${grouped(requests)} took longer than allowed; ${allowed}.`,
    );
  }
  const own = sum((one) => one.slowByClient);
  const why =
    earlier > 0
      ? `${grouped(earlier)} were as slow before the first step`
      : own >= slow
        ? 'the client itself stood still meanwhile'
        : 'nobody was seen waiting for a lock of the migration';
  return check(
    id,
    title,
    'inconclusive',
    `${where}; ${allowed}. But ${why}, so it cannot be put down to the migration.`,
  );
}

function failures(during: readonly Answers[], before: readonly Load[]): Check {
  const [id, title] = ['failed', 'No request fails'];
  const failed = during.reduce((sum, one) => sum + one.failed, 0);
  const requests = during.reduce((sum, one) => sum + one.requests, 0);
  const earlier = before.reduce((sum, { users }) => sum + (users?.failed ?? 0), 0);
  if (failed > 0 && earlier > 0) {
    return check(
      id,
      title,
      'inconclusive',
      `${grouped(failed)} failed, and ${grouped(earlier)} did before the first step.`,
    );
  }
  if (failed > 0) {
    const example = during.find((one) => one.failed > 0)?.example ?? '';
    return check(
      id,
      title,
      'fail',
      `${grouped(failed)} of ${grouped(requests)} failed while the schema changed, such as ${example}.`,
    );
  }
  if (requests < requestsAtLeast) return check(id, title, 'inconclusive', `Only ${grouped(requests)} were sent.`);
  return check(id, title, 'pass', `None of ${grouped(requests)} while the schema changed.`);
}

function blocked({ blockerMs }: Of<'source'>, found: Of<'blocker'> | undefined): Check {
  const title = 'It was tried with a forgotten transaction in its way';
  if (blockerMs === 0) return check('blocker', title, 'inconclusive', 'rehearsal.migration.blockerMs is 0.');
  if (found === undefined || found.times === 0) return check('blocker', title, 'inconclusive', 'There was none.');
  const words = `${grouped(found.times)} transactions sat on locks of its tables, ${duration(found.heldMs)} in all.`;
  return check('blocker', title, 'pass', words);
}

function check(id: string, title: string, verdict: Verdict, reason: string): Check {
  return { id, title, verdict, reason };
}
