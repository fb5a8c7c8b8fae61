import { describe, expect, it } from 'vitest';
import { judgeChecklist } from '../../../src/domains/readiness/checklist.ts';
import { lines } from '../../../src/domains/readiness/checklist-lines.ts';
import { objective, part } from './made-facts.ts';

type Evidence = Parameters<typeof judgeChecklist>[0][number];

const gates = ['security', 'compliance', 'functional', 'uat', 'rehearsal', 'performance', 'readiness', 'approval'];

/** Everything that the checklist asks for, shown. */
function shown(): Evidence[] {
  const ids = lines.flatMap(({ objectives = [], also = [], some = [] }) => [...objectives, ...also, ...some]);
  return [
    { kind: 'asked', stableHours: 48, availabilityPercent: 99.95, gates, isPromotion: true },
    ...[...new Set(ids)].map((id) => objective(id)),
    objective('stable-time', { value: 50, unit: 'h', comparison: '>=', target: 24 }),
    objective('availability', { value: 99.99, low: 99.97, high: 100, unit: '%', comparison: '>=', target: 99.99 }),
    ...['dependencies', 'code', 'dynamic'].map((id) => part(`security.${id}`)),
    ...['unit', 'smoke', 'integration'].map((id) => part(`functional.${id}`)),
    ...['regression.replay', 'integration.contracts', 'rehearsal.blue-green', 'rehearsal.migration'].map((id) =>
      part(id),
    ),
    ...gates
      .filter((id) => id !== 'readiness' && id !== 'approval')
      .map((id): Evidence => ({ kind: 'gate', id, title: id, verdict: 'pass', summary: 'all passed' })),
    { kind: 'own', id: 'readiness.approval', verdict: 'pass', reason: 'Approved by Ann and Bob.' },
    { kind: 'own', id: 'promotion.plan', verdict: 'pass', reason: 'It has 9 steps.' },
  ];
}

const isOf = (id: string) => (one: Evidence) => 'id' in one && one.id === id;
const without = (id: string) => shown().filter((one) => !isOf(id)(one));
const changed = (id: string, more: object) =>
  shown().map((one) => (isOf(id)(one) ? ({ ...one, ...more } as Evidence) : one));
const verdicts = (evidence: Evidence[]) =>
  new Map(judgeChecklist(evidence).checks.map(({ id, verdict }) => [id, verdict]));
const readyOf = (evidence: Evidence[]) =>
  judgeChecklist(evidence).figures.find(({ name }) => name === 'production_ready')?.value;

describe('the readiness checklist', () => {
  it('is shown, line by line, and production_ready', () => {
    const judged = judgeChecklist(shown());
    expect(judged.checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(judged.checks.length).toBe(20);
    expect(readyOf(shown())).toBe('true');
    expect(judged.tables?.[0]?.rows.map(([box]) => box)).toEqual(lines.map(({ box }) => box));
  });

  it('passes nothing without evidence', () => {
    expect([...verdicts([]).values()].filter((verdict) => verdict === 'pass')).toEqual([]);
    expect(readyOf([])).toBe('false');
  });

  it('has 48 hours and 99.95 % of its own, whatever the objectives ask for', () => {
    const short = changed('stable-time', { value: 24, verdict: 'pass' });
    expect(verdicts(short).get('stable')).toBe('inconclusive');
    expect(
      verdicts(changed('availability', { value: 99.9, low: 99.8, high: 99.94, verdict: 'pass' })).get('uptime'),
    ).toBe('fail');
    expect(verdicts(changed('availability', { value: 99.96, low: 99.9, high: 100 })).get('uptime')).toBe(
      'inconclusive',
    );
    expect(judgeChecklist(short).checks[0]?.title).toBe('48 h stable');
  });

  // The truth table: whatever is not shown leaves its line, the decision and the whole open.
  it.each([
    ['missing', 'stable', without('stable-time')],
    ['missing', 'uptime', without('availability')],
    ['missing', 'throughput', without('throughput')],
    ['missing', 'vulnerabilities', without('security.dependencies')],
    ['missing', 'penetration', without('security.dynamic')],
    ['missing', 'compliance', without('compliance')],
    ['missing', 'integration', without('integration.contracts')],
    ['missing', 'approved', without('readiness.approval')],
    ['missing', 'plan', without('promotion.plan')],
    ['missing', 'rollback', without('rehearsal.blue-green')],
    ['empty', 'stable', changed('stable-time', { value: null })],
    ['empty', 'throughput', changed('throughput', { value: null })],
    ['NaN', 'stable', changed('stable-time', { value: Number.NaN })],
    ['NaN', 'uptime', changed('availability', { value: Number.NaN, low: Number.NaN, high: Number.NaN })],
    ['in another unit', 'stable', changed('stable-time', { unit: 'ms', value: 172_800_000 })],
    ['in another unit', 'uptime', changed('availability', { unit: 'score', value: 99.99 })],
    [
      'stale',
      'stable',
      changed('stable-time', { verdict: 'inconclusive', reason: 'r1 does not show it: it is too old.' }),
    ],
    ['not judged', 'security-gates', changed('security', { verdict: 'not run' })],
    [
      'skipped',
      'critical-paths',
      changed('functional.smoke', { verdict: 'inconclusive', reason: 'It was not asked for.' }),
    ],
    ['open', 'resources', changed('utilization', { verdict: 'inconclusive', reason: 'Not measured.' })],
  ])('is open where something is %s: %s', (_, line, evidence) => {
    const found = verdicts(evidence);
    expect(found.get(line)).toBe('inconclusive');
    expect(found.get('all')).not.toBe(line === 'approved' || line === 'plan' || line === 'rollback' ? 'fail' : 'pass');
    expect(readyOf(evidence)).toBe('false');
  });

  it('fails where the same is there twice and one failed', () => {
    const evidence = [
      ...shown(),
      part('security.dependencies', { verdict: 'fail', reason: 'CVE-2026-1 is critical.' }),
    ];
    expect(verdicts(evidence).get('vulnerabilities')).toBe('fail');
    expect(verdicts(evidence).get('all')).toBe('fail');
  });

  it('is open where a gate of the policy is, though every line is shown', () => {
    const evidence = changed('performance', { verdict: 'inconclusive', summary: 'too short' });
    expect(verdicts(evidence).get('all')).toBe('inconclusive');
    expect(readyOf(evidence)).toBe('false');
  });

  it('asks for gates by a policy: without one not all is known', () => {
    const evidence = shown().map((one) => (one.kind === 'asked' ? { ...one, gates: [] } : one));
    expect(verdicts(evidence).get('all')).toBe('inconclusive');
  });
});
