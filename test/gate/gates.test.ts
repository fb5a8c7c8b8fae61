import { describe, expect, test } from 'vitest';
import { evaluateGates, type JudgedGate } from '../../src/gate/gates.ts';
import { headline, missingEvidence, overallVerdict, type RunOutcome } from '../../src/gate/overall.ts';
import type { Objective, ObjectiveResult, Verdict } from '../../src/model/verdict.ts';
import { classic, metrics } from './classic.ts';

const judged: JudgedGate[] = ['Performance', 'Stability', 'Parity'].map((title) => ({
  id: title.toLowerCase(),
  title,
  broken: null,
}));

/** All pass but those named. */
function results(others: Record<string, Verdict>): ObjectiveResult[] {
  const order = ['fail', 'inconclusive', 'pass'];
  return classic
    .map(
      (objective): ObjectiveResult => ({
        objective,
        subject: metrics.subject(objective),
        shortSubject: metrics.shortSubject(objective),
        verdict: others[objective.id] ?? 'pass',
        value: (others[objective.id] ?? 'pass') === 'pass' ? objective.target : missed(objective),
        interval: null,
        samples: 9000,
        reason: `About ${objective.id}.`,
        changePercent: null,
      }),
    )
    .sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
}

const missed = ({ comparison, target }: Objective) => (comparison.startsWith('<') ? 2 * target + 1 : target - 1);

function outcome(others: Record<string, Verdict>, more: Partial<RunOutcome> = {}): RunOutcome {
  const objectives = results(others);
  return {
    objectives,
    metrics,
    gates: evaluateGates(objectives, judged, metrics),
    unjudged: [],
    policy: null,
    doubts: [],
    caveats: [],
    interrupted: null,
    aborted: null,
    coveredMs: 60_000,
    plannedMs: 60_000,
    failure: () => null,
    ...more,
  };
}

const doubt = { clause: 'the run was made on a toy', missing: 'A toy certifies nothing.' };

function gate(others: Record<string, Verdict>, id: string) {
  return evaluateGates(results(others), judged, metrics).find((one) => one.id === id);
}

/** A gate of parts, each with words in place of a figure. */
function ofParts(verdicts: Record<string, Verdict>): ObjectiveResult[] {
  const [first] = results({});
  return Object.entries(verdicts)
    .map(([title, verdict]) => ({
      ...(first as ObjectiveResult),
      ...{
        subject: `the validation of ${title}`,
        shortSubject: title,
        verdict,
        value: 0,
        reason: 'Nothing is installed.',
      },
      objective: { ...(first as ObjectiveResult).objective, id: title, gate: 'security', weight: 1, key: true },
      words: { observed: '4 of 6 checks passed', wanted: 'all' },
    }))
    .sort((a, b) => (a.verdict === b.verdict ? 0 : a.verdict === 'pass' ? 1 : -1));
}

describe('a gate of several parts', () => {
  const summary = (verdicts: Record<string, Verdict>) =>
    evaluateGates(ofParts(verdicts), [{ id: 'security', title: 'Security', broken: null }], metrics)[0]?.summary;
  test('says which of them decide it, and not what one of them alone came to', () => {
    expect(summary({ posture: 'pass', code: 'pass' })).toBe('all 2 parts passed');
    expect(summary({ posture: 'pass', code: 'inconclusive' })).toBe('1 of 2 parts inconclusive: code');
    expect(summary({ posture: 'fail', code: 'fail', dynamic: 'fail', access: 'pass' })).toBe(
      '3 of 4 parts failed: posture, code and 1 more',
    );
    expect(summary({ code: 'inconclusive' })).toBe('4 of 6 checks passed');
  });
  test('has the names of its parts in the headline and in what is missing', () => {
    const objectives = ofParts({ code: 'inconclusive', dynamic: 'inconclusive', posture: 'pass' });
    const gates = evaluateGates(objectives, [{ id: 'security', title: 'Security', broken: null }], metrics);
    const open = { ...outcome({}), objectives, gates, coveredMs: 0, plannedMs: 0 };
    expect(headline('inconclusive', open)).toBe(
      'Nothing failed, but this is inconclusive: Code: Nothing is installed; Dynamic: Nothing is installed.',
    );
    expect(missingEvidence(open)).toEqual(['Code: Nothing is installed.', 'Dynamic: Nothing is installed.']);
    const failed = ofParts({ code: 'fail', dynamic: 'fail', posture: 'pass' });
    expect(headline('fail', { ...open, objectives: failed })).toBe('Code: Nothing is installed. Dynamic fails too.');
  });
  test('is named among few, and counted among many', () => {
    const many = Array.from({ length: 14 }, (_, i) => ({ id: `g${i}`, title: `Gate ${i}`, verdict: 'pass' as const }));
    const of = (count: number) =>
      headline(
        'pass',
        outcome({}, { gates: many.slice(0, count).map((one) => ({ ...one, summary: '', score: 100 })) }),
      );
    expect(of(2)).toMatch(/Judged: the gates Gate 0 and Gate 1\.$/);
    expect(of(14)).toMatch(/Judged: 14 gates\.$/);
  });
});

