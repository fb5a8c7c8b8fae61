import { expect, test } from 'vitest';
import { checkStatically, staticChecks } from '../../../../../src/domains/monitoring/validation/rules/checks/every.ts';
import type { Evidence } from '../../../../../src/domains/monitoring/validation/rules/evidence.ts';
import type { Finding } from '../../../../../src/domains/monitoring/validation/rules/finding.ts';
import { judge } from '../../../../../src/domains/monitoring/validation/rules/judge.ts';
import { readRuleText } from '../../../../../src/domains/monitoring/validation/rules/readers/read.ts';

const ids = [...staticChecks.map(({ id }) => id), 'promtool', 'loaded', 'absent-series', 'tests', 'blind-spots'];

const recordedOf = (all: readonly Evidence[]) => all.map((data, index) => ({ atMs: index, data }));

function verdicts(all: readonly Evidence[], ended = true): Record<string, string> {
  return Object.fromEntries(judge(recordedOf(all), ended).checks.map(({ id, verdict }) => [id, verdict]));
}

const rulesFile: Evidence = { kind: 'file', file: 'r.yml', formats: ['Prometheus'], alerts: 1, records: 0, slos: 0 };
const asked: Evidence = { kind: 'asked', checks: ids, of: 1 };
const passing: Evidence = { kind: 'tests', file: 't.yml', passed: true, said: '' };
const whole = [rulesFile, asked, passing];

function finding(kind: Finding['kind'], check: string): Evidence {
  return { kind: 'finding', finding: { kind, check, file: 'r.yml', line: 3, rule: 'A', what: 'So it is.', todo: '' } };
}

/** What the checks of the text say of an alert, as evidence. */
function seenIn(alert: object): Evidence[] {
  const file = readRuleText(JSON.stringify({ groups: [{ name: 'g', rules: [alert] }] }), 'r.yml');
  const { findings } = checkStatically([file], {
    requiredLabels: ['severity'],
    requiredAnnotations: ['runbook_url'],
    scrape: { byJobMs: new Map(), otherMs: 15_000, isKnown: true },
  });
  return findings.map((one) => ({ kind: 'finding', finding: one }));
}

test('what was looked at and is right passes', () => {
  const given = verdicts(whole);
  expect(Object.keys(given).sort()).toEqual(['there', ...ids].sort());
  expect(new Set(Object.values(given))).toEqual(new Set(['pass']));
});

test('nothing that was looked at is inconclusive, each for its reason', () => {
  expect(new Set(Object.values(verdicts([])))).toEqual(new Set(['inconclusive']));
  expect(new Set(Object.values(verdicts([], false)))).toEqual(new Set(['inconclusive']));
  expect(verdicts([rulesFile])).toMatchObject({ there: 'pass', promtool: 'inconclusive', tests: 'inconclusive' });
  // There are rules and no tests of them: that is no pass.
  expect(verdicts([rulesFile, asked]).tests).toBe('inconclusive');
  const reason = 'There is no promtool.';
  const { checks } = judge(
    recordedOf([...whole, { kind: 'not-asked', checks: ['promtool', 'tests', 'blind-spots'], reason }]),
    true,
  );
  for (const id of ['promtool', 'tests', 'blind-spots'])
    expect(checks.find((one) => one.id === id)).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining(reason),
    });
});

test.each([
  ['wrong', 'fail'],
  ['review', 'inconclusive'],
  ['gap', 'inconclusive'],
  ['note', 'pass'],
] as const)('a finding of kind %s makes its check %s, and no other', (kind, expected) => {
  for (const id of [...staticChecks.map((one) => one.id), 'promtool', 'loaded', 'absent-series']) {
    const { [id]: own, ...others } = verdicts([...whole, finding(kind, id)]);
    expect(own, id).toBe(expected);
    expect(new Set(Object.values(others)), id).toEqual(new Set(['pass']));
  }
});

test('what is wrong fails, whatever else may be', () => {
  const id = staticChecks[0]?.id ?? '';
  const all: Evidence[] = [...whole, finding('review', id), finding('wrong', id), finding('gap', id)];
  expect(verdicts([...all, { kind: 'not-asked', checks: [id], reason: 'No time.' }])[id]).toBe('fail');
});

test('an alert without a runbook fails, and is named with its place; one that has all passes', () => {
  const alert = { alert: 'Down', expr: 'up{job="shop"} == 0', for: '1m', labels: { severity: 'critical' } };
  const { checks, coverage } = judge(
    recordedOf([
      ...whole,
      { kind: 'alert', rule: 'Down', file: 'r.yml', line: 1, tested: true },
      ...seenIn({ ...alert, annotations: { summary: 'It is down.' } }),
    ]),
    true,
  );
  const failed = checks.filter(({ verdict }) => verdict === 'fail');
  expect(failed).toMatchObject([{ reason: expect.stringMatching(/^r\.yml:1: .*runbook_url/) }]);
  expect(coverage?.find(({ of }) => of === 'alerts without findings')).toMatchObject({ covered: 0, total: 1 });
  const right = seenIn({ ...alert, annotations: { summary: 'It is down.', runbook_url: 'https://r.example/down' } });
  expect(new Set(Object.values(verdicts([...whole, ...right])))).toEqual(new Set(['pass']));
});

test('a test that fails fails, and a blind spot needs review', () => {
  const failing: Evidence = { kind: 'tests', file: 't.yml', passed: false, said: 'exp: 1, got: 2' };
  expect(verdicts([...whole, failing]).tests).toBe('fail');
  const spot = (scrape: string[]): Evidence => ({
    kind: 'blindness',
    rule: 'A',
    file: 'r.yml',
    line: 1,
    job: 'shop',
    seenBy: { scrape, target: ['Gone'], metric: [] },
  });
  expect(verdicts([...whole, spot([])])['blind-spots']).toBe('inconclusive');
  expect(verdicts([...whole, spot(['Down'])])['blind-spots']).toBe('pass');
});

test('where there is no rule, no question about rules is answered', () => {
  const none = { ...rulesFile, alerts: 0 };
  const given = verdicts([none, { ...asked, of: 0 }]);
  expect(new Set(Object.values(given))).toEqual(new Set(['inconclusive']));
});

test('findings of one kind do not keep another from being seen', () => {
  const of = (kind: 'wrong' | 'review', line: number) => ({
    atMs: 0,
    data: {
      kind: 'finding' as const,
      finding: { ...{ kind, check: 'syntax', file: 'a.yml', rule: 'A' }, ...{ line, what: `no. ${line}`, todo: '' } },
    },
  });
  const many = Array.from({ length: 278 }, (_, line) => of('wrong', line));
  const { tables = [] } = judge([...many, of('review', 900)] as never, true);
  expect(tables.map(({ title, rows }) => [title, rows.length])).toEqual([
    ['Findings: wrong (200 of 278)', 200],
    ['Findings: needs review', 1],
  ]);
});
