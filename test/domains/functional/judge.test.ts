import { describe, expect, it } from 'vitest';
import { judgeSuite } from '../../../src/domains/functional/suite/judge.ts';
import { verdictOf } from '../../../src/domains/part.ts';
import { countsOf, notPassed, suiteWith } from './evidence.ts';

type Change = Parameters<typeof suiteWith>[0];

const verdict = (change: Change) => verdictOf(judgeSuite(suiteWith(change)));
/** Verdict and reason of one of its checks: `pass-rate`. */
const answer = (id: string, change: Change) => {
  const found = judgeSuite(suiteWith(change)).find((one) => one.id.endsWith(`-${id}`));
  return `${found?.verdict}: ${found?.reason}`;
};
const end = (change: object) => ({ ...suiteWith().end, ...change });

it('passes a suite whose tests pass, and whose file is whole', () => {
  expect(verdict({})).toBe('pass');
  expect(answer('results', {})).toBe('pass: 10 tests in 1 file (junit).');
  expect(answer('expected', {})).toBe('pass: All 10 tests of the last passing run were looked for.');
});

describe('the command', () => {
  it.each([
    [{ how: 'timeout' }, /^inconclusive: It had not ended after 60 s and was killed. Its last line: "done"/],
    [{ how: 'interrupted' }, /^inconclusive: It was interrupted after 1.5 s/],
    [{ how: 'signal', detail: 'SIGSEGV', code: null }, /^inconclusive: SIGSEGV ended it/],
    [{ how: 'not-started', detail: 'jest is not there' }, /^inconclusive: It could not be started: jest is not there/],
    [{ code: 1 }, /^inconclusive: It ended with exit code 1, and no test in its results failed/],
  ] as const)('%o', (change, wanted) => {
    expect(answer('ended', { end: end(change) })).toMatch(wanted);
    expect(verdict({ end: end(change) })).toBe('inconclusive');
  });

  it('that ends with 0 although tests failed is not believed', () => {
    const counts = countsOf({ passed: 99, failed: 1 });
    const failed = { counts, notPassed: [notPassed('a', 'failed', 'failed')] };
    expect(answer('ended', failed)).toMatch(
      /^inconclusive: It ended with exit code 0, and 1 test in its results failed/,
    );
    expect(verdict({ ...failed, end: end({ code: 1 }) })).toBe('pass');
  });
});

describe('the result files', () => {
  it('that are not there, old, empty or not whole show nothing', () => {
    const none = { files: [], counts: countsOf({}) };
    expect(answer('results', none)).toBe('inconclusive: It left no result file: nothing fits api.xml.');
    expect(answer('results', { ...none, stale: ['api.xml'] })).toMatch(
      /^inconclusive: api.xml was not written in this run/,
    );
    expect(answer('results', { ...none, faults: ['api.xml: It is empty.'] })).toMatch(
      /^inconclusive: api.xml: It is empty/,
    );
    expect(answer('results', { counts: countsOf({}) })).toBe('inconclusive: api.xml: No test is in it.');
    expect(answer('results', { faults: ['api.xml: It stops in the middle.', 'b'] })).toMatch(/middle. \(and 1 more\)$/);
    expect(answer('results', { stale: ['old.xml'] })).toMatch(/^inconclusive: old.xml was not written .* Remove it/);
  });

  it('fail with a failed test, also where they stop in the middle', () => {
    const counts = countsOf({ passed: 1, failed: 1, newFailed: 1 });
    expect(
      verdict({ counts, faults: ['It stops in the middle.'], notPassed: [notPassed('a', 'failed', 'passed')] }),
    ).toBe('fail');
  });
});

describe('the pass rate', () => {
  it('is that of the tests that were run; one that passed when tried again is no pass', () => {
    const known = { end: end({ code: 1 }), notPassed: [notPassed('a', 'failed', 'failed')] };
    expect(answer('pass-rate', { ...known, counts: countsOf({ passed: 95, failed: 5, skipped: 50 }) })).toMatch(
      /^pass: 95 of 100 tests passed: 95 %/,
    );
    expect(answer('pass-rate', { ...known, counts: countsOf({ passed: 94, failed: 6 }) })).toMatch(/^fail: 94 of 100/);
    expect(answer('pass-rate', { counts: countsOf({ passed: 90, flaky: 10 }) })).toBe(
      'fail: 90 of 100 tests passed: 90 %, target at least 95 %, 10 passed only when tried again, which is no pass.',
    );
    expect(answer('pass-rate', { counts: countsOf({ skipped: 10 }) })).toBe(
      'inconclusive: No test was run: all were skipped.',
    );
  });

  it('is never rounded across its target, nor to 100 %', () => {
    const rate = (passed: number, failed: number, passRate: number) =>
      answer('pass-rate', { passRate, counts: countsOf({ passed, failed }) });
    expect(rate(94_999, 5001, 95)).toMatch(/^fail: .* 94.999 %/);
    expect(rate(99_999, 1, 95)).toMatch(/^pass: .* 99.999 %/);
    expect(rate(156 - 2, 2, 95)).toMatch(/98.7 %/);
    expect(rate(10, 0, 100)).toMatch(/^pass: .*: 100 %/);
  });
});