describe('a gate', () => {
  test('is passed by all of its objectives', () => {
    expect(gate({}, 'performance')).toMatchObject({ verdict: 'pass', score: 100 });
  });
  test('is vetoed by a key objective, whatever the score', () => {
    expect(gate({ 'response-p99': 'fail' }, 'performance')).toMatchObject({ verdict: 'fail', score: 75 });
    expect(gate({ 'response-p99': 'inconclusive' }, 'performance')?.verdict).toBe('inconclusive');
    expect(gate({ 'response-p99': 'inconclusive', 'error-rate': 'fail' }, 'performance')?.verdict).toBe('fail');
  });
  test('is vetoed by a key objective that weighs too little for the score to show it', () => {
    const [heavy, light] = results({}).filter(({ objective }) => objective.gate === 'performance');
    if (heavy === undefined || light === undefined) throw new Error('two objectives are needed');
    const withKey = (verdict: Verdict) => [
      {
        ...light,
        verdict,
        value: 0.5 * light.objective.target,
        objective: { ...light.objective, key: true, weight: 1 },
      },
      { ...heavy, objective: { ...heavy.objective, key: false, weight: 19 } },
    ];
    expect(evaluateGates(withKey('fail'), judged, metrics)[0]).toMatchObject({ verdict: 'fail', score: 95 });
    expect(evaluateGates(withKey('inconclusive'), judged, metrics)[0]).toMatchObject({ verdict: 'inconclusive' });
    const [passed] = evaluateGates(withKey('pass'), judged, metrics);
    expect(passed).toMatchObject({ verdict: 'pass', score: 100 });
    // Of one that passes it is the key objective that is named, though another came closer.
    expect(passed?.summary).toContain(light.shortSubject);
    expect(passed?.summary).not.toContain(heavy.shortSubject);
  });
  test('that passes names the key objective that came closest to its target, by share of it', () => {
    const near = results({}).map((result) => ({
      ...result,
      value: result.objective.target * (result.objective.id === 'response-p99' ? 0.9 : 0.5),
    }));
    expect(evaluateGates(near, judged, metrics)[0]?.summary).toMatch(/^p99 /);
  });
  test('that passes without a key objective names the closest of all', () => {
    const lesser = results({}).map((result) => ({ ...result, objective: { ...result.objective, key: false } }));
    expect(evaluateGates(lesser, judged, metrics)[0]?.summary).toMatch(/\S/);
  });
  test('of which nothing counts is inconclusive, whatever its objectives show', () => {
    const weightless = results({ 'response-p95': 'fail' }).map((result) => ({
      ...result,
      objective: { ...result.objective, key: false, weight: 0 },
    }));
    expect(evaluateGates(weightless, judged, metrics).map(({ verdict }) => verdict)).toEqual(
      Array(3).fill('inconclusive'),
    );
  });
  test('bears a lesser objective that fails, as long as the score does', () => {
    expect(gate({ 'response-p50': 'fail' }, 'performance')).toMatchObject({ verdict: 'pass', score: 91.7 });
    expect(gate({ coverage: 'fail' }, 'stability')).toMatchObject({ verdict: 'fail', score: 85.7 });
    expect(gate({ coverage: 'inconclusive' }, 'stability')?.verdict).toBe('inconclusive');
  });
  test('without objectives is inconclusive, and so is one whose judging broke', () => {
    const security = { id: 'security', title: 'Security', broken: null };
    const parity = { id: 'parity', title: 'Parity', broken: 'it could not be judged: boom' };
    const gates = evaluateGates(results({}), [security, parity], metrics);
    expect(gates.map(({ id, verdict, score }) => [id, verdict, score])).toEqual([
      ['security', 'inconclusive', null],
      ['parity', 'inconclusive', null],
    ]);
    expect(gates[1]?.summary).toBe('it could not be judged: boom');
  });
});

