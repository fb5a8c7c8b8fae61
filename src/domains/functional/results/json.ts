import { z } from 'zod';
import type { Cases } from './cases.ts';
import type { CaseState } from './result.ts';

const text = z.string().catch('');
const figure = z.number().optional().catch(undefined);
const object = z.record(z.string(), z.unknown());

/** Its members; none where it is no list. */
function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.flatMap((one) => (object.safeParse(one).success ? [one] : [])) : [];
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Which of the formats in JSON it is; null: none. */
export function jsonFormat(value: unknown): 'playwright' | 'jest' | 'mocha' | 'ctrf' | null {
  if (Array.isArray(field(value, 'testResults'))) return 'jest';
  if (Array.isArray(field(field(value, 'results'), 'tests'))) return 'ctrf';
  if (Array.isArray(field(value, 'suites')) && field(value, 'config') !== undefined) return 'playwright';
  if (Array.isArray(field(value, 'tests')) && field(value, 'stats') !== undefined) return 'mocha';
  return null;
}

const playwrightStates: Readonly<Record<string, CaseState>> = {
  expected: 'passed',
  unexpected: 'failed',
  flaky: 'flaky',
};

/** Of Playwright's reporter `json`. */
export function readPlaywright(value: unknown, out: Cases): void {
  const ofSuite = (suite: Record<string, unknown>, outside: readonly string[], depth: number): void => {
    if (depth > 100) {
      out.fault('Its suites are nested more than 100 deep.');
      return;
    }
    const title = text.parse(suite.title);
    const place = title === '' ? outside : [...outside, title];
    for (const spec of list(suite.specs)) {
      for (const test of list(spec.tests)) {
        const project = text.parse(test.projectName);
        out.add({
          place: project === '' ? place : [`[${project}]`, ...place],
          name: text.parse(spec.title),
          ...playwrightOutcome(test),
        });
      }
      const tests = list(spec.tests);
      if (spec.ok === false && tests.every((test) => /^(passed|skipped)$/.test(playwrightOutcome(test).state)))
        out.fault(`It says that ${JSON.stringify(text.parse(spec.title).slice(0, 100))} failed, and no try of it did.`);
    }
    for (const inner of list(suite.suites)) ofSuite(inner, place, depth + 1);
  };
  for (const suite of list(field(value, 'suites'))) ofSuite(suite, [], 0);
  for (const error of list(field(value, 'errors')))
    out.add({ place: [], name: '(outside of a test)', state: 'failed', message: text.parse(error.message) });
  const stats = field(value, 'stats');
  const outside = list(field(value, 'errors')).length;
  out.expect('passed tests', field(stats, 'expected'), out.in('passed'));
  out.expect('failed tests', field(stats, 'unexpected'), out.in('failed') - outside);
  out.expect('flaky tests', field(stats, 'flaky'), out.in('flaky'));
  out.expect('skipped tests', field(stats, 'skipped'), out.in('skipped') + out.in('notRun'));
  if (!object.safeParse(stats).success) out.fault('It has no summary, so it may stop in the middle.');
  out.said(field(stats, 'startTime'));
}

function playwrightOutcome(test: Record<string, unknown>) {
  const results = list(test.results);
  const wrong = results.findLast(({ error }) => field(error, 'message') !== undefined);
  // One that was skipped has a result that says so; one that was never begun has none.
  const wasInterrupted = results.at(-1)?.status === 'interrupted';
  const idle: CaseState = results.length === 0 || wasInterrupted ? 'notRun' : 'skipped';
  const known = playwrightStates[text.parse(test.status)];
  const isIdle = known === undefined || (known === 'passed' && results.length === 0);
  return {
    state: isIdle ? idle : known === 'failed' ? known : playwrightState(known, test, results),
    message: text.parse(field(field(wrong, 'error'), 'message')),
    durationMs: results.reduce((sum, { duration }) => sum + (figure.parse(duration) ?? 0), 0),
    attempts: Math.max(1, results.length),
  };
}

