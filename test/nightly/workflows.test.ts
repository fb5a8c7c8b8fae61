import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { commandTable } from '../../src/cli/commands.ts';
import { longOf } from '../../src/cli/given.ts';
import { asUser, workflowFiles } from '../../src/cli/nightly.ts';
import { domains } from '../../src/run/domains.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, '.github', 'workflows');
const names = readdirSync(folder);
const text = (path: string) => readFileSync(join(root, path), 'utf8');

interface Job {
  permissions?: Record<string, string>;
  uses?: string;
  'timeout-minutes'?: unknown;
  with?: { words?: string };
  secrets?: Record<string, string> | string;
  steps?: {
    name?: string;
    uses?: string;
    run?: string;
    with?: Record<string, unknown>;
    env?: Record<string, string>;
  }[];
}
interface Workflow {
  on: Record<string, unknown>;
  permissions?: Record<string, string>;
  concurrency?: unknown;
  jobs: Record<string, Job>;
}

/** What a workflow may do that can be made to do something else; one line each. */
function faults(source: string): string[] {
  const { on, permissions, jobs } = parse(source) as Workflow;
  const events = Object.keys(on);
  const found: string[] = [];
  if (permissions === undefined) found.push('it may do whatever the repository lets workflows do');
  if (Object.values(permissions ?? {}).some((value) => value !== 'read')) found.push('all of its jobs may write');
  if (events.includes('pull_request_target')) found.push('a fork’s code runs with secrets');
  if (events.includes('pull_request') && /secrets\.(?!GITHUB_TOKEN)/.test(source))
    found.push('secrets beside code of forks');
  for (const [name, job] of Object.entries(jobs)) {
    if (job.secrets === 'inherit') found.push(`${name} hands on every secret`);
    if (job.uses === undefined && job['timeout-minutes'] === undefined) found.push(`${name} has no end`);
    for (const { uses, run = '', with: given } of job.steps ?? []) {
      if (uses !== undefined && !/^[\w.-]+(\/[\w.-]+)+@[0-9a-f]{40}$/.test(uses)) found.push(`${uses} is not pinned`);
      if (run.includes('${{')) found.push(`${name}: an input becomes part of a script`);
      if (
        uses?.startsWith('actions/checkout@') &&
        job.permissions !== undefined &&
        Object.values(job.permissions).includes('write') &&
        given?.['persist-credentials'] !== false
      )
        found.push(`${name} leaves its token in the clone`);
    }
  }
  return found;
}

test.each(names)('%s does no more than it has to', (name) =>
  expect(faults(text(`.github/workflows/${name}`))).toEqual([]),
);

/** Examples for a repository that uses the action. */
const own = ['pipelines/pull-request.yml', 'pipelines/comment-for-forks.yml'];

test.each(own)('%s does no more than it has to', (name) => expect(faults(text(`docs/${name}`))).toEqual([]));

test('what is wrong with a workflow is seen', () => {
  const bad = `
on: { pull_request_target: {}, pull_request: {} }
permissions: { contents: write }
jobs:
  x:
    secrets: inherit
    permissions: { contents: write }
    steps:
      - uses: actions/checkout@v4
      - run: echo \${{ github.event.pull_request.title }} \${{ secrets.KEY }}
`;
  expect(faults(bad)).toHaveLength(8);
  expect(faults('on: { push: {} }\njobs: {}')).toHaveLength(1);
});

