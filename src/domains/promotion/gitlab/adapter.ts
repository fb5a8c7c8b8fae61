import { readSecret } from '../../outgoing.ts';
import type { GitlabSettings } from '../configuration.ts';
import { placeNewest } from '../forge/thread.ts';
import { type Adapter, outcomeOf } from '../request/adapter.ts';
import { commentBodies } from '../request/markdown.ts';
import { checkMergeRequest, gitlabClient, mergeRequestThread } from './note.ts';

/** Short enough to be read; GitLab would take more. */
const noteLimit = 60_000;

/** A note on a merge request of GitLab. */
export function gitlabAdapter(settings: GitlabSettings, times: { timeoutMs?: number; pauseMs?: number } = {}): Adapter {
  return {
    name: 'GitLab',
    async problem() {
      const secret = await readSecret(settings.token);
      return 'problem' in secret ? `promotion.request.gitlab ${secret.problem}` : null;
    },
    preview: (content) => [
      {
        what: `POST /projects/${settings.project}/merge_requests/${settings.mergeRequest}/notes`,
        body: commentBodies(content, noteLimit)[0] ?? '',
      },
    ],
    send: async (content, signal) => [
      await outcomeOf('the note', async () => {
        const secret = await readSecret(settings.token);
        if ('problem' in secret) throw new Error(`promotion.request.gitlab ${secret.problem}.`);
        if (content.commit === null)
          throw new Error(
            'It is not known which commit the candidate was built from: give it with --commit, or set promotion.commit.',
          );
        const client = gitlabClient(settings, secret.value, signal, times);
        await checkMergeRequest(client, settings, content.commit);
        const { outcome, id } = await placeNewest(
          mergeRequestThread(client, settings),
          content.subject,
          commentBodies(content, noteLimit),
        );
        return outcome === 'placed'
          ? `Note ${id} of merge request ${settings.mergeRequest}.`
          : `That of a newer run stays, note ${id}.`;
      }),
    ],
  };
}
