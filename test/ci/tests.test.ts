import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { durationOf } from '../setup/durations.ts';
import { heavy, testFiles, tierOf } from '../setup/tiers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const slow = testFiles().filter((path) => tierOf(path).startsWith('all') && !heavy.includes(path));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-ci-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Of `npm test`, in which this file took as long as it does. */
const known = 'test/sample/lifecycle.test.ts';
let tookS = durationOf(known);

/** Runs `.ci/tests.ts` with programs in place of npm and npx that only write the record, and what they were asked for. */
async function runTests(npx: string, ...args: string[]) {
  const programs = {
    npm: `record({ passed: 10, failed: 0, skipped: 1, failures: [], files: { '${known}': ${tookS} } });`,
    npx: `const files = process.argv.filter((text) => text.endsWith('.test.ts'));
appendFileSync('${folder}/asked', files.map((file) => file + '\\n').join(''));\n${npx}`,
  };
  for (const [name, body] of Object.entries(programs)) {
    const head = `#!${process.execPath}
const { appendFileSync } = require('node:fs');
const record = (run) => appendFileSync(process.env.SHAKEDOWN_TEST_RECORD, JSON.stringify(run) + '\\n');\n`;
    writeFileSync(join(folder, name), `${head}${body}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  // Nothing else is on the PATH: no Go that would build k6, and no git.
  const env = { ...process.env, PATH: folder, XDG_CACHE_HOME: folder, SHAKEDOWN_OFFLINE: '1' };
  const [code, stdout] = await new Promise<[number, string]>((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', '.ci/tests.ts', ...args], { cwd: root, env }, (error, out) =>
      resolve([error === null ? 0 : Number(error.code), out]),
    );
  });
  const asked = (() => {
    try {
      return readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n');
    } catch {
      return [];
    }
  })();
  const leftOut = [...stdout.matchAll(/^LEFT OUT for time: (\S+)/gm)].map(([, path]) => path);
  return { code, asked, leftOut, stdout, last: stdout.trimEnd().split('\n').at(-1) };
}

const passes = `record({ passed: files.length, failed: 0, skipped: 0, failures: [],
  files: Object.fromEntries(files.map((file) => [file, 1])) });`;

test('with time enough every slow file runs once, and the last line sums up all runs', async () => {
  const { code, asked, leftOut, last, stdout } = await runTests(passes, '--budget-minutes', '600');
  expect([code, last], stdout).toEqual([0, `${10 + slow.length} passed, 0 failed, 1 skipped`]);
  expect(asked.sort()).toEqual(slow);
  expect(leftOut).toEqual([]);
  for (const path of heavy) expect(stdout).toContain(`${path} (\`npm run test:all\` has it)`);
});

test('without time left it says of each slow file that it was left out', async () => {
  const { code, asked, leftOut, last } = await runTests(passes, '--budget-minutes', '0');
  expect([code, last]).toEqual([0, '10 passed, 0 failed, 1 skipped']);
  expect(asked).toEqual([]);
  expect(leftOut.sort()).toEqual(slow);
});

test('a failure, and a file that did not end, fail the whole', async () => {
  const fails = passes.replace('failed: 0', 'failed: 1').replace('failures: []', "failures: ['x > y: no']");
  const one = await runTests(fails.replace('files.map((file)', 'files.slice(1).map((file)'), '--budget-minutes', '3');
  expect(one.code).toBe(1);
  expect(one.stdout).toMatch(/^FAILED x > y: no$/m);
  expect(one.stdout).toMatch(/^FAILED test\/\S+: did not end$/m);
  expect(one.last).toMatch(/ passed, 2 failed, 1 skipped$/);
});

test('a failed file is run once more, alone, and named where it passes then', async () => {
  const once = `if (process.argv.includes('--no-file-parallelism')) { ${passes} }
  else record({ passed: 1, failed: 1, skipped: 0, failures: [files[0] + ' > x: no'], files: Object.fromEntries(files.map((file) => [file, 1])) });`;
  const { code, stdout, last } = await runTests(once, '--budget-minutes', '600');
  expect([code, last], stdout).toEqual([0, expect.stringMatching(/ passed, 0 failed, 1 skipped$/)]);
  expect(stdout).toMatch(/^UNSTABLE, failed once and passed when run again: test\/\S+ > x: no$/m);
});

test('what hangs is ended at the last moment', async () => {
  // A machine so fast that something fits into those seconds.
  tookS = durationOf(known) / 100;
  const until = String(Date.now() / 1000 + 8);
  const { code, stdout } = await runTests('setInterval(() => {}, 1000);', '--budget-minutes', '9', '--until', until);
  expect(code, stdout).toBe(1);
  expect(stdout).toMatch(/^FAILED test\/\S+: did not end$/m);
});