/** What is called expected or flaky passes only where its tries say so as well: a test may be expected to fail. */
function playwrightState(
  known: CaseState,
  { expectedStatus }: Record<string, unknown>,
  results: readonly Record<string, unknown>[],
): CaseState {
  const wanted = text.parse(expectedStatus) || 'passed';
  const wrong = results.filter(({ status }) => typeof status === 'string' && status !== wanted);
  if (wrong.length === 0) return known;
  const last = results.at(-1);
  if (!wrong.includes(last ?? {})) return 'flaky';
  return last?.status === 'interrupted' ? 'notRun' : last?.status === 'skipped' ? 'skipped' : 'failed';
}

const jestStates: Readonly<Record<string, CaseState>> = {
  passed: 'passed',
  failed: 'failed',
  pending: 'skipped',
  skipped: 'skipped',
  disabled: 'skipped',
  todo: 'todo',
};

/** Of `jest --json` and of vitest's reporter `json`. */
export function readJest(value: unknown, out: Cases): void {
  for (const file of list(field(value, 'testResults'))) {
    const name = relativeTo(text.parse(file.name), field(value, 'rootDir'));
    const tests = list(file.assertionResults);
    for (const test of tests) {
      const attempts = figure.parse(test.invocations) ?? 1 + texts(test.retryReasons).length;
      const messages = texts(test.failureMessages);
      const state = jestStates[text.parse(test.status)] ?? 'notRun';
      // What passed in spite of an error was tried again.
      const isFlaky = state === 'passed' && (attempts > 1 || messages.length > 0);
      out.add({
        place: [name, ...texts(test.ancestorTitles)],
        name: text.parse(test.title) || text.parse(test.fullName),
        state: isFlaky ? 'flaky' : state,
        message: messages[0] ?? '',
        durationMs: figure.parse(test.duration) ?? null,
        attempts: Math.max(attempts, isFlaky ? 2 : 1),
      });
    }
    const couldNotRun = field(file.testExecError, 'message') !== undefined || typeof file.testExecError === 'string';
    if ((file.status === 'failed' || couldNotRun) && !tests.some(({ status }) => status === 'failed'))
      out.add({ place: [name], name: '(outside of a test)', state: 'failed', message: text.parse(file.message) });
    else if (file.status === 'passed' && tests.length === 0) out.fault(`${name} passed without a test in it.`);
    out.said(file.endTime);
  }
  const failed = list(field(value, 'testResults'))
    .flatMap(({ assertionResults }) => list(assertionResults))
    .filter(({ status }) => status === 'failed').length;
  out.expect('tests', field(value, 'numTotalTests'), out.size - out.in('failed') + failed, out.size);
  out.expect('failed tests', field(value, 'numFailedTests'), failed);
  // Earlier versions of vitest count all that did not fail as passed.
  const passed = out.in('passed', 'flaky');
  out.expect('passed tests', field(value, 'numPassedTests'), passed, out.size - out.in('failed'));
  for (const name of ['numFailedTestSuites', 'numRuntimeErrorTestSuites']) {
    const suites = figure.parse(field(value, name)) ?? 0;
    if (suites > 0 && out.in('failed') === 0)
      out.fault(`It says that ${suites} of its files or groups failed, and no test in it did.`);
  }
  if (field(value, 'wasInterrupted') === true) out.fault('It says that the run was interrupted.');
  if (field(value, 'success') === false && out.in('failed') === 0)
    out.fault('It says that the run failed, and no test in it did.');
  out.said(field(value, 'startTime'));
}

/** The folder of a machine is no part of a test's name. */
function relativeTo(file: string, root: unknown): string {
  const from = typeof root === 'string' ? `${root}/` : '';
  return from !== '' && file.startsWith(from) ? file.slice(from.length) : file;
}

