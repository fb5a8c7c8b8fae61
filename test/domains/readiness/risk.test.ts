import { describe, expect, it } from 'vitest';
import type { ObjectiveFact } from '../../../src/domains/readiness/facts.ts';
import { headroomOf, judgeRisk, msOf, type RiskEvidence } from '../../../src/domains/readiness/risk.ts';
import { risksOf } from '../../../src/domains/readiness/risk-rules.ts';

const low: RiskEvidence = {
  ...{ kind: 'inputs', atMost: 15, headroom: { percent: 60, of: 'Response time p95' }, rollbackMs: 900 },
  ...{ isRollbackShown: true, waived: [], untested: [], changes: 3, missed: 0 },
  availability: { percent: 100, target: 99.99 },
};
const judged = (more: Partial<RiskEvidence> = {}) => {
  const { checks } = judgeRisk({ ...low, ...more });
  return Object.fromEntries(checks.map(({ id, verdict, reason }) => [id, { verdict, reason }]));
};
const scores = (more: Partial<RiskEvidence> = {}) =>
  Object.fromEntries(risksOf({ ...low, ...more }).map(({ id, likelihood, impact }) => [id, [likelihood, impact]]));

describe('the risks', () => {
  it('are known and may be accepted where all was measured well', () => {
    expect(judged()).toMatchObject({ known: { verdict: 'pass' }, highest: { verdict: 'pass' } });
  });

  it('follow from what was measured by a rule that stands beside it', () => {
    expect(scores()).toMatchObject({ headroom: [1, 4], rollback: [2, 1], changes: [1, 3], untested: [1, 4] });
    expect(scores({ headroom: { percent: 0, of: 'p99' } }).headroom).toEqual([3, 4]);
    expect(scores({ headroom: { percent: -1, of: 'p99' } }).headroom).toEqual([5, 4]);
    expect(scores({ rollbackMs: 400_000, isRollbackShown: false }).rollback).toEqual([4, 4]);
    expect(scores({ changes: 250 }).changes).toEqual([5, 3]);
    expect(scores({ missed: 4 }).attempts).toEqual([4, 4]);
    expect(scores({ waived: ['vital-lcp'] }).waivers).toEqual([2, 4]);
    expect(scores({ availability: { percent: 99.9, target: 99.99 } }).availability).toEqual([4, 5]);
    expect(judgeRisk(low).tables?.[0]?.rows.every((row) => (row[2] ?? '').includes('impact'))).toBe(true);
  });

  it.each<[string, Partial<RiskEvidence>]>([
    ['the load that it can take', { headroom: null }],
    ['the rollback', { rollbackMs: null }],
    ['what changed', { changes: null }],
    ['the availability', { availability: null }],
  ])('are not known without %s', (_, more) => {
    expect(judged(more).known?.verdict).toBe('inconclusive');
  });

  it('are more than may be accepted', () => {
    const over = judged({ headroom: { percent: -5, of: 'Response time p99' } }).highest;
    expect(over).toMatchObject({
      verdict: 'fail',
      reason: expect.stringMatching(/20 of 25 \(very high; Response time p99/),
    });
    expect(judged({ headroom: { percent: -5, of: 'p99' }, atMost: 20 }).highest?.verdict).toBe('pass');
    expect(judged({ headroom: { percent: 0.5, of: 'p99' } }).highest?.verdict).toBe('pass');
  });

  it('of what was not tested accuse nobody', () => {
    const untested = ['a', 'b', 'c', 'd', 'e', 'f'];
    expect(judged({ untested }).highest?.verdict).toBe('inconclusive');
    expect(judged({ untested, headroom: { percent: -5, of: 'p99' } }).highest?.verdict).toBe('fail');
  });

  it('were not looked for', () => {
    expect(judgeRisk(undefined).checks[0]?.verdict).toBe('inconclusive');
  });

  it('read times as reports write them', () => {
    expect(['0.4 s', '1 min 2 s', '250 ms', '2 h', 'soon', '3 of 4', ''].map(msOf)).toEqual([
      400,
      62_000,
      250,
      7_200_000,
      null,
      null,
      null,
    ]);
  });
});

describe('the smallest distance to a target', () => {
  const fact = (id: string, value: number, more: Partial<ObjectiveFact>): ObjectiveFact => ({
    ...{
      kind: 'objective',
      id,
      gate: 'performance',
      title: id,
      runId: 'r',
      verdict: 'pass',
      value,
      low: null,
      high: null,
    },
    ...{ target: 100, comparison: '<', unit: 'ms', key: true, required: '', reason: '', changePercent: null, ...more },
  });
  const share = { target: 99, comparison: '>=', unit: '%' } as const;

  it.each([
    ['a time is measured in its target', [fact('p95', 60, {}), fact('p99', 30, {})], { of: 'p95', percent: 40 }],
    ['a share that should be high in what it may miss', [fact('served', 99.5, share)], { of: 'served', percent: 50 }],
    ['a share of all is as far as can be', [fact('served', 100, share)], { of: 'served', percent: 100 }],
    [
      'the capacity counts',
      [fact('capacity', 120, { gate: 'scalability', comparison: '>' })],
      { of: 'capacity', percent: 20 },
    ],
    [
      'what the load makes does not',
      [fact('throughput', 101, { comparison: '>' }), fact('steady-throughput', 100, share)],
      null,
    ],
    [
      'nor what is not key, is exact, or was not measured',
      [fact('a', 99, { key: false }), fact('b', 99, { comparison: '=' })],
      null,
    ],
  ])('%s', (_, facts, found) => {
    const headroom = headroomOf(facts);
    expect(headroom && { ...headroom, percent: Math.round(headroom.percent) }).toEqual(found);
  });
});
