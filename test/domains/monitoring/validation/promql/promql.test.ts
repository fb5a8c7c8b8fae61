import { describe, expect, test } from 'vitest';
import { durationMs, durationText } from '../../../../../src/domains/monitoring/validation/promql/duration.ts';
import type { Expression } from '../../../../../src/domains/monitoring/validation/promql/expression.ts';
import { has } from '../../../../../src/domains/monitoring/validation/promql/label-sets.ts';
import { possibleLabels } from '../../../../../src/domains/monitoring/validation/promql/labels.ts';
import { parsePromql } from '../../../../../src/domains/monitoring/validation/promql/parse.ts';
import { isPinnedElsewhere } from '../../../../../src/domains/monitoring/validation/promql/pinned.ts';
import {
  constantOf,
  metricsOf,
  rangesOf,
  selectorsOf,
} from '../../../../../src/domains/monitoring/validation/promql/questions.ts';
import { canonical } from '../../../../../src/domains/monitoring/validation/promql/same.ts';
import { isMatch, matchingText } from '../../../../../src/domains/monitoring/validation/promql/sample-text.ts';
import { labelsAgainst, labelsFor } from '../../../../../src/domains/monitoring/validation/promql/satisfy.ts';
import { valuesOf } from '../../../../../src/domains/monitoring/validation/promql/values.ts';

function parsed(text: string): Expression {
  const { expression, error } = parsePromql(text);
  if (expression === undefined) throw new Error(`${text}: ${error.text}`);
  return expression;
}

describe('parsing', () => {
  test('comments are passed over wherever they stand, and nothing moves for them', () => {
    expect(parsed('# why\nup == 0 # and how')).toMatchObject({ kind: 'binary', sign: { from: 9, to: 11 } });
    expect(parsed('clamp_max(up, 1) # c\n> 5').kind).toBe('binary');
    expect(parsed('sum(\n# in\nup{a="#no"})')).toMatchObject({ of: { matchers: [{ value: '#no' }] } });
    expect(parsePromql('# alone').error?.text).toBe('the expression is empty');
  });

  test('what stands behind an expression belongs to its last part, as Prometheus has it', () => {
    const sum = parsed('a + b[5m:1m] offset 1h');
    expect(sum.kind).toBe('binary');
    if (sum.kind !== 'binary') return;
    expect(sum.left.kind).toBe('selector');
    expect(sum.right).toMatchObject({
      kind: 'offset',
      offsetMs: 3_600_000,
      of: { kind: 'range', durationMs: 300_000, isSubquery: true, stepMs: 60_000 },
    });
  });

  test('operators, matching and grouping are read with their places', () => {
    const text = 'sum by (job, a) (rate(x_total{a="1",b!~"c|d"}[5m])) > on (job) group_left (z) y';
    const one = parsed(text);
    expect(one).toMatchObject({
      operator: '>',
      matching: { isOn: true, names: ['job'] },
      grouping: { isLeft: true, names: ['z'] },
    });
    const [selector] = selectorsOf(one);
    expect(selector?.matchers.map(({ from, to }) => text.slice(from, to))).toEqual(['a="1"', 'b!~"c|d"']);
    expect(rangesOf(one).map(({ duration }) => text.slice(duration.from, duration.to))).toEqual(['5m']);
    expect(metricsOf(one)).toEqual(['x_total', 'y']);
  });

  test.each([
    ['', 0],
    ['sum(x', 5],
    ['x > ', 4],
    ['x >> 1', 3],
  ])('%j is no PromQL', (text, at) => {
    expect(parsePromql(text).error?.at).toBeGreaterThanOrEqual(at - 1);
  });

  test('quoted texts and names are read without their quotes', () => {
    const [selector] = selectorsOf(parsed('{"http.requests", a=`\\d`, b="x\\n\\"y"}'));
    expect(selector).toMatchObject({ metric: 'http.requests', matchers: [{ value: '\\d' }, { value: 'x\n"y' }] });
  });

  test('durations are those of Prometheus', () => {
    expect([durationMs('1h30m'), durationMs('250ms'), durationMs('1w'), durationMs('90'), durationMs('5 min')]).toEqual(
      [5_400_000, 250, 604_800_000, 90_000, null],
    );
    expect([durationText(5_400_000), durationText(0), durationText(90_250)]).toEqual(['1h30m', '0s', '1m30s250ms']);
  });
});

