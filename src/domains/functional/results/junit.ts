import type { Cases } from './cases.ts';
import type { CaseState } from './result.ts';
import { walkXml, type XmlElement } from './xml.ts';

/** What a suite holds, counted as its writers count: by tests, or by elements where a test has several. */
interface Held {
  tests: number;
  failing: number;
  failures: number;
  errors: number;
  skipped: number;
  disabled: number;
  /** With those that were tried again, as surefire counts. */
  attempts: number;
  failedAttempts: number;
  /** Failures that are of no test. */
  outside: number;
}

/** What is directly in a suite, an inner suite counted as one: so Node's test runner counts. */
interface Direct {
  tests: number;
  failed: number;
  skipped: number;
  /** Inner suites with a failure, which earlier versions of Node count among the skipped ones. */
  failedSuites: number;
}

const nothingHeld = (): Held => ({
  ...{ tests: 0, failing: 0, failures: 0, errors: 0, skipped: 0, disabled: 0 },
  ...{ attempts: 0, failedAttempts: 0, outside: 0 },
});

interface Suite {
  readonly element: XmlElement;
  readonly own: Held;
  readonly whole: Held;
  readonly direct: Direct;
  hasInner: boolean;
}

interface TestCase {
  readonly element: XmlElement;
  readonly outcomes: XmlElement[];
}

const outcomeNames = new Set([
  'failure',
  'error',
  'skipped',
  'flakyFailure',
  'flakyError',
  'rerunFailure',
  'rerunError',
]);

/**
 * JUnit's XML as surefire, Gradle, pytest, GoogleTest, jest-junit, mocha, PHPUnit and others write it: one suite or several, nested or not, a test
 * with a class or without. Surefire's `flaky…` elements are a test that passed when tried again, its `rerun…` ones one that did not.
 */
export function readJunit(text: string, out: Cases): void {
  const suites: Suite[] = [];
  let test: TestCase | null = null;
  walkXml(text, out, {
    open(element, parents) {
      if (element.name === 'testsuite' || element.name === 'testsuites' || element.name === 'testrun') {
        const direct = { tests: 0, failed: 0, skipped: 0, failedSuites: 0 };
        suites.push({ element, own: nothingHeld(), whole: nothingHeld(), direct, hasInner: false });
        out.said(element.attributes.timestamp);
      }
      if (element.name === 'testcase') test = { element, outcomes: [] };
      else if (outcomeNames.has(element.name) && parents.at(-1) === test?.element) test?.outcomes.push(element);
    },
    close(element, parents) {
      const suite = suites.at(-1);
      if (element.name === 'testcase' && test?.element === element) {
        const held = addCase(test, suites, out);
        if (suite !== undefined) {
          addTo(suite.own, held);
          suite.direct.tests += held.tests;
          suite.direct.failed += held.failures + held.errors + held.failing > 0 ? 1 : 0;
          suite.direct.skipped += held.skipped;
        }
        test = null;
      } else if (suite?.element === element) {
        suites.pop();
        addTo(suite.whole, suite.own);
        check(suite, out);
        const outer = suites.at(-1);
        if (outer !== undefined) {
          addTo(outer.whole, suite.whole);
          addInner(outer, suite);
        }
      } else if (isOfSuite(element, parents) && suite !== undefined && test === null) {
        // What failed outside of any test: a class that could not be set up.
        const name = '(outside of a test)';
        out.add({ place: placeOf(suites, {}), name, state: 'failed', message: messageOf(element) });
        suite.own[element.name === 'error' ? 'errors' : 'failures'] += 1;
        suite.own.failing += 1;
        suite.own.outside += 1;
      }
    },
  });
}

function addInner(outer: Suite, { direct: { failed, skipped } }: Suite): void {
  outer.hasInner = true;
  outer.direct.tests += 1;
  outer.direct.failed += failed > 0 ? 1 : 0;
  outer.direct.failedSuites += failed > 0 ? 1 : 0;
  outer.direct.skipped += skipped > 0 ? 1 : 0;
}

function isOfSuite(element: XmlElement, parents: readonly XmlElement[]): boolean {
  return (element.name === 'error' || element.name === 'failure') && /^testsuites?$/.test(parents.at(-1)?.name ?? '');
}

function addCase({ element: { attributes }, outcomes }: TestCase, suites: readonly Suite[], out: Cases): Held {
  const named = (...names: string[]) => outcomes.filter(({ name }) => names.includes(name));
  const [failures, errors, skipped] = [named('failure'), named('error'), named('skipped')];
  const flaky = named('flakyFailure', 'flakyError');
  const rerun = named('rerunFailure', 'rerunError');
  const expected = expectedOf({ attributes, failures, errors, skipped });
  const [worst] = expected === null ? [...errors, ...failures] : [];
  // GoogleTest's words for a test that was switched off, and for one that skipped itself.
  const word = `${attributes.status ?? ''} ${attributes.result ?? ''}`.toLowerCase();
  const isDisabled = /notrun|suppressed|disabled/.test(word);
  const isSkipped = skipped.length > 0 || /\bskipped\b/.test(word);
  const saysFailed = /\b(failed|failure|error)\b/.test(word);
  const state: CaseState =
    expected ??
    (worst !== undefined || saysFailed
      ? 'failed'
      : isSkipped || isDisabled
        ? 'skipped'
        : flaky.length > 0
          ? 'flaky'
          : 'passed');
  const isIdle = state === 'skipped' || state === 'todo';
  // Node's stand in no suite; a linter names a file in the same way within one.
  const isNodes = attributes.classname === 'test' && suites.every(({ element: { name } }) => name === 'testsuites');
  if (state === 'passed' && isNodes && out.isSilentFile(attributes.name ?? '')) return nothingHeld();
  const reason = worst ?? (expected === null ? skipped[0] : (failures[0] ?? errors[0] ?? skipped[0])) ?? flaky[0];
  out.add({
    place: placeOf(suites, attributes),
    name: attributes.name ?? '',
    state,
    message: reason === undefined ? '' : messageOf(reason),
    durationMs: millisecondsOf(attributes.time),
    attempts: 1 + flaky.length + rerun.length,
  });
  return {
    tests: 1,
    failing: state === 'failed' ? 1 : 0,
    failures: failures.length,
    errors: errors.length,
    skipped: isSkipped && isIdle ? 1 : 0,
    disabled: isDisabled && !isSkipped && isIdle ? 1 : 0,
    attempts: 1 + flaky.length + rerun.length,
    failedAttempts: (state === 'failed' ? 1 : 0) + flaky.length + rerun.length,
    outside: 0,
  };
}

