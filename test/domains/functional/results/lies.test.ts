import { expect, it } from 'vitest';
import { faultsOf, told } from './read.ts';

/** Files in which a test or the run failed and whose tests look as if they all passed. */
const lies: [name: string, text: string, shown: RegExp][] = [
  [
    'trx-nooutcome.trx',
    `<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results><UnitTestResult testName="A" outcome="Passed"/><UnitTestResult testName="B"><Output><ErrorInfo><Message>boom</Message></ErrorInfo></Output></UnitTestResult></Results><ResultSummary outcome="Completed"><Counters total="2" executed="2" passed="1" error="1" failed="0"/></ResultSummary></TestRun>`,
    /B: failed/,
  ],
  [
    'trx-counters.trx',
    `<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results><UnitTestResult testName="A" outcome="Passed"/><UnitTestResult testName="B" outcome="Passed"/></Results><ResultSummary outcome="Completed"><Counters total="2" executed="2" passed="0" failed="2"/></ResultSummary></TestRun>`,
    /says 2 failed tests/,
  ],
  [
    'trx-aborted.trx',
    `<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010"><Results><UnitTestResult testName="A" outcome="PassedButRunAborted"/></Results><ResultSummary outcome="Completed"><Counters total="1" executed="1" passedButRunAborted="1"/></ResultSummary></TestRun>`,
    /the run was aborted/,
  ],
  [
    'nunit-cancel.xml',
    `<test-run id="2" testcasecount="500" result="Failed" label="Cancelled" total="1" passed="1" failed="0"><test-suite type="Assembly" result="Failed" label="Cancelled"><test-case id="1" name="a" classname="C" result="Passed"/></test-suite></test-run>`,
    /ended as "Cancelled"/,
  ],
  [
    'nunit-invalid.xml',
    `<test-run id="2" testcasecount="1" result="Failed" label="Invalid" total="1" passed="1" failed="0"><test-suite type="Assembly" name="missing.dll" runstate="NotRunnable" result="Failed" label="Invalid"><properties/><reason><message>File not found</message></reason></test-suite><test-suite type="Assembly" result="Passed"><test-case id="1" name="a" classname="C" result="Passed"/></test-suite></test-run>`,
    /missing.dll › \(outside of a test\): failed/,
  ],
  [
    'nunit-teardown.xml',
    `<test-run id="2" testcasecount="1" result="Failed" total="1" passed="1" failed="0"><test-suite type="TestFixture" result="Failed" site="TearDown"><failure><message>OneTimeTearDown: boom</message></failure><test-case id="1" name="a" classname="C" result="Passed"/></test-suite></test-run>`,
    /\(outside of a test\): failed/,
  ],
  [
    'xunit-lie.xml',
    `<assemblies><assembly name="a" total="2" passed="0" failed="2" errors="3"><collection><test name="a" type="T" result="Pass"/><test name="b" type="T" result="Pass"/></collection></assembly></assemblies>`,
    /says 3 errors/,
  ],
  [
    'xunit-v1.xml',
    `<assembly name="a" total="1" passed="0" failed="1" skipped="0"><class><test name="a" type="T" result="Pass"/></class></assembly>`,
    /says 1 failed tests/,
  ],
  [
    'pw-lie.json',
    `{"config":{},"suites":[{"title":"a","specs":[{"title":"s","ok":false,"tests":[{"status":"expected","expectedStatus":"passed","results":[{"status":"failed","error":{"message":"x"}}]}]}]}],"stats":{"expected":1,"unexpected":0}}`,
    /a › s: failed/,
  ],
  [
    'pw-nostats.json',
    `{"config":{},"suites":[{"title":"a","specs":[{"title":"s","ok":false,"tests":[{"status":"expected","expectedStatus":"passed","results":[{"status":"timedOut"}]}]}]}]}`,
    /a › s: failed.*no summary/,
  ],
  [
    'pw-interrupted.json',
    `{"config":{},"suites":[{"title":"a","specs":[{"title":"s","ok":false,"tests":[{"status":"expected","expectedStatus":"passed","results":[{"status":"interrupted"}]}]}]}]}`,
    /a › s: notRun/,
  ],
  [
    'jest-lie.json',
    `{"numTotalTests":1,"numPassedTests":0,"numRuntimeErrorTestSuites":4,"numFailedTestSuites":4,"success":true,"testResults":[{"name":"a","status":"passed","assertionResults":[{"title":"t","status":"passed"}]}]}`,
    /4 of its files/,
  ],
  [
    'jest-execerr.json',
    `{"numTotalTests":1,"testResults":[{"name":"a","status":"passed","assertionResults":[{"title":"t","status":"passed"}]},{"name":"b.js","status":"passed","assertionResults":[]}]}`,
    /b.js passed without a test/,
  ],
  [
    'jest-focused.json',
    `{"numTotalTests":1,"success":true,"testResults":[{"name":"a","status":"passed","message":"Test suite failed to run","testExecError":{"message":"x"},"assertionResults":[{"title":"t","status":"passed"}]}]}`,
    /outside of a test\): failed/,
  ],
  [
    'go-failthenpass.json',
    `{"Action":"run","Package":"p","Test":"A"}
{"Action":"fail","Package":"p","Test":"A"}
{"Action":"pass","Package":"p","Test":"A"}
{"Action":"pass","Package":"p"}`,
    /A: failed/,
  ],
  [
    'go-part.json',
    `{"Action":"run","Package":"p","Test":"A"}
{"Action":"pass","Package":"p","Test":"A"}
{"Action":"fail","Package":"p","Test":"B"
{"Action":"pass","Package":"p"}`,
    /Line 3 is a part/,
  ],
  [
    'go-buildfail.json',
    `{"Action":"build-fail","ImportPath":"q"}
{"Action":"run","Package":"p","Test":"A"}
{"Action":"pass","Package":"p","Test":"A"}
{"Action":"pass","Package":"p"}`,
    /q › .*: failed/,
  ],
  [
    'go-cached.json',
    `{"Action":"run","Package":"p","Test":"A"}
{"Action":"pass","Package":"p","Test":"A"}
{"Action":"output","Package":"p","Output":"ok  \\tp\\t(cached)\\n"}
{"Action":"pass","Package":"p"}`,
    /Package p was not run: .*-count=1/,
  ],
  [
    'go-panic.json',
    `panic: boom
FAIL\tq [build failed]
{"Action":"run","Package":"p","Test":"A"}
{"Action":"pass","Package":"p","Test":"A"}
{"Action":"pass","Package":"p"}`,
    /q › .*: failed/,
  ],
  [
    'ctrf-lie.json',
    `{"results":{"summary":{"tests":1,"passed":1,"failed":0,"other":0},"tests":[{"name":"a","status":"passed","rawStatus":"failed","message":"boom","trace":"Error"}]}}`,
    /calls it "failed"/,
  ],
  ['ctrf-nosummary.json', `{"results":{"tests":[{"name":"a","status":"passed"}]}}`, /no summary/],
  [
    'mocha-err.json',
    `{"stats":{"tests":1},"tests":[{"fullTitle":"a","err":{"stack":"Error: boom","code":"X"}}]}`,
    /a: failed/,
  ],
  [
    'mocha-lie.json',
    `{"stats":{"tests":1,"passes":0,"failures":0},"tests":[{"fullTitle":"a","err":{}}],"failures":"x"}`,
    /says 0 passed/,
  ],
  [
    'tap-swallow.tap',
    `TAP version 13
1..2
ok 1 - a
  ---
not ok 2 - b
ok 2 - c
  ...
ok 2 - x`,
    /b: failed.*in the middle of the diagnostics/,
  ],
  [
    'm.tap',
    `TAP version 13
1..2
ok 1 - a
not ok 2 - b # skipButton is missing`,
    /skipButton is missing: failed/,
  ],
  [
    'tap-caps.tap',
    `1..1
NOT OK 1 - b
ok 1 - a`,
    /NOT OK 1/,
  ],
  [
    'tap-indent1.tap',
    `TAP version 13
1..1
 not ok 1 - hidden
ok 1 - a`,
    /not ok 1 - hidden/,
  ],
  [
    'tap-indent3.tap',
    `TAP version 13
1..1
   not ok 1 - hidden
   1..1
ok 1 - a`,
    /not ok 1 - hidden/,
  ],
  [
    'tap-tab.tap',
    `TAP version 13
1..1
\tnot ok 1 - hidden
\t1..1
ok 1 - a`,
    /not ok 1 - hidden/,
  ],
  [
    'tap-ansi.tap',
    `1..1
\x1b[31mnot ok 1 - b\x1b[0m
ok 1 - a`,
    /b: failed/,
  ],
];

