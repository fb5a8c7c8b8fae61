import { z } from 'zod';
import { ShakedownError } from '../../../model/error.ts';
import type { GithubSettings } from '../configuration.ts';
import type { ForgeClient } from '../forge/client.ts';
import { pullRequest } from './api.ts';

/**
 * Whether what was tested is still what would be merged or deployed. Asked before every writing: a branch may move at any moment.
 * @throws ShakedownError PROMOTION_HEAD where it is not, and what asking throws
 */
export async function checkHead(
  client: ForgeClient,
  { repository, pullRequest: number, branch }: Pick<GithubSettings, 'repository' | 'pullRequest' | 'branch'>,
  commit: string,
): Promise<void> {
  if (number !== undefined) {
    const found = await client.get(`/repos/${repository}/pulls/${number}`, pullRequest);
    if (found.state !== 'open') throw other(`pull request ${number} is closed`);
    if (found.head.sha !== commit) throw other(`the head of pull request ${number} is ${found.head.sha}`);
  } else if (branch !== undefined) {
    const { sha } = await client.get(
      `/repos/${repository}/commits/${encodeURIComponent(branch)}`,
      z.object({ sha: z.string() }),
    );
    if (sha !== commit) throw other(`the head of ${branch} is ${sha}`);
  }

  function other(what: string): ShakedownError {
    return new ShakedownError('PROMOTION_HEAD', `Nothing was written: the candidate is of ${commit}, and ${what}.`, {
      hint: 'Test the commit that is there now, or name the commit that was tested.',
    });
  }
}