/**
 * What its author says that it comes to, whatever it did: `todo` of Node, an expected failure of pytest and unittest, a passed TODO of prove, and a test
 * of Node that skipped itself before it failed. null: nothing is said. What failed beside it, such as its clean-up, still counts.
 */
function expectedOf({
  attributes,
  failures,
  errors,
  skipped,
}: Record<'failures' | 'errors' | 'skipped', XmlElement[]> & Pick<XmlElement, 'attributes'>): CaseState | null {
  const type = skipped[0]?.attributes.type?.toLowerCase() ?? '';
  if (errors.length > 0) return errors.every((one) => one.attributes.type === 'TodoTestSucceeded') ? 'todo' : null;
  if (type === 'todo') return 'todo';
  if (/^(pytest\.)?xfail$/.test(type) && failures.length === 0) return 'todo';
  return type === 'skipped' && attributes.classname === 'test' && attributes.failure !== undefined ? 'skipped' : null;
}

/** Its class; where none is given, the suites that it is in. */
function placeOf(suites: readonly Suite[], { classname }: Readonly<Record<string, string>>): readonly string[] {
  if (classname !== undefined && classname.trim() !== '') return [classname];
  return suites.flatMap(({ element: { name, attributes } }) =>
    name === 'testsuite' && attributes.name !== undefined ? [attributes.name] : [],
  );
}

function messageOf({ attributes: { message, type }, text }: XmlElement): string {
  return message?.trim() || text.trim() || type || '';
}

/** `1,234.5` is written with a comma by some. */
function millisecondsOf(seconds: string | undefined): number | null {
  return seconds === undefined || seconds.trim() === '' ? null : 1000 * Number(seconds.replaceAll(',', ''));
}

function addTo(sum: Held, more: Held): void {
  for (const key of Object.keys(sum) as (keyof Held)[]) sum[key] += more[key];
}

/**
 * Whether the counts that a suite states are those of its tests. Writers count those of inner suites, or not, or an inner suite as one, tests or failures within them, and tests
 * that were switched off among the skipped ones or apart: each of these is right.
 */
function check({ element: { name, attributes }, own, whole, direct, hasInner }: Suite, out: Cases): void {
  const title = attributes.name === undefined || attributes.name === '' ? `<${name}>` : JSON.stringify(attributes.name);
  const stated = (...keys: string[]): number | null => {
    const values = keys.flatMap((key) =>
      /^\d+$/.test(attributes[key]?.trim() ?? '') ? [Number(attributes[key])] : [],
    );
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
  };
  const disagrees = (
    figure: number | null,
    what: string,
    right: (held: Held) => readonly number[],
    shown: number,
    asOne: readonly number[],
  ) => {
    if (figure === null || [own, whole].some((held) => right(held).includes(figure))) return;
    if (hasInner && asOne.includes(figure)) return;
    out.fault(`Suite ${title.slice(0, 100)} says ${figure} ${what} and has ${shown}.`);
  };
  const tests = stated('tests');
  const rightTests = (held: Held) => [
    ...[held.tests, held.attempts, held.tests + held.outside],
    ...[held.tests - held.disabled, held.tests - held.skipped - held.disabled],
    // jest-junit does not count a file that could not be loaded.
    held.tests - held.errors,
  ];
  if (attributes.name === 'pytest' && tests !== null && tests > whole.tests) {
    out.note(`${tests - whole.tests} subtests of pytest passed that have no entry of their own.`);
  } else disagrees(tests, 'tests', rightTests, whole.tests, [direct.tests]);
  const [failures, errors] = [stated('failures'), stated('errors')];
  if (failures !== null || errors !== null) {
    const both = (failures ?? 0) + (errors ?? 0);
    // Some count errors among the failures as well.
    const rightFailed = (held: Held) => [held.failing, held.failures + held.errors, held.failedAttempts];
    const figure = whole.failing > 0 && failures === whole.failing ? failures : both;
    disagrees(figure, 'failed tests', rightFailed, whole.failing, [direct.failed]);
  }
  const skipped = stated('skipped', 'skips') ?? stated('skip', 'ignored');
  const disabled = stated('disabled') ?? 0;
  if (skipped !== null) {
    const right = (held: Held) => [held.skipped, held.skipped + held.disabled, held.skipped + held.disabled - disabled];
    disagrees(skipped, 'skipped tests', right, whole.skipped + whole.disabled, [
      direct.skipped,
      direct.skipped + direct.failedSuites,
    ]);
  }
}
