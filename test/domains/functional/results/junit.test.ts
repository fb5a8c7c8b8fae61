import { expect, it } from 'vitest';
import { faultsOf, read, told } from './read.ts';

it('reads surefire: tests that were tried again, and their counts by attempt', () => {
  const file = `<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="shop.BasketTest" tests="7" errors="0" skipped="1" failures="5" timestamp="2026-01-02T03:04:05">
  <testcase name="adds" classname="shop.BasketTest" time="0.004"/>
  <testcase name="waits" classname="shop.BasketTest" time="1,000.5">
    <flakyFailure message="too slow" type="AssertionError"><stackTrace>at</stackTrace></flakyFailure>
    <flakyError message="gone"/>
  </testcase>
  <testcase name="pays" classname="shop.BasketTest"><failure message="no money"/><rerunFailure message="none again"/></testcase>
  <testcase name="later" classname="shop.BasketTest"><skipped message="not yet"/></testcase>
  <system-out><![CDATA[<testcase name="printed"/>]]></system-out>
</testsuite>`;
  expect(told(file)).toEqual([
    'shop.BasketTest › adds: passed',
    'shop.BasketTest › waits: flaky',
    'shop.BasketTest › pays: failed',
    'shop.BasketTest › later: skipped',
  ]);
  const { cases, faults } = read(file);
  expect(cases[1]).toMatchObject({ attempts: 3, message: 'too slow', durationMs: 1_000_500 });
  expect(cases[2]).toMatchObject({ attempts: 2, message: 'no money' });
  // 4 tests with 3 more attempts; 1 failed test, and as many failed attempts as the counts allow.
  expect(faults).toEqual(['Suite "shop.BasketTest" says 5 failed tests and has 1.']);
  expect(faultsOf(file.replace('failures="5"', 'failures="4"'))).toEqual([]);
});

it('reads nested suites, tests without a class, and GoogleTest’s words for what was not run', () => {
  const file = `<testsuites tests="5" failures="1" disabled="1" errors="0" name="AllTests">
  <testsuite name="outer" tests="5" failures="1" disabled="1" skipped="1">
    <testcase name="a" status="run" result="completed"/>
    <testcase name="b" status="notrun" result="suppressed"/>
    <testcase name="c" status="run" result="skipped"><skipped message="no"/></testcase>
    <testsuite name="inner" tests="2" failures="1">
      <testcase name="a" status="run"/>
      <testcase name="d" status="run"><failure message="one"/><failure message="two"/></testcase>
    </testsuite>
  </testsuite>
</testsuites>`;
  expect(told(file)).toEqual([
    'outer › a: passed',
    'outer › b: skipped',
    'outer › c: skipped',
    'outer › inner › a: passed',
    'outer › inner › d: failed',
  ]);
  expect(faultsOf(file)).toEqual([]);
});

it('counts what failed outside of any test, and keeps tests of one name apart', () => {
  const file = `<testsuite name="s" tests="2" errors="1">
    <testcase classname="s" name="row"/><testcase classname="s" name="row"/><error message="cannot set up"/></testsuite>`;
  expect(told(file)).toEqual(['s › row: passed', 's › row (2): passed', 's › (outside of a test): failed']);
  expect(faultsOf(file)).toEqual([]);
});

it('says where a count disagrees with the tests', () => {
  expect(faultsOf('<testsuite name="s" tests="3"><testcase name="a"/><testcase name="b"/></testsuite>')).toEqual([
    'Suite "s" says 3 tests and has 2.',
  ]);
  expect(faultsOf('<testsuite name="s" tests="1" failures="1"><testcase name="a"/></testsuite>')).toEqual([
    'Suite "s" says 1 failed tests and has 0.',
  ]);
  expect(
    faultsOf('<testsuite name="s" tests="2" skipped="2"><testcase name="a"/><testcase name="b"/></testsuite>'),
  ).toEqual(['Suite "s" says 2 skipped tests and has 0.']);
});

it('keeps what a file holds that stops in the middle, and says that it stops', () => {
  const file =
    '<testsuite name="s" tests="3"><testcase name="a"/><testcase name="b"><failure message="no"/></testcase><testca';
  expect(told(file)).toEqual(['s › a: passed', 's › b: failed']);
  expect(faultsOf(file)[0]).toMatch(/^It stops in the middle/);
  expect(faultsOf('<testsuite tests="1"><testcase name="a"/></suite>')[0]).toMatch(/^It is no well-formed XML: line 1/);
});

