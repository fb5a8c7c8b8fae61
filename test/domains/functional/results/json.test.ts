import { expect, it } from 'vitest';
import { faultsOf, read, told } from './read.ts';

const json = (value: unknown) => JSON.stringify(value);

it('reads Playwright: projects, what was tried again, what was never begun', () => {
  const test = (status: string, ...results: string[]) => ({
    projectName: 'chromium',
    status,
    results: results.map((one, retry) => ({
      status: one,
      retry,
      duration: 5,
      ...(one === 'failed' ? { error: { message: 'no' } } : {}),
    })),
  });
  const file = {
    config: {},
    suites: [
      {
        title: 'shop.spec.ts',
        specs: [
          { title: 'opens', tests: [test('expected', 'passed')] },
          { title: 'waits', tests: [test('flaky', 'failed', 'passed')] },
          { title: 'pays', tests: [test('unexpected', 'failed', 'failed')] },
          { title: 'later', tests: [test('skipped', 'skipped')] },
          { title: 'never', tests: [test('skipped')] },
        ],
        suites: [{ title: 'basket', specs: [{ title: 'adds', tests: [test('expected', 'passed')] }] }],
      },
    ],
    errors: [],
    stats: { startTime: '2026-01-02T03:04:05.000Z', expected: 2, unexpected: 1, flaky: 1, skipped: 2 },
  };
  expect(told(json(file))).toEqual([
    '[chromium] › shop.spec.ts › opens: passed',
    '[chromium] › shop.spec.ts › waits: flaky',
    '[chromium] › shop.spec.ts › pays: failed',
    '[chromium] › shop.spec.ts › later: skipped',
    '[chromium] › shop.spec.ts › never: notRun',
    '[chromium] › shop.spec.ts › basket › adds: passed',
  ]);
  expect(read(json(file)).cases[2]).toMatchObject({ attempts: 2, message: 'no' });
  expect(faultsOf(json(file))).toEqual([]);
  expect(faultsOf(json({ ...file, stats: { expected: 3 } }))).toEqual(['It says 3 passed tests and has 2.']);
  expect(told(json({ ...file, suites: [], errors: [{ message: 'no config' }] }))).toEqual([
    '(outside of a test): failed',
  ]);
});

it('reads Jest and Vitest: groups, to-dos, files that could not be loaded', () => {
  const file = {
    numTotalTests: 4,
    numFailedTests: 1,
    success: false,
    testResults: [
      {
        name: '/home/x/a.test.js',
        status: 'failed',
        assertionResults: [
          { ancestorTitles: ['basket'], title: 'adds', status: 'passed', failureMessages: [], duration: 3 },
          { ancestorTitles: [], title: 'pays', status: 'failed', failureMessages: ['no money\n at x'], duration: 3 },
          { ancestorTitles: [], title: 'later', status: 'todo', failureMessages: [] },
          { ancestorTitles: [], title: 'waits', status: 'passed', invocations: 2, failureMessages: [] },
        ],
      },
      { name: '/home/x/b.test.js', status: 'failed', message: 'SyntaxError', assertionResults: [] },
    ],
  };
  expect(told(json(file))).toEqual([
    '/home/x/a.test.js › basket › adds: passed',
    '/home/x/a.test.js › pays: failed',
    '/home/x/a.test.js › later: todo',
    '/home/x/a.test.js › waits: flaky',
    '/home/x/b.test.js › (outside of a test): failed',
  ]);
  expect(faultsOf(json(file))).toEqual([]);
  expect(faultsOf(json({ ...file, numTotalTests: 5, wasInterrupted: true, numFailedTests: 3 }))).toEqual([
    'It says 3 failed tests and has 1.',
    'It says that the run was interrupted.',
  ]);
  expect(faultsOf(json({ success: false, numTotalTests: 0, testResults: [] }))).toEqual([
    'It says that the run failed, and no test in it did.',
  ]);
});

it('reads CTRF and mocha', () => {
  const ctrf = {
    results: {
      summary: { tests: 4, passed: 2, failed: 1, skipped: 0, pending: 0, other: 1 },
      tests: [
        { name: 'a', status: 'passed', duration: 1, suite: ['s'] },
        { name: 'b', status: 'passed', duration: 1, suite: 's', flaky: true, retries: 2 },
        { name: 'c', status: 'failed', duration: 1, message: 'no', filePath: 'c.test.ts' },
        { name: 'd', status: 'other', duration: 1 },
      ],
    },
  };
  expect(told(json(ctrf))).toEqual(['s › a: passed', 's › b: flaky', 'c.test.ts › c: failed', 'd: notRun']);
  expect(faultsOf(json(ctrf))).toEqual([]);
  ctrf.results.summary.passed = 9;
  expect(faultsOf(json(ctrf))).toEqual(['It says 9 passed tests and has 2.']);
  const tries = [{ status: 'failed' }, { status: 'failed' }, { status: 'passed' }];
  const again = read(
    json({ results: { summary: [], tests: [{ name: 'a', status: 'passed', duration: 1, retryAttempts: tries }] } }),
  );
  expect(again.cases).toMatchObject([{ state: 'flaky', attempts: 3 }]);
  expect(again.faults).toEqual(['It has no summary, so it may stop in the middle.']);
  const test = (title: string, err: object = {}, currentRetry = 0) => ({
    title,
    fullTitle: title,
    file: 'f',
    err,
    currentRetry,
  });
  const mocha = {
    stats: { tests: 4, failures: 2 },
    tests: [test('a'), test('b', { message: 'no' }), test('c', {}, 1), test('d')],
    pending: [test('d')],
    failures: [test('b', { message: 'no' }), test('"before all" hook', { message: 'down' })],
  };
  expect(told(json(mocha))).toEqual(['a: passed', 'b: failed', 'c: flaky', 'd: skipped', '"before all" hook: failed']);
  expect(faultsOf(json(mocha))).toEqual([]);
});

