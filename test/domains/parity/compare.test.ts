import { describe, expect, it } from 'vitest';
import { type CompareOptions, compare } from '../../../src/domains/parity/compare/compare.ts';
import { ruleSchema } from '../../../src/domains/parity/compare/rules.ts';
import { side } from './sides.ts';

const usual: CompareOptions = { rules: [], names: [], today: '2026-11-29' };
const rules = (...all: object[]): CompareOptions => ({ ...usual, rules: all.map((rule) => ruleSchema.parse(rule)) });
const named = (production: object, staging: object, options = usual) =>
  compare(side('production', production), side('staging', staging), options).differences.map(
    ({ item, kind }) => `${kind} ${item}`,
  );

describe('items', () => {
  it.each([
    ['sizes', { 'memory/shop/limit': '2048Mi' }, { 'memory/shop/limit': '2Gi' }],
    ['cores', { 'cpu/shop/limit': '500m' }, { 'cpu/shop/limit': 0.5 }],
    ['durations in settings', { 'configuration/a': '90s' }, { 'configuration/a': '1m30s' }],
    ['a number as text', { 'environment/shop/PORT': 8080 }, { 'environment/shop/PORT': '8080' }],
    ['lists in another order', { 'tls/a/versions': ['b', 'a'] }, { 'tls/a/versions': ['a', 'b'] }],
    ['absent and not listed', { 'cdn/a': { state: 'absent' } }, {}],
    ['by default and set to the same', { 'limit/a': { value: 5, state: 'default' } }, { 'limit/a': 5 }],
    ['by default, where a person lists what is set', { 'limit/a': { value: 5, state: 'default' } }, {}],
  ])('are equal: %s', (_, production, staging) => {
    expect(named(production, staging)).toEqual([]);
    expect(named(staging, production)).toEqual([]);
  });

  it.each([
    ['1Gi and 1G', { 'memory/shop/limit': '1Gi' }, { 'memory/shop/limit': '1G' }, 'differs memory/shop/limit'],
    ['version 1.10 and 1.1', { 'version/a': '1.10' }, { 'version/a': '1.1' }, 'differs version/a'],
    ['true and "yes"', { 'configuration/a': true }, { 'configuration/a': 'yes' }, 'differs configuration/a'],
    ['empty and absent', { 'environment/a': '' }, { 'environment/a': { state: 'absent' } }, 'missing environment/a'],
    ['one that is missing', { 'environment/a': 'x' }, {}, 'missing environment/a'],
    ['one too many', {}, { 'environment/a': 'x' }, 'extra environment/a'],
    ['default and set otherwise', { 'limit/a': { value: 5, state: 'default' } }, { 'limit/a': 6 }, 'differs limit/a'],
    [
      'an order that matters',
      { 'configuration/a': { value: ['a', 'b'], ordered: true } },
      { 'configuration/a': ['b', 'a'] },
      'differs configuration/a',
    ],
    ['a list twice as long', { 'tls/a': ['a'] }, { 'tls/a': ['a', 'a'] }, 'differs tls/a'],
  ])('differ: %s', (_, production, staging, expected) => {
    expect(named(production, staging)).toEqual([expected]);
  });

  it('are of one environment only where somebody says so', () => {
    const own = { 'dns/a': { value: '10.0.0.1', own: 'an address' } };
    const result = compare(
      side('production', own),
      side('staging', { 'dns/a': { value: '10.0.0.2', own: 'x' } }),
      usual,
    );
    expect([result.differences, result.own]).toEqual([[], 1]);
  });

  it('go by another name in each environment', () => {
    const production = { 'instances/shop-prod': 3, 'configuration/host': 'db.example.com' };
    const staging = { 'instances/shop-stage': 3, 'configuration/host': 'db.stage.example.com' };
    const names = [
      { production: 'shop-prod', staging: 'shop-stage' },
      { production: 'example.com', staging: 'stage.example.com' },
    ];
    expect(named(production, staging, { ...usual, names })).toEqual([]);
    expect(named(production, staging).length).toBe(3);
  });
});

