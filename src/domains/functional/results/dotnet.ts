import type { Cases } from './cases.ts';
import type { CaseState } from './result.ts';
import { walkXml, type XmlElement } from './xml.ts';

const trxStates: Readonly<Record<string, CaseState>> = {
  passed: 'passed',
  warning: 'passed',
  passedbutrunaborted: 'passed',
  failed: 'failed',
  error: 'failed',
  timeout: 'failed',
  aborted: 'failed',
  disconnected: 'failed',
  notexecuted: 'skipped',
  inconclusive: 'skipped',
  notrunnable: 'notRun',
  pending: 'notRun',
  inprogress: 'notRun',
};

/** TRX of `dotnet test` and Visual Studio. */
export function readTrx(text: string, out: Cases): void {
  /** Class by id of the test. */
  const classes = new Map<string, string>();
  const results: { attributes: XmlElement['attributes']; message: string }[] = [];
  /** Results of single rows of data. */
  const inner: string[] = [];
  const complaints: string[] = [];
  let definition = '';
  let summary: { outcome: string; stated: XmlElement['attributes'] } | null = null;
  walkXml(text, out, {
    open({ name, attributes }, parents) {
      if (name === 'UnitTest') definition = attributes.id ?? '';
      if (name === 'TestMethod') classes.set(definition, attributes.className?.split(',')[0] ?? '');
      if (name === 'Times') out.said(attributes.finish ?? attributes.start);
      if (name === 'ResultSummary') summary = { outcome: attributes.outcome ?? '', stated: {} };
      if (name === 'Counters' && summary !== null) summary.stated = attributes;
      if (name === 'RunInfo' && /error|aborted|timeout|disconnected/i.test(attributes.outcome ?? ''))
        complaints.push(attributes.outcome ?? '');
      // A test over rows of data has a result of its own beside those of its rows.
      if (name !== 'UnitTestResult') return;
      if (parents.some((parent) => parent.name === 'InnerResults')) inner.push(outcomeOf(attributes));
      else results.push({ attributes, message: '' });
    },
    close({ name, text: found }, parents) {
      const result = results.at(-1);
      const isOfResult = parents.some((parent) => parent.name === 'UnitTestResult');
      if (name === 'Message' && isOfResult && result !== undefined && result.message === '') result.message = found;
    },
  });
  for (const { attributes, message } of results) {
    const { testName = '', duration, testId = '' } = attributes;
    const place = classes.get(testId) ?? '';
    const state = trxStates[outcomeOf(attributes)] ?? 'notRun';
    const name = place !== '' && testName.startsWith(`${place}.`) ? testName.slice(place.length + 1) : testName;
    out.add({ place: [place], name, state, message, durationMs: clockMs(duration) });
  }
  const ended = summary as { outcome: string; stated: XmlElement['attributes'] } | null;
  if (ended === null) out.fault('It has no summary, so it may stop in the middle.');
  else {
    checkCounters(
      ended.stated,
      results.map(({ attributes }) => outcomeOf(attributes)),
      inner,
      out,
    );
    if (/aborted|timeout|disconnected/i.test(ended.outcome))
      out.fault(`The run ended as ${JSON.stringify(ended.outcome)}.`);
    if (/failed|error/i.test(ended.outcome) && out.in('failed') === 0)
      out.fault('It says that the run failed, and no test in it did.');
    // A runner repeats there what its failed tests printed.
    if (complaints.length > 0 && out.in('failed') === 0) out.fault(`The run says ${JSON.stringify(complaints[0])}.`);
  }
}

/** A writer leaves out the first of the outcomes, which is Error. */
function outcomeOf({ outcome = 'Error' }: XmlElement['attributes']): string {
  return outcome.toLowerCase();
}

/** Some count the rows of a test over data, some do not; some count errors among the failures. */
function checkCounters(
  stated: XmlElement['attributes'],
  outer: readonly string[],
  inner: readonly string[],
  out: Cases,
): void {
  const count = (found: readonly string[], pattern: RegExp) => found.filter((one) => pattern.test(one)).length;
  const both = [...outer, ...inner];
  const expect = (what: string, figure: unknown, ...patterns: RegExp[]) =>
    out.expect(what, figure, ...patterns.flatMap((one) => [count(outer, one), count(both, one), count(inner, one)]));
  expect('tests', stated.total, /^/);
  expect('passed tests', stated.passed, /^passed$/, /^(passed|warning|passedbutrunaborted)$/);
  expect('failed tests', stated.failed, /^failed$/, /^(failed|error|timeout|aborted|disconnected)$/);
  expect('tests with an error', stated.error, /^error$/, /^$/);
  const aborted = count(both, /^passedbutrunaborted$/);
  if (aborted > 0 || ['aborted', 'passedButRunAborted', 'disconnected'].some((name) => Number(stated[name] ?? 0) > 0))
    out.fault('It says that the run was aborted.');
}

