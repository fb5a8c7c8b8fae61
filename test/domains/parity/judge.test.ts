import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/domains/parity/compare/compare.ts';
import { ruleSchema } from '../../../src/domains/parity/compare/rules.ts';
import { aspectIds } from '../../../src/domains/parity/descriptor/aspects.ts';
import type { Descriptor } from '../../../src/domains/parity/descriptor/format.ts';
import {
  type Evidence,
  evidenceOfComparison,
  evidenceOfSide,
  isOneCapture,
  evidence as schema,
} from '../../../src/domains/parity/validation/evidence.ts';
import { judge } from '../../../src/domains/parity/validation/judge.ts';
import { verdictOf } from '../../../src/domains/part.ts';
import { percent } from '../../../src/report-kit/format.ts';
import { side } from './sides.ts';

const now = Date.parse('2026-11-29T00:00:00Z');
const all = { 'instances/shop': 3, 'memory/shop/limit': '1Gi' };

function evidenceOf(
  production: Descriptor,
  staging: Descriptor,
  minimumCoverage = 90,
  ignoredItems: readonly string[] = [],
): Evidence[] {
  const rules = ignoredItems.map((item) =>
    ruleSchema.parse({ item, rule: 'ignored', owner: 'a', reason: 'b', until: '2027-01-01' }),
  );
  const about = { maximumAgeDays: 30, ageless: null, now };
  const comparison = compare(production, staging, { rules, names: [], today: '2026-11-29' });
  const oneCapture = { minimumCoverage, isOneCapture: isOneCapture(production, staging) };
  return [
    evidenceOfSide('production', production, about),
    evidenceOfSide('staging', staging, about),
    evidenceOfComparison(comparison, oneCapture),
  ].map((each) => schema.parse(JSON.parse(JSON.stringify(each))));
}
const judged = (evidence: Evidence[]) => judge(evidence.map((data) => ({ atMs: 0, data })));
const verdict = (evidence: Evidence[]) => {
  const { checks } = judged(evidence);
  return [verdictOf(checks), ...checks.filter((each) => each.verdict !== 'pass').map(({ id }) => id)];
};

describe('two captures', () => {
  it('pass where nothing differs, all was looked at, and both are fresh', () => {
    const found = judged(evidenceOf(side('production', all), side('staging', all)));
    expect(verdictOf(found.checks)).toBe('pass');
    expect(found.figures.slice(0, 2)).toEqual([
      { name: 'Parity score', value: percent(100) },
      { name: 'Coverage', value: percent(100) },
    ]);
  });
  it('fail by a difference, which is named with risk and remedy', () => {
    const found = judged(evidenceOf(side('production', all), side('staging', { ...all, 'instances/shop': 2 })));
    expect(verdictOf(found.checks)).toBe('fail');
    expect(found.checks[0]?.reason).toMatch(
      /1 difference among 2 items, score 50\s%: instances\/shop \(production 3, staging 2\)/,
    );
    expect(found.tables?.[0]?.rows[0]?.slice(0, 4)).toEqual(['instances/shop', '3', '2', 'equal']);
  });
  it('are open where little was compared, though all of it is equal', () => {
    const some = { covers: ['instances', 'memory'] as const };
    expect(verdict(evidenceOf(side('production', all, some), side('staging', all, some)))).toEqual([
      'inconclusive',
      'coverage',
    ]);
  });
  it('are open where rules leave out nearly all of it, which is said and counts for nothing', () => {
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`flag/f${at}`, at]));
    const sides = [side('production', { ...all, ...many }), side('staging', all)] as const;
    const found = judged(evidenceOf(...sides, 90, ['flag/*', ...aspectIds.slice(4, 16).map((each) => `${each}/**`)]));
    expect(verdictOf(found.checks)).toBe('inconclusive');
    const [items, coverage] = found.checks;
    expect(items).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/^2 items compared.*12 left out by rules/),
    });
    expect(coverage?.reason).toMatch(
      /^Only 3\d(?:\.\d+)?\s%.* 12 items are left out by rules; left out as a whole: .*and 6 more\./,
    );
    expect(found.coverage?.[0]).toMatchObject({ covered: 7, total: 19 });
    expect(found.coverage?.[0]?.gaps).toContain('Feature flags: left out');
    // A part of an aspect that is left out was not compared either.
    const [, , part] = evidenceOf(side('production', all), side('staging', all), 90, ['memory/shop/limit']);
    expect(part).toMatchObject({ coverage: expect.closeTo((18 / 19) * 100, 5) });
  });
  it('say once why much of it could not be compared', () => {
    const many = Object.fromEntries(Array.from({ length: 95 }, (_, at) => [`version/shop/v${at}`, at]));
    const blind = side('staging', all, { covers: aspectIds.filter((each) => each !== 'version') });
    const reason = '/settings cannot be read: it answers 401';
    const staging = {
      ...blind,
      sources: blind.sources.map((each) => ({ ...each, gaps: [{ aspect: 'version' as const, reason }] })),
    };
    const found = judged(evidenceOf(side('production', { ...all, ...many }), staging));
    const texts = [...found.checks.map((each) => each.reason), ...(found.coverage?.[0]?.gaps ?? [])];
    expect(texts.filter((text) => text.includes(reason))).toEqual([
      expect.stringContaining('95 items could not be compared. 95 items (version/shop/v0, '),
      expect.stringContaining('95 items'),
    ]);
  });
  it('are open where nothing was', () => {
    expect(verdict(evidenceOf(side('production', {}), side('staging', {})))).toEqual(['inconclusive', 'items']);
    expect(verdict([])).toEqual(['inconclusive', 'items']);
  });
  it.each([
    ['old', '2026-10-29T00:00:00Z'],
    ['of the future', '2026-12-29T00:00:00Z'],
  ])('are open where one is %s', (_, capturedAt) => {
    expect(verdict(evidenceOf(side('production', all, { capturedAt }), side('staging', all)))).toEqual([
      'inconclusive',
      'age',
    ]);
  });
  it('are as old as what is oldest in them', () => {
    const old = { ...all, 'instances/shop': { value: 3, capturedAt: '2026-01-01T00:00:00Z' } };
    expect(verdict(evidenceOf(side('production', old), side('staging', all)))).toEqual(['inconclusive', 'age']);
  });
  it('are open where they are one', () => {
    expect(verdict(evidenceOf(side('production', all), side('production', all)))).toEqual(['inconclusive', 'captures']);
  });
  it('are open where a side is missing from the evidence', () => {
    const [, staging, comparison] = evidenceOf(side('production', all), side('staging', all));
    if (staging === undefined || comparison === undefined) throw new Error('no evidence');
    expect(verdict([staging, comparison])).toEqual(['inconclusive', 'age']);
  });
});
