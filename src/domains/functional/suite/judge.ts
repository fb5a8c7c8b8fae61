import { withFullStop } from '../../../gate/words.ts';
import { count, plural } from '../../../report-kit/format.ts';
import { type Check, check } from '../../part.ts';
import type { SuiteEvidence } from './evidence.ts';

/** What a suite's evidence shows. A failed test that its file names counts even where the file is not whole; a file that is not whole passes nothing. */
export function judgeSuite(suite: SuiteEvidence): Check[] {
  const of = (id: string) => `${suite.folder}-${id}`;
  const title = (what: string) => `${suite.name}: ${what}`;
  const checks = [
    check(of('ended'), title('it ran to its end'), ...ended(suite)),
    check(of('results'), title('its results are there, new and whole'), ...results(suite)),
  ];
  if (testsOf(suite) > 0) {
    checks.push(
      check(of('pass-rate'), title(`at least ${figure(suite.passRate)} % of its tests pass`), ...passRate(suite)),
      check(of('new-failures'), title('no test fails that passed before'), ...newFailures(suite)),
      check(of('expected'), title('every test of its last passing run was run'), ...expected(suite)),
    );
  }
  if (suite.coverage !== null) checks.push(...coverage(suite, of, title));
  return checks;
}

type Answer = [verdict: Check['verdict'], reason: string];

export function testsOf({ counts: { passed, failed, flaky, skipped, todo, notRun } }: SuiteEvidence): number {
  return passed + failed + flaky + skipped + todo + notRun;
}

function ended({ end, counts, durationMs }: SuiteEvidence): Answer {
  const seconds = `${figure(durationMs / 1000)} s`;
  const last = end.last.at(-1);
  const said = last === undefined ? 'It printed nothing.' : `Its last line: ${JSON.stringify(last)}.`;
  switch (end.how) {
    case 'not-started':
      return ['inconclusive', withFullStop(`It could not be started: ${end.detail ?? 'no reason is known'}`)];
    case 'timeout':
      return ['inconclusive', `It had not ended after ${figure(end.timeoutMs / 1000)} s and was killed. ${said}`];
    case 'interrupted':
      return ['inconclusive', `It was interrupted after ${seconds}.`];
    case 'signal':
      return ['inconclusive', `${end.detail ?? 'A signal'} ended it after ${seconds}. ${said}`];
    case 'ended':
      break;
  }
  if (end.code !== 0 && counts.failed === 0)
    return ['inconclusive', `It ended with exit code ${end.code}, and no test in its results failed. ${said}`];
  if (end.code === 0 && counts.failed > 0)
    return ['inconclusive', `It ended with exit code 0, and ${plural(counts.failed, 'test')} in its results failed.`];
  return ['pass', `It ended with exit code ${end.code} after ${seconds}.`];
}

function results(suite: SuiteEvidence): Answer {
  const { files, stale, wanted, faults } = suite;
  const [old] = stale;
  const more = (list: readonly string[]) => (list.length > 1 ? ` (and ${list.length - 1} more)` : '');
  if (files.length === 0) {
    if (faults.length > 0) return ['inconclusive', `${faults[0]}${more(faults)}`];
    return old === undefined
      ? ['inconclusive', `It left no result file: nothing fits ${wanted.join(', ')}.`]
      : ['inconclusive', `${old}${more(stale)} was not written in this run, so it shows nothing of it.`];
  }
  if (testsOf(suite) === 0 && faults.length === 0) return ['inconclusive', `${files[0]?.path}: No test is in it.`];
  if (faults.length > 0) return ['inconclusive', `${faults[0]}${more(faults)}`];
  if (old !== undefined)
    return ['inconclusive', `${old}${more(stale)} was not written in this run. Remove it, if its tests are gone.`];
  const found = [...new Set(files.map(({ format }) => format))].join(', ');
  return ['pass', `${plural(testsOf(suite), 'test')} in ${plural(files.length, 'file')} (${found}).`];
}

function runOf({ counts: { passed, failed, flaky } }: Pick<SuiteEvidence, 'counts'>): number {
  return passed + failed + flaky;
}

function passRate({ counts, passRate: wanted }: SuiteEvidence): Answer {
  const { passed, flaky } = counts;
  const run = runOf({ counts });
  if (run === 0) return ['inconclusive', 'No test was run: all were skipped.'];
  const share = (100 * passed) / run;
  const again = flaky === 0 ? '' : `, ${count(flaky)} passed only when tried again, which is no pass`;
  return [
    share >= wanted ? 'pass' : 'fail',
    `${count(passed)} of ${count(run)} tests passed: ${rounded(share, wanted)} %, target at least ${figure(wanted)} %${again}.`,
  ];
}

