import { expect, test } from 'vitest';
import { checkStatically } from '../../../../../src/domains/monitoring/validation/rules/checks/every.ts';
import { readRuleText } from '../../../../../src/domains/monitoring/validation/rules/readers/read.ts';

interface Given {
  expr: string;
  for?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

function found(rules: readonly Given[], isKnown = true): string[] {
  const document = { groups: [{ name: 'g', rules: rules.map((one) => ({ alert: 'A', ...one })) }] };
  const { findings } = checkStatically([readRuleText(JSON.stringify(document, null, 1), 'r.yml')], {
    requiredLabels: [],
    requiredAnnotations: [],
    scrape: { byJobMs: new Map([['slow', 60_000]]), otherMs: 15_000, isKnown },
  });
  return findings.map(({ kind, check }) => `${kind} ${check}`);
}

// Each with an expression like it that is right, of which nothing may be said.
test.each<[string, string, string]>([
  ['wrong impossible', 'count(x) == 0', 'count(x) == 1'],
  ['wrong impossible', 'x > 5 and x < 3', 'x > 3 and x < 5'],
  ['wrong impossible', 'x > 5 and (x < 3 and y > 1)', 'x > 5 or x < 3'],
  [
    'wrong impossible',
    'sum(rate(x_total{c="5"}[5m])) / sum(rate(x_total[5m])) > 1',
    'sum(rate(x_total{c="5"}[5m])) / sum(rate(x_total[5m])) > 0.1',
  ],
  ['wrong impossible', 'sum by (job) (x == 0) > 0', 'sum by (job) (x == bool 0) > 0'],
  ['wrong impossible', 'up > 1', 'up < 1'],
  ['wrong impossible', 'rate(x[5m]) < 0', 'deriv(x[5m]) < 0'],
  ['wrong impossible', 'x{a="1", a="2"} > 0', 'x{a="1", b="2"} > 0'],
  ['review impossible', 'x_total < 0', 'delta(x[5m]) < 0'],
  ['review comparison', 'x', 'x > 0'],
  ['wrong comparison', 'x > bool 1', '(x > bool 1) == 1'],
  ['review comparison', 'rate(x[5m]) >= 0', 'rate(x[5m]) > 0'],
  [
    'wrong matching',
    '(x / ignoring (l) y{l="m"} > 1) and y{l="m"} > 0',
    '(x / ignoring (l) y{l="m"} > 1) and ignoring (l) y{l="m"} > 0',
  ],
  ['review matching', 'sum by (job) (x) / sum by (job, a) (y) > 1', 'sum by (job) (x) / sum by (job) (y) > 1'],
  ['review matching', 'sum(x) > 1 and y > 0', 'sum(x) > 1 and on () y > 0'],
  ['wrong range', 'rate(x[20s]) > 1', 'rate(x[1m]) > 1'],
  ['review range', 'rate(x[45s]) > 1', 'max_over_time(x[15s]) > 1'],
  ['wrong range', 'rate(x{job="slow"}[1m]) > 1', 'rate(x{job="slow"}[5m]) > 1'],
  ['wrong range', 'rate(sum(x)[5m:1m]) > 1', 'sum(rate(x[5m])) > 1'],
  ['review counter', 'errors_total > 10', 'increase(errors_total[5m]) > 10'],
  ['review regex', 'x{a="b.*"} > 1', 'x{a=~"b.*"} > 1'],
  ['review regex', 'x{a=~"b|"} > 1', 'x{a=~"b|c"} > 1'],
  ['review regex', 'x{a=~"shop*"} > 1', 'x{a=~"shop.*"} > 1'],
  ['note regex', 'x{a=~"^b.*"} > 1', 'x{a=~"[^b].*"} > 1'],
  ['wrong nan', 'x == NaN', 'x != x'],
  ['review nan', 'sum(a / b) > 1', 'sum(a) / sum(b) > 1'],
  ['review series', 'job:none:rate5m > 1', 'none_rate5m > 1'],
])('%s: %s', (finding, bad, good) => {
  expect(found([{ expr: bad }])).toContain(finding);
  expect(found([{ expr: good }])).toEqual([]);
});

test('a comparison that is always true is no reason where it asks whether there is any', () => {
  expect(found([{ expr: 'count(x) > 0' }])).toEqual([]);
  expect(found([{ expr: 'vector(1)' }])).toEqual([]);
  expect(found([{ expr: 'x unless y' }])).toEqual([]);
});

test('a range is only certainly too short where the interval of scrapes is known', () => {
  expect(found([{ expr: 'rate(x[20s]) > 1' }], false)).toEqual(['review range']);
});

test('absence waits for the first scrapes', () => {
  expect(found([{ expr: 'absent(x)' }])).toEqual(['review absent']);
  expect(found([{ expr: 'absent(x)', for: '1m' }])).toEqual([]);
});

test.each<[string, string, string[]]>([
  ['{{ $labels.instance }}', 'sum by (job) (x) > 1', ['wrong template']],
  ['{{ $labels.instance }}', 'sum by (instance) (x) > 1', []],
  ['{{ with $labels.instance }}{{ . }}{{ end }}', 'sum(x) > 1', []],
  ['{{ if $labels.instance }}{{ $labels.instance }}{{ end }}', 'sum(x) > 1', []],
  ['{{ $value | humanise }}', 'x > 1', ['wrong template']],
  ['{{ $value | humanize }} {{ printf "%.2f" $value }} {{ "a humanise" }}', 'x > 1', []],
  ['{{ $x := 1 }}{{ $x }}{{ range query "up" }}{{ .Labels.instance }}{{ end }}', 'x > 1', []],
  ['{{ $y }}', 'x > 1', ['wrong template']],
  ['{{ range query "topk(3, x)" }}{{ .Labels.handler }}{{ end }}', 'sum by (job) (x) > 1', []],
])('the text %s of %s', (summary, expr, expected) => {
  expect(found([{ expr, annotations: { summary } }])).toEqual(expected);
});

test('a value in a label makes an alert of each value', () => {
  expect(found([{ expr: 'x > 1', for: '5m', labels: { v: '{{ $value }}' } }])).toEqual(['review template']);
});

test('what production asks of alerts has to be there', () => {
  const text =
    'groups: [{ name: g, rules: [{ alert: A, expr: x > 1, labels: { severity: page }, annotations: { runbook_url: wiki } }, { record: "a:b", expr: x }] }]';
  const { findings } = checkStatically([readRuleText(text, 'r.yml')], {
    requiredLabels: ['severity', 'owner'],
    requiredAnnotations: ['summary', 'runbook_url'],
    scrape: { byJobMs: new Map(), otherMs: 15_000, isKnown: true },
  });
  expect(findings.map(({ kind, what }) => `${kind} ${what}`)).toEqual([
    'wrong A has no label owner.',
    'wrong A has no annotation summary.',
    'review runbook_url of A is no address that can be opened: `wiki`.',
  ]);
});

test('the same rule twice, and objectives without rules, are found', () => {
  expect(found([{ expr: 'x > 1' }, { expr: '(x)>1' }])).toEqual(['review duplicate']);
  expect(
    found([
      { expr: 'x > 1', labels: { severity: 'a' } },
      { expr: 'x > 1', labels: { severity: 'b' } },
    ]),
  ).toEqual([]);
  const slo = (objective: number) =>
    readRuleText(
      `version: prometheus/v1\nservice: s\nslos: [{ name: a, objective: ${objective}, sli: { raw: { error_ratio_query: x } } }]`,
      's.yml',
    );
  const rules = readRuleText(
    'groups: [{ name: g, rules: [{ alert: A, expr: x > 1, labels: { sloth_id: s-a } }] }]',
    'r.yml',
  );
  const asked = {
    requiredLabels: [],
    requiredAnnotations: [],
    scrape: { byJobMs: new Map(), otherMs: 15_000, isKnown: true },
  };
  expect(checkStatically([slo(100)], asked).findings.map(({ kind }) => kind)).toEqual(['wrong', 'gap']);
  expect(checkStatically([slo(99), rules], asked).findings).toEqual([]);
});

test('a finding says where, what and what to do', () => {
  const { findings } = checkStatically(
    [readRuleText('groups:\n- name: g\n  rules:\n  - alert: Never\n    expr: count(x) == 0\n', 'r.yml')],
    {
      requiredLabels: [],
      requiredAnnotations: [],
      scrape: { byJobMs: new Map(), otherMs: 15_000, isKnown: true },
    },
  );
  expect(findings).toEqual([
    {
      ...{ kind: 'wrong', check: 'impossible', file: 'r.yml', line: 5, rule: 'Never', todo: 'Correct the comparison.' },
      what: '`count(x) == 0` is never true, so Never can never fire: what is compared is a whole number at least 1.',
    },
  ]);
});
