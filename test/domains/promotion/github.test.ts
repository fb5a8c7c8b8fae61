import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { GithubSettings } from '../../../src/domains/promotion/configuration.ts';
import { githubAdapter } from '../../../src/domains/promotion/github/adapter.ts';
import { githubClient } from '../../../src/domains/promotion/github/api.ts';
import { environmentApprovalsOf, postedSince, reviewsOf } from '../../../src/domains/promotion/github/reviews.ts';
import { markerOf, markerText } from '../../../src/domains/promotion/request/marker.ts';
import { GithubStandIn, ours, stranger } from './github.ts';
import { requestOf } from './request.ts';

const github = new GithubStandIn();
const variable = 'SHAKEDOWN_TEST_GITHUB';
const none = new AbortController().signal;
const fast = { timeoutMs: 10_000, pauseMs: 5 };
/** For answers that never come. */
const impatient = { timeoutMs: 300, pauseMs: 5 };
let settings: GithubSettings;

beforeEach(async () => {
  Object.assign(github, { head: 'a'.repeat(40), state: 'open' });
  for (const list of [
    github.comments,
    github.statuses,
    github.deployments,
    github.requests,
    github.faults,
    github.wrongAnswers,
  ])
    list.length = 0;
  process.env[variable] = 'right';
  settings = {
    apiUrl: await github.start(),
    repository: 'acme/shop',
    pullRequest: 42,
    branch: undefined,
    comment: true,
    status: 'shakedown/promotion',
    deployment: { environment: 'production', requiredContexts: [] },
    token: { env: variable, file: null },
  };
});

afterEach(async () => {
  delete process.env[variable];
  await github.stop();
  // What the stand-in said was what GitHub says.
  expect(github.wrongAnswers).toEqual([]);
});

const send = (content = requestOf({}), times = fast) => githubAdapter(settings, times).send(content, none);
const said = (outcomes: Awaited<ReturnType<typeof send>>) =>
  outcomes.map(({ what, ok, says }) => `${what}: ${ok ? 'ok' : says}`);

describe('a candidate that is ready', () => {
  test('gets status, deployment and comment, each once, however often it is promoted', async () => {
    expect(said(await send())).toEqual(['the commit status: ok', 'the deployment: ok', 'the comment: ok']);
    expect(said(await send())).toEqual(['the commit status: ok', 'the deployment: ok', 'the comment: ok']);
    expect(github.statuses.map(({ state, context }) => [state, context])).toEqual([['success', 'shakedown/promotion']]);
    expect(github.comments).toHaveLength(1);
    expect(github.deployments.map(({ body }) => body)).toMatchObject([
      { ref: 'a'.repeat(40), auto_merge: false, required_contexts: [], environment: 'production' },
    ]);
  });

  test('has its comment found again on the third page, among those of others', async () => {
    for (let i = 0; i < 205; i++) github.comment(`talk ${i}`, stranger);
    const { subject } = requestOf({ at: '2026-11-29T08:00:00.000Z', run: '2026-11-29T0800-0001' });
    const old = `${markerText({ ...subject, nonce: 'x' })}\nold`;
    github.comment(old);
    // Somebody else's comment that says it is ours stays, and so does one that quotes the marker.
    github.comment(old, stranger);
    github.comment(`> ${old}`);
    for (let i = 0; i < 30; i++) github.comment(`more ${i}`, stranger);
    await send();
    const marked = github.comments.filter(({ body }) => body.includes('shakedown-promotion'));
    expect(marked.map(({ user, body }) => [user.login, markerOf(body)?.run ?? 'quoted'])).toEqual([
      [stranger.login, '2026-11-29T0800-0001'],
      [ours.login, 'quoted'],
      [ours.login, requestOf({}).subject.run],
    ]);
  });
});

test('what is not ready asks for no deployment', async () => {
  const outcomes = await send(requestOf({ verdict: 'fail' }));
  expect(said(outcomes)).toEqual(['the commit status: ok', 'the comment: ok']);
  expect(github.deployments).toEqual([]);
  expect(github.statuses.map(({ state }) => state)).toEqual(['failure']);
  expect(github.comments[0]?.body).toContain('NOT READY');
});

test('nothing is written where the head is another commit, or the pull request is closed', async () => {
  github.head = 'b'.repeat(40);
  expect((await send()).map(({ says }) => says).join('\n')).toContain(
    `the head of pull request 42 is ${'b'.repeat(40)}`,
  );
  Object.assign(github, { head: 'a'.repeat(40), state: 'closed' });
  expect((await send()).every(({ ok, says }) => !ok && says.includes('is closed'))).toBe(true);
  expect(github.requests.every((each) => each.startsWith('GET '))).toBe(true);
});