/** Of mocha's reporter `json`. */
export function readMocha(value: unknown, out: Cases): void {
  const keyOf = (test: Record<string, unknown>) => `${text.parse(test.file)}\0${text.parse(test.fullTitle)}`;
  const pending = new Set(list(field(value, 'pending')).map(keyOf));
  const tests = list(field(value, 'tests'));
  const known = new Set(tests.map(keyOf));
  // A hook that fails stands among the failures only.
  const failures = list(field(value, 'failures'));
  for (const test of [...tests, ...failures.filter((one) => !known.has(keyOf(one)))]) {
    const message = text.parse(field(test.err, 'message'));
    const attempts = 1 + (figure.parse(test.currentRetry) ?? 0);
    const isFailed =
      Object.keys(object.catch({}).parse(test.err)).length > 0 || failures.some((one) => keyOf(one) === keyOf(test));
    const state: CaseState = isFailed
      ? 'failed'
      : pending.has(keyOf(test))
        ? 'skipped'
        : attempts > 1
          ? 'flaky'
          : 'passed';
    out.add({
      place: [],
      name: text.parse(test.fullTitle) || text.parse(test.title),
      ...{ state, message, attempts, durationMs: figure.parse(test.duration) ?? null },
    });
  }
  const stats = field(value, 'stats');
  out.expect('tests', field(stats, 'tests'), tests.length);
  out.expect('failures', field(stats, 'failures'), out.in('failed'));
  out.expect('passed tests', field(stats, 'passes'), out.in('passed', 'flaky'));
  out.said(field(stats, 'end'));
}

const ctrfStates: Readonly<Record<string, CaseState>> = {
  passed: 'passed',
  failed: 'failed',
  skipped: 'skipped',
  pending: 'skipped',
  other: 'notRun',
};

/** Common Test Report Format. */
export function readCtrf(value: unknown, out: Cases): void {
  const results = field(value, 'results');
  for (const test of list(field(results, 'tests'))) {
    const state = ctrfStates[text.parse(test.status)] ?? 'notRun';
    const failedTries = list(test.retryAttempts).filter(({ status }) => status === 'failed').length;
    const retries = Math.max(figure.parse(test.retries) ?? 0, failedTries - (state === 'failed' ? 1 : 0));
    // What the tool itself called it; a test may be expected to fail, so this shows no failure.
    const raw = text.parse(test.rawStatus);
    if (state === 'passed' && /^(fail|error|broken|crash|abort|unexpected|timed?[ _-]?out|interrupt)/i.test(raw))
      out.fault(
        `${JSON.stringify(text.parse(test.name).slice(0, 100))} passed, and its tool calls it ${JSON.stringify(raw.slice(0, 40))}.`,
      );
    const suite = typeof test.suite === 'string' ? [test.suite] : texts(test.suite);
    out.add({
      place: suite.length > 0 ? suite : [text.parse(test.filePath)],
      name: text.parse(test.name),
      state: state === 'passed' && (test.flaky === true || retries > 0) ? 'flaky' : state,
      message: text.parse(test.message),
      durationMs: figure.parse(test.duration) ?? null,
      attempts: 1 + retries,
    });
  }
  const summary = field(results, 'summary');
  out.expect('tests', field(summary, 'tests'), out.size);
  out.expect('passed tests', field(summary, 'passed'), out.in('passed', 'flaky'));
  out.expect('failed tests', field(summary, 'failed'), out.in('failed'));
  const idle = [field(summary, 'skipped'), field(summary, 'pending')].map((one) => figure.parse(one));
  if (idle.some((one) => one !== undefined))
    out.expect('skipped tests', (idle[0] ?? 0) + (idle[1] ?? 0), out.in('skipped'));
  out.expect('other tests', field(summary, 'other'), out.in('notRun'));
  if (!object.safeParse(summary).success) out.fault('It has no summary, so it may stop in the middle.');
  out.said(field(summary, 'stop'));
}
