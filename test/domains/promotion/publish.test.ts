import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { markerOf } from '../../../src/domains/promotion/request/marker.ts';
import { runCli } from '../../cli/cli.ts';
import { GithubStandIn, ours, stranger } from './github.ts';
import { eventOf, runOf } from './published.ts';

const github = new GithubStandIn();
let apiUrl = '';
let at = '';

beforeEach(async () => {
  Object.assign(github, { head: 'a'.repeat(40), state: 'open' });
  for (const list of [github.comments, github.requests, github.faults, github.wrongAnswers]) list.length = 0;
  apiUrl = await github.start();
  at = mkdtempSync(join(tmpdir(), 'shakedown-publish-'));
});

afterEach(async () => {
  await github.stop();
  rmSync(at, { recursive: true, force: true });
  expect(github.wrongAnswers).toEqual([]);
});

/** In a workflow of GitHub for this event. */
function publish(args: string[], event: object, env: NodeJS.ProcessEnv = {}) {
  const file = join(at, 'event.json');
  writeFileSync(file, JSON.stringify(event));
  writeFileSync(join(at, 'summary'), '');
  return runCli(['publish', ...args], {
    cwd: at,
    env: {
      ...{ GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'acme/shop', GITHUB_EVENT_PATH: file, GITHUB_API_URL: apiUrl },
      ...{ GITHUB_TOKEN: 'right', GITHUB_STEP_SUMMARY: join(at, 'summary'), GITHUB_WORKFLOW: 'CI', GITHUB_JOB: 'job' },
      ...{ GITHUB_SERVER_URL: 'https://github.com', GITHUB_RUN_ID: '7', ...env },
    },
  });
}

const own = () => github.comments.filter(({ user }) => user.login === ours.login);
const writes = () => github.requests.filter((each) => !each.startsWith('GET '));

describe('a pull request of the repository itself', () => {
  test('gets one comment, in whose place that of a newer run is put; an older one changes nothing', async () => {
    const first = await publish([runOf(at, { minute: 1, verdict: 'fail' })], eventOf({}));
    expect(first, first.stderr).toMatchObject({ code: 0 });
    const [{ id, body } = { id: 0, body: '' }] = own();
    expect(body).toContain('FAILED: shop v2.1.0 on staging');
    expect(body).toContain('p95 response time');
    expect(body).toContain('https://github.com/acme/shop/actions/runs/7#artifacts');
    await publish([runOf(at, { minute: 3, verdict: 'pass' }), '--report-url', 'https://example.com/r'], eventOf({}));
    expect(own()).toMatchObject([{ id, body: expect.stringContaining('PASSED') }]);
    expect(own()[0]?.body).toContain('(https://example.com/r)');
    expect(writes()).toEqual([
      'POST /repos/acme/shop/issues/42/comments',
      `PATCH /repos/acme/shop/issues/comments/${id}`,
    ]);
    const older = await publish([runOf(at, { minute: 2, verdict: 'fail' })], eventOf({}));
    expect(older.stderr).toContain('newer run stays');
    expect(own()).toMatchObject([{ id, body: expect.stringContaining('PASSED') }]);
    // Another job has one of its own.
    await publish([runOf(at, { minute: 4, verdict: 'pass' })], eventOf({}), { GITHUB_JOB: 'another' });
    expect(own()).toHaveLength(2);
  });

  test('with a token that may not ask whose it is; a comment of somebody else is left alone', async () => {
    github.faults.push({ method: 'GET', path: /^\/user$/, answer: 403 });
    await publish([runOf(at, { minute: 1, verdict: 'pass' })], eventOf({}));
    github.comment(own()[0]?.body ?? '', stranger);
    await publish([runOf(at, { minute: 2, verdict: 'fail' })], eventOf({}));
    expect(own()).toMatchObject([{ body: expect.stringContaining('FAILED') }]);
    expect(github.comments.find(({ user }) => user.login === stranger.login)?.body).toContain('PASSED');
  });

  test('gets none where its head has moved on, or the comment is not wanted', async () => {
    const run = runOf(at, { minute: 1, verdict: 'pass' });
    expect(await publish([run, '--no-comment'], eventOf({}))).toMatchObject({ code: 0 });
    github.head = 'b'.repeat(40);
    const moved = await publish([run], eventOf({}));
    expect(moved.code).toBe(2);
    expect(moved.stderr).toContain('PROMOTION_HEAD');
    expect(writes()).toEqual([]);
  });

  test('whose token may only read has it kept, with what it would need', async () => {
    const headers = { 'x-accepted-github-permissions': 'pull_requests=write' };
    github.faults.push({ method: 'POST', path: /comments$/, answer: 403, headers });
    const { code, stderr } = await publish([runOf(at, { minute: 1, verdict: 'pass' }), '--keep', 'kept'], eventOf({}));
    expect(code).toBe(0);
    expect(stderr).toContain('The token needs pull_requests=write');
    expect(existsSync(join(at, 'kept/comment.json'))).toBe(true);
  });
});

