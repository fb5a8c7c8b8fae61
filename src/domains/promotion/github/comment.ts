import { z } from 'zod';
import type { ForgeClient } from '../forge/client.ts';
import type { Note, Thread } from '../forge/thread.ts';
import { comment } from './api.ts';

/** What GitHub takes in a comment. */
const limit = 65_536;

/** The comments of a pull request. */
export function pullRequestThread(client: ForgeClient, repository: string, number: number): Thread {
  const comments = `/repos/${repository}/issues/${number}/comments`;
  const note = ({ id, body, user, created_at: at }: z.output<typeof comment>): Note => ({
    ...{ id, at, body: body ?? '' },
    author: user?.login ?? '',
  });
  return {
    limit,
    notes: async () => (await client.list(comments, z.array(comment))).map(note),
    post: async (body) => note(await client.write('POST', comments, { body }, 201, comment)),
    edit: async (id, body) => {
      await client.write('PATCH', `/repos/${repository}/issues/comments/${id}`, { body }, 200, comment);
    },
    remove: async (id) => {
      await client.write('DELETE', `/repos/${repository}/issues/comments/${id}`, undefined, 204, z.null());
    },
  };
}
