import { expect, test } from 'vitest';
import { type Expression, everyPart } from '../../../../../src/domains/monitoring/validation/promql/expression.ts';
import { parsePromql } from '../../../../../src/domains/monitoring/validation/promql/parse.ts';
import { selectorsOf } from '../../../../../src/domains/monitoring/validation/promql/questions.ts';
import { checkStatically } from '../../../../../src/domains/monitoring/validation/rules/checks/every.ts';
import { readRuleText } from '../../../../../src/domains/monitoring/validation/rules/readers/read.ts';

function read(text: string): Expression {
  const { expression, error } = parsePromql(text);
  if (expression === undefined) throw new Error(`${error.at}: ${error.text}`);
  return expression;
}

function found(expr: string): string[] {
  const rules = [{ alert: 'A', expr, for: '5m' }];
  const { findings } = checkStatically([readRuleText(JSON.stringify({ groups: [{ name: 'g', rules }] }), 'r')], {
    requiredLabels: [],
    requiredAnnotations: [],
    scrape: { byJobMs: new Map(), otherMs: 15_000, isKnown: true },
  });
  return findings.map(({ kind, check, what }) => `${kind} ${check}: ${what}`);
}

const row = (count: number, one: (index: number) => string, by = ' or ') =>
  Array.from({ length: count }, (_, index) => one(index)).join(by);

test('thousands of `or` in a row are read, each at its place', () => {
  const text = row(3000, (index) => `m${index}{a="or b # no comment"} > ${index}`);
  const selectors = selectorsOf(read(text));
  expect(selectors).toHaveLength(3000);
  for (const [index, { from, to, metric }] of selectors.entries()) {
    expect(metric).toBe(`m${index}`);
    expect(text.slice(from, to)).toBe(`m${index}{a="or b # no comment"}`);
  }
  for (const part of everyPart(read(text)))
    if (part.kind === 'binary' && part.operator === 'or') expect(text.slice(part.sign.from, part.sign.to)).toBe('or');
  expect(found(text)).toEqual([]);
});

test('what is wrong in such a row is found where it is', () => {
  expect(found(row(3000, (index) => (index === 2000 ? 'm{a="x",a="y"} > 1' : `m${index} > 1`)))).toEqual([
    'wrong impossible: The matchers of m for the label a exclude each other: it selects nothing.',
  ]);
  const broken = row(3000, (index) => (index === 2000 ? 'm >> 1' : `m${index} > 1`));
  expect(parsePromql(broken).error).toEqual({ at: broken.indexOf('>> ') + 1, text: 'unexpected `>`' });
});

test('matching, comments and brackets of such a row are kept', () => {
  const text = row(300, (index) => `on (a) (m${index} or n) # one or more\n`, 'or ').replace('on (a) ', '');
  const ors = everyPart(read(text)).filter((part) => part.kind === 'binary' && part.operator === 'or');
  expect(ors).toHaveLength(299 + 300);
  expect(ors.filter((part) => part.kind === 'binary' && part.matching?.names[0] === 'a')).toHaveLength(299);
  // Matched in different ways, the order of brackets counts: each `or` has all before it on its left.
  const mixed = read(row(300, (index) => (index === 0 ? 'm' : `${index % 2 ? 'on (a) ' : ''}m${index}`)));
  expect(mixed.kind === 'binary' && mixed.right).toMatchObject({ kind: 'selector', metric: 'm299' });
});

test.each([
  ['brackets', `${'('.repeat(3000)}m > 1${')'.repeat(3000)}`],
  ['sums', `${row(3000, (index) => `m${index}`, ' + ')} > 1`],
])('of too many %s it is said that they were not looked at, and not that they are wrong', (_, expr) => {
  expect(found(expr)).toEqual([
    'gap syntax: The expression of A is too long, or nested too deeply, to be looked at here; only promtool is asked about it.',
  ]);
});
