import { expect, test } from 'vitest';
import { longestMomentMs } from '../../../../../src/domains/monitoring/validation/promql/moments.ts';
import { parsePromql } from '../../../../../src/domains/monitoring/validation/promql/parse.ts';
import { checkStatically } from '../../../../../src/domains/monitoring/validation/rules/checks/every.ts';
import { readRuleText } from '../../../../../src/domains/monitoring/validation/rules/readers/read.ts';

type Given = Record<string, unknown>;

function found(rules: readonly Given[]): string[] {
  const document = {
    groups: [{ name: 'g', rules: rules.map((one) => ('record' in one ? one : { alert: 'A', ...one })) }],
  };
  const { findings } = checkStatically([readRuleText(JSON.stringify(document, null, 1), 'r.yml')], {
    requiredLabels: ['severity'],
    requiredAnnotations: [],
    scrape: { byJobMs: new Map(), otherMs: 15_000, isKnown: true },
  });
  return findings.map(({ kind, check }) => `${kind} ${check}`);
}

const labels = { severity: 'page' };

// Each with an expression like it that is right, of which nothing may be said.
test.each([
  [
    'histogram_quantile(0.99, sum by (job) (rate(x_bucket[5m]))) > 1',
    'histogram_quantile(0.99, sum by (job, le) (rate(x_bucket[5m]))) > 1',
  ],
  [
    'histogram_quantile(0.9, sum without (le) (rate(x_bucket[5m]))) > 1',
    'histogram_quantile(0.9, rate(x_bucket[5m])) > 1',
  ],
  // Native histograms have no label le.
  ['histogram_quantile(0.9, avg(rate(x_bucket[5m]))) > 1', 'histogram_quantile(0.9, sum by (job) (rate(x[5m]))) > 1'],
  ['up unless up', 'up unless up == 0'],
  ['x > 5 unless on (job, instance) x', 'x > 5 unless x > 6'],
  ['x > 5 unless x > 3', 'x > 3 unless x > 5'],
  ['x{a="1"} unless x', 'x unless x{a="1"}'],
  ['sum by (a) (x > 1) unless sum by (a) (x)', 'sum by (a) (x > 1) unless sum by (a) (y)'],
  ['x and x > 1 and x < 0', 'x and x > 0 and x < 1'],
  ['5 < x and x < 3', '3 < x and x < 5'],
  ['x == 1 and x != 1', 'x >= 1 and x != 1'],
  ['sum by (a) (x) > 5 and on (a) sum by (a) (x) < 3', 'x > 5 and on (a) x < 3'],
  ['x > x', 'x > x offset 1h'],
  ['x - x > 0', 'x - x offset 5m > 0'],
  ['x % 5 > 5', 'x % 5 > 4'],
  ['absent(x{a="1"}) and on () x{a="1"} > 0', 'absent(x{a="1"}) and on () x > 0'],
  ['sum(x) > 1 and on () absent(x)', 'sum(x) > 1 and on () absent(y)'],
  ['absent(x) and on () (x or x)', 'absent(x) and on () rate(x[1h]) > 0'],
  [
    'x > 1 and on () (month() == 2 and day_of_month() == 30)',
    'x > 1 and on () (month() == 2 and day_of_month() == 29)',
  ],
])('%s gives nothing, ever', (bad, good) => {
  expect(found([{ expr: bad, labels }]).filter((one) => one === 'wrong impossible')).toEqual(['wrong impossible']);
  expect(found([{ expr: good, labels, for: '1m' }]).filter((one) => !one.includes('comparison'))).toEqual([]);
});

test.each([
  ['minute() == 5', '1m', '59s'],
  ['x > 1 and on () hour() == 3', '1h', '59m'],
  ['x > 1 and on () (hour() >= 9 and hour() < 17)', '8h', '7h'],
  ['x > 1 unless on () (hour() >= 9 and hour() < 17)', '16h', '15h'],
  // From Saturday to Sunday, which are 6 and 0.
  ['x > 1 and on () (day_of_week() == 6 or day_of_week() == 0)', '2d', '47h'],
  ['x > 1 and on () (hour() >= 22 or hour() < 6)', '8h', '7h'],
  ['x > 1 and on () hour(vector(time() + 3600)) == 3', '62m', '59m'],
  ['x > 1 and on () minute() % 10 < 3', '3m', '2m'],
])('%s does not hold for %s', (expr, tooLong, enough) => {
  expect(found([{ expr, for: tooLong, labels }])).toEqual(['wrong impossible']);
  expect(found([{ expr, for: enough, labels }])).toEqual([]);
});

test('what asks for no time, or for all of them, holds as long as it likes', () => {
  const longest = (text: string) => longestMomentMs(parsePromql(text).expression as never);
  expect(longest('x > 1')).toBeNull();
  expect(longest('hour() >= 0')).toBeNull();
  expect(longest('time() - x > 60')).toBeNull();
  expect(longest('hour(x) == 3')).toBeNull();
  expect(longest('x unless hour() == 3')).toBeNull();
  expect(longest('minute() == 5')).toBe(60_000);
});

test('a quantile that is no share is found', () => {
  const of = (expr: string) => found([{ expr, labels }]);
  expect(of('histogram_quantile(99, sum by (le) (rate(x_bucket[5m]))) > 1')).toEqual(['wrong comparison']);
  expect(of('quantile(95, x) > 1')).toEqual(['wrong comparison']);
  expect(of('quantile_over_time(0.95, x[5m]) > 1')).toEqual([]);
});

test('labels are followed through the rules that record them', () => {
  const record = (by: string, extra = {}) => ({ record: 'j:x', expr: `sum by (${by}) (rate(x_bucket[5m]))`, ...extra });
  const quantile = { expr: 'histogram_quantile(0.9, j:x) > 1', labels };
  expect(found([record('job'), quantile])).toEqual(['wrong impossible']);
  expect(found([record('job, le'), quantile])).toEqual([]);
  const shown = { expr: 'j:x > 1', labels, annotations: { summary: '{{ $labels.instance }}' } };
  expect(found([record('job'), shown])).toEqual(['wrong template']);
  expect(found([record('job, instance'), shown])).toEqual([]);
  expect(found([record('job', { labels: { instance: 'all' } }), shown])).toEqual([]);
  const paired = { expr: 'j:x > 1 and sum by (job, instance) (y) > 1', labels };
  expect(found([record('job'), paired])).toEqual(['review matching']);
  expect(found([record('job, instance'), paired])).toEqual([]);
});

test.each([
  ['{{ if gt $value 90.0 }}critical{{ else }}warning{{ end }}', []],
  ['{{ if gt $value 90.0 }}critical{{ else if gt $value 80.0 }}warning{{ else }}info{{ end }}', []],
  ['{{ with $labels.severity }}{{ . }}{{ else }}page{{ end }}', []],
  // Go compares no number with decimals with a whole one.
  ['{{ if gt $value 90 }}critical{{ else }}warning{{ end }}', ['wrong template']],
  ['{{ if gt $value 90.0 }}critical{{ end }}', ['review required']],
  ['{{ if gt $value 90.0 }}critical{{ else if gt $value 80.0 }}warning{{ end }}', ['review required']],
  ['level-{{ $value }}', ['review template']],
  ['{{ if gt $value 90.0 }}{{ $value }}{{ else }}low{{ end }}', ['review template']],
])('a severity of %s is judged by what it can become', (severity, expected) => {
  expect(found([{ expr: 'x > 80', for: '5m', labels: { severity } }])).toEqual(expected);
});
