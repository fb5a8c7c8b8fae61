import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/domains/parity/compare/compare.ts';
import { type Aspect, aspectIds } from '../../../src/domains/parity/descriptor/aspects.ts';
import { descriptorOf } from '../../../src/domains/parity/descriptor/file.ts';
import type { Descriptor } from '../../../src/domains/parity/descriptor/format.ts';
import {
  type Evidence,
  evidenceOfComparison,
  evidenceOfSide,
  isOneCapture,
  evidence as schema,
} from '../../../src/domains/parity/validation/evidence.ts';
import { judge } from '../../../src/domains/parity/validation/judge.ts';
import { sameAddresses, samePlaces } from '../../../src/domains/parity/validation/places.ts';
import { verdictOf } from '../../../src/domains/part.ts';
import { side } from './sides.ts';

const usual = { rules: [], names: [], today: '2026-11-29' };
const compared = (production: object, staging: object) =>
  compare(side('production', production), side('staging', staging), usual);

describe("a side's own word", () => {
  const because = { value: 1, own: 'because' };
  it.each([
    ['another value', { 'instances/shop': 3 }, { 'instances/shop': because }, 'differs'],
    ['one too many', {}, { 'instances/shop': because }, 'extra'],
    ['one that is missing', { 'instances/shop': because }, {}, 'missing'],
  ])('silences nothing: %s', (_, production, staging, kind) => {
    expect(compared(production, staging).differences.map((each) => each.kind)).toEqual([kind]);
  });
  it('of a reader, of what the other side lacks, is not compared, and counts so', () => {
    const one = side('production', { 'database/shop/data_directory': { ...because, source: 'postgres' } });
    const found = compare(one, side('staging', { 'database/a': 1 }, { kind: 'terraform' }), usual);
    expect(found.notCompared).toContainEqual({
      item: 'database/shop/data_directory',
      reason: 'of one side only, which says: because; a rule may leave it out',
    });
    // A person does not list what a reader knows to be of one machine.
    expect(compare(one, side('staging', { 'database/a': 1 }), usual)).toMatchObject({ notCompared: [], own: 1 });
    expect(found.coverage).toBeLessThan(100);
  });
  it('holds where both have it', () => {
    const found = compared({ 'dns/a': { value: 'x', own: 'an address' } }, { 'dns/a': { value: 'y', own: 'too' } });
    expect([found.differences, found.own]).toEqual([[], 1]);
  });
});

/** A capture by a machine. */
function captured(
  environment: string,
  more: {
    capturedAt?: string;
    at?: string;
    gaps?: { aspect: Aspect; reason: string }[];
    from?: string;
    kind?: string;
    items?: object;
  } = {},
): Descriptor {
  const { capturedAt = '2026-11-28T00:00:00.000Z', at = capturedAt, gaps = [], kind = 'kubernetes' } = more;
  const items = more.items ?? { 'instances/shop': 3, 'memory/shop/limit': '1Gi' };
  return descriptorOf(
    {
      ...{ format: 'shakedown.parity/1', environment, capturedAt },
      sources: [{ kind, from: more.from ?? 'a file', capturedAt: at, covers: aspectIds, gaps }],
      items: Object.fromEntries(Object.entries(items).map(([key, value]) => [key, { value, source: kind }])),
    },
    'a test',
  );
}

function verdict(production: Descriptor, staging: Descriptor): string[] {
  const about = { maximumAgeDays: 30, ageless: null, now: Date.parse('2026-11-29T00:00:00Z') };
  const evidence: Evidence[] = [
    evidenceOfSide('production', production, about),
    evidenceOfSide('staging', staging, about),
    evidenceOfComparison(compare(production, staging, usual), {
      minimumCoverage: 90,
      isOneCapture: isOneCapture(production, staging),
      samePlaces: samePlaces(production, staging),
    }),
  ];
  const { checks } = judge(evidence.map((data) => ({ atMs: 0, data: schema.parse(data) })));
  return [verdictOf(checks), ...checks.filter((each) => each.verdict !== 'pass').map(({ id }) => id)];
}