test('nothing is written without the full commit', async () => {
  expect(said(await send(requestOf({ commit: null })))[0]).toContain('not known which commit');
  expect(github.requests).toEqual([]);
});

test('an older run changes nothing of a newer one', async () => {
  await send(requestOf({ at: '2026-11-29T12:00:00.000Z', run: '2026-11-29T1200-000a', verdict: 'fail' }));
  const outcomes = await send(
    requestOf({ at: '2026-11-29T09:00:00.000Z', run: '2026-11-29T0900-000b', approved: 'another' }),
  );
  expect(outcomes.map(({ says }) => says)).toEqual([
    'That of a newer run stays.',
    expect.stringContaining('was asked for'),
    expect.stringContaining('That of a newer run stays'),
  ]);
  expect(github.statuses.at(-1)?.state).toBe('failure');
  expect(github.comments.map(({ body }) => markerOf(body)?.run)).toEqual(['2026-11-29T1200-000a']);
  const first = await send(requestOf({ at: '2026-11-29T13:00:00.000Z', run: '2026-11-29T1300-000c' }));
  expect(said(first)).toContain('the deployment: ok');
  const older = await send(
    requestOf({ at: '2026-11-29T12:30:00.000Z', run: '2026-11-29T1230-000d', approved: 'third' }),
  );
  expect(said(older)[1]).toContain('the newer run 2026-11-29T1300-000c has asked for one');
});

describe('an answer that is none', () => {
  test.each([
    [401, 'The token is wrong'],
    [403, 'The token needs contents=write'],
    [404, 'may not see it'],
    [422, 'as asked'],
    [500, 'refused'],
    [301, 'as it is called now'],
  ])('%i', async (answer, words) => {
    github.faults.push({
      method: 'POST',
      path: /./,
      answer,
      headers: { 'x-accepted-github-permissions': 'contents=write' },
    });
    const outcomes = await send();
    expect(outcomes.map(({ ok }) => ok)).toEqual([false, false, false]);
    expect(outcomes.map(({ says }) => says).join('\n')).toContain(words);
    expect([github.comments, github.deployments, github.statuses]).toEqual([[], [], []]);
  });

  test('202 is no deployment', async () => {
    github.faults.push({ method: 'POST', path: /deployments$/, answer: 202 });
    expect(said(await send())[1]).toContain('does not say that it was done');
  });

  test.each(['silent', 'cut', 500] as const)('%s, though it was done: nothing is there twice', async (answer) => {
    for (const path of [/comments$/, /deployments$/, /statuses/])
      github.faults.push({ method: 'POST', path, answer, done: true, times: 1 });
    expect(said(await send(requestOf({}), answer === 'silent' ? impatient : fast))).toEqual([
      'the commit status: ok',
      'the deployment: ok',
      'the comment: ok',
    ]);
    expect([github.comments.length, github.deployments.length, github.statuses.length]).toEqual([1, 1, 1]);
    expect(github.requests.filter((each) => each === 'POST /repos/acme/shop/issues/42/comments')).toHaveLength(1);
  });

  test.each(['silent', 'cut', 500] as const)(
    '%s, and nothing was done: it is sent once more, or said',
    async (answer) => {
      for (const path of [/comments$/, /statuses/]) github.faults.push({ method: 'POST', path, answer, times: 1 });
      expect(said(await send(requestOf({}), answer === 'silent' ? impatient : fast))).toEqual([
        'the commit status: ok',
        'the deployment: ok',
        'the comment: ok',
      ]);
      github.faults.push({ method: 'GET', path: /pulls/, answer });
      expect((await send(requestOf({}), answer === 'silent' ? impatient : fast)).every(({ ok }) => !ok)).toBe(true);
    },
  );

  test('it is asked less often where it says so', async () => {
    github.faults.push({ method: 'GET', path: /pulls/, answer: 429, headers: { 'retry-after': '0' }, times: 2 });
    github.faults.push({ method: 'POST', path: /comments$/, answer: 403, headers: { 'retry-after': '0' }, times: 1 });
    expect(said(await send())).toEqual(['the commit status: ok', 'the deployment: ok', 'the comment: ok']);
  });

  test('a wrong token, and one that is not set', async () => {
    process.env[variable] = 'wrong';
    expect(said(await send())[0]).toContain('refused GET /repos/acme/shop/pulls/42 with 401: Bad credentials');
    delete process.env[variable];
    expect(said(await send())[0]).toContain(`names the environment variable ${variable}, which is not set`);
  });
});

