import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { launchable } from '../../src/environment/browser-programs.ts';
import type { Results } from '../../src/model/results.ts';
import { runCli } from '../cli/cli.ts';
import { textOf } from '../docs/written.ts';
import { objectiveOf } from '../domains/uat/project.ts';
import { describeWithK6 } from '../setup/programs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = textOf('docs/tutorial/README.md');
/** What a reader types, in order. */
const typed = Array.from(page.matchAll(/```sh\n([\s\S]*?)```/g), ([, text = '']) => text.trim().split('\n'))
  .flat()
  .map((line) => line.replace(/\s+# .*$/, ''));
/** Done otherwise here, or for the reader's eyes. */
const leftOut = /^(mkdir library|cp -r node_modules|npx shakedown doctor|diff )/;

const folder = mkdtempSync(join(tmpdir(), 'shakedown-tutorial-'));
const servers = new Map<string, ChildProcess>();
afterAll(async () => {
  for (const server of servers.values()) await ended(server);
  rmSync(folder, { recursive: true, force: true });
});

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill();
  await new Promise((resolve) => server.once('exit', resolve));
}

/** A version on its port, in the place of the one that was there. */
async function start([version = '', port = '4600']: string[]): Promise<void> {
  const before = servers.get(port);
  if (before !== undefined) await ended(before);
  servers.set(port, spawn(process.execPath, ['start.mjs', version, port], { cwd: folder, stdio: 'ignore' }));
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
    if (answer !== null && ((await answer.json()) as { version: string }).version === version) return;
    if (tries > 300) throw new Error(`${version} did not start on port ${port}`);
    await wait(100);
  }
}

interface Made {
  readonly command: string;
  readonly code: number | null;
  readonly output: string;
  /** null: the command makes no run. */
  readonly results: Results | null;
}

const runs = join(folder, 'reports/runs');

async function type(line: string, env: NodeJS.ProcessEnv): Promise<Made | null> {
  if (leftOut.test(line)) return null;
  const [program = '', ...words] = line.split(' ');
  if (line.startsWith('node start.mjs ')) return start(words.slice(1)).then(() => null);
  if (program === 'node') {
    const text = execFileSync('sh', ['-c', line], { cwd: folder, encoding: 'utf8' });
    return { command: line, code: 0, output: text, results: null };
  }
  expect(words[0], line).toBe('shakedown');
  const { code, stdout, stderr } = await runCli(words.slice(1), { cwd: folder, env });
  const output = `${stdout}${stderr}`;
  const made = /^report +(.*)\/index\.html$/m.exec(output)?.[1];
  const results = made === undefined ? null : (JSON.parse(readFileSync(join(made, 'results.json'), 'utf8')) as Results);
  return { command: line, code, output, results };
}

const checkOf = (results: Results | null, id: string) =>
  results?.sections.regression?.parts.flatMap(({ checks }) => checks).find((check) => check.id === id);
const verdictOf = (results: Results | null, id: string) =>
  results === null ? undefined : objectiveOf(results, id)?.verdict;

const isSkipped = launchable('chromium') === null && process.env.CI === undefined;

describeWithK6('the tutorial', (k6) => {
  it.skipIf(isSkipped)(
    'its commands find each of the four faults in v2, and none in v1',
    async () => {
      cpSync(join(root, 'docs/tutorial/library'), folder, { recursive: true });
      mkdirSync(join(folder, 'node_modules'));
      symlinkSync(root, join(folder, 'node_modules/shakedown'));
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
      const made: Made[] = [];
      for (const line of typed) {
        const one = await type(line, { SHAKEDOWN_K6: k6.path });
        if (one !== null) made.push(one);
      }
      const [, imported, anonymized, slower, alike, good, pale, lost, kept, flat, grows] = made;
      expect(made).toHaveLength(11);
      expect(readdirSync(runs).filter((name) => !name.endsWith('.log'))).toHaveLength(8);

      // Each was of the version that the command names: what ran says so itself.
      const digestOf = (each: Made | undefined) => each?.results?.candidate.artifacts.map(({ digest }) => digest);
      expect(digestOf(slower)).toHaveLength(1);
      for (const each of [pale, lost, grows]) expect(digestOf(each), each?.command).toEqual(digestOf(slower));
      for (const each of [good, kept, flat]) expect(digestOf(each), each?.command).toEqual(digestOf(alike));
      expect(digestOf(alike)).not.toEqual(digestOf(slower));

      const claimed = /You see `(.*?)`/.exec(page)?.[1] ?? '?';
      expect(imported?.output).toContain(claimed);
      expect(anonymized?.output).toContain('Leak scan passed');

      const { times, ...others } = Object.fromEntries(
        ['times', 'answers', 'declared'].map((id) => [id, checkOf(slower?.results ?? null, id)?.verdict]),
      );
      expect(times, slower?.output).toBe('fail');
      expect(others).toEqual({ answers: 'pass', declared: 'pass' });
      expect(slower?.code).toBe(1);
      expect(alike?.output).not.toContain('FAILED');

      expect(verdictOf(good?.results ?? null, 'accessibility'), good?.output).toBe('pass');
      expect(verdictOf(good?.results ?? null, 'business-scenarios')).toBe('pass');
      expect(verdictOf(pale?.results ?? null, 'accessibility'), pale?.output).toBe('fail');
      expect(verdictOf(pale?.results ?? null, 'business-scenarios')).toBe('pass');
      expect(pale?.output).toMatch(/label and color-contrast/);

      expect(verdictOf(lost?.results ?? null, 'harmed-writes'), lost?.output).toBe('fail');
      expect(verdictOf(kept?.results ?? null, 'harmed-writes'), kept?.output).toBe('pass');
      expect(verdictOf(kept?.results ?? null, 'experiments')).toBe('pass');

      expect(verdictOf(grows?.results ?? null, 'drift'), grows?.output).toBe('fail');
      expect(grows?.output.replace(/\s+/g, ' ')).toContain('library memory grows');
      // A machine with other work to do leaves the trend of v1 open now and then; it never shows one.
      expect(verdictOf(flat?.results ?? null, 'drift'), flat?.output).not.toBe('fail');
    },
    45 * 60_000,
  );
});