it('takes the colours of a terminal and characters that XML forbids for what they are', () => {
  const file = `<testsuite tests="1"><testcase name="\u001b[31ma\u001b[0m"><failure message="bad &#27;[1mthing&#0;"/></testcase></testsuite>`;
  const { cases, notes, faults } = read(file);
  expect(cases[0]).toMatchObject({ id: 'a', state: 'failed' });
  expect(cases[0]?.message).toMatch(/^bad .*thing/);
  expect(notes).toEqual(['Characters that XML does not allow were passed over.']);
  expect(faults).toEqual([]);
});

it('reads by the encoding that the file names', () => {
  const text = '<?xml version="1.0" encoding="ISO-8859-1"?><testsuite tests="1"><testcase name="Größe"/></testsuite>';
  expect(read('').faults).toEqual(['It is empty.']);
  const latin = Buffer.from(text, 'latin1');
  const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text.replace('ISO-8859-1', 'UTF-16'), 'utf16le')]);
  for (const bytes of [latin, wide]) expect(read(bytes as unknown as string).cases[0]?.id).toBe('Größe');
});

it('counts what its author says cannot pass yet as to be done, and not as failed', () => {
  const failure = '<failure message="not yet"/>';
  const one = (inside: string, more = '') =>
    told(`<testsuite name="s"><testcase classname="test" name="a"${more}>${inside}</testcase></testsuite>`);
  // Node's test runner: its exit code is 0.
  expect(one(`<skipped type="todo" message="true"/>${failure}`)).toEqual(['test › a: todo']);
  expect(one(`<skipped type="skipped"/>${failure}`, ' failure="x"')).toEqual(['test › a: skipped']);
  // Expected failures of pytest and unittest; a TODO of prove that passed.
  expect(one('<skipped type="pytest.xfail" message="known"/>')).toEqual(['test › a: todo']);
  expect(one('<skipped type="XFAIL" message="expected failure"/>')).toEqual(['test › a: todo']);
  expect(one('<error type="TodoTestSucceeded" message="passed"/>')).toEqual(['test › a: todo']);
  // What was skipped, and whose clean-up failed; a strict expectation that did not fail.
  expect(one('<skipped type="pytest.skip"/><error message="teardown"/>')).toEqual(['test › a: failed']);
  expect(one('<skipped type="pytest.xfail"/><error message="teardown"/>')).toEqual(['test › a: failed']);
  expect(one('<failure message="[XPASS(strict)] known"/>')).toEqual(['test › a: failed']);
  expect(one(`<skipped/>${failure}`)).toEqual(['test › a: failed']);
});

it('takes an inner suite that is counted as one, and no other count', () => {
  const file = ([tests, failures, skipped]: readonly [number, number, number]) => `<testsuites>
    <testsuite name="outer" tests="${tests}" failures="${failures}" skipped="${skipped}">
      <testcase classname="test" name="a"/>
      <testsuite name="inner" tests="4" failures="2" skipped="1">
        <testcase classname="test" name="b"/><testcase classname="test" name="c"><failure message="x"/></testcase>
        <testcase classname="test" name="d"><skipped type="skipped"/></testcase>
        <testcase classname="test" name="e"><failure message="x"/></testcase>
      </testsuite>
    </testsuite></testsuites>`;
  // As one; with those of inner suites; without them. Earlier versions of Node count a failed inner suite as skipped, too.
  for (const counts of [
    [2, 1, 1],
    [5, 2, 1],
    [1, 0, 0],
    [2, 1, 2],
  ] as const)
    expect(faultsOf(file(counts))).toEqual([]);
  expect(faultsOf(file([3, 1, 1]))).toEqual(['Suite "outer" says 3 tests and has 5.']);
  expect(faultsOf(file([2, 3, 1]))).toEqual(['Suite "outer" says 3 failed tests and has 2.']);
  expect(faultsOf(file([2, 1, 3]))).toEqual(['Suite "outer" says 3 skipped tests and has 1.']);
});

it('knows the file of Node’s that ended itself from one that a linter found nothing in', () => {
  const silent = '<testcase name="/shop/test.js" classname="test" time="0"/>';
  expect(faultsOf(`<testsuites>${silent}</testsuites>`)).toEqual([
    '/shop/test.js ended without the result of a test: it has none, or ended itself in the middle.',
  ]);
  const linted = `<testsuites><testsuite name="/shop/test.js" tests="1">${silent}</testsuite></testsuites>`;
  expect(told(linted)).toEqual(['test › /shop/test.js: passed']);
  expect(faultsOf(linted)).toEqual([]);
});