function newFailures({ counts: { failed, newFailed }, before, notPassed }: SuiteEvidence): Answer {
  if (failed === 0) return ['pass', 'No test failed.'];
  if (before === null) {
    return ['inconclusive', `${plural(failed, 'test')} failed, and no run of the suite passed yet to compare with.`];
  }
  if (before.error !== null)
    return [
      'inconclusive',
      withFullStop(`${plural(failed, 'test')} failed, and the last passing run cannot be read: ${before.error}`),
    ];
  if (newFailed === 0) return ['pass', `${plural(failed, 'test')} failed, as in the last passing run.`];
  const [first] = notPassed.filter((test) => test.state === 'failed' && test.before !== 'failed');
  const said =
    first?.message
      .split('\n')[0]
      ?.slice(0, 200)
      .replace(/[.\s]+$/, '') ?? '';
  const message = said === '' ? '' : `: ${said}`;
  const known = failed === newFailed ? '' : `, ${count(failed - newFailed)} more failed before as well`;
  const all = newFailed === 1 ? '' : `${count(newFailed)} tests, such as `;
  return [
    'fail',
    `${all}${first?.id ?? 'one'}${message}${known}. The last passing run is of version ${before.version}.`,
  ];
}

function expected(suite: SuiteEvidence): Answer {
  const { before, vanished, minimumTests, gone } = suite;
  const tests = testsOf(suite) - suite.counts.notRun;
  // One that was skipped shows nothing, however many there are.
  const run = runOf(suite);
  if (run < minimumTests)
    return ['inconclusive', `${were(run)} run, and at least ${count(minimumTests)} are expected.`];
  if (suite.counts.notRun > 0) {
    const [first] = suite.notPassed.filter(({ state }) => state === 'notRun');
    return ['inconclusive', `${were(suite.counts.notRun)} planned and not run, such as ${first?.id}.`];
  }
  if (before === null)
    return ['pass', `No run of it passed before. Its ${plural(tests, 'test')} are what later runs must show.`];
  if (before.error !== null)
    return ['inconclusive', withFullStop(`The last passing run cannot be read: ${before.error}`)];
  if (vanished.total > 0)
    return [
      'inconclusive',
      `Of the last passing run (${before.version}, ${before.at.slice(0, 10)}), ${were(vanished.total)} not run, such as ${vanished.listed[0]}.`,
    ];
  const removed = gone.reduce((sum, { tests: of }) => sum + of, 0);
  const less = removed === 0 ? '' : ` ${were(removed)} removed on purpose.`;
  return ['pass', `All ${count(before.tests - removed)} tests of the last passing run were looked for.${less}`];
}

function coverage(
  { coverage: found }: SuiteEvidence,
  of: (id: string) => string,
  title: (what: string) => string,
): Check[] {
  if (found === null || found.minimum === null) return [];
  const { minimum, error, covered, total, absent, faults } = found;
  const answer = (): Answer => {
    if (error !== null) return ['inconclusive', withFullStop(`The coverage cannot be read: ${error}`)];
    if (total === 0) return ['inconclusive', faults[0] ?? 'It names no line.'];
    const share = (100 * covered) / total;
    const words = `${count(covered)} of ${count(total)} lines were run: ${rounded(share, minimum)} %, target at least ${figure(minimum)} %.`;
    // What is missing of the file may be what was run.
    if (faults.length > 0) return ['inconclusive', `${words} ${faults[0]}`];
    if (share < minimum) return ['fail', words];
    if (absent.length > 0)
      return ['inconclusive', `${words} Not in it: ${plural(absent.length, 'source file')}, such as ${absent[0]}.`];
    return ['pass', words];
  };
  return [check(of('coverage'), title(`at least ${figure(minimum)} % of the lines are run`), ...answer())];
}

/** With as many decimals as show on which side of the target it is. */
function rounded(share: number, target: number): string {
  for (const decimals of [0, 1, 2, 3, 4]) {
    const text = share.toFixed(decimals);
    if (Number(text) >= target === share >= target && (share === 100 || Number(text) !== 100) && decimals > 0)
      return text.replace(/\.?0+$/, '');
  }
  return String(share);
}

/** `1 test was`, `2 tests were` */
function were(tests: number): string {
  return `${plural(tests, 'test')} ${tests === 1 ? 'was' : 'were'}`;
}

function figure(value: number): string {
  return String(Math.round(value * 10) / 10);
}
