import { z } from 'zod';
import { coAuthorsOf } from '../../candidate-log.ts';
import { type ForgeClient, ForgeRefused } from '../forge/client.ts';
import { markerOf } from '../request/marker.ts';
import { account, pullRequest } from './api.ts';
import { pullRequestThread } from './comment.ts';

/** Addresses that GitHub gives out, which say whose they are: `1234+login@users.noreply.github.com`. */
const noreply = /^(?:\d+\+)?([^@+]+)@users\.noreply\.github\.com$/i;

const review = z.object({
  id: z.int(),
  user: account.nullable(),
  /** `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`, `DISMISSED`, `PENDING`. */
  state: z.string(),
  /** What was reviewed; null: the commit is gone. */
  commit_id: z.string().nullable(),
  /** ISO 8601; absent: it was not submitted yet. */
  submitted_at: z.string().optional(),
  author_association: z.string(),
  body: z.string(),
});

const commit = z.object({
  sha: z.string(),
  /** Accounts; null: GitHub knows none for the name in the commit. */
  author: z.union([account, z.object({}).strict()]).nullable(),
  committer: z.union([account, z.object({}).strict()]).nullable(),
  commit: z.object({ message: z.string(), author: z.object({ email: z.string().optional() }).nullable() }),
});

const approval = z.object({
  state: z.string(),
  user: account,
  comment: z.string(),
  environments: z.array(z.object({ id: z.int(), name: z.string() })),
});

const workflowRun = z.object({
  id: z.int(),
  head_sha: z.string(),
  run_attempt: z.int().optional(),
  actor: account.optional(),
  triggering_actor: account.optional(),
  created_at: z.string(),
});

export type GithubReview = z.output<typeof review>;
export type GithubEnvironmentApproval = z.output<typeof approval>;
export type GithubAccount = z.output<typeof account>;

export interface GithubReviews {
  readonly pullRequest: {
    readonly number: number;
    readonly state: 'open' | 'closed';
    readonly headSha: string;
    readonly author: GithubAccount;
  };
  /** Authors and committers of its commits, by their accounts. */
  readonly people: readonly GithubAccount[];
  /** Logins of those that messages of its commits name as co-authors. */
  readonly coAuthors: readonly string[];
  /** Commits of which GitHub does not know who wrote or made them, a co-author among them. */
  readonly unknownCommits: readonly string[];
  /** All of them, the oldest first, as GitHub has them: which of them count is for who asks. */
  readonly reviews: readonly GithubReview[];
}

/** @throws ShakedownError FORGE_REFUSED, FORGE_SILENT, FORGE_ANSWER */
export async function reviewsOf(client: ForgeClient, repository: string, number: number): Promise<GithubReviews> {
  const path = `/repos/${repository}/pulls/${number}`;
  const { state, head, user } = await client.get(path, pullRequest);
  const commits = await client.list(`${path}/commits`, z.array(commit));
  const reviews = await client.list(`${path}/reviews`, z.array(review));
  const isAccount = (one: (typeof commits)[number]['author']): one is GithubAccount => one !== null && 'login' in one;
  const people = commits.flatMap(({ author, committer }) => [author, committer].filter(isAccount));
  const loginOf = (address: string) =>
    noreply.exec(address)?.[1] ??
    commits
      .map(({ author, commit: { author: as } }) =>
        isAccount(author) && as?.email?.toLowerCase() === address.toLowerCase() ? author.login : undefined,
      )
      .find((login) => login !== undefined);
  const coAuthors = commits.map(({ sha, commit: { message } }) => ({
    sha,
    logins: coAuthorsOf(message.split('\n').filter((line) => line !== '')).map(({ address }) => loginOf(address)),
  }));
  return {
    coAuthors: coAuthors.flatMap(({ logins }) => logins.filter((login) => login !== undefined)),
    pullRequest: { number, state, headSha: head.sha, author: user },
    people: [...new Map(people.map((each) => [each.id, each])).values()],
    unknownCommits: commits
      .filter(
        ({ sha, author, committer }) =>
          !isAccount(author) ||
          !isAccount(committer) ||
          coAuthors.some((one) => one.sha === sha && one.logins.includes(undefined)),
      )
      .map(({ sha }) => sha),
    reviews,
  };
}

export interface GithubEnvironmentApprovals {
  readonly run: z.output<typeof workflowRun>;
  readonly approvals: readonly GithubEnvironmentApproval[];
}

/** Who let a workflow's run go on into an environment, with the commit of that run. @throws the same */
export async function environmentApprovalsOf(
  client: ForgeClient,
  repository: string,
  runId: number,
): Promise<GithubEnvironmentApprovals> {
  const path = `/repos/${repository}/actions/runs/${runId}`;
  const run = await client.get(path, workflowRun);
  const approvals = await client.get(`${path}/approvals`, z.array(approval));
  return { run, approvals };
}

/**
 * Since when the evidence of a readiness run has been posted under a pull request, by this account; null: it is not, or nobody can say who this account is.
 * What others wrote says nothing, whatever it says of itself.
 * @param manifestSha256 of the readiness run
 * @throws the same
 */
export async function postedSince(
  client: ForgeClient,
  { repository, pullRequest: number }: { repository: string; pullRequest: number },
  { run, manifestSha256 }: { run: string; manifestSha256: string },
): Promise<string | null> {
  const own = await ownLogin(client);
  const times = (await pullRequestThread(client, repository, number).notes()).flatMap(({ author, body, at }) => {
    const marker = author === own ? markerOf(body) : null;
    const isOf = marker?.approved?.run === run && marker.approved.manifestSha256 === manifestSha256;
    return isOf ? [marker.since ?? at] : [];
  });
  return times.sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}

/** GitHub does not say it to the token of a workflow, whose account is always the same. null: it is another app's. */
async function ownLogin(client: ForgeClient): Promise<string | null> {
  try {
    return (await client.get('/user', account)).login;
  } catch (cause) {
    if (!(cause instanceof ForgeRefused && cause.status === 403)) throw cause;
    return process.env.GITHUB_ACTIONS === 'true' ? 'github-actions[bot]' : null;
  }
}
