import { expect, test } from 'vitest';
import { valuesLeft } from '../../../../../src/domains/monitoring/validation/promql/label-values.ts';
import { parsePromql } from '../../../../../src/domains/monitoring/validation/promql/parse.ts';
import { selectorsOf } from '../../../../../src/domains/monitoring/validation/promql/questions.ts';
import { checkStatically } from '../../../../../src/domains/monitoring/validation/rules/checks/every.ts';
import { readRuleText } from '../../../../../src/domains/monitoring/validation/rules/readers/read.ts';

function found(...rules: readonly (string | Record<string, unknown>)[]): { kind: string; what: string }[] {
  const all = rules.map((one) => (typeof one === 'string' ? { alert: 'A', expr: one, for: '5m' } : one));
  const { findings } = checkStatically([readRuleText(JSON.stringify({ groups: [{ name: 'g', rules: all }] }), 'r')], {
    requiredLabels: [],
    requiredAnnotations: [],
    scrape: { byJobMs: new Map(), otherMs: 15_000, isKnown: true },
  });
  return findings.map(({ kind, check, what }) => ({ kind: `${kind} ${check}`, what }));
}

function kinds(...rules: readonly (string | Record<string, unknown>)[]): string[] {
  return found(...rules).map(({ kind }) => kind);
}

test.each([
  ['{a="x",a="y"}', 'none'],
  ['{a="x",a!~"x|z"}', 'none'],
  ['{a="x",a=~"y|z"}', 'none'],
  ['{a=~"x|y",a!~"y|x"}', 'none'],
  ['{a=~"x|y",a!~"x|y"}', 'none'],
  ['{a=~"x|y",a=~"z|w"}', 'none'],
  ['{a=~"(?:pre-)?(x|y)",a!~"pre-.*",a!="x",a!="y"}', 'none'],
  ['{a=~"x.*",a!~"x.*"}', 'none'],
  ['{a!~".*"}', 'none'],
  ['{a!~".+",a!=""}', 'none'],
  ['{a=~"x\\\\.y",a!="x.y"}', 'none'],
  ['{a="x",a=~"x|y"}', 'some'],
  ['{a=~"x|y",a!="x"}', 'some'],
  ['{a=~"x|",a!="x"}', 'some'],
  ['{a=~"x.y",a!="x.y"}', 'some'],
  ['{a=~"foo.*",a=~".*bar"}', 'some'],
  ['{a=~"4..|5..",a!~"404|403"}', 'some'],
  ['{a!="",a!="x",a!~"tmpfs|overlay"}', 'some'],
  ['{a=~".+",a!~"(.*-)?canary.*"}', 'some'],
  ['{a=~"(?i)X",a="x"}', 'some'],
  // It may be so, and is not certain.
  ['{a=~"[0-9]+",a=~"[a-z]+"}', 'not-found'],
  // RE2 has classes that are read in another way here.
  ['{a="x",a=~"[[:alpha:]]+"}', 'not-found'],
  ['{a="x",a!~"\\\\pL"}', 'not-found'],
] as const)('values of %s: %s', (selector, left) => {
  const [only] = selectorsOf(
    parsePromql(selector).expression as NonNullable<ReturnType<typeof parsePromql>['expression']>,
  );
  expect(valuesLeft(only?.matchers ?? [])).toBe(left);
});

test('a selector whose matchers exclude each other says what can never fire; what is not certain needs review', () => {
  expect(found('sum(m{a=~"x|y",a!~"x|y"}) > 1')).toEqual([
    {
      kind: 'wrong impossible',
      what: 'The matchers of m for the label a exclude each other: it selects nothing, so A can never fire.',
    },
  ]);
  expect(kinds('m{a=~"[0-9]+",a=~"[a-z]+"} > 1')).toEqual(['review impossible']);
  // Prometheus takes two names, and finds no series with both.
  expect(kinds('{__name__="m",__name__="n"} > 1')).toEqual(['wrong impossible']);
  expect(kinds('{__name__="m",__name__=~"m|n"} > 1')).toEqual([]);
  // What may be missing does not keep the alert from firing.
  expect(found('m > 1 or n{a="x",a="y"} > 1')[0]?.what).toMatch(/selects nothing\.$/);
  expect(found('m > bool scalar(n{a="x",a="y"}) == 0')[0]?.what).toMatch(/selects nothing\.$/);
});