test('each action has its version beside its hash, the same everywhere', () => {
  const files = [...names.map((name) => `.github/workflows/${name}`), 'action.yml', 'docs/pipelines/pull-request.yml'];
  const pins = files.flatMap((name) =>
    [...text(name).matchAll(/uses: (actions\/\S+?)@(\S+)(.*)/g)].map(([, action = '', hash, version]) => [
      action.split('/').slice(0, 2).join('/'),
      `${hash}${version}`,
    ]),
  );
  expect(pins.length).toBeGreaterThan(10);
  for (const [action, pin] of pins)
    expect(new Set(pins.filter(([one]) => one === action).map(([, other]) => other)), action).toEqual(new Set([pin]));
  for (const [, pin] of pins) expect(pin).toMatch(/^[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test('the stage has its workflows, and what they run there is', () => {
  const table = commandTable(domains);
  const callers = ['staging-deployment', 'final-validation', 'deployment-rehearsal', 'staging-monitoring'];
  for (const name of callers) {
    const { jobs, concurrency } = parse(text(`.github/workflows/${name}.yml`)) as Workflow;
    expect(concurrency).toEqual({ group: 'shakedown-stage', 'cancel-in-progress': false });
    const words = jobs[name]?.with?.words ?? '';
    const command = table
      .filter((each) => `${words} `.startsWith(`${each.name} `))
      .sort((a, b) => b.name.length - a.name.length)[0];
    expect(command, words).toBeDefined();
    const options = (command?.options ?? []).map(longOf);
    const version = /^(deploy|rehearse)/.test(words) ? '--version' : '--version-under-test';
    for (const option of [version, ...words.split(' ').filter((word) => word.startsWith('--'))])
      expect(options, `${words} ${option}`).toContain(option);
  }
  const promote = (parse(text('.github/workflows/promotion.yml')) as Workflow).jobs.promote;
  expect(promote?.permissions).toEqual({
    actions: 'read',
    contents: 'read',
    deployments: 'write',
    'pull-requests': 'write',
    statuses: 'write',
  });
});

describe('the script of the shared workflow', () => {
  const job = (parse(text('.github/workflows/shakedown.yml')) as Workflow).jobs.run;
  const script = (name: string) => job?.steps?.find((step) => step.name === name)?.run ?? 'exit 99';
  const inFolder = (act: (at: string) => void) => {
    const at = mkdtempSync(join(tmpdir(), 'shakedown-workflow-'));
    try {
      act(at);
    } finally {
      rmSync(at, { recursive: true, force: true });
    }
  };

  test('gives words as words, the version as one, and names only the run that it made', () => {
    inFolder((at) => {
      mkdirSync(join(at, 'reports', 'runs', '2026-11-28T0900-0001'), { recursive: true });
      writeFileSync(
        join(at, 'npm'),
        '#!/bin/sh\nprintf "%s|" "$@" > words\nif [ -n "$MAKES" ]; then mkdir -p "reports/runs/$MAKES"; fi\nexit 3\n',
        { mode: 0o755 },
      );
      const run = (env: Record<string, string>) => {
        const output = join(at, 'output');
        writeFileSync(output, '');
        const { status } = spawnSync('bash', ['-e', '-c', script('Shakedown')], {
          cwd: at,
          env: { PATH: `${at}:${process.env.PATH}`, GITHUB_OUTPUT: output, ...env },
        });
        return [status, readFileSync(join(at, 'words'), 'utf8'), readFileSync(output, 'utf8')];
      };
      const evil = 'v2; touch owned $(touch owned)';
      expect(run({ WORDS: 'rehearse --switch haproxy', VERSION: evil, MAKES: '' })).toEqual([
        0,
        `run|--silent|shakedown|--|rehearse|--switch|haproxy|--version|${evil}|`,
        'code=3\nfolder=\n',
      ]);
      expect(run({ WORDS: 'validate final', VERSION: 'v2', MAKES: '2026-11-29T0900-0001' })).toEqual([
        0,
        'run|--silent|shakedown|--|validate|final|--version-under-test|v2|',
        'code=3\nfolder=reports/runs/2026-11-29T0900-0001\n',
      ]);
      expect(readdirSync(at)).not.toContain('owned');
    });
  });

  test('its summary is of a size that GitHub takes, and only a pass passes', () => {
    inFolder((at) => {
      const GITHUB_STEP_SUMMARY = join(at, 'step');
      const written = (summary: string | null) => {
        writeFileSync(GITHUB_STEP_SUMMARY, '');
        if (summary !== null) writeFileSync(join(at, 'summary.md'), summary);
        spawnSync('bash', ['-e', '-c', script('Summary')], {
          env: { PATH: process.env.PATH ?? '', GITHUB_STEP_SUMMARY, FOLDER: at },
        });
        return readFileSync(GITHUB_STEP_SUMMARY, 'utf8');
      };
      expect(written(null)).toMatch(/no summary/);
      expect(written('## READY\n')).toBe('## READY\n');
      expect(written('x'.repeat(900_001))).toMatch(/^The summary is larger/);
    });
    const end = (CODE: string) =>
      spawnSync('bash', ['-e', '-c', script('Verdict')], { env: { PATH: process.env.PATH ?? '', CODE } }).status;
    expect(['0', '1', '3', '4', '5', '', '2'].map(end)).toEqual([0, 1, 3, 4, 5, 70, 70]);
  });
});

test('what `shakedown init --workflows` writes runs the installed package, and names nothing of this repository', () => {
  for (const { from } of workflowFiles) {
    const theirs = asUser(text(from));
    expect(theirs, from).not.toMatch(/npm run |load\/k6/);
    expect(() => parse(theirs)).not.toThrow();
  }
  expect(asUser(text('.github/workflows/promotion.yml'))).toMatch(/npx shakedown promote "\$\{words\[@\]\}"/);
  expect(asUser(text('.github/workflows/shakedown.yml'))).toMatch(/npx shakedown "\$\{words\[@\]\}"/);
});

const actionlint = [
  process.env.SHAKEDOWN_ACTIONLINT,
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'shakedown', 'actionlint'),
  'actionlint',
].find((program) => program !== undefined && spawnSync(program, ['--version']).status === 0);

test.skipIf(actionlint === undefined)(
  `actionlint finds nothing in them, nor in what is written for others${actionlint === undefined ? ' (skipped: it is not here, .ci/run builds it)' : ''}`,
  () => {
    if (actionlint === undefined) return;
    const lint = (files: string[]) =>
      spawnSync(actionlint, ['-shellcheck=', '-pyflakes=', ...files], { cwd: root, encoding: 'utf8' }).stdout;
    const examples = ['deploy/github-actions.yml', ...own].map((name) => join(root, 'docs', name));
    expect(lint([...names.map((name) => join(folder, name)), ...examples])).toBe('');
    const at = mkdtempSync(join(tmpdir(), 'shakedown-lint-'));
    try {
      mkdirSync(join(at, '.github', 'workflows'), { recursive: true });
      const files = workflowFiles.filter(({ to }) => to.startsWith('.github/'));
      for (const { from, to } of files) writeFileSync(join(at, to), asUser(text(from)));
      const { stdout } = spawnSync(actionlint, ['-shellcheck=', '-pyflakes=', ...files.map(({ to }) => to)], {
        cwd: at,
        encoding: 'utf8',
      });
      expect(stdout).toBe('');
      writeFileSync(
        join(at, '.github/workflows/bad.yml'),
        `on: push\njobs: { x: { runs-on: ubuntu-latest, steps: [{ run: "echo \${{ nothing.there }}" }] } }\n`,
      );
      expect(spawnSync(actionlint, ['.github/workflows/bad.yml'], { cwd: at, encoding: 'utf8' }).stdout).toContain(
        'nothing',
      );
    } finally {
      rmSync(at, { recursive: true, force: true });
    }
  },
);