test('the summary and annotations: an error for what failed, a warning for what is open, nothing that a text could begin', async () => {
  const run = runOf(at, { minute: 1, verdict: 'fail', title: 'a, b: c%\n::stop-commands::x' });
  const { stdout } = await publish([run], eventOf({}));
  expect(stdout.replace(/\p{Zs}/gu, ' ').split('\n')).toEqual([
    '::error title=a%2C b%3A c%25 %3A%3Astop-commands%3A%3Ax::213 ms, target < 100 ms. p95 is 213 ms.',
    '::warning title=Availability::–, target ≥ 99.9 %25. Too few requests.',
    '',
  ]);
  expect(readFileSync(join(at, 'summary'), 'utf8')).toBe('## the summary\n');
  writeFileSync(join(run, 'summary.md'), 'x'.repeat(1_000_001));
  await publish([run, '--no-comment'], eventOf({}));
  expect(readFileSync(join(at, 'summary'), 'utf8')).toMatch(/^The summary is larger/);
});

describe('a fork', () => {
  const fork = { repo: 'mallory/shop' };
  const follows = { workflow_run: { head_sha: 'a'.repeat(40), head_repository: { full_name: 'mallory/shop' } } };
  const keep = async () => {
    const kept = await publish([runOf(at, { minute: 1, verdict: 'pass' }), '--keep', 'kept'], eventOf(fork));
    expect(kept.stderr).toContain('of a fork');
    expect(github.requests).toEqual([]);
  };
  const change = (to: object) => {
    const file = join(at, 'kept/comment.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...to }));
  };

  test('writes nothing; the workflow that follows writes what was kept, once, as a claim of the fork', async () => {
    await keep();
    for (const _ of [1, 2]) {
      const { code, stderr } = await publish(['--kept', 'kept'], follows);
      expect(code, stderr).toBe(0);
    }
    expect(own()).toHaveLength(1);
    expect(own()[0]?.body).toContain('what the workflow of a fork says of itself');
  });

  test('can write to no other pull request, in no other words, and not over a comment of ours', async () => {
    await publish([runOf(at, { minute: 1, verdict: 'fail' })], eventOf({}));
    const [before = { body: '' }] = own();
    github.requests.length = 0;
    await keep();
    change({
      subject: markerOfBody(before.body),
      sentence: '@everyone <img src=x> [here](https://evil.example) <!-- shakedown-promotion x -->',
    });
    await publish(['--kept', 'kept'], follows);
    expect(own().map(({ body }) => body)).toEqual([before.body, expect.stringContaining('of a fork')]);
    expect(own()[1]?.body).not.toMatch(/@everyone|<img|\]\(https:\/\/evil|<!-- shakedown-promotion x/);
    // Another pull request has another head.
    github.head = 'c'.repeat(40);
    expect((await publish(['--kept', 'kept'], follows)).stderr).toContain('PROMOTION_HEAD');
    change({ report: 'https://evil.example/)![x](y' });
    expect((await publish(['--kept', 'kept'], follows)).stderr).toContain('PUBLISH_KEPT');
    expect(own()).toHaveLength(2);
  });
});

const markerOfBody = (body: string) => {
  const { scope, key, run, startedAt, approved } = markerOf(body) ?? {};
  return { scope, key, run, startedAt, approved };
};

test('outside of a pull request there is nothing to comment on, and that is said', async () => {
  const run = runOf(at, { minute: 1, verdict: 'pass' });
  const pushed = await publish([run], {});
  expect(pushed).toMatchObject({ code: 0, stderr: expect.stringContaining('not started for a pull request') });
  const local = await publish([run], {}, { GITHUB_ACTIONS: '' });
  expect(local).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('no pipeline') });
  expect((await publish([], {})).stderr).toContain('PUBLISH_WHAT');
  mkdirSync(join(at, 'empty'));
  expect((await publish(['--kept', 'empty'], eventOf({}))).stderr).toContain('PUBLISH_KEPT');
});