/** `00:01:02.5` */
function clockMs(text: string | undefined): number | null {
  const parts = /^(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(text ?? '');
  return parts === null ? null : 1000 * (3600 * Number(parts[1]) + 60 * Number(parts[2]) + Number(parts[3]));
}

const nunitStates: Readonly<Record<string, CaseState>> = {
  passed: 'passed',
  warning: 'passed',
  failed: 'failed',
  skipped: 'skipped',
  inconclusive: 'skipped',
};

/** NUnit 3. */
export function readNunit(text: string, out: Cases): void {
  let stated: XmlElement['attributes'] = {};
  let message = '';
  let outside = 0;
  let isFiltered = false;
  walkXml(text, out, {
    open({ name, attributes }, parents) {
      if (name === 'test-run') {
        stated = attributes;
        out.said(attributes['end-time'] ?? attributes['start-time']);
      }
      if (parents.at(-1)?.name === 'filter') isFiltered = true;
      if (name === 'test-case' || name === 'test-suite') message = '';
    },
    close({ name, attributes, text: found }, parents) {
      if (name === 'message') message = found;
      const holder = parents.at(-1);
      if ((name === 'failure' || name === 'reason') && holder?.name === 'test-suite' && failedByItself(holder)) {
        outside += 1;
        const place = [holder.attributes.fullname ?? holder.attributes.name ?? ''];
        out.add({ place, name: '(outside of a test)', state: 'failed', message });
      }
      if (name !== 'test-case') return;
      const { classname = '', fullname, name: own = '', result = '', duration } = attributes;
      const state = nunitStates[result.toLowerCase()] ?? 'notRun';
      const place = classname === '' ? [] : [classname];
      const whole = classname === '' ? (fullname ?? own) : own;
      out.add({
        place,
        name: whole,
        state,
        message,
        durationMs: duration === undefined ? null : 1000 * Number(duration),
      });
      message = '';
    },
  });
  const [tests, failed] = [out.size - outside, out.in('failed') - outside];
  out.expect('tests', stated.total, tests);
  out.expect('failed tests', stated.failed, failed, out.in('failed'));
  // Warnings are counted apart.
  out.expect('passed tests', stated.passed, out.in('passed'), out.in('passed') - Number(stated.warnings ?? 0));
  // It counts those that a filter left out as well.
  if (!isFiltered) out.expect('tests in all', stated.testcasecount, tests);
  const { result = '', label = '' } = stated;
  if (/cancelled|aborted|invalid|error/i.test(label)) out.fault(`The run ended as ${JSON.stringify(label)}.`);
  if (/^failed/i.test(result) && out.in('failed') === 0)
    out.fault('It says that the run failed, and no test in it did.');
}

/** Not because of a test within it: its assembly cannot be loaded, its set-up or its clean-up failed, it was cancelled. */
function failedByItself({ attributes: { result = '', label = '', site = '' } }: XmlElement): boolean {
  if (!/^failed/i.test(result) || /^(child|parent)$/i.test(site)) return false;
  return /^(setup|teardown)$/i.test(site) || /cancelled|invalid|error/i.test(label);
}

const xunitStates: Readonly<Record<string, CaseState>> = {
  pass: 'passed',
  fail: 'failed',
  skip: 'skipped',
  notrun: 'notRun',
};

/** xUnit.net: version 2 and 3, and the form that version 1 has in common with them. */
export function readXunit(text: string, out: Cases): void {
  let message = '';
  const sums = { tests: 0, passed: 0, failed: 0, skipped: 0, notRun: 0, errors: 0 };
  /** As they were where the assemblies and collections began that are open. */
  const before: { readonly sums: typeof sums; readonly of: XmlElement }[] = [];
  walkXml(text, out, {
    open(element) {
      const { name, attributes } = element;
      if (name === 'assemblies') out.said(attributes['finish-rtf'] ?? attributes['start-rtf'] ?? attributes.timestamp);
      if (/^(assembly|collection|class)$/.test(name)) before.push({ sums: { ...sums }, of: element });
      if (name === 'test') message = '';
    },
    close(element, parents) {
      const { name, attributes, text: found } = element;
      if (name === 'message' || name === 'reason') message = found;
      if (name === 'error' && parents.at(-1)?.name === 'errors') {
        sums.errors += 1;
        out.add({ place: [], name: attributes.name ?? '(outside of a test)', state: 'failed', message });
      }
      if (name === 'test') {
        const { name: own = '', type = '', result = '', time } = attributes;
        const state = xunitStates[result.toLowerCase()] ?? 'notRun';
        const short = own.startsWith(`${type}.`) ? own.slice(type.length + 1) : own;
        sums.tests += 1;
        if (state === 'passed' || state === 'failed' || state === 'skipped') sums[state] += 1;
        else sums.notRun += 1;
        out.add({
          place: [type],
          name: short,
          state,
          message,
          durationMs: time === undefined ? null : 1000 * Number(time),
        });
      }
      const was = before.at(-1);
      if (was?.of !== element) return;
      before.pop();
      const since = (key: keyof typeof sums) => sums[key] - was.sums[key];
      out.expect('tests', attributes.total, since('tests'), since('tests') - since('notRun'));
      out.expect('passed tests', attributes.passed, since('passed'));
      out.expect('failed tests', attributes.failed, since('failed'));
      out.expect('skipped tests', attributes.skipped, since('skipped'), since('skipped') + since('notRun'));
      if (name === 'assembly') out.expect('errors outside of a test', attributes.errors, since('errors'));
    },
  });
}
