import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateTests } from '../../../../../src/domains/monitoring/validation/mutants/generate/generate.ts';
import { simplestBetween } from '../../../../../src/domains/monitoring/validation/mutants/generate/numbers.ts';
import { judge } from '../../../../../src/domains/monitoring/validation/mutants/judge.ts';
import { narrowed } from '../../../../../src/domains/monitoring/validation/mutants/narrowed.ts';
import { mutantsOf } from '../../../../../src/domains/monitoring/validation/mutants/operators/mutate.ts';
import { tryGenerated } from '../../../../../src/domains/monitoring/validation/mutants/try.ts';
import { readUserTests, tryUserTests } from '../../../../../src/domains/monitoring/validation/mutants/user-tests.ts';
import { parsePromql } from '../../../../../src/domains/monitoring/validation/promql/parse.ts';
import { checkStatically } from '../../../../../src/domains/monitoring/validation/rules/checks/every.ts';
import { findPromtool, type Promtool } from '../../../../../src/domains/monitoring/validation/rules/promtool/find.ts';
import { readRuleText } from '../../../../../src/domains/monitoring/validation/rules/readers/read.ts';
import { onPath } from '../../../../../src/environment/paths.ts';

const withPromtool = test.skipIf(onPath('promtool').length === 0);
let folder: string;
let promtool: Promtool;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mutants-'));
  if (onPath('promtool').length > 0) promtool = await findPromtool();
});

afterAll(() => rmSync(folder, { recursive: true }));

function ruleOf(rule: object, ...others: object[]) {
  const file = readRuleText(JSON.stringify({ groups: [{ name: 'g', rules: [rule, ...others] }] }, null, 1), 'r.yml');
  const { known } = checkStatically([file], {
    requiredLabels: [],
    requiredAnnotations: [],
    scrape: { byJobMs: new Map(), otherMs: 15_000, isKnown: true },
  });
  const [first] = known.rules;
  if (first === undefined) throw new Error('no rule');
  return { file, known, first };
}

test('every operator has its mutants, each of which is PromQL still', () => {
  const { first, known } = ruleOf({
    alert: 'A',
    expr: 'sum by (job, a) (rate(x{job="s", c=~"5.."}[5m])) / on (job, a) sum by (job, a) (rate(x{job="s"}[5m])) > 0.1 and on (job) y > 0 unless z == 1 or w != 2',
    for: '5m',
    labels: { severity: 'page' },
    annotations: { summary: '{{ $value }} of {{ $labels.a }}', runbook_url: 'https://r.example/a' },
  });
  const mutants = mutantsOf(first, known);
  for (const { rule, what } of mutants)
    expect(rule === null ? null : (parsePromql(rule.expr).error ?? null), what).toBeNull();
  const shown = mutants.map(({ operator, what }) => `${operator}: ${what}`);
  for (const one of [
    ...[
      'threshold: > 0.1 → > 0.15',
      'threshold: > 0.1 → > 0.05',
      'threshold: > 0 → > 1',
      'comparison: > → >=',
      'comparison: > → <',
      'comparison: == → !=',
    ],
    ...[
      'for: for: 5m → 0s',
      'for: for: 5m → 10m',
      'window: [5m] → [10m]',
      'window: [5m] → [2m30s]',
      'label: {job="s"} → {}',
      'label: c=~"5.." → c!~"5.."',
    ],
    ...[
      'by: by (job, a) → by (a)',
      'by: on (job, a) → on (job)',
      'set: and → unless',
      'set: unless → and',
      'set: what follows `or` taken out',
    ],
    ...[
      'severity: severity page → critical',
      'runbook: runbook_url taken out',
      'template: summary: {{ $value }} taken out',
      'deleted: the rule is not there',
    ],
  ])
    expect(shown).toContain(one);
  expect(new Set(mutants.map(({ rule }) => JSON.stringify(rule))).size).toBe(mutants.length);
});

test.each([
  // A count is never 0, so that none of these says anything else.
  ['count(x) > 0', ['> 0 → > -1', '> → >=']],
  ['changes(x[5m]) > 2', []],
  ['up == 0', []],
  ['up < 1', ['< 1 → < 0.5']],
  ['x > 0', []],
])('what changes nothing of %s is shown to be so', (expr, expected) => {
  const { first, known } = ruleOf({ alert: 'A', expr });
  const equivalent = mutantsOf(first, known).filter((one) => one.equivalent !== null);
  expect(equivalent.map(({ what }) => what)).toEqual(expected);
});

