import { readSecret } from '../../outgoing.ts';
import type { GithubSettings } from '../configuration.ts';
import { placeNewest } from '../forge/thread.ts';
import { type Adapter, type Outcome, outcomeOf, type Preview } from '../request/adapter.ts';
import type { RequestContent } from '../request/content.ts';
import { commentBodies } from '../request/markdown.ts';
import { githubClient } from './api.ts';
import { pullRequestThread } from './comment.ts';
import { askDeployment, deploymentBody } from './deployment.ts';
import { checkHead } from './head.ts';
import { setStatus, type WantedStatus } from './status.ts';

const commentLimit = 60_000;

/** Commit status, deployment and comment of GitHub. A deployment is asked for only where the candidate is READY. */
export function githubAdapter(settings: GithubSettings, times: { timeoutMs?: number; pauseMs?: number } = {}): Adapter {
  const { repository, pullRequest: number, token } = settings;
  return {
    name: 'GitHub',
    async problem() {
      const secret = await readSecret(token);
      return 'problem' in secret ? `promotion.request.github ${secret.problem}` : null;
    },
    preview: (content) => previews(settings, content),
    async send(content, signal) {
      const secret = await readSecret(token);
      const { commit, subject, results, decision } = content;
      if ('problem' in secret)
        return [{ what: 'GitHub', ok: false, says: `promotion.request.github ${secret.problem}.` }];
      if (commit === null) return [noCommit];
      const client = githubClient(settings, secret.value, signal, times);
      const head = () => checkHead(client, settings, commit);
      const done: Outcome[] = [];
      const wanted = statusOf(settings, content);
      if (wanted !== null)
        done.push(
          await outcomeOf('the commit status', async () => {
            await head();
            const set = await setStatus(client, { repository, commit, subject }, wanted);
            return set === 'set' ? `${wanted.context} says ${wanted.word}.` : 'That of a newer run stays.';
          }),
        );
      const { deployment } = settings;
      if (deployment !== undefined && decision.word === 'READY')
        done.push(
          await outcomeOf('the deployment', async () => {
            await head();
            const body = deploymentBody(deployment, { commit, subject, version: results.candidate.version });
            const { id, outcome } = await askDeployment(client, { repository, body, subject });
            return outcome === 'asked'
              ? `Deployment ${id} was asked for.`
              : `Deployment ${id} had been asked for already.`;
          }),
        );
      if (number !== undefined && settings.comment)
        done.push(
          await outcomeOf('the comment', async () => {
            await head();
            const { outcome, id } = await placeNewest(
              pullRequestThread(client, repository, number),
              subject,
              commentBodies(content, commentLimit),
            );
            return outcome === 'placed'
              ? `Comment ${id} of pull request ${number}.`
              : `That of a newer run stays, comment ${id}.`;
          }),
        );
      return done;
    },
  };
}

const noCommit: Outcome = {
  what: 'GitHub',
  ok: false,
  says: 'It is not known which commit the candidate was built from: give it with --commit, or set promotion.commit.',
};

function statusOf({ status }: GithubSettings, { decision, links, subject }: RequestContent): WantedStatus | null {
  if (status === null) return null;
  return { context: status, ...decision, url: links?.page(subject.run, 'index.html') ?? links?.whole ?? null };
}

function previews(settings: GithubSettings, content: RequestContent): Preview[] {
  const { repository, pullRequest: number, deployment } = settings;
  const { commit, subject, results, decision } = content;
  if (commit === null) return [{ what: 'GitHub', body: noCommit.says }];
  const wanted = statusOf(settings, content);
  const shown = (body: object) => JSON.stringify(body, null, 2);
  return [
    ...(wanted === null
      ? []
      : [
          {
            what: `POST /repos/${repository}/statuses/${commit}`,
            body: shown({ context: wanted.context, verdict: wanted.verdict, url: wanted.url }),
          },
        ]),
    ...(deployment === undefined || decision.word !== 'READY'
      ? []
      : [
          {
            what: `POST /repos/${repository}/deployments`,
            body: shown(deploymentBody(deployment, { commit, subject, version: results.candidate.version })),
          },
        ]),
    ...(number === undefined || !settings.comment
      ? []
      : [
          {
            what: `POST /repos/${repository}/issues/${number}/comments`,
            body: commentBodies(content, commentLimit)[0] ?? '',
          },
        ]),
  ];
}
