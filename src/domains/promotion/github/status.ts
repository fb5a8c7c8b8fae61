import { z } from 'zod';
import { ShakedownError } from '../../../model/error.ts';
import type { Verdict, VerdictWord } from '../../../model/verdict.ts';
import { visible } from '../../../report-kit/text.ts';
import type { ForgeClient } from '../forge/client.ts';
import { mayHaveArrived } from '../forge/thread.ts';
import { compareRuns, type Subject } from '../request/subject.ts';
import { type CommitStatus, status } from './api.ts';

/** What GitHub shows of a description at most. */
const descriptionAtMost = 140;
const roundsAtMost = 10;
const states: Record<Verdict, string> = { pass: 'success', fail: 'failure', inconclusive: 'error' };

export interface WantedStatus {
  readonly context: string;
  readonly verdict: Verdict;
  readonly word: VerdictWord;
  readonly sentence: string;
  /** null: the reports are nowhere on the web. */
  readonly url: string | null;
}

/**
 * Sets the status of a commit so that the one of the newest run is the last, whoever else sets one at the same time. GitHub counts the last one and keeps
 * those before, so one that was set too late is followed by the newer one once more.
 */
export async function setStatus(
  client: ForgeClient,
  { repository, commit, subject }: { repository: string; commit: string; subject: Subject },
  { context, verdict, word, sentence, url }: WantedStatus,
): Promise<'set' | 'newer'> {
  const path = `/repos/${repository}/commits/${commit}/statuses`;
  const own = {
    ...{ state: states[verdict], context, description: descriptionOf(subject, word, sentence) },
    ...(url === null ? {} : { target_url: url }),
  };
  let wanted: object = own;
  let isPosted = false;
  for (let round = 0; round < roundsAtMost; round++) {
    const [newest, last] = ends((await client.list(path, z.array(status))).filter((each) => each.context === context));
    const isNewer = newest !== undefined && compareRuns(newest.order, subject) > 0;
    if (newest !== undefined && last !== undefined && compareRuns(last.order, newest.order) === 0) {
      // The last one is of the newest run, and ours is there or not wanted.
      if (isNewer) return 'newer';
      if (isPosted || last.order.run === subject.run) return 'set';
    }
    wanted = isNewer ? again(newest.status) : own;
    await client
      .write('POST', `/repos/${repository}/statuses/${commit}`, wanted, 201, status)
      .catch((cause: unknown) => {
        // The next look shows whether it is there.
        if (!mayHaveArrived(cause)) throw cause;
      });
    isPosted ||= !isNewer;
  }
  throw new ShakedownError(
    'FORGE_ANSWER',
    `The status ${context} of ${commit} is not there after ${roundsAtMost} tries.`,
    {
      hint: 'Look at the status page of the forge, and promote again.',
    },
  );
}

interface Ordered {
  readonly status: CommitStatus;
  readonly order: Pick<Subject, 'run' | 'startedAt'>;
}

/** Of those that runs set: of the newest run, and the one that was set last. */
function ends(statuses: readonly CommitStatus[]): [Ordered | undefined, Ordered | undefined] {
  const ordered = statuses.flatMap((each): Ordered[] => {
    const order = orderOf(each.description ?? '');
    return order === null ? [] : [{ status: each, order }];
  });
  const [newest] = [...ordered].sort((a, b) => compareRuns(b.order, a.order) || b.status.id - a.status.id);
  const [last] = [...ordered].sort((a, b) => b.status.id - a.status.id);
  return [newest, last];
}

function descriptionOf({ run, startedAt }: Subject, word: VerdictWord, sentence: string): string {
  const end = ` [${run} ${startedAt}]`;
  const text = visible(`${word}: ${sentence}`);
  const room = descriptionAtMost - end.length;
  return `${text.length <= room ? text : `${[...text].slice(0, room - 1).join('')}…`}${end}`.slice(-descriptionAtMost);
}

/** null: it is of no promotion run. */
function orderOf(description: string): Pick<Subject, 'run' | 'startedAt'> | null {
  const [, run, startedAt] = / \[([\w-]{1,60}) (\d{4}-\d{2}-\d{2}T[\d:.]{8,12}Z)\]$/.exec(description) ?? [];
  return run === undefined || startedAt === undefined ? null : { run, startedAt };
}

function again({ state, context, description, target_url: url }: CommitStatus): object {
  return { state, context, description, ...(url === null ? {} : { target_url: url }) };
}
