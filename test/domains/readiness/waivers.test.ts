import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { candidateRuns } from '../../../src/domains/candidate-runs.ts';
import { checkedWaivers } from '../../../src/domains/policy-waivers.ts';
import { judgeWaivers } from '../../../src/domains/readiness/waivers.ts';
import { allowed, isWithoutSsh, makeKey, trusted } from '../../signing/keys.ts';
import { contextOf, newer, policy } from './made-runs.ts';

const nowMs = Date.parse('2026-11-20T12:00:00Z');
let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'shakedown-waivers-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const text = (until: string, more = '') =>
  `signedBy: ann\nwaivers:\n  - { objective: functional-unit, reason: a known fault of the suite, owner: ann, until: '${until}'${more} }\n`;

function signed(content: string): { signature: string; trust: ReturnType<typeof trusted>; file: string } {
  const key = makeKey(join(base, 'keys'), 'ann');
  const file = join(base, 'waivers.yaml');
  writeFileSync(file, content);
  execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-f', key, '-n', 'shakedown', file], { stdio: 'ignore' });
  return { signature: readFileSync(`${file}.sig`, 'utf8'), trust: trusted(base, allowed('ann', key)), file };
}

describe.skipIf(isWithoutSsh)('waivers of a policy', () => {
  const about = { persons: ['ann'], daysAtMost: 30, nowMs };

  it('are in force where who may has signed them', async () => {
    const content = text('2026-12-01');
    const { signature, trust } = signed(content);
    const found = await checkedWaivers(content, signature, { ...about, trust });
    expect(found).toMatchObject({
      signedBy: 'ann',
      problem: null,
      waivers: [{ objective: 'functional-unit', why: null }],
    });
  });

  it.each([
    ['whose day is over', '2026-11-19', {}, /expired/],
    ['that hold for too long', '2027-02-01', {}, /more than 30 days/],
    ['signed by who may not', '2026-12-01', { persons: ['bob'] }, /may not sign/],
    ['with nobody’s signature trusted', '2026-12-01', { trust: null }, /signing\.allowedSigners/],
  ])('count for nothing: %s', async (_, until, more, why) => {
    const content = text(until);
    const { signature, trust } = signed(content);
    const found = await checkedWaivers(content, signature, { ...about, trust, ...more });
    expect(found.waivers[0]?.why).toMatch(why);
  });

  it('count for nothing where a character was changed', async () => {
    const { signature, trust } = signed(text('2026-12-01'));
    const found = await checkedWaivers(text('2026-12-02'), signature, { ...about, trust });
    expect(found.problem).toMatch(/signature does not count/);
  });

  it('are refused with a key that is not known', async () => {
    const found = await checkedWaivers(text('2026-12-01', ', rule: x'), '', { ...about, trust: null });
    expect(found).toMatchObject({ waivers: [], problem: expect.stringMatching(/waivers\.0/) });
  });

  it('take an objective’s veto, in what is decided on and in nothing else', async () => {
    const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const { file, trust } = signed(text(day));
    const more = { policy: { ...policy, gates: ['functional'], waivers: { file, persons: ['ann'], daysAtMost: 30 } } };
    const runs = join(base, 'runs');
    await newer(runs);
    const keyOf = async (purpose: string | undefined) => {
      const { context } = contextOf(runs, { signing: trust, more });
      const found = await candidateRuns({ ...context, purpose } as typeof context);
      return found.runs[0]?.results.objectives.find(({ objective: { id } }) => id === 'functional-unit')?.objective.key;
    };
    expect([await keyOf('promotion'), await keyOf(undefined)]).toEqual([false, true]);
  });
});

describe('the part on waivers', () => {
  const file = { kind: 'file', isNamed: true, signedBy: 'ann', problem: null } as const;
  const waiver = {
    kind: 'waiver',
    objective: 'vital-lcp',
    reason: 'known',
    owner: 'ann',
    until: '2026-12-01',
    why: null,
  } as const;

  it('counts them, and names those that were not used', () => {
    const { checks, figures } = judgeWaivers([
      file,
      { ...waiver, verdict: 'fail' },
      { ...waiver, objective: 'vital-cls', verdict: 'pass' },
      { ...waiver, objective: 'gone', verdict: null },
    ]);
    expect(checks[0]?.verdict).toBe('pass');
    expect(Object.fromEntries(figures.map(({ name, value }) => [name, value]))).toEqual({
      'Waivers in force': '3',
      Needed: 'vital-lcp',
      'Not used': 'vital-cls (it passed, or was not judged) and gone (it passed, or was not judged)',
    });
  });

  it('is open where they do not count, and passes where none may be given', () => {
    expect(judgeWaivers([{ ...file, problem: 'ann may not sign' }]).checks[0]?.verdict).toBe('inconclusive');
    expect(judgeWaivers([{ ...file, isNamed: false }]).checks[0]?.verdict).toBe('pass');
    expect(judgeWaivers([]).checks[0]?.verdict).toBe('inconclusive');
  });
});
