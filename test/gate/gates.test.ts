import { describe, expect, test } from 'vitest';
import { evaluateGates } from '../../src/gate/gates.ts';
import { defaultObjectives, resolveObjectives } from '../../src/gate/objectives.ts';
import { headline, missingEvidence, overallVerdict, type RunOutcome } from '../../src/gate/overall.ts';
import { gateIds, type ObjectiveResult, type Verdict } from '../../src/model/verdict.ts';

const judged = ['performance', 'stability', 'parity'] as const;

/** All pass but those named. */
function results(others: Record<string, Verdict>): ObjectiveResult[] {
  const order = ['fail', 'inconclusive', 'pass'];
  return defaultObjectives
    .map(
      (objective): ObjectiveResult => ({
        objective,
        verdict: others[objective.id] ?? 'pass',
        value: objective.target,
        interval: null,
        samples: 9000,
        reason: `About ${objective.id}.`,
        changePercent: null,
      }),
    )
    .sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
}

function outcome(others: Record<string, Verdict>, more: Partial<RunOutcome> = {}): RunOutcome {
  const objectives = results(others);
  return {
    objectives,
    gates: evaluateGates(objectives, judged),
    engine: { name: 'k6', certifiable: true },
    interrupted: null,
    coveredMs: 60_000,
    plannedMs: 60_000,
    requests: { completed: 70_000, failed: 3 },
    mainError: 'status 500',
    ...more,
  };
}

function gate(others: Record<string, Verdict>, id: string) {
  return evaluateGates(results(others), judged).find((one) => one.id === id);
}

describe('a gate', () => {
  test('is passed by all of its objectives', () => {
    expect(gate({}, 'performance')).toMatchObject({ verdict: 'pass', score: 100 });
  });
  test('is vetoed by a key objective, whatever the score', () => {
    expect(gate({ 'response-p99': 'fail' }, 'performance')).toMatchObject({ verdict: 'fail', score: 76.9 });
    expect(gate({ 'response-p99': 'inconclusive' }, 'performance')?.verdict).toBe('inconclusive');
    expect(gate({ 'response-p99': 'inconclusive', 'error-rate': 'fail' }, 'performance')?.verdict).toBe('fail');
  });
  test('bears a lesser objective that fails, as long as the score does', () => {
    expect(gate({ 'response-p50': 'fail' }, 'performance')).toMatchObject({ verdict: 'pass', score: 92.3 });
    expect(gate({ coverage: 'fail' }, 'stability')).toMatchObject({ verdict: 'fail', score: 88.9 });
    expect(gate({ coverage: 'inconclusive' }, 'stability')?.verdict).toBe('inconclusive');
  });
  test('that this command does not judge is not run, and one without objectives is inconclusive', () => {
    const gates = evaluateGates(results({}), [...judged, 'security']);
    expect(gates.map(({ id }) => id)).toEqual([...gateIds]);
    expect(gates.find(({ id }) => id === 'uat')).toMatchObject({ verdict: 'not run', score: null });
    expect(gates.find(({ id }) => id === 'security')).toMatchObject({ verdict: 'inconclusive', score: null });
  });
});

describe('the run', () => {
  test('passes only where all judged gates do, to the end, on an engine that can certify', () => {
    expect(overallVerdict(outcome({}))).toBe('pass');
    expect(overallVerdict(outcome({ fidelity: 'inconclusive' }))).toBe('inconclusive');
    expect(overallVerdict(outcome({}, { engine: { name: 'autocannon', certifiable: false } }))).toBe('inconclusive');
    expect(overallVerdict(outcome({}, { interrupted: 'stopped' }))).toBe('inconclusive');
    expect(overallVerdict(outcome({ 'error-rate': 'fail' }, { interrupted: 'stopped' }))).toBe('fail');
    expect(overallVerdict(outcome({}, { gates: evaluateGates([], []) }))).toBe('inconclusive');
  });

  test('that passes says for which gates it speaks', () => {
    const run = outcome({});
    expect(headline('pass', run)).toMatch(/^Every key objective held for 1 min: p95 response time .* 100 ms/);
    expect(headline('pass', run)).toContain('This speaks for the performance, stability and parity gates only.');
    expect(missingEvidence(run)[0]).toMatch(/^Not judged by this command: Security, Functional/);
  });

  test('that fails names the cause first, not what follows from it', () => {
    const run = outcome({ 'stable-time': 'fail', 'response-p99': 'fail', 'error-rate': 'fail' });
    expect(headline('fail', run)).toBe(
      'Error rate is 0.1 % against 0.1 %: status 500. p99 response time and stable time fail too.',
    );
    const down = outcome(
      { 'error-rate': 'fail' },
      { requests: { completed: 0, failed: 1234 }, mainError: 'connection refused' },
    );
    expect(headline('fail', down)).toBe('The target answered none of 1,234 requests as it should: connection refused.');
  });

  test('that is open says why, the generator before all else', () => {
    expect(headline('inconclusive', outcome({ 'stable-time': 'inconclusive' }))).toBe(
      'Nothing failed, but 1 min of this load cannot show 24 h of stability.',
    );
    const saturated = outcome({ 'void-windows': 'inconclusive', 'response-p95': 'inconclusive' });
    expect(headline('inconclusive', saturated)).toMatch(/^Nothing failed, but the load generator, not the target, was/);
    const cut = outcome({}, { interrupted: 'stopped with Ctrl-C', coveredMs: 20_000 });
    expect(headline('inconclusive', cut)).toBe(
      'Nothing failed, but the run was cut short after 20 s of 1 min: stopped with Ctrl-C.',
    );
    const fallback = outcome({}, { engine: { name: 'autocannon', certifiable: false } });
    expect(headline('inconclusive', fallback)).toContain('fallback engine autocannon, which cannot certify');
  });
});

describe('the table', () => {
  test('takes changes by id, and follows the tolerated share of void windows', () => {
    const table = resolveObjectives({ 'response-p95': { target: 80, key: false } }, 0.25);
    expect(table.find(({ id }) => id === 'response-p95')).toMatchObject({ target: 80, key: false, comparison: '<' });
    expect(table.find(({ id }) => id === 'void-windows')?.target).toBe(25);
    expect(table).toHaveLength(defaultObjectives.length);
  });
  test('may be the user’s own', () => {
    const own = defaultObjectives.slice(0, 1);
    expect(resolveObjectives(own, 0.1)).toEqual(own);
    expect(resolveObjectives(null, 0.1)).toEqual(defaultObjectives);
  });
});