test('a comment that is too long for GitHub is shortened, also where only GitHub knows that', async () => {
  const much = requestOf({ missing: Array.from({ length: 300 }, (_, i) => `${i} ${'words '.repeat(200)}`) });
  expect(said(await send(much))).toContain('the comment: ok');
  const [long] = github.comments.map(({ body }) => body.length);
  github.comments.length = 0;
  github.faults.push({ method: 'POST', path: /comments$/, answer: 422, times: 2 });
  expect(said(await send(much))).toContain('the comment: ok');
  expect(github.comments[0]?.body.length).toBeLessThan(long ?? 0);
  expect(github.comments[0]?.body).toContain('READY');
});

test('since when the evidence is posted stays known, when its comment is replaced, and is nobody else’s word', async () => {
  const client = githubClient(settings, 'right', none, fast);
  const { subject } = requestOf({ at: '2026-11-29T08:00:00.000Z', run: '2026-11-29T0800-0001' });
  const marked = (approved: typeof subject.approved) => `${markerText({ ...subject, approved, nonce: 'x' })}\nold`;
  github.comment(marked(subject.approved), stranger, '2026-11-28T00:00:00Z');
  github.comment(marked(subject.approved), ours, '2026-11-29T08:00:05Z');
  github.comment(marked({ run: 'another', manifestSha256: null }), ours, '2026-11-27T08:00:05Z');
  await send();
  await send(requestOf({ at: '2026-11-29T12:00:00.000Z', run: '2026-11-29T1200-0001' }));
  expect(github.comments.filter(({ user }) => user.login === ours.login)).toHaveLength(1);
  const where = { repository: 'acme/shop', pullRequest: 42 };
  const evidence = { run: subject.approved?.run ?? '', manifestSha256: subject.approved?.manifestSha256 ?? '' };
  expect(await postedSince(client, where, evidence)).toBe('2026-11-29T08:00:05.000Z');
  expect(await postedSince(client, where, { ...evidence, manifestSha256: 'f'.repeat(64) })).toBe(null);
  github.faults.push({ method: 'GET', path: /user$/, answer: 403 });
  expect(await postedSince(client, where, evidence)).toBe(null);
});

test('reviews and approvals are given as GitHub has them', async () => {
  const client = githubClient(settings, 'right', none, fast);
  github.reviews.push({
    id: 1,
    user: { login: 'ada', id: 3, type: 'User' },
    state: 'APPROVED',
    commit_id: github.head,
    submitted_at: '2026-11-29T10:00:00Z',
    body: '',
    author_association: 'MEMBER',
  });
  const commit = { message: 'change', author: { email: 'x@example.com' } };
  github.commits.push({
    sha: github.head,
    author: null,
    committer: { login: 'web-flow', id: 4, type: 'User' },
    commit,
  });
  const found = await reviewsOf(client, 'acme/shop', 42);
  expect(found).toMatchObject({
    pullRequest: { headSha: github.head, author: { login: 'mallory' } },
    unknownCommits: [github.head],
    people: [{ login: 'web-flow' }],
    reviews: [{ state: 'APPROVED', commit_id: github.head }],
  });
  github.approvals.push({
    state: 'approved',
    user: ours,
    comment: 'go',
    environments: [{ id: 1, name: 'production' }],
  });
  const approvals = await environmentApprovalsOf(client, 'acme/shop', 5);
  expect(approvals).toMatchObject({
    run: { head_sha: github.head, actor: { login: 'mallory' } },
    approvals: [{ state: 'approved', environments: [{ name: 'production' }] }],
  });
});

test('co-authors are known by the address that GitHub gives out, or that of another commit; one who is not leaves the commit open', async () => {
  const client = githubClient(settings, 'right', none, fast);
  github.commits.splice(0);
  const account = (login: string, id: number) => ({ login, id, type: 'User' });
  const commit = (sha: string, login: string, id: number, message: string) =>
    github.commits.push({
      ...{ sha, author: account(login, id), committer: account('web-flow', 4) },
      commit: { message, author: { email: `${login}@example.com` } },
    });
  commit('a'.repeat(40), 'ada', 3, 'one\n\nCo-authored-by: Bob <12+bob@users.noreply.github.com>');
  commit('b'.repeat(40), 'cy', 5, 'two\n\nco-authored-by: Ada <ADA@example.com>\n');
  expect(await reviewsOf(client, 'acme/shop', 42)).toMatchObject({ coAuthors: ['bob', 'ada'], unknownCommits: [] });
  commit('c'.repeat(40), 'cy', 5, 'three\n\nCo-authored-by: Nobody <nobody@example.com>');
  expect((await reviewsOf(client, 'acme/shop', 42)).unknownCommits).toEqual(['c'.repeat(40)]);
});
