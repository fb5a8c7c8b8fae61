import { z } from 'zod';
import { ShakedownError } from '../../../model/error.ts';
import type { GitlabSettings } from '../configuration.ts';
import { type ForgeClient, forgeClient } from '../forge/client.ts';
import type { Note, Thread } from '../forge/thread.ts';

/** What GitLab takes in a note. */
const limit = 1_000_000;

const note = z.object({
  id: z.int(),
  body: z.string(),
  author: z.object({ username: z.string() }),
  system: z.boolean().optional(),
  created_at: z.string(),
});

export function gitlabClient(
  { apiUrl }: Pick<GitlabSettings, 'apiUrl'>,
  token: string,
  signal: AbortSignal,
  times: { timeoutMs?: number; pauseMs?: number } = {},
): ForgeClient {
  const headers = { 'private-token': token, 'user-agent': 'shakedown' };
  return forgeClient({ name: 'GitLab', apiUrl, headers, signal, ...times });
}

/** The notes of a merge request. */
export function mergeRequestThread(
  client: ForgeClient,
  { project, mergeRequest }: Pick<GitlabSettings, 'project' | 'mergeRequest'>,
): Thread {
  const notes = `${pathOf({ project, mergeRequest })}/notes`;
  const read = ({ id, body, author, created_at: at }: z.output<typeof note>): Note => ({
    ...{ id, body, at },
    author: author.username,
  });
  return {
    limit,
    notes: async () => (await client.list(notes, z.array(note))).filter(({ system }) => system !== true).map(read),
    post: async (body) => read(await client.write('POST', notes, { body }, 201, note)),
    edit: async (id, body) => {
      await client.write('PUT', `${notes}/${id}`, { body }, 200, note);
    },
    remove: async (id) => {
      await client.write('DELETE', `${notes}/${id}`, undefined, 204, z.null());
    },
  };
}

/** Whether what was tested is still what would be merged. @throws ShakedownError PROMOTION_HEAD where it is not */
export async function checkMergeRequest(
  client: ForgeClient,
  settings: Pick<GitlabSettings, 'project' | 'mergeRequest'>,
  commit: string,
): Promise<void> {
  const { sha, state } = await client.get(
    pathOf(settings),
    z.object({ sha: z.string().nullable(), state: z.string() }),
  );
  if (state === 'opened' && sha === commit) return;
  const what =
    state === 'opened'
      ? `the head of merge request ${settings.mergeRequest} is ${sha}`
      : `merge request ${settings.mergeRequest} is ${state}`;
  throw new ShakedownError('PROMOTION_HEAD', `Nothing was written: the candidate is of ${commit}, and ${what}.`, {
    hint: 'Test the commit that is there now, or name the commit that was tested.',
  });
}

function pathOf({ project, mergeRequest }: Pick<GitlabSettings, 'project' | 'mergeRequest'>): string {
  return `/projects/${encodeURIComponent(project)}/merge_requests/${mergeRequest}`;
}