describe('the run', () => {
  test('passes only where all judged gates do, to the end and without a doubt', () => {
    expect(overallVerdict(outcome({}))).toBe('pass');
    expect(overallVerdict(outcome({ fidelity: 'inconclusive' }))).toBe('inconclusive');
    expect(overallVerdict(outcome({}, { doubts: [doubt] }))).toBe('inconclusive');
    expect(overallVerdict(outcome({}, { interrupted: 'stopped' }))).toBe('inconclusive');
    expect(overallVerdict(outcome({ 'error-rate': 'fail' }, { interrupted: 'stopped' }))).toBe('fail');
    expect(overallVerdict(outcome({}, { gates: [] }))).toBe('inconclusive');
  });

  test('that passes says for which gates it speaks', () => {
    const run = outcome({});
    expect(headline('pass', run)).toMatch(/^Every key objective held for 1 min: p95 response time .* 100 ms/);
    expect(headline('pass', run)).toContain('Judged: the gates Performance, Stability and Parity.');
    const policy = { name: 'five', title: 'Five minutes', gates: ['performance'], maxAgeHours: {} };
    expect(headline('pass', { ...run, policy })).toMatch(
      /^By the policy “Five minutes”, every key objective held for 1 min: .*against 1,000 \/s\.$/,
    );
    expect(missingEvidence(run)).toEqual([]);
    expect(headline('pass', { ...run, gates: run.gates.slice(1, 2) })).toMatch(/ Judged: the gate Stability\.$/);
    expect(headline('pass', { ...run, gates: run.gates.slice(1) })).toMatch(
      / Judged: the gates Stability and Parity\.$/,
    );
    // In the order of the metrics, whatever that of the objectives.
    const reversed = headline('pass', { ...run, objectives: [...run.objectives].reverse() });
    expect(reversed).toMatch(/ response time is .* response time is .* throughput is .* availability is /);
  });

  test('under a policy: what failed in a gate that it does not name is said, and never that nothing failed', () => {
    const policy = { name: 'p', title: 'the policy', gates: ['performance'], maxAgeHours: {} };
    const beyond = outcome({ fidelity: 'inconclusive', 'status-parity': 'fail' }, { policy });
    expect(overallVerdict(beyond)).toBe('pass');
    expect(headline('pass', beyond)).toMatch(/ The gate \w+ failed, and is not in the policy\.$/);
    const open = outcome({ 'response-p99': 'inconclusive', 'status-parity': 'fail' }, { policy });
    expect(headline('inconclusive', open)).toMatch(
      /^Nothing that the policy names failed, but .* The gate \w+ failed, and is not in the policy\.$/,
    );
  });
  test('under a policy: what fails in one of its gates leads, and what fails elsewhere stands behind it', () => {
    const policy = { name: 'p', title: 'the policy', gates: ['performance'], maxAgeHours: {} };
    const both = outcome({ 'response-p99': 'fail', 'status-parity': 'fail' }, { policy });
    expect(overallVerdict(both)).toBe('fail');
    const without = headline('fail', outcome({ 'response-p99': 'fail' }, { policy }));
    expect(headline('fail', both)).toBe(`${without} The gate Parity failed, and is not in the policy.`);
    expect(without).toMatch(/p99/);
    // Of one gate alone, which a policy that names others too is judged by.
    const alone = outcome(
      { 'response-p99': 'fail', 'status-parity': 'fail' },
      { policy: { ...policy, isOneGate: true } },
    );
    expect(headline('fail', alone)).toBe(without);
  });
  test('under a policy: only its gates decide, and one that was not judged leaves it open', () => {
    const policy = { name: 'p', title: 'the policy', gates: ['performance', 'security'], maxAgeHours: {} };
    const unjudged = [{ id: 'security', title: 'Security' }];
    const failing = { 'status-parity': 'fail' } as const;
    expect(overallVerdict(outcome(failing))).toBe('fail');
    expect(overallVerdict(outcome(failing, { policy: { ...policy, gates: ['performance'] } }))).toBe('pass');
    const open = outcome({}, { policy, unjudged });
    expect(overallVerdict(open)).toBe('inconclusive');
    expect(headline('inconclusive', open)).toBe('Nothing failed, but Security was not judged.');
    expect(missingEvidence(open)).toEqual(['Not judged in this run, though the policy requires it: Security.']);
    const [cause, ...rest] = missingEvidence(outcome({ fidelity: 'inconclusive' }, { policy, unjudged }));
    expect([cause, rest]).toEqual(['About fidelity.', [expect.stringMatching(/^Not judged in this run/)]]);
  });

  test('that fails names the cause first, not what follows from it', () => {
    const run = outcome({ 'stable-time': 'fail', 'response-p99': 'fail', 'error-rate': 'fail' });
    expect(headline('fail', run)).toBe('About error-rate. p99 response time and stable time fail too.');
    const named = { ...run, failure: () => ({ text: 'Error rate is 2 %: status 500.' }) };
    expect(headline('fail', named)).toBe('Error rate is 2 %: status 500. p99 response time and stable time fail too.');
    const dead = { ...run, failure: () => ({ text: 'The target answered nothing.', isWhole: true }) };
    expect(headline('fail', dead)).toBe('The target answered nothing.');
  });

  test('that is open says why, the generator before all else', () => {
    expect(headline('inconclusive', outcome({ 'stable-time': 'inconclusive' }))).toBe(
      'Nothing failed, but 1 min of this load cannot show 24 h of stability.',
    );
    // A day shows an hour; that is not why it is open.
    const day = outcome({ 'stable-time': 'inconclusive' }, { coveredMs: 86_400_000 });
    expect(headline('inconclusive', day)).not.toMatch(/cannot show/);
    const undecided = outcome({}, { gates: outcome({ fidelity: 'inconclusive' }).gates });
    expect(headline('inconclusive', undecided)).toMatch(/^Nothing failed, but the gate Parity is inconclusive: /);
    // Past its target, though not beyond doubt, comes before what may be right.
    const past = outcome({ 'response-p99': 'inconclusive', 'stable-time': 'inconclusive' });
    for (const result of past.objectives)
      if (result.objective.id === 'response-p99')
        Object.assign(result, { value: 248, interval: { low: 155, high: 388, confidence: 0.95 } });
    expect(headline('inconclusive', past)).toBe(
      'Nothing failed, but p99 response time is 248 ms against 200 ms, which could still be chance after 1 min of this load.',
    );
    const saturated = outcome({ 'invalid-windows': 'inconclusive', 'response-p95': 'inconclusive' });
    expect(headline('inconclusive', saturated)).toMatch(/^Nothing failed, but the load generator, not the target, was/);
    const cut = outcome({}, { interrupted: 'stopped with Ctrl-C', coveredMs: 20_000 });
    expect(headline('inconclusive', cut)).toBe(
      'Nothing failed, but the run was cut short after 20 s of 1 min: stopped with Ctrl-C.',
    );
    const untimed = outcome({}, { interrupted: 'stopped with Ctrl-C', coveredMs: 0, plannedMs: 0 });
    expect(headline('inconclusive', untimed)).toBe('Nothing failed, but the run was cut short: stopped with Ctrl-C.');
    const both = outcome({}, { doubts: [doubt], interrupted: 'stopped', coveredMs: 20_000 });
    expect(headline('inconclusive', both)).toBe(
      'Nothing failed, but the run was made on a toy, and it was cut short after 20 s of 1 min: stopped.',
    );
    expect(missingEvidence(both)).toEqual([
      'The run was cut short after 20 s of 1 min: stopped.',
      'A toy certifies nothing.',
    ]);
    const few = outcome({ fidelity: 'inconclusive' });
    expect(headline('inconclusive', few)).toMatch(
      /not close enough to the recorded one: replay fidelity is 94 against/,
    );
    // Open for too few samples, say: a figure that meets its target is no reason.
    for (const result of few.objectives) if (result.objective.id === 'fidelity') result.value = 97.4;
    expect(headline('inconclusive', few)).toBe('Nothing failed, but about fidelity.');
    for (const result of few.objectives)
      if (result.objective.id === 'fidelity') result.reason = 'Only 20 samples; 100 are needed to judge this.';
    expect(headline('inconclusive', few)).toBe(
      'Nothing failed, but replay fidelity has only 20 samples; 100 are needed to judge this.',
    );
    const broken = outcome({}, { gates: evaluateGates([], [{ id: 'x', title: 'X', broken: 'boom' }], metrics) });
    expect(headline('inconclusive', broken)).toBe('Nothing failed, but the gate X has no verdict: boom.');
  });
});
