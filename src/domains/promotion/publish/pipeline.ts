import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { addressProblem } from '../../outgoing.ts';

/** What a pipeline says of the pull request or merge request that it was started for. */
export interface Pipeline {
  readonly forge: 'GitHub' | 'GitLab';
  readonly apiUrl: string;
  /** `acme/shop`, or the number of a project. */
  readonly repository: string;
  /** null: it is not known, and the kept comment of another workflow says which it may be. */
  readonly number: number | null;
  /** The commit at the head of the pull request. */
  readonly commit: string;
  /** Who is allowed to write no comment: the code is of a fork. */
  readonly isFork: boolean;
  /** Names the job among others of the same pull request. */
  readonly job: string;
}

const sha = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/);
const name = z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/);
/** A fork that was deleted in the meantime is null. */
const repository = z.object({ full_name: name }).nullable();

const event = z.object({
  pull_request: z.object({ number: z.int().min(1), head: z.object({ sha, repo: repository }) }).optional(),
  workflow_run: z.object({ head_sha: sha, head_repository: repository }).optional(),
});

/** @returns `none`: there is nothing to comment on, and why, a sentence */
export async function pipelineOf(environment: NodeJS.ProcessEnv): Promise<Pipeline | { none: string }> {
  const found = environment.GITHUB_ACTIONS === 'true' ? await ofGithub(environment) : ofGitlab(environment);
  if ('none' in found) return found;
  const problem = addressProblem(found.apiUrl);
  return problem === null ? found : { none: `The address of ${found.forge}’s API ${problem}.` };
}

async function ofGithub(environment: NodeJS.ProcessEnv): Promise<Pipeline | { none: string }> {
  const { GITHUB_REPOSITORY, GITHUB_EVENT_PATH, GITHUB_WORKFLOW = '', GITHUB_JOB = '' } = environment;
  const of = name.safeParse(GITHUB_REPOSITORY);
  if (!of.success || GITHUB_EVENT_PATH === undefined)
    return { none: 'GITHUB_REPOSITORY or GITHUB_EVENT_PATH is not set: the pull request is not known.' };
  const read = event.safeParse(JSON.parse(await readFile(GITHUB_EVENT_PATH, 'utf8')));
  if (!read.success) return { none: 'The event of this workflow cannot be read: the pull request is not known.' };
  const { pull_request: pull, workflow_run: before } = read.data;
  const about = {
    forge: 'GitHub' as const,
    apiUrl: environment.GITHUB_API_URL ?? 'https://api.github.com',
    repository: of.data,
    job: `${GITHUB_WORKFLOW} ${GITHUB_JOB}`,
  };
  const isOther = (head: { full_name: string } | null) => head?.full_name !== of.data;
  if (pull !== undefined)
    return { ...about, number: pull.number, commit: pull.head.sha, isFork: isOther(pull.head.repo) };
  if (before !== undefined)
    return { ...about, number: null, commit: before.head_sha, isFork: isOther(before.head_repository) };
  return { none: 'This workflow was not started for a pull request, so there is none to comment on.' };
}

function ofGitlab(environment: NodeJS.ProcessEnv): Pipeline | { none: string } {
  const { CI_MERGE_REQUEST_IID: iid = '', CI_PROJECT_ID: project = '', CI_COMMIT_SHA: own } = environment;
  // A pipeline of merged results tests a commit that no branch has.
  const commit = environment.CI_MERGE_REQUEST_SOURCE_BRANCH_SHA || own;
  const read = sha.safeParse(commit);
  if (!/^\d{1,12}$/.test(iid) || !/^\d{1,12}$/.test(project) || !read.success)
    return { none: 'This is no pipeline of a pull request or merge request, so there is none to comment on.' };
  return {
    forge: 'GitLab',
    apiUrl: environment.CI_API_V4_URL ?? 'https://gitlab.com/api/v4',
    repository: project,
    number: Number(iid),
    commit: read.data,
    isFork: (environment.CI_MERGE_REQUEST_SOURCE_PROJECT_ID ?? project) !== project,
    job: environment.CI_JOB_NAME ?? '',
  };
}
