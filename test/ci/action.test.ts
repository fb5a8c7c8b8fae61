import { type SpawnSyncReturns, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { bin } from '../cli/cli.ts';
import { textOf } from '../docs/written.ts';
import { GithubStandIn } from '../domains/promotion/github.ts';
import { eventOf, runOf } from '../domains/promotion/published.ts';

interface Step {
  name?: string;
  id?: string;
  uses?: string;
  run?: string;
  shell?: string;
}
const action = parse(textOf('action.yml')) as { runs: { using: string; steps: Step[] } };
const scriptOf = (name: string) => action.runs.steps.find((step) => step.name === name)?.run ?? 'exit 99';

const github = new GithubStandIn();
let at = '';
let fixed: Record<string, string> = {};

beforeEach(async () => {
  Object.assign(github, { head: 'a'.repeat(40), state: 'open' });
  github.comments.length = 0;
  github.requests.length = 0;
  at = mkdtempSync(join(tmpdir(), 'shakedown-action-'));
  for (const folder of ['temp', 'node_modules/shakedown/bin']) mkdirSync(join(at, folder), { recursive: true });
  // The installed program: one that makes a run of the version that was asked for, and is the real one otherwise.
  writeFileSync(
    join(at, 'node_modules/shakedown/bin/shakedown.mjs'),
    `import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
if (process.argv[2] === 'simulate') {
  writeFileSync('words', JSON.stringify(process.argv.slice(2)));
  mkdirSync('reports/runs', { recursive: true });
  renameSync('made', 'reports/runs/2026-11-29T1001-0001');
  process.exit(1);
}
if (process.argv[2] === 'doctor') process.exit(0);
await import(${JSON.stringify(bin)});
`,
  );
  fixed = {
    ...{ GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'acme/shop', GITHUB_TOKEN: 'right', NO_COLOR: '1' },
    ...{
      GITHUB_API_URL: await github.start(),
      GITHUB_EVENT_PATH: join(at, 'event.json'),
      RUNNER_TEMP: join(at, 'temp'),
    },
    ...{ GITHUB_ENV: join(at, 'env'), GITHUB_OUTPUT: join(at, 'output'), GITHUB_STEP_SUMMARY: join(at, 'summary') },
    ...{ ACTION: join(bin, '../..'), KEPT: '', COMMENT: 'true', REPORTS: 'https://example.com/reports' },
  };
  for (const file of ['env', 'output', 'summary']) writeFileSync(join(at, file), '');
});

afterEach(async () => {
  await github.stop();
  rmSync(at, { recursive: true, force: true });
});

/** As GitHub does it: what a step writes to GITHUB_ENV is in the environment of those after it. */
function step(
  name: string,
  env: Record<string, string> = {},
): Promise<Pick<SpawnSyncReturns<string>, 'status' | 'stdout'>> {
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', scriptOf(name)], {
    cwd: at,
    env: { ...process.env, ...fixed, ...pairs('env'), ...env },
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.resume();
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, stdout })));
}

const pairs = (file: string): Record<string, string> =>
  Object.fromEntries(
    readFileSync(join(at, file), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(/=(.*)/, 2) as [string, string]),
  );

/** Everything of a run that failed, up to its comment. */
async function through(event: object) {
  writeFileSync(join(at, 'event.json'), JSON.stringify(event));
  const made = runOf(join(at, 'temp'), { minute: 1, verdict: 'fail' });
  renameSync(made, join(at, 'made'));
  expect((await step('Install')).status).toBe(0);
  expect((await step('Run', { WORDS: 'simulate --duration 5m --note $(touch,owned)' })).status).toBe(0);
  const { code = '', run = '' } = pairs('output');
  return { code, run, published: await step('Publish', { RUN: run }) };
}

test('it is a composite of pinned actions and scripts that take what they are given as words', () => {
  expect(action.runs.using).toBe('composite');
  for (const { uses, run = '', shell } of action.runs.steps) {
    if (uses === undefined) expect(shell).toBe('bash');
    else expect(uses).toMatch(/^actions\/[\w-]+@[0-9a-f]{40}$/);
    expect(run).not.toContain('${{');
  }
});

test('a run that failed: its reports, summary, annotations and comment, and the step fails as the run does', async () => {
  const { code, run, published } = await through(eventOf({}));
  expect(JSON.parse(readFileSync(join(at, 'words'), 'utf8'))).toEqual([
    'simulate',
    '--duration',
    '5m',
    '--note',
    '$(touch,owned)',
  ]);
  expect([code, run]).toEqual(['1', join(at, 'reports/runs/2026-11-29T1001-0001')]);
  expect(published.status).toBe(0);
  expect(published.stdout).toContain('::error title=p95 response time::');
  expect(readFileSync(join(at, 'summary'), 'utf8')).toBe('## the summary\n');
  expect(github.comments.map(({ body }) => body)).toEqual([expect.stringContaining('(https://example.com/reports)')]);
  const ends = await Promise.all(['0', '1', '3', '4', '5', '', '2'].map((CODE) => step('Verdict', { CODE })));
  expect(ends.map(({ status }) => status)).toEqual([0, 1, 3, 4, 5, 70, 70]);
});

test('a fork: no comment, a note that says so, and the workflow that follows writes it', async () => {
  const { published } = await through(eventOf({ repo: 'mallory/shop' }));
  expect(published.status).toBe(0);
  expect(published.stdout).toContain('::notice title=No comment yet::');
  expect(pairs('output').kept).toBe('true');
  expect(github.requests).toEqual([]);
  writeFileSync(
    join(at, 'event.json'),
    JSON.stringify({ workflow_run: { head_sha: 'a'.repeat(40), head_repository: { full_name: 'mallory/shop' } } }),
  );
  const KEPT = join(at, 'temp/shakedown-comment');
  // Nothing that a project has installed is run with the token that may write.
  expect((await step('Install', { KEPT })).status).toBe(0);
  expect(pairs('env').SHAKEDOWN_PROGRAM).toBe(join(bin, '../../bin/shakedown.mjs'));
  expect((await step('Publish', { KEPT })).status).toBe(0);
  expect(github.comments.map(({ body }) => body)).toEqual([expect.stringContaining('of a fork')]);
});

test('a comment that cannot be written is a warning, a command that makes no run has none, and no command is an error', async () => {
  github.head = 'b'.repeat(40);
  const { published } = await through(eventOf({}));
  expect(published).toMatchObject({ status: 0, stdout: expect.stringContaining('::warning title=No comment::') });
  writeFileSync(join(at, 'output'), '');
  expect((await step('Run', { WORDS: 'doctor' })).status).toBe(0);
  expect(pairs('output')).toEqual({ code: '0', run: '' });
  expect((await step('Run', { WORDS: '' })).status).toBe(2);
});
