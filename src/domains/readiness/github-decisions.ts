import { firstError } from '../../model/error.ts';
import { readSecret } from '../outgoing.ts';
import {
  environmentApprovalsOf,
  type GithubReviews,
  githubClient,
  postedSince,
  reviewsOf,
} from '../promotion/public.ts';
import type { ValidationContext } from '../validation.ts';
import { type PullRequestReview, type ReviewDecision, type ReviewedRequest, reviewDecisions } from './reviews.ts';

/** What is known of the report that was to be looked at. */
export interface ReportPosted {
  readonly runId: string;
  readonly manifestSha256: string | null;
  /** null: it did not end. */
  readonly endedAt: string | null;
}

/** Decisions that GitHub knows of. `problem`: why it could not be asked, a few words; empty. */
export interface GithubDecisions {
  readonly decisions: readonly (ReviewDecision & { role: string })[];
  readonly problem: string;
}

/** Reviews of the pull request of the promotion, and approvals of the workflow run that this is part of. */
export async function githubDecisions(
  { config, signal }: Pick<ValidationContext, 'config' | 'signal'>,
  report: ReportPosted,
): Promise<GithubDecisions> {
  const { request, commit } = config.promotion;
  const { github } = request;
  const none = (problem: string): GithubDecisions => ({ decisions: [], problem });
  if (github === null) return none('promotion.request.github is not set');
  if (commit === null) return none('promotion.commit is not set');
  if (github.pullRequest === undefined) return none('promotion.request.github.pullRequest is not set');
  const secret = await readSecret(github.token);
  if ('problem' in secret) return none(`the token of promotion.request.github ${secret.problem}`);
  const client = githubClient(github, secret.value, signal);
  const { repository, pullRequest } = github;
  try {
    const found = await reviewsOf(client, repository, pullRequest);
    const postedAt =
      report.manifestSha256 === null
        ? null
        : await postedSince(
            client,
            { repository, pullRequest },
            { run: report.runId, manifestSha256: report.manifestSha256 },
          );
    const about = requestOf(found, commit, postedAt);
    const reviews = reviewDecisions(about).map((one) => ({ ...one, role: 'reviewer' }));
    const runId = Number(process.env.GITHUB_RUN_ID ?? Number.NaN);
    if (!Number.isSafeInteger(runId) || process.env.GITHUB_REPOSITORY !== repository)
      return { decisions: reviews, problem: '' };
    const { run, approvals } = await environmentApprovalsOf(client, repository, runId);
    const environments = approvals.map(({ state, user, environments: of }) => ({
      role: `reviewer of ${of.map(({ name }) => name).join(', ')}`,
      // GitHub says when the run was made, and not when it was let go on.
      review: reviewOf(user, state === 'approved' ? 'approved' : 'changes_requested', run.head_sha, run.created_at),
    }));
    return {
      problem: '',
      decisions: [
        ...reviews,
        ...environments.flatMap(({ role, review }) =>
          reviewDecisions({ ...about, reviews: [review], postedAt: report.endedAt }).map((one) => ({ ...one, role })),
        ),
      ],
    };
  } catch (cause) {
    return none(firstError(cause).message.replace(/\.$/, ''));
  }
}

/** What reviews at GitHub are held against: who had a hand in the request is none of its reviewers. */
export function requestOf(
  { pullRequest, people, coAuthors, unknownCommits, reviews }: GithubReviews,
  commit: string,
  postedAt: string | null,
): ReviewedRequest {
  return {
    ...{ commit, postedAt, headCommit: pullRequest.headSha, unknownCommits },
    reviews: reviews.flatMap(({ user, state, commit_id, submitted_at }) =>
      user === null ? [] : [reviewOf(user, states[state] ?? 'pending', commit_id ?? '', submitted_at ?? '')],
    ),
    authors: [pullRequest.author.login, ...people.map(({ login }) => login), ...coAuthors],
    committers: [],
    actor: process.env.GITHUB_TRIGGERING_ACTOR ?? process.env.GITHUB_ACTOR ?? null,
  };
}

const states: Readonly<Record<string, PullRequestReview['state']>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes_requested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
};

function reviewOf(
  { login, type }: { login: string; type: string },
  state: PullRequestReview['state'],
  commit: string,
  at: string,
): PullRequestReview {
  return { person: login, isBot: type !== 'User', state, commit, at };
}