// Each with one like it that is right, of which nothing may be said.
test.each([
  ['m{x="1"} / on (x) n{x="2"} > 1', 'm{x="1"} / on (x) n{x="1"} > 1'],
  ['m{x="1"} / n{x="2"} > 1', 'm{x="1"} / ignoring (x) n{x="2"} > 1'],
  ['m{x="1"} > 1 and on (x) n{x!="1"}', 'm{x="1"} > 1 and on (x) n{x!="2"}'],
  ['m{x=~"1|2"} > 1 and on (x) n{x=~"3|4"}', 'm{x=~"1|2"} > 1 and on (x) n{x=~"2|3"}'],
  ['m{x="1"} * on (x) group_left () n{x="2"} > 1', 'm{x="1"} * on (y) group_left () n{x="2"} > 1'],
  ['sum by (x) (rate(m{x="1"}[5m])) / sum by (x) (rate(n{x="2"}[5m])) > 1', 'sum(m{x="1"}) / sum(n{x="2"}) > 1'],
  ['topk(1, m{x="1"}) > on (x) n{x="2"}', 'label_replace(m{x="1"}, "x", "2", "", "") > on (x) n{x="2"}'],
  // The well-known one: of a state that is never the other one.
  ['m{state="used"} / (m{state="used"} + m{state="free"}) > 0.8', 'm{state="used"} / on (i) (m > 0) > 0.8'],
])('%s is no pair, ever', (bad, good) => {
  expect(kinds(bad)).toEqual(['wrong matching']);
  expect(found(bad)[0]?.what).toMatch(/never have the same \w+, so `.+` gives nothing, so A can never fire\.$/);
  expect(kinds(good)).toEqual([]);
});

test('`unless` that takes nothing away is told, and is not said to keep the alert from firing', () => {
  expect(found('m{x="1"} > 1 unless on (x) n{x="2"}')).toEqual([
    {
      kind: 'wrong matching',
      what: '`m{x="1"} > 1` and `n{x="2"}` never have the same x, so `unless` takes nothing away.',
    },
  ]);
});

test('what depends on rules that record a metric needs review, as other rules may record it too', () => {
  const record = (x: string) => ({ record: 'j:m', expr: `sum by (x) (rate(m{x="${x}"}[5m]))` });
  expect(kinds(record('1'), 'j:m > on (x) n{x="2"}')).toEqual(['review matching']);
  expect(kinds(record('2'), 'j:m > on (x) n{x="2"}')).toEqual([]);
  expect(kinds(record('1'), record('2'), 'j:m > on (x) n{x="2"}')).toEqual([]);
});

test('windows of an SLO are series of their own, by the label that Sloth gives them', () => {
  const sli = (slo: string, window: string) => ({
    record: `slo:sli_error:ratio_rate${window}`,
    expr: `sum(rate(errors{job="${slo}"}[${window}])) / sum(rate(requests{job="${slo}"}[${window}]))`,
    labels: { sloth_id: slo, sloth_service: 'shop', sloth_slo: slo, sloth_window: window },
  });
  const rules = ['a', 'b'].flatMap((slo) => ['5m', '1h'].map((window) => sli(slo, window)));
  const [short, long] = ['slo:sli_error:ratio_rate5m{sloth_id="a"}', 'slo:sli_error:ratio_rate1h{sloth_id="a"}'];
  expect(found(...rules, `${short} > 0.1 and ${long} > 0.1`)).toEqual([
    {
      kind: 'review matching',
      what: expect.stringMatching(
        /^It may be that .* never have the same sloth_window: then `and` gives nothing, so A/,
      ),
    },
  ]);
  for (const right of [
    // As Sloth writes it.
    `max(${short} > 0.1) without (sloth_window) and max(${long} > 0.1) without (sloth_window)`,
    `${short} > 0.1 and ignoring (sloth_window) ${long} > 0.1`,
    `${short} > 0.1 and on (sloth_id) ${long} > 0.1`,
    `${short} > 0.1 or ${long} > 0.1`,
    `${short} > 0.1 and ${short} < 0.5`,
  ])
    expect(kinds(...rules, right)).toEqual([]);
});

test('sides that are grouped by other labels need review: both labels may be empty', () => {
  expect(kinds('sum by (a) (m) > sum by (b) (n)')).toEqual(['review matching']);
  expect(found('sum by (a) (m{a="1"}) > sum by (b) (n)')).toEqual([
    {
      kind: 'wrong matching',
      what: '`sum by (b) (n)` has no label a, `sum by (a) (m{a="1"})` has it, so `>` gives nothing, so A can never fire.',
    },
  ]);
  expect(kinds('m / on (x) sum by (y) (n) > 1')).toEqual(['review matching']);
  expect(kinds('m{x="1"} / on (x) sum by (y) (n) > 1')).toEqual(['wrong matching']);
  expect(kinds('m{x="1"} / on (x) sum by (x) (n) > 1')).toEqual([]);
});

test.each([
  ['topk(0, m) > 1', 'topk(1, m) > 1'],
  ['bottomk(-1, m) > 1', 'bottomk(scalar(n), m) > 1'],
  ['topk(0.9, m) > 1', 'topk(1.9, m) > 1'],
  ['limitk(0, m) > 1', 'limitk(2, m) > 1'],
  ['limit_ratio(0, m) > 1', 'limit_ratio(-0.1, m) > 1'],
  ['clamp(m, 5, 1) > 0', 'clamp(m, 1, 5) > 2'],
  ['absent(sum(m) or vector(0))', 'absent(sum(m) or n)'],
  ['absent(hour())', 'absent(hour() > 3)'],
  ['m > 1 unless on () vector(1)', 'm > 1 unless on () (vector(1) > scalar(n))'],
])('%s never gives anything', (bad, good) => {
  expect(kinds(bad)).toEqual(['wrong impossible']);
  expect(found(bad)[0]?.what).toContain('so A can never fire');
  expect(kinds(good)).toEqual([]);
});