describe('what a source could not see', () => {
  const gaps = aspectIds.map((aspect) => ({ aspect, reason: 'forbidden' }));
  const later = { capturedAt: '2026-11-28T01:00:00.000Z' };
  it('is not covered, whatever the source says that it covers', () => {
    const found = compare(captured('production'), captured('staging', { ...later, gaps }), usual);
    expect(found.differences).toEqual([]);
    expect(found.coverage).toBeLessThan(10);
    expect(found.aspects.filter(({ coverage }) => coverage === 1)).toEqual([]);
    expect(found.notCompared).toContainEqual({
      item: 'instances/**',
      reason: 'not all of it was seen: staging: forbidden',
    });
    expect(verdict(captured('production'), captured('staging', { ...later, gaps }))).toEqual([
      'inconclusive',
      'coverage',
    ]);
    expect(verdict(captured('production'), captured('staging', later))).toEqual(['pass']);
  });
  it('is no difference where the other side has it', () => {
    const nodes = captured('production', { items: { 'instances/shop': 3, 'instances/nodes': 5 } });
    const few = { ...later, items: { 'instances/shop': 3 }, gaps: gaps.slice(0, 1) };
    expect(gaps[0]?.aspect).toBe('instances');
    expect(compare(nodes, captured('staging', few), usual).differences).toEqual([]);
    expect(compare(nodes, captured('staging', { ...few, gaps: [] }), usual).differences).toHaveLength(1);
  });
});

describe('one capture on both sides', () => {
  const at = '2026-11-28T00:00:00.000Z';
  it.each([
    ['its time moved', captured('production', { capturedAt: '2026-11-28T00:00:01.000Z', at })],
    ['its name changed', captured('staging', { at })],
    ['both', captured('staging', { capturedAt: '2026-11-28T00:00:01.000Z', at })],
    ['written by a person, its time moved', null],
  ])('is seen: %s', (_, other) => {
    const written = (capturedAt: string) => side('production', { 'instances/shop': 3 }, { capturedAt });
    const sides = other === null ? ([written(at), written('2026-11-28T00:00:01Z')] as const) : null;
    const [one, two] = sides ?? [captured('production', { at }), other as Descriptor];
    expect(verdict(one, two)).toEqual(['inconclusive', 'captures']);
  });
  it('is not one of two environments that are alike', () => {
    expect(verdict(captured('production'), captured('staging', { at: '2026-11-28T00:00:01.000Z' }))).toEqual(['pass']);
  });
});

describe('one place on both sides', () => {
  it('is seen in captures', () => {
    const of = (environment: string, capturedAt: string, kind: string, from: string) =>
      captured(environment, { capturedAt, kind, from });
    const both = (kind: string, first: string, second = first) =>
      verdict(
        of('production', '2026-11-28T00:00:00.000Z', kind, first),
        of('staging', '2026-11-28T01:00:00.000Z', kind, second),
      );
    expect(both('outside', 'shop.example.com, a.example.com', 'shop.example.com')).toEqual([
      'inconclusive',
      'captures',
    ]);
    expect(both('outside', 'shop.example.com', 'staging.example.com')).toEqual(['pass']);
    expect(both('kubernetes', 'kubectl, the context shop, namespace a')).toEqual(['inconclusive', 'captures']);
    expect(both('kubernetes', 'kubectl, the current context')).toEqual(['pass']);
  });
  it('is seen in the configuration', () => {
    const nothing = { environment: '', kubernetes: null, kubernetesFiles: [], terraform: [], compose: [], outside: [] };
    const of = (url: string, file: string) => ({
      ...{ ...nothing, postgres: [{ name: 'a', url }], served: [], compose: [file] },
    });
    expect(sameAddresses(of('postgres://a:b@db/shop', '/a'), of('postgres://c:d@db/shop', '/b'))).toEqual([
      'postgres://db/shop',
    ]);
    expect(sameAddresses(of('postgres://db/shop', '/a'), of('postgres://other/shop', '/a'))).toEqual(['/a']);
    expect(sameAddresses(of('postgres://db/shop', '/a'), null)).toEqual([]);
  });
});

it.each([
  ['v1.2.0', '1.2.0', 0],
  ['V1.2.0', 'v1.2.0', 0],
  ['v1.2.0', '1.2.1', 1],
  ['v1.10', '1.1', 1],
  ['victory', 'ictory', 1],
])('version %s against %s: %d differences', (one, other, count) => {
  expect(compared({ 'version/shop': one }, { 'version/shop': other }).differences).toHaveLength(count);
});