test('the simplest number between two', () => {
  expect([
    simplestBetween(79.9, 80.1),
    simplestBetween(0.0998, 0.1003),
    simplestBetween(-1, 1),
    simplestBetween(-80.1, -79.9),
    simplestBetween(3, 3.001),
  ]).toEqual([80, 0.1, 0, -80, 3]);
});

withPromtool(
  'generated tests of a ratio catch every change that is one',
  async () => {
    const { first, known } = ruleOf({
      alert: 'Errors',
      expr: 'sum by (job) (rate(x_total{job="shop", code=~"5.."}[5m])) / sum by (job) (rate(x_total{job="shop"}[5m])) > 0.05',
      for: '2m',
      labels: { severity: 'critical' },
      annotations: {
        summary: '{{ $value | humanizePercentage }} of {{ $labels.job }}',
        runbook_url: 'https://r.example/e',
      },
    });
    const generated = await generateTests(first, known, { promtool, folder });
    if ('reason' in generated) throw new Error(generated.reason);
    const all = mutantsOf(first, known);
    const tried = all.filter(({ equivalent }) => equivalent === null);
    const { passes, caught } = await tryGenerated(generated, first.rule, tried, { promtool, folder });
    expect(passes).toBe(true);
    // Whether a quotient is exactly the threshold is for floating point to say, so that this one may be left.
    const survived = tried.filter((_, index) => caught[index] !== true).map(({ what }) => what);
    expect(survived.filter((what) => what !== '> → >=')).toEqual([]);
    expect(tried.length).toBeGreaterThan(15);
    expect(all.filter(({ equivalent }) => equivalent !== null).map(({ what }) => what)).toEqual([
      '{job="shop"} → {}',
      '{job="shop"} → {}',
    ]);
  },
  240_000,
);

withPromtool(
  'an alert for which no values are found gets no tests, and that is said',
  async () => {
    const { first, known } = ruleOf({ alert: 'Never', expr: 'count(x) == 0' });
    expect(await generateTests(first, known, { promtool, folder })).toMatchObject({
      reason: 'no values were found with which it fires',
    });
  },
  120_000,
);

withPromtool('the user’s own tests judge copies of the files that they load', async () => {
  const rules = join(folder, 'user');
  mkdirSync(rules);
  const text = 'groups: [{ name: g, rules: [{ alert: A, expr: x > 5 }] }]';
  writeFileSync(join(rules, 'rules.yml'), text);
  const tests = join(rules, 'tests.yml');
  writeFileSync(
    tests,
    'rule_files: ["r*.yml"]\nevaluation_interval: 1m\ntests: [{ interval: 1m, input_series: [{ series: x, values: 9x5 }], alert_rule_test: [{ eval_time: 1m, alertname: A, exp_alerts: [{ exp_labels: {} }] }] }]\n',
  );
  const file = readRuleText(text, 'rules.yml');
  const { known } = checkStatically([file], {
    requiredLabels: [],
    requiredAnnotations: [],
    scrape: { byJobMs: new Map(), otherMs: 15_000, isKnown: true },
  });
  const [rule] = known.rules;
  if (rule === undefined) throw new Error('no rule');
  const mutants = mutantsOf(rule, known).filter(({ operator }) => operator === 'threshold' || operator === 'deleted');
  const set = { files: [file], known, pathOf: (name: string) => join(rules, name) };
  const options = { promtool, folder };
  // 9 is more than 7.5 and 2.5 too: that test would not notice.
  expect(await tryUserTests(await readUserTests([tests]), rule.rule, mutants, set, options)).toEqual({
    passes: true,
    caught: [false, false, true],
  });
  // One that fails without a change can say nothing of changes.
  const wrong = { ...rule.rule, expr: 'x > 50' };
  const spoiled = { ...file, groups: file.groups.map((group) => ({ ...group, rules: [wrong] })) };
  const ofWrong = { files: [spoiled], known: { rules: [{ ...rule, rule: wrong }] }, pathOf: set.pathOf };
  expect(await tryUserTests(await readUserTests([tests]), wrong, mutants, ofWrong, options)).toEqual({
    passes: false,
    caught: [],
  });
});

