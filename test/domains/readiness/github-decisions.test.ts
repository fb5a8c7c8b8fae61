import { afterEach, beforeEach, expect, it } from 'vitest';
import { githubDecisions, requestOf } from '../../../src/domains/readiness/github-decisions.ts';
import type { ValidationContext } from '../../../src/domains/validation.ts';
import { GithubStandIn } from '../promotion/github.ts';

let github: GithubStandIn;
let apiUrl: string;
const variables = [
  'SHAKEDOWN_TEST_TOKEN',
  'GITHUB_RUN_ID',
  'GITHUB_REPOSITORY',
  'GITHUB_ACTOR',
  'GITHUB_TRIGGERING_ACTOR',
] as const;
const before = variables.map((name) => process.env[name]);

beforeEach(async () => {
  github = new GithubStandIn();
  apiUrl = await github.start();
  for (const name of variables) delete process.env[name];
  process.env.SHAKEDOWN_TEST_TOKEN = 'right';
  github.commits.push({
    ...{ sha: github.head, author: user('ann'), committer: user('web-flow') },
    commit: {
      message: 'change\n\nCo-authored-by: Cy <7+cy@users.noreply.github.com>',
      author: { email: 'ann@example.com' },
    },
  });
});
afterEach(async () => {
  await github.stop();
  for (const [i, name] of variables.entries()) {
    const value = before[i];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const user = (login: string) => ({ login, id: login.length, type: 'User' });
const review = (login: string, more: object = {}) =>
  github.reviews.push({
    ...{ id: github.reviews.length + 1, user: user(login), state: 'APPROVED', commit_id: github.head, body: '' },
    ...{ submitted_at: '2026-11-29T10:00:00Z', author_association: 'MEMBER' },
    ...more,
  });

const report = { runId: '2026-11-29T0800-0001', manifestSha256: 'b'.repeat(64), endedAt: '2026-11-29T08:10:00Z' };

function asked(more: object = {}) {
  const token = { env: 'SHAKEDOWN_TEST_TOKEN', file: null };
  const settings = { apiUrl, repository: 'acme/shop', pullRequest: 42, token, ...more };
  const promotion = { commit: github.head, request: { github: settings } };
  const context = { config: { promotion }, signal: new AbortController().signal };
  return githubDecisions(context as unknown as ValidationContext, report);
}

it('reviews count for nothing before the report was posted, and say why', async () => {
  review('bob');
  review('ann');
  expect(await asked()).toEqual({
    problem: '',
    decisions: [
      {
        person: 'bob',
        role: 'reviewer',
        decision: 'accept',
        at: '2026-11-29T10:00:00Z',
        why: 'the report was not posted there',
      },
      {
        person: 'ann',
        role: 'reviewer',
        decision: 'accept',
        at: '2026-11-29T10:00:00Z',
        why: 'the report was not posted there',
      },
    ],
  });
});

it('approvals of the workflow’s environment count where its run is of the commit and began after the report', async () => {
  Object.assign(process.env, { GITHUB_RUN_ID: '5', GITHUB_REPOSITORY: 'acme/shop' });
  github.approvals.push({
    state: 'approved',
    user: user('bob'),
    comment: 'go',
    environments: [{ id: 1, name: 'production' }],
  });
  const { decisions } = await asked();
  expect(decisions).toMatchObject([{ person: 'bob', role: 'reviewer of production', decision: 'accept' }]);
});

it('a co-author is excluded as an author is', () => {
  const about = {
    pullRequest: { number: 42, state: 'open', headSha: 'a', author: user('ann') },
    people: [user('ann')],
  };
  const found = { ...about, coAuthors: ['cy'], unknownCommits: [], reviews: [] };
  expect(requestOf(found as never, 'a', null).authors).toEqual(['ann', 'ann', 'cy']);
});

it.each([
  ['without a pull request', { pullRequest: undefined }, /pullRequest is not set/],
  ['without a token', { token: { env: 'SHAKEDOWN_TEST_NONE', file: null } }, /SHAKEDOWN_TEST_NONE, which is not set/],
])('is not asked %s', async (_, more, why) => {
  expect((await asked(more)).problem).toMatch(why);
});

it('that refuses leaves it open, and the token is not in the reason', async () => {
  process.env.SHAKEDOWN_TEST_TOKEN = 'wrong-secret';
  const { problem, decisions } = await asked();
  expect(decisions).toEqual([]);
  expect(problem).not.toBe('');
  expect(problem).not.toContain('wrong-secret');
});