it.each(lies)('does not pass %s', (_name, text, shown) => {
  const [tests, faults] = [told(text), faultsOf(text)];
  expect([...tests, ...faults].join(' ')).toMatch(shown);
  expect(faults.length > 0 || tests.some((one) => /: (failed|notRun)$/.test(one))).toBe(true);
});

it.each([
  [
    'Playwright’s test that is expected to fail',
    '{"config":{},"suites":[{"title":"a","specs":[{"title":"s","ok":true,"tests":[{"status":"expected","expectedStatus":"failed","results":[{"status":"failed","error":{"message":"x"}}]}]}]}],"stats":{"expected":1,"unexpected":0,"flaky":0,"skipped":0}}',
  ],
  [
    'NUnit with a filter',
    '<test-run testcasecount="9" result="Passed" total="1" passed="1" failed="0" warnings="0"><filter><test>a</test></filter><test-suite result="Passed"><test-case name="a" result="Passed"/></test-suite></test-run>',
  ],
  [
    'TRX with rows of data counted',
    '<TestRun><Results><UnitTestResult testName="A" outcome="Passed"><InnerResults><UnitTestResult testName="A (1)" outcome="Passed"/><UnitTestResult testName="A (2)" outcome="Passed"/></InnerResults></UnitTestResult></Results><ResultSummary outcome="Completed"><Counters total="3" executed="3" passed="3" failed="0" error="0"/></ResultSummary></TestRun>',
  ],
  [
    'xUnit version 3',
    '<assemblies><assembly total="2" passed="2" failed="0" skipped="0" errors="0"><errors/><collection total="2" passed="2" failed="0" skipped="0"><test name="a" type="T" result="Pass"/><test name="b" type="T" result="Pass"/></collection></assembly></assemblies>',
  ],
  [
    'Go with -count=2',
    ['run', 'pass', 'run', 'pass'].map((Action) => JSON.stringify({ Action, Package: 'p', Test: 'A' })).join('\n') +
      '\n{"Action":"pass","Package":"p"}\n',
  ],
  ['diagnostics that speak of ok', '1..1\nok 1 - a\n  ---\n  ok: true\n  got: |\n    not ok 2\n\n  ...\n'],
])('passes %s', (_name, text) => {
  expect(faultsOf(text)).toEqual([]);
  for (const one of told(text)) expect(one).toMatch(/: passed$/);
});
