import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { asUser, nightlyFiles } from '../../src/cli/nightly.ts';

const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Step {
  name?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}
interface Workflow {
  on: { schedule: { cron: string }[]; workflow_dispatch: { inputs: Record<string, unknown> } };
  concurrency: { group: string; 'cancel-in-progress': boolean };
  jobs: { soak: { steps: Step[] } };
}
const workflow = parse(file('.github/workflows/nightly.yml')) as Workflow;
const { steps } = workflow.jobs.soak;
const script = (name: string) => steps.find((step) => step.name === name)?.run ?? 'exit 99';

function shell(name: string, env: Record<string, string>) {
  return spawnSync('bash', ['-e', '-c', script(name)], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', ...env },
  });
}

it('the workflow has a schedule, a duration, no overlap, and artifacts that end', () => {
  expect(workflow.on.schedule[0]?.cron).toMatch(/^\d+ \d+ \* \* \*$/);
  expect(workflow.on.workflow_dispatch.inputs).toHaveProperty('duration');
  expect(workflow.concurrency).toMatchObject({ group: expect.any(String), 'cancel-in-progress': false });
  const upload = steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact'));
  expect(upload?.with?.['retention-days']).toBeGreaterThan(0);
  // An input goes through the environment, never into the script's text.
  for (const { run } of steps) expect(run ?? '').not.toContain('${{');
});

it('reports each exit code as what it is, and lets only PASSED pass', () => {
  const end = (CODE: string) => {
    const { status, stdout } = shell('Verdict', { CODE });
    return [status, /title=([^:]*)::/.exec(stdout)?.[1]];
  };
  expect(end('0')).toEqual([0, 'PASSED']);
  expect(end('1')).toEqual([1, 'FAILED']);
  expect(end('3')).toEqual([3, 'INCONCLUSIVE']);
  expect(end('4')).toEqual([4, 'Not run']);
  expect(end('')).toEqual([70, 'Not judged']);
});

it('gives GitHub a summary only of a size that it takes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-nightly-'));
  try {
    const GITHUB_STEP_SUMMARY = join(folder, 'step');
    const written = (text: string | null) => {
      writeFileSync(GITHUB_STEP_SUMMARY, '');
      if (text !== null) writeFileSync(join(folder, 'summary.md'), text);
      expect(shell('Summary', { GITHUB_STEP_SUMMARY, FOLDER: `${folder}/` }).status).toBe(0);
      return readFileSync(GITHUB_STEP_SUMMARY, 'utf8');
    };
    expect(written(null)).toMatch(/wrote no summary/);
    expect(written('## READY\n')).toBe('## READY\n');
    expect(written('x'.repeat(900_001))).toMatch(/^The summary is larger/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('the systemd units and the cron line hold nights apart and know the exit codes', () => {
  const service = file('docs/nightly/shakedown-nightly.service');
  for (const line of service.split('\n')) expect(line).toMatch(/^(#.*|\[\w+\]|\w+=.+|)$/);
  expect(service).toMatch(/^ExecStart=\/usr\/bin\/flock --nonblock .*--duration 24h$/m);
  expect(service).toMatch(/^SuccessExitStatus=3 75$/m);
  expect(service).toMatch(/^MemoryMax=/m);
  expect(file('docs/nightly/shakedown-nightly.timer')).toMatch(/^OnCalendar=/m);
  expect(file('docs/nightly/README.md')).toMatch(/^17 1 \* \* \* cd \S+ && flock --nonblock /m);
});

it('what `shakedown init --nightly` writes runs the installed package, and names nothing of this repository', () => {
  const written = nightlyFiles.map(({ from, to }) => ({ to, text: asUser(file(from)) }));
  for (const { to, text } of written) {
    expect(text, to).not.toMatch(/simulate:production|load\/k6|workflows\/nightly\.yml/);
  }
  const all = written.map(({ text }) => text).join('\n');
  expect(all.match(/npx shakedown simulate --duration/g)).toHaveLength(3);
  const theirs = parse(written[0]?.text ?? '') as Workflow;
  expect(theirs.jobs.soak.steps).toHaveLength(steps.length);
});
