import { describe, expect, it } from 'vitest';
import { judgeAttempts } from '../../../src/domains/readiness/attempts.ts';

type Evidence = Parameters<typeof judgeAttempts>[0][number];

const rules = (more: Partial<Extract<Evidence, { kind: 'rules' }>> = {}): Evidence => ({
  ...{ kind: 'rules', atMost: 3, areReasonsAsked: true, reasons: [], looked: 4, isCut: false, unreadable: [] },
  ...more,
});
let minute = 59;
/** Newest first, as they are recorded. */
const attempt = (runId: string, verdict: 'pass' | 'fail' | 'inconclusive'): Evidence => ({
  ...{ kind: 'attempt', source: 'performance', title: 'Performance', runId, verdict, summary: 'p99 213 ms' },
  startedAt: `2026-11-20T09:${minute--}:00Z`,
});
const reason = (run: string) => ({ run, reason: 'the build machine was backed up', owner: 'ann' });

function of(...pieces: Evidence[]) {
  const judged = judgeAttempts(pieces);
  const find = (id: string) => judged.checks.find((one) => one.id === id);
  return { known: find('known'), gate: find('attempts-performance'), judged };
}

describe('attempts at a gate', () => {
  it('pass where the first one passed', () => {
    const { known, gate } = of(rules(), attempt('r1', 'pass'));
    expect([known?.verdict, gate?.verdict]).toEqual(['pass', 'pass']);
  });

  it('fail where a newer failure puts an older pass aside, and name both', () => {
    const { gate } = of(rules(), attempt('r2', 'fail'), attempt('r1', 'pass'));
    expect(gate).toMatchObject({ verdict: 'fail', reason: expect.stringMatching(/r2, failed.*pass of r1/) });
  });

  it('are open where the newest leaves it open', () => {
    expect(of(rules(), attempt('r2', 'inconclusive'), attempt('r1', 'pass')).gate?.verdict).toBe('inconclusive');
  });

  it('need a reason for each failure before a pass', () => {
    const tries = [attempt('r3', 'pass'), attempt('r2', 'fail'), attempt('r1', 'fail')];
    expect(of(rules({ reasons: [reason('r2')] }), ...tries).gate).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/no reason is given for r1: .*readiness\.reasons/),
    });
    expect(of(rules({ reasons: [reason('r1'), reason('r2')] }), ...tries).gate).toMatchObject({
      verdict: 'pass',
      reason: expect.stringMatching(/after 2 failures .*r2.*backed up \(ann\)/),
    });
    expect(of(rules({ areReasonsAsked: false }), ...tries).gate?.verdict).toBe('pass');
  });

  describe('where the newest asked for less than one that failed', () => {
    const asked = { command: 'shakedown simulate --duration 10m', durationMs: 600_000, ratePerSecond: 20 };
    const failed = { ...asked, judged: ['response-p99', 'error-rate'], failed: ['response-p99'] };
    const passed = { ...asked, judged: ['response-p99', 'error-rate'], failed: [] };
    const tries = (scope: object, more: object = {}) =>
      of(
        rules({ reasons: [reason('r1')] }),
        { ...attempt('r2', 'pass'), scope: { ...passed, ...scope }, ...more } as Evidence,
        { ...attempt('r1', 'fail'), scope: failed } as Evidence,
      );

    it.each<[object, RegExp]>([
      [{ durationMs: 120_000 }, /says less than r1, which failed: it took 2.min and not 10.min\./],
      [{ ratePerSecond: 10 }, /its load was 50.% of that/],
      [{ ratePerSecond: null }, /it had no load/],
      [{ judged: ['error-rate'] }, /it did not judge response-p99, which failed/],
      [{ command: 'shakedown simulate --only a' }, /it was asked for a part only \(--only a\)/],
      [{ command: "shakedown run --skip 'capacity=no machine'" }, /a part only \(--skip/],
    ])('it clears nothing, whatever reason is given: %j', (scope, why) => {
      expect(tries(scope).gate).toMatchObject({ verdict: 'inconclusive', reason: expect.stringMatching(why) });
    });

    it('a pass of as much between them clears it', () => {
      const { gate } = of(
        rules({ reasons: [reason('r1')] }),
        { ...attempt('r3', 'pass'), scope: { ...passed, durationMs: 1000 } } as Evidence,
        { ...attempt('r2', 'pass'), scope: passed } as Evidence,
        { ...attempt('r1', 'fail'), scope: failed } as Evidence,
      );
      expect(gate?.verdict).toBe('pass');
    });

    it('one of other options is a try at the same, and what differs is named', () => {
      const { gate, judged } = tries({ command: 'shakedown simulate --out x --rate 99 --duration 10m' });
      expect(gate).toMatchObject({
        verdict: 'pass',
        reason:
          'r2 passed after 1 failure (r1, other than the newest by without --out, without --rate: the build machine was backed up (ann)).',
      });
      expect(judged.tables?.[0]?.rows.at(-1)).toContain('without --out, without --rate');
      const again = { command: 'shakedown simulate --duration=10m' };
      expect(tries(again).gate?.reason).toMatch(/\(r1: the build machine/);
    });

    it('what the same bytes were called otherwise is named', () => {
      const { judged } = tries({}, { otherNames: ['its version was called v9'] });
      expect(judged.tables?.[0]?.rows[0]).toContain('its version was called v9');
    });
  });

  it('are no more than the policy says, those that left it open among them', () => {
    const tries = ['r4', 'r3', 'r2', 'r1'].map((id, i) => attempt(id, i === 0 ? 'pass' : 'inconclusive'));
    expect(of(rules({ atMost: 3 }), ...tries).gate).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/attempt 4.*at most 3 count/),
    });
    expect(of(rules({ atMost: 4 }), ...tries).gate?.verdict).toBe('pass');
  });

  it('that failed and do not say of which build leave it open, until somebody says', () => {
    const unnamed = { ...rules(), unnamed: ['r1'] } as Evidence;
    expect(of(unnamed, attempt('r3', 'pass')).known).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/r1 failed and does not say of which build/),
    });
    const reasons = [{ run: 'r1', reason: 'it was the build before', owner: 'ann' }];
    expect(of({ ...unnamed, reasons } as Evidence, attempt('r3', 'pass')).known?.verdict).toBe('pass');
  });

  it('that a run has counted and that are gone leave it open', () => {
    const gone: Evidence = { kind: 'gone', command: 'shakedown simulate', runId: 'r3', counted: 3, there: 1 };
    expect(of(rules(), attempt('r3', 'pass'), gone).known).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/attempt 3 of shakedown simulate, and 1 run of it is there/),
    });
  });

  it('that are noted and gone leave it open, until somebody says what became of each', () => {
    const gone = {
      kind: 'gone',
      command: 'shakedown simulate',
      runId: 'r3',
      counted: 2,
      there: 1,
      noted: ['r2'],
    } as Evidence;
    expect(of(rules(), attempt('r3', 'pass'), gone).known).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/what the others \(r2\) came to is not known.*readiness\.reasons/),
    });
    expect(of(rules({ reasons: [reason('r2')] }), attempt('r3', 'pass'), gone).known?.verdict).toBe('pass');
  });

  it('that are at work leave it open, and those that failed elsewhere are named', () => {
    const { known, judged } = of(rules({ atWork: ['r0'], failedElsewhere: ['r7'] }), attempt('r1', 'pass'));
    expect(known).toMatchObject({ verdict: 'inconclusive', reason: expect.stringMatching(/r0 is still at work/) });
    expect(judged.figures).toContainEqual({ name: 'Failed in other environments', value: 'r7' });
  });

  it.each([
    ['runs that cannot be read', rules({ unreadable: ['r0'] })],
    ['older ones that were not looked at', rules({ isCut: true })],
  ])('are not all known with %s', (_, given) => {
    expect(of(given, attempt('r1', 'pass')).known?.verdict).toBe('inconclusive');
  });

  it('are open without any, and without evidence', () => {
    expect(of(rules()).known?.verdict).toBe('inconclusive');
    expect(judgeAttempts([]).checks.map(({ verdict }) => verdict)).toEqual(['inconclusive']);
  });

  it('say of which failures there was none', () => {
    const { judged } = of(rules({ reasons: [reason('r9')] }), attempt('r1', 'pass'));
    expect(judged.figures).toContainEqual({ name: 'Reasons for no failure', value: 'r9' });
  });
});