it('reads Go’s events: subtests, a package that does not build, and one without an end', () => {
  const lines = (...events: object[]) => `${events.map((one) => JSON.stringify(one)).join('\n')}\n`;
  const of = (Test: string, Action: string, more: object = {}) => ({ Action, Package: 'shop', Test, ...more });
  const file = lines(
    { Action: 'start', Package: 'shop' },
    of('TestAdd', 'run'),
    of('TestAdd/one', 'run'),
    of('TestAdd/one', 'output', { Output: '    add_test.go:9: got 4\n' }),
    of('TestAdd/one', 'fail', { Elapsed: 0.5 }),
    of('TestAdd/two', 'run'),
    of('TestAdd/two', 'pass', { Elapsed: 0 }),
    of('TestAdd', 'fail', { Elapsed: 0.5 }),
    of('TestSkip', 'run'),
    of('TestSkip', 'skip'),
    { Action: 'fail', Package: 'shop' },
    { Action: 'build-output', ImportPath: 'other', Output: 'syntax error' },
    { Action: 'fail', Package: 'other', FailedBuild: 'other' },
  );
  expect(told(file)).toEqual([
    'shop › TestAdd/one: failed',
    'shop › TestAdd/two: passed',
    'shop › TestSkip: skipped',
    'other › (outside of a test): failed',
  ]);
  expect(read(file).cases[0]).toMatchObject({ message: 'add_test.go:9: got 4', durationMs: 500 });
  expect(read(file).cases[3]?.message).toBe('syntax error');
  expect(faultsOf(file)).toEqual([]);
  expect(faultsOf(lines(of('TestA', 'run'), of('TestA', 'pass')))).toEqual([
    'It stops in the middle: package shop has no end.',
  ]);
  // Of a test binary whose output was converted by itself.
  const alone = lines(
    { Action: 'run', Test: 'TestA' },
    { Action: 'fail', Test: 'TestA', Elapsed: 0.5 },
    { Action: 'fail', Elapsed: 0.5 },
  );
  expect(told(alone)).toEqual(['TestA: failed']);
  expect(faultsOf(alone)).toEqual([]);
  expect(faultsOf(`${lines({ Action: 'pass', Package: 'shop' })}{"Action":"ru`)).toEqual([
    'It stops in the middle of a line.',
  ]);
  const open = lines(of('TestA', 'run'), { Action: 'fail', Package: 'shop' });
  expect(told(open)).toEqual(['shop › TestA: failed']);
});

it('reads .NET’s three', () => {
  const trx = `<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results>
<UnitTestResult testId="1" testName="Shop.Basket.Adds" outcome="Passed" duration="00:01:02.5"/>
<UnitTestResult testId="2" testName="Pays" outcome="Failed"><Output><ErrorInfo><Message>no money</Message></ErrorInfo></Output>
<InnerResults><UnitTestResult testId="2" testName="Pays (1)" outcome="Failed"/></InnerResults></UnitTestResult></Results>
<TestDefinitions><UnitTest id="1"><TestMethod className="Shop.Basket" name="Adds"/></UnitTest></TestDefinitions>
<ResultSummary outcome="Failed"><Counters total="2" passed="1" failed="1"/></ResultSummary></TestRun>`;
  expect(told(trx)).toEqual(['Shop.Basket › Adds: passed', 'Pays: failed']);
  expect(read(trx).cases[0]?.durationMs).toBe(62_500);
  expect(faultsOf(trx)).toEqual([]);
  expect(faultsOf(trx.replace('total="2"', 'total="5"'))).toEqual(['It says 5 tests and has 2.']);
  expect(faultsOf(trx.replace('outcome="Failed"><Counters', 'outcome="Aborted"><Counters'))).toEqual([
    'The run ended as "Aborted".',
  ]);
  const nunit = `<test-run total="2" failed="1"><test-suite><test-case classname="Shop" name="A" result="Passed"/>
<test-case classname="Shop" name="B" result="Failed"><failure><message>no</message></failure></test-case></test-suite></test-run>`;
  expect(told(nunit)).toEqual(['Shop › A: passed', 'Shop › B: failed']);
  expect(faultsOf(nunit)).toEqual([]);
  const xunit = `<assemblies><assembly total="3"><collection><test name="Shop.A" type="Shop" result="Pass"/>
<test name="Shop.B" type="Shop" result="Fail"><failure><message>no</message></failure></test></collection></assembly></assemblies>`;
  expect(told(xunit)).toEqual(['Shop › A: passed', 'Shop › B: failed']);
  expect(faultsOf(xunit)).toEqual(['It says 3 tests and has 2.']);
});