describe('failures', () => {
  it('that are new fail, those that failed before do not', () => {
    const failed = (newFailed: number) => ({
      end: end({ code: 1 }),
      counts: countsOf({ passed: 98, failed: 2, newFailed }),
      notPassed: [
        notPassed('s › a', 'failed', newFailed > 0 ? 'passed' : 'failed', 'no money\nat x'),
        notPassed('s › b', 'failed', 'failed'),
      ],
    });
    expect(answer('new-failures', failed(1))).toBe(
      'fail: s › a: no money, 1 more failed before as well. The last passing run is of version v1.',
    );
    expect(answer('new-failures', failed(0))).toBe('pass: 2 tests failed, as in the last passing run.');
    expect(verdict(failed(0))).toBe('pass');
  });

  it('cannot be told apart where nothing passed yet, or the last passing run cannot be read', () => {
    const failed = { counts: countsOf({ passed: 98, failed: 2, newFailed: 2 }), end: end({ code: 1 }) };
    expect(answer('new-failures', { ...failed, before: null })).toMatch(
      /^inconclusive: 2 tests failed, and no run of the suite passed yet/,
    );
    const before = { at: '', version: '', tests: 0, error: 'its form is not known' };
    expect(answer('new-failures', { ...failed, before })).toMatch(/cannot be read: its form is not known/);
    expect(verdict({ before })).toBe('inconclusive');
  });
});

describe('tests that are expected', () => {
  it('and not run leave it open', () => {
    const vanished = { total: 2, listed: ['s › a', 's › b'] };
    expect(answer('expected', { vanished })).toMatch(
      /^inconclusive: Of the last passing run \(v1, 2026-01-02\), 2 tests were not run, such as s › a/,
    );
    expect(answer('expected', { minimumTests: 11 })).toBe(
      'inconclusive: 10 tests were run, and at least 11 are expected.',
    );
    expect(answer('expected', { minimumTests: 10, counts: countsOf({ passed: 1, skipped: 99 }), before: null })).toBe(
      'inconclusive: 1 test was run, and at least 10 are expected.',
    );
    const notRun = { counts: countsOf({ passed: 9, notRun: 1 }), notPassed: [notPassed('s › c', 'notRun', 'passed')] };
    expect(answer('expected', notRun)).toBe('inconclusive: 1 test was planned and not run, such as s › c.');
    expect(answer('expected', { before: null })).toMatch(/^pass: No run of it passed before/);
    expect(answer('expected', { gone: [{ test: 'old*', reason: 'removed', tests: 1 }] })).toMatch(/^pass: .* 1 test/);
  });
});

describe('coverage', () => {
  const facts = {
    ...{ minimum: 98, error: null, covered: 99, total: 100, files: 2 },
    ...{ notCovered: [], absent: [], excluded: [], faults: [] },
  };
  it('is judged where a minimum is asked for', () => {
    expect(answer('coverage', { coverage: facts })).toBe('pass: 99 of 100 lines were run: 99 %, target at least 98 %.');
    expect(answer('coverage', { coverage: { ...facts, covered: 97 } })).toMatch(/^fail: 97 of 100 lines/);
    expect(answer('coverage', { coverage: { ...facts, minimum: null } })).toBe('undefined: undefined');
  });
  it('that was not written, or lacks sources, shows nothing', () => {
    expect(answer('coverage', { coverage: { ...facts, error: 'there is no lcov.info' } })).toMatch(
      /^inconclusive: .*there is no lcov.info/,
    );
    expect(answer('coverage', { coverage: { ...facts, absent: ['src/a.ts'] } })).toMatch(
      /^inconclusive: .* such as src\/a.ts/,
    );
    for (const covered of [99, 40])
      expect(answer('coverage', { coverage: { ...facts, covered, faults: ['It stops in the middle.'] } })).toMatch(
        /^inconclusive/,
      );
    expect(answer('coverage', { coverage: { ...facts, total: 0, covered: 0 } })).toMatch(
      /^inconclusive: It names no line/,
    );
  });
});

it('ends its reasons with one full stop', () => {
  const coverage = {
    ...{ minimum: 90, error: 'lcov.info: It is larger than 64 MB.', covered: 0, total: 0, files: 0, faults: [] },
    ...{ notCovered: [], absent: [], excluded: [] },
  };
  const suite = suiteWith({
    ...{ coverage, counts: countsOf({ passed: 9, failed: 1, newFailed: 1 }) },
    end: { how: 'not-started', code: null, detail: 'there is no such program.', last: [], timeoutMs: 1 },
    notPassed: [notPassed('s › a', 'failed', 'passed', 'It has no result.')],
  });
  for (const { reason } of judgeSuite(suite)) expect(reason).not.toMatch(/\.\./);
});