describe('rules', () => {
  const counts = (production: number, staging: number, scale: string) =>
    named(
      { 'instances/shop': production },
      { 'instances/shop': staging },
      rules({ item: 'instances/*', rule: 'ratio', scale }),
    );
  it('scale, and a part of an instance is one', () => {
    expect(counts(3, 1, '1:3')).toEqual([]);
    expect(counts(10, 4, '1:3')).toEqual([]);
    expect(counts(10, 3, '1:3')).toEqual(['differs instances/shop']);
    expect(counts(3, 3, '1:3')).toEqual(['differs instances/shop']);
    const memory = rules({ item: 'memory/**', rule: 'ratio', scale: '1:2' });
    expect(named({ 'memory/a/limit': '1Gi' }, { 'memory/a/limit': '512Mi' }, memory)).toEqual([]);
    expect(named({ 'memory/a/limit': '1Gi' }, { 'memory/a/limit': '513Mi' }, memory)).not.toEqual([]);
  });
  it('ask for as much or more, also of versions', () => {
    const least = rules({ item: '**', rule: 'at-least' });
    expect(named({ 'version/a': '16.4' }, { 'version/a': '16.10' }, least)).toEqual([]);
    expect(named({ 'version/a': '16.10' }, { 'version/a': '16.4' }, least)).toEqual(['differs version/a']);
    expect(named({ 'cpu/a/limit': '1' }, { 'cpu/a/limit': '900m' }, least)).toEqual(['differs cpu/a/limit']);
    const open = compare(side('production', { 'flag/a': 'x' }), side('staging', { 'flag/a': 'y' }), least);
    expect([open.differences.length, open.notCompared[0]?.reason]).toEqual([
      0,
      'the rule at-least needs numbers on both sides',
    ]);
  });
  it('do not hide what is not there', () => {
    for (const rule of ['at-least', 'present', 'different'])
      expect(named({ 'limit/a': 5 }, {}, rules({ item: 'limit/*', rule }))).toEqual(['missing limit/a']);
  });
  it('ask for another value', () => {
    const other = rules({ item: 'configuration/a', rule: 'different' });
    expect(named({ 'configuration/a': 'x' }, { 'configuration/a': 'y' }, other)).toEqual([]);
    expect(named({ 'configuration/a': 'x' }, { 'configuration/a': 'x' }, other)).toEqual(['differs configuration/a']);
  });
  it('that ignore end on their day, and an unused one is named', () => {
    const ignored = { item: 'cdn/**', rule: 'ignored', owner: 'platform', reason: 'none here', until: '2026-11-29' };
    const sides = [side('production', { 'cdn/a': 'x' }), side('staging', {})] as const;
    const before = compare(...sides, rules(ignored));
    expect([before.differences.length, before.ignored.length, before.expiredRules]).toEqual([0, 1, []]);
    const after = compare(...sides, { ...rules(ignored), today: '2026-11-30' });
    expect(after.differences.map(({ item, rule }) => [item, rule])).toEqual([
      ['cdn/a', 'expired: not compared (none here, platform, until 2026-11-29)'],
    ]);
    expect(after.expiredRules.length).toBe(1);
    const unused = compare(side('production', {}), side('staging', {}), rules({ ...ignored, item: 'flag/none' }));
    expect(unused.unusedRules).toEqual(['flag/none: not compared (none here, platform, until 2026-11-29)']);
  });
  it.each([
    [{ item: 'a', rule: 'ignored' }],
    [{ item: 'a', rule: 'ratio' }],
    [{ item: 'a', rule: 'equal', scale: '1:3' }],
    [{ item: 'a', rule: 'ratio', scale: '0:3' }],
    [{ item: 'a', rule: 'same' }],
  ])('are refused where they lack something: %j', (rule) => expect(ruleSchema.safeParse(rule).success).toBe(false));
});

describe('what was not captured', () => {
  const all = { 'memory/shop/limit': '1Gi', 'cpu/shop/limit': 1 };
  it('is no difference, and lowers the coverage', () => {
    const production = side('production', all, { kind: 'kubernetes' });
    const staging = side('staging', { 'cpu/shop/limit': 1 }, { kind: 'kubernetes', covers: ['cpu'] });
    const result = compare(production, staging, usual);
    expect([result.differences, result.score]).toEqual([[], 100]);
    expect(result.notCompared[0]).toEqual({
      item: 'memory/shop/limit',
      reason: 'staging: nobody looked at this memory',
    });
    expect(result.coverage).toBeLessThan(10);
    expect(result.notCompared.map(({ item }) => item)).toContain('backup/**');
  });
  it('is a difference where a source of the same kind looked', () => {
    const production = side('production', all, { kind: 'kubernetes' });
    const staging = side('staging', { 'cpu/shop/limit': 1 }, { kind: 'kubernetes' });
    expect(compare(production, staging, usual).differences.length).toBe(0);
    const items = Object.fromEntries(Object.entries(all).map(([key, value]) => [key, { value, source: 'kubernetes' }]));
    const looked = compare(side('production', items, { kind: 'kubernetes' }), staging, usual);
    expect(looked.differences.map(({ item }) => item)).toEqual(['memory/shop/limit']);
  });
  it('leaves an aspect out only where a rule says so', () => {
    const empty = [side('production', {}, { covers: [] }), side('staging', {}, { covers: [] })] as const;
    expect(compare(...empty, usual).coverage).toBe(0);
    const rest = rules({ item: 'cdn/**', rule: 'ignored', owner: 'a', reason: 'b', until: '2027-01-01' });
    const result = compare(...empty, rest);
    expect(result.aspects.find(({ aspect }) => aspect === 'cdn')?.coverage).toBe(null);
    expect(result.unusedRules).toEqual([]);
  });
});

describe('secrets', () => {
  const hash = (digit: string) => ({ 'configuration/a': { value: `hmac-sha256:${digit.repeat(40)}`, secret: true } });
  const of = (production: object, staging: object, keys: [string, string] = ['k', 'k']) =>
    compare(side('production', production, { keyId: keys[0] }), side('staging', staging, { keyId: keys[1] }), usual);
  it('are compared by their hashes, and shown by none of their value', () => {
    expect(of(hash('1'), hash('1')).differences).toEqual([]);
    const [found] = of(hash('1'), hash('2')).differences;
    expect(found?.production).toMatch(/^a secret, hmac-sha256:1{8}…$/);
    expect(found?.remedy).toMatch(/`different` or `present`/);
  });
  it('are not compared without the same key', () => {
    const result = of(hash('1'), hash('2'), ['k', 'other']);
    expect([result.differences.length, result.notCompared[0]?.item]).toEqual([0, 'configuration/a']);
  });
});
