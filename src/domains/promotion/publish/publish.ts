import { appendFile, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../../../evidence/atomic-file.ts';
import { readBounded } from '../../../evidence/bounded-file.ts';
import { makeFolders } from '../../../evidence/make-folders.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { Results } from '../../../model/results.ts';
import { readableResults } from '../../../report-kit/text.ts';
import type { Services } from '../../command.ts';
import { readSecret } from '../../outgoing.ts';
import { ForgeRefused } from '../forge/client.ts';
import { keepOne } from '../forge/in-place.ts';
import type { Thread } from '../forge/thread.ts';
import { githubClient } from '../github/api.ts';
import { pullRequestThread } from '../github/comment.ts';
import { checkHead } from '../github/head.ts';
import { checkMergeRequest, gitlabClient, mergeRequestThread } from '../gitlab/note.ts';
import { linksOf } from '../request/content.ts';
import { annotations } from './annotations.ts';
import { type CommentContent, claimedSubject, commentOf, commentSchema, commentTexts } from './comment.ts';
import { type Pipeline, pipelineOf } from './pipeline.ts';

interface PublishFlags {
  keep?: string;
  kept?: string;
  reportUrl?: string;
  comment?: boolean;
}

const file = 'comment.json';
const mostBytes = 200_000;
/** GitHub drops a summary of more than 1 MiB as a whole. */
const summaryBytesAtMost = 1_000_000;
/** Short enough to be read, and what GitHub takes. */
const commentLimit = 60_000;

/** `shakedown publish`: shows a run where its pipeline is looked at. */
export async function publish(
  [from]: [string | undefined],
  { keep, kept, reportUrl, comment = true }: PublishFlags,
  services: Services,
): Promise<void> {
  if ((from === undefined) === (kept === undefined))
    throw new ShakedownError('PUBLISH_WHAT', 'It is not clear what is to be shown.', {
      hint: 'Name a run, or with --kept a folder that --keep made: one of them.',
    });
  const say = (line: string) => services.terminal.err(`${line}\n`);
  const pipeline = await pipelineOf(process.env);
  if (kept !== undefined) {
    if ('none' in pipeline) return say(pipeline.none);
    await put(pipeline, await readKept(resolve(services.cwd, kept)), { services, say });
    return;
  }
  const folder = await services.runFolder(from ?? '');
  const results = readableResults(JSON.parse(await readFile(join(folder, 'results.json'), 'utf8')) as Results);
  if (process.env.GITHUB_ACTIONS === 'true') {
    for (const line of annotations(results)) services.terminal.out(`${line}\n`);
    await writeSummary(folder);
  }
  if (!comment) return;
  if ('none' in pipeline) return say(pipeline.none);
  const { number, commit, job } = pipeline;
  if (number === null) return say('This workflow follows another one: its comment is that which was kept there.');
  const report = reportUrl ?? linksOf(null, process.env)?.whole ?? null;
  const content = commentOf(results, { number, commit, job, report });
  const keepIt = async (why: string) => {
    say(why);
    if (keep === undefined) return;
    const into = resolve(services.cwd, keep);
    await makeFolders(into);
    await replaceFile(join(into, file), `${JSON.stringify(content, null, 1)}\n`);
    say(`It is kept in ${join(keep, file)} for a workflow that may: docs/ci.md has one.`);
  };
  if (pipeline.isFork)
    return keepIt(
      'No comment was written: the pull request is of a fork, whose workflows have a token that may only read.',
    );
  try {
    await put(pipeline, content, { services, say });
  } catch (cause) {
    if (!(cause instanceof ForgeRefused && [401, 403].includes(cause.status))) throw cause;
    await keepIt(`No comment was written: ${[cause.message, cause.hint].filter(Boolean).join(' ')}`);
  }
}

async function writeSummary(folder: string): Promise<void> {
  const to = process.env.GITHUB_STEP_SUMMARY;
  if (to === undefined) return;
  const summary = await readFile(join(folder, 'summary.md'), 'utf8').catch(() => null);
  const there = await readFile(to).catch(() => Buffer.alloc(0));
  const says =
    summary === null
      ? 'The run has no summary: see the log.\n'
      : there.byteLength + Buffer.byteLength(summary) > summaryBytesAtMost
        ? 'The summary is larger than GitHub takes; it is among the reports, as summary.md.\n'
        : summary;
  await appendFile(to, says);
}

async function readKept(folder: string): Promise<CommentContent> {
  const path = join(folder, file);
  try {
    return commentSchema.parse(JSON.parse(String(await readBounded(path, mostBytes))));
  } catch (cause) {
    throw new ShakedownError('PUBLISH_KEPT', `${path} cannot be read as a comment that was kept.`, {
      hint: '`shakedown publish <run> --keep <folder>` writes it; it may have been changed since.',
      cause,
    });
  }
}

interface Around {
  readonly services: Services;
  say(line: string): void;
}

/** Writes the comment where the head of the pull request is still what was tested. */
async function put(pipeline: Pipeline, content: CommentContent, { services, say }: Around): Promise<void> {
  const { forge, apiUrl, repository, commit } = pipeline;
  const signal = services.interruption();
  const variable = forge === 'GitHub' ? 'GITHUB_TOKEN' : 'GITLAB_TOKEN';
  const secret = await readSecret({ env: variable, file: null });
  if ('problem' in secret)
    throw new ShakedownError('PROMOTION_SECRET', `No comment can be written: it ${secret.problem}.`, {
      hint: `Give ${variable} to this step; or leave the comment out with --no-comment.`,
    });
  const { number } = content;
  const about = { project: repository, mergeRequest: number };
  let thread: Thread;
  let author: string | null;
  if (forge === 'GitHub') {
    const client = githubClient({ apiUrl }, secret.value, signal);
    // A kept comment names the pull request itself: it is written there only if that has the very head that the event names.
    await checkHead(client, { repository, pullRequest: number, branch: undefined }, commit);
    thread = pullRequestThread(client, repository, number);
    // The token of a workflow may not ask whose it is.
    author = await client
      .get('/user', z.object({ login: z.string() }))
      .then(({ login }) => login, ifRefused('github-actions[bot]'));
  } else {
    const client = gitlabClient({ apiUrl }, secret.value, signal);
    await checkMergeRequest(client, about, commit);
    thread = mergeRequestThread(client, about);
    author = await client
      .get('/user', z.object({ username: z.string() }))
      .then(({ username }) => username, ifRefused(null));
  }
  const isClaim = pipeline.number === null;
  const { outcome, id } = await keepOne(thread, {
    subject: isClaim ? claimedSubject(content.subject) : content.subject,
    author,
    bodies: commentTexts(content, { claimed: isClaim, commit, limit: commentLimit }),
  });
  const where = `${forge === 'GitHub' ? 'pull' : 'merge'} request ${number}`;
  say(outcome === 'placed' ? `Comment ${id} of ${where}.` : `The comment of a newer run stays: ${id} of ${where}.`);
}

const ifRefused =
  <T>(instead: T) =>
  (cause: unknown): T => {
    if (cause instanceof ForgeRefused) return instead;
    throw cause;
  };
