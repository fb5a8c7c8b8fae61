import { z } from 'zod';
import { ShakedownError } from '../../../model/error.ts';
import type { GithubSettings } from '../configuration.ts';
import type { ForgeClient } from '../forge/client.ts';
import { mayHaveArrived } from '../forge/thread.ts';
import { compareRuns, type Subject } from '../request/subject.ts';
import { type Deployment, deployment } from './api.ts';

/** Apart from other deployments, so that those are never taken for ours. */
const task = 'deploy:shakedown';

const payload = z.object({
  shakedown: z.object({ scope: z.string(), key: z.string(), run: z.string(), startedAt: z.string() }),
});

export interface AskedDeployment {
  readonly id: number;
  /** `asked`: this run asked for it; `there`: it had been asked for before, for the same candidate and evidence. */
  readonly outcome: 'asked' | 'there';
}

/** What is sent. GitHub merges nothing, and looks at exactly the statuses that are named. */
export function deploymentBody(
  { environment, requiredContexts }: NonNullable<GithubSettings['deployment']>,
  { commit, subject, version }: { commit: string; subject: Subject; version: string },
): object {
  return {
    ...{ ref: commit, task, auto_merge: false, required_contexts: requiredContexts, environment },
    description: `Shakedown: READY by ${subject.run}`.slice(0, 140),
    ...{ transient_environment: false, production_environment: true },
    payload: { shakedown: { ...subject, version } },
  };
}

/**
 * Asks for a deployment, once for the same candidate, commit and evidence. Where several do so at the same time the first stays, and the others take
 * theirs back.
 * @throws ShakedownError PROMOTION_OLDER where a newer run has asked for one, and what GitHub's answers throw
 */
export async function askDeployment(
  client: ForgeClient,
  { repository, body, subject }: { repository: string; body: object; subject: Subject },
): Promise<AskedDeployment> {
  const { environment } = body as { environment: string };
  const path = `/repos/${repository}/deployments`;
  const all = async () => {
    const query = new URLSearchParams({ task, environment });
    const found = await client.list(`${path}?${query}`, z.array(deployment));
    return found.flatMap((each) => {
      const of = payload.safeParse(payloadOf(each)).data?.shakedown;
      return of === undefined || of.scope !== subject.scope ? [] : [{ ...each, of }];
    });
  };
  const before = await all();
  const newer = before.find(({ of }) => of.key !== subject.key && compareRuns(of, subject) > 0);
  if (newer !== undefined)
    throw new ShakedownError(
      'PROMOTION_OLDER',
      `No deployment was asked for: the newer run ${newer.of.run} has asked for one.`,
      {
        hint: 'Promote the newest readiness run.',
      },
    );
  const same = first(before, subject);
  if (same !== undefined) return { id: same.id, outcome: 'there' };
  const made = await client.write('POST', path, body, 201, deployment).catch(async (cause: unknown) => {
    if (!mayHaveArrived(cause)) throw cause;
    const arrived = (await all()).find(({ of }) => of.run === subject.run && of.key === subject.key);
    if (arrived === undefined) throw cause;
    return arrived;
  });
  const kept = first(await all(), subject)?.id ?? made.id;
  if (kept !== made.id) await takeBack(client, path, made.id);
  return { id: kept, outcome: kept === made.id ? 'asked' : 'there' };
}

function first<T extends Deployment & { of: { key: string } }>(all: readonly T[], { key }: Subject): T | undefined {
  return all.filter(({ of }) => of.key === key).sort((a, b) => a.id - b.id)[0];
}

/** GitHub deletes a deployment only when it is no longer active. */
async function takeBack(client: ForgeClient, path: string, id: number): Promise<void> {
  const body = { state: 'inactive', description: 'Asked for twice at the same time' };
  await client.write('POST', `${path}/${id}/statuses`, body, 201, z.object({ id: z.int() }));
  await client.write('DELETE', `${path}/${id}`, undefined, 204, z.null());
}

function payloadOf({ payload: found }: Deployment): unknown {
  if (typeof found !== 'string') return found;
  try {
    return JSON.parse(found);
  } catch {
    return null;
  }
}
