// The tests of a CI run: `npm test`, then as many of the slow ones as the budget has time for, newest-changed first. It says what it left out.
// Files that failed are run once more, alone: a test that passes then is not failed, but named as unstable in the last lines.
// Arguments: --budget-minutes 30 (all tests), --until <second since 1970> (nothing runs longer).
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findK6, findToxiproxy } from '../src/environment/programs.ts';
import { durationOf } from '../test/setup/durations.ts';
import { closingLines, filesOf, type RunRecord, readRecord, withSecondRuns } from '../test/setup/record.ts';
import { heavy, testFiles, tierOf, workersOf } from '../test/setup/tiers.ts';
import { type Candidate, inOrder, nextRound } from './plan.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: { 'budget-minutes': { type: 'string', default: '30' }, until: { type: 'string', default: 'Infinity' } },
});
const nowS = () => Date.now() / 1000;
const until = Number(values.until);
const roundS = 480;
const say = (text: string) => process.stdout.write(`${text}\n`);

const records = mkdtempSync(join(tmpdir(), 'shakedown-tests-'));
const record = join(records, 'record.ndjson');
/** More failures than these are no accident. */
const mostRunAgain = 6;

/** Runs a command to its end, or to the last moment, its output on ours. What it came to is in the record. */
function run(program: string, args: string[], recordedIn = record): Promise<void> {
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    // In a group of its own, to be ended with all that it started.
    detached: true,
    env: { ...process.env, SHAKEDOWN_TEST_RECORD: recordedIn },
  });
  const end = (signal: NodeJS.Signals) => {
    try {
      process.kill(-(child.pid ?? 0), signal);
    } catch {
      // Gone already.
    }
  };
  const wait = Math.min(2 ** 31 - 1, Math.max(0, until - nowS()) * 1000);
  const timers = [setTimeout(end, wait, 'SIGTERM'), setTimeout(end, Math.min(2 ** 31 - 1, wait + 20_000), 'SIGKILL')];
  return new Promise((resolve) => {
    child.once('close', () => {
      for (const timer of timers) clearTimeout(timer);
      resolve();
    });
    child.once('error', () => {});
  });
}

/** How much slower or faster than when durations were measured, from all that has run. */
function speed({ files }: RunRecord): number {
  const paths = Object.keys(files);
  const expected = paths.reduce((sum, path) => sum + durationOf(path), 0);
  const actual = Object.values(files).reduce((sum, s) => sum + s, 0);
  return expected > 0 && actual > 0 ? actual / expected : 1;
}

function changedAt(path: string): number {
  const tested = path.replace(/^test\//, 'src/').replace(/\/[^/]+$/, '');
  try {
    const args = ['log', '-1', '--format=%ct', '--', path, tested];
    return Number(execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim());
  } catch {
    return 0;
  }
}

// Building them is not part of the tests' time.
const told = { onWarning: say, onProgress: say };
await findK6(told);
await findToxiproxy(told);

const endS = Math.min(nowS() + Number(values['budget-minutes']) * 60, until);
const failedToEnd: string[] = [];
await run('npm', ['test']);
if (Object.keys(readRecord(record).files).length === 0) failedToEnd.push('npm test');

const slow = testFiles().filter((path) => tierOf(path).startsWith('all') && !heavy.includes(path));
const left = new Map(slow.map((path) => [path, changedAt(path)]));
for (;;) {
  const factor = speed(readRecord(record));
  const candidates = [...left].map(([path, changed]): Candidate => {
    return { path, changedAt: changed, seconds: (durationOf(path) * factor) / workersOf(tierOf(path)) };
  });
  const round = nextRound(inOrder(candidates), endS - nowS(), roundS);
  if (round.length === 0 || failedToEnd.length > 0) break;
  for (const { path } of round) left.delete(path);
  const projects = ['--project', 'all', '--project', 'all, alone'];
  say(
    `\n${round.length} of the slow test files, ${left.size} after them; this machine takes ${factor.toFixed(2)} of the time.`,
  );
  await run('npx', ['vitest', 'run', ...projects, ...round.map(({ path }) => path)]);
  const ended = readRecord(record).files;
  failedToEnd.push(...round.map(({ path }) => path).filter((path) => ended[path] === undefined));
}

const first = readRecord(record);
// An error that no test caught is of no file.
const again = filesOf(first.failures).filter((path) => first.files[path] !== undefined);
const seconds = new Map<string, RunRecord>();
if (again.length > 0 && again.length <= mostRunAgain && failedToEnd.length === 0) {
  say(`\nRun again, alone: ${again.join(', ')}.`);
  for (const [index, path] of again.entries()) {
    const own = join(records, `again-${index}.ndjson`);
    await run('npx', ['vitest', 'run', '--no-file-parallelism', path], own);
    seconds.set(path, readRecord(own));
  }
}
const { sum, unstable } = withSecondRuns(first, seconds);
for (const path of failedToEnd) sum.failures.push(`${path}: did not end`);
sum.failed += failedToEnd.length;
say('');
for (const line of unstable) say(`UNSTABLE, failed once and passed when run again: ${line}`);
for (const path of left.keys()) say(`LEFT OUT for time: ${path} (${durationOf(path)} s)`);
for (const path of heavy) say(`LEFT OUT, its programs take long to build: ${path} (\`npm run test:all\` has it)`);
process.stdout.write(closingLines(sum));
process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;