describe('labels', () => {
  test.each([
    ['sum(x)', 'instance', false],
    ['sum by (job) (x)', 'job', true],
    ['sum by (job) (x)', 'instance', false],
    ['sum without (cpu) (x)', 'cpu', false],
    ['rate(x{a=""}[5m])', 'a', false],
    // pint took these for dropped: a scalar has no labels to match, and a label can be made.
    ['abs(rate(x[1m]) - scalar(avg(rate(x[1m])))) / scalar(stddev(x)) > 2', 'instance', true],
    ['label_replace(sum by (pod) (x) > 0, "cluster", "$1", "pod", "(.*)")', 'cluster', true],
    ['sum by (a) (x) or sum by (b) (y)', 'b', true],
    ['x * on (i) group_left (name) info', 'name', true],
    ['x / on (i) y', 'job', false],
    ['absent(up{job="a"})', 'job', true],
    ['absent(up{job=~"a"})', 'job', false],
    ['sum(x) / on () y', 'job', false],
    ['topk(3, x)', 'job', true],
  ])('%s can have %s: %s', (text, label, expected) => {
    expect(has(possibleLabels(parsed(text)), label)).toBe(expected);
  });
});

describe('values', () => {
  test.each([
    ['count(x)', 1, Infinity],
    ['up', 0, 1],
    ['rate(x[5m])', 0, Infinity],
    ['1 - sum(rate(x{c="5"}[5m])) / sum(rate(x[5m]))', 0, 1],
    ['100 * (sum by (a) (increase(x{c="5"}[5m])) / sum by (a) (increase(x[5m])))', 0, 100],
    ['x / y', -Infinity, Infinity],
    ['absent(x)', 1, 1],
    ['x > 5', 5, Infinity],
    ['hour()', 0, 23],
    // Of gauges a part can be more than the whole.
    ['sum(a{c="5"}) / sum(a)', -Infinity, Infinity],
  ])('%s is from %d to %d', (text, low, high) => {
    expect(valuesOf(parsed(text))).toMatchObject({ low, high });
  });

  test('numbers that are calculated are known', () => {
    expect(constantOf(parsed('-(2 * 1024) ^ 2'))).toBe(-4_194_304);
    expect(constantOf(parsed('2 * x'))).toBeNull();
  });
});

test('expressions that mean the same have the same text', () => {
  expect(canonical(parsed('sum by (a,b) ( x{p="1", q="2"} )>1'))).toBe(
    canonical(parsed('(sum by(b, a)(x{q="2",p="1"})) > 1')),
  );
  expect(canonical(parsed('x > 1'))).not.toBe(canonical(parsed('x >= 1')));
});

test('texts are found that regular expressions match', () => {
  for (const pattern of [
    '5..',
    '(5..|429)',
    '.*thanos-store.*',
    '[0-9]+',
    '/metrics|/healthz',
    '.+',
    'a{2,3}b?',
    '(?i)error',
    '\\d+\\.\\w+',
  ])
    expect(isMatch(pattern, matchingText(pattern) ?? '(none)'), pattern).toBe(true);
  const [selector] = selectorsOf(parsed('x{a="1", b=~"5..", c!="2"}'));
  if (selector === undefined) throw new Error('no selector');
  expect(labelsFor(selector)).toMatchObject({ a: '1', b: expect.stringMatching(/^5..$/) });
  const against = labelsAgainst(selector, selector.matchers[1] as never);
  expect(against).toMatchObject({ a: '1' });
  expect(against?.b).not.toMatch(/^5..$/);
});

test('a matcher that the other side asks for too can go', () => {
  const none = () => [];
  const pinned = (text: string) => {
    const expression = parsed(text);
    return isPinnedElsewhere(expression, selectorsOf(expression)[0] as never, 'job', none);
  };
  expect(pinned('sum by (job) (x{job="a"}) / on (job) y{job="a"}')).toBe(true);
  expect(pinned('x{job="a"} and y{job="a"}')).toBe(true);
  expect(pinned('sum(x{job="a"}) / sum(y{job="a"})')).toBe(false);
  expect(pinned('x{job="a"} / on (i) y{job="a"}')).toBe(false);
  expect(pinned('x{job="a"} or y{job="a"}')).toBe(false);
});