test('of a file of tests only what a rule can change is run, with the rules that it takes', () => {
  const { file, known } = ruleOf(
    { record: 'r:x', expr: 'sum(x)' },
    { record: 'r:y', expr: 'sum(y)' },
    { alert: 'A', expr: 'r:x > 1' },
    { alert: 'B', expr: 'y > 1' },
    { alert: 'C', expr: 'r:y > 1 and z' },
  );
  const loaded = file.groups.flatMap(({ rules }) => rules);
  const document = {
    evaluation_interval: '1m',
    tests: [
      {
        name: 'a and b',
        alert_rule_test: [
          { alertname: 'A', eval_time: '1m' },
          { alertname: 'B', eval_time: '9h' },
        ],
      },
      { name: 'c', alert_rule_test: [{ alertname: 'C', eval_time: '1m' }] },
      { name: 'x', promql_expr_test: [{ expr: 'r:x * r:y', eval_time: '1m' }] },
    ],
  };
  const of = (name: string, given: object = document, rules = loaded) => {
    const rule = rules.find((one) => one.name === name);
    if (rule === undefined) throw new Error('no rule');
    const { document: left, rules: needed } = narrowed({ ...given }, rule, rules, known);
    return {
      tests: (left?.tests as { name: string; alert_rule_test?: { alertname: string }[] }[] | undefined)?.map((one) =>
        [one.name, ...(one.alert_rule_test ?? []).map(({ alertname }) => alertname)].join(' '),
      ),
      rules: needed === null ? null : [...needed].map((one) => one.name).sort(),
    };
  };
  expect(of('B')).toEqual({ tests: ['a and b B'], rules: ['B'] });
  expect(of('C')).toEqual({ tests: ['c C'], rules: ['C', 'r:y'] });
  expect(of('r:x')).toEqual({ tests: ['a and b A', 'x'], rules: ['A', 'r:x', 'r:y'] });
  expect(of('r:y')).toEqual({ tests: ['c C', 'x'], rules: ['A', 'C', 'r:x', 'r:y'].slice(1) });
  // A test of nothing of it has nothing to say; one that asks for whatever fires may say anything.
  expect(of('B', { tests: [{ name: 'c', alert_rule_test: [{ alertname: 'C' }] }] }).tests).toBeUndefined();
  expect(of('B', { tests: [{ name: 'all', promql_expr_test: [{ expr: 'ALERTS' }] }] })).toEqual({
    tests: ['all'],
    rules: null,
  });
});

test('a survivor makes the part inconclusive and is named; a copy that fails unchanged fails it', () => {
  const mutant = (what: string, fate: 'own' | 'generated' | 'survived' | 'equivalent') => ({
    atMs: 0,
    data: {
      kind: 'mutant' as const,
      operator: 'threshold',
      of: 'A',
      file: 'r.yml',
      line: 3,
      what,
      fate,
      because: null,
    },
  });
  const unmutated = (passed: boolean) => ({
    atMs: 0,
    data: { kind: 'unmutated' as const, of: 'A', tests: 'own' as const, passed },
  });
  const verdicts = (...all: Parameters<typeof judge>[0]) =>
    Object.fromEntries(judge(all, true).checks.map(({ id, verdict }) => [id, verdict]));
  expect(verdicts(unmutated(true), mutant('a', 'own'), mutant('b', 'equivalent'))).toMatchObject({
    unmutated: 'pass',
    caught: 'pass',
  });
  const { checks, coverage } = judge([unmutated(true), mutant('a', 'own'), mutant('> 1 → > 2', 'survived')], true);
  expect(checks.find(({ id }) => id === 'caught')).toMatchObject({
    verdict: 'inconclusive',
    reason: expect.stringContaining('> 1 → > 2'),
  });
  expect(coverage).toMatchObject([{ covered: 1, total: 2, gaps: ['A (r.yml:3): > 1 → > 2'] }]);
  expect(verdicts(unmutated(false))).toMatchObject({ unmutated: 'fail', caught: 'inconclusive' });
  expect(judge([unmutated(true), mutant('a', 'own')], false).checks.find(({ id }) => id === 'caught')).toMatchObject({
    verdict: 'inconclusive',
  });
});
