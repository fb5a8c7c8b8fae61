import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { verdictOf } from '../../../src/domains/part.ts';
import { sampleRatioP } from '../../../src/domains/rehearsal/flags/compare.ts';
import { flagDriver } from '../../../src/domains/rehearsal/flags/driver.ts';
import type { Evidence } from '../../../src/domains/rehearsal/flags/evidence.ts';
import { judge } from '../../../src/domains/rehearsal/flags/judge.ts';
import type { ResolvedFlags } from '../../../src/domains/rehearsal/flags/settings.ts';
import { seededRandom } from '../../../src/sample/random.ts';
import { arm, arms, asked, dice, evaluations, good, off, on, switched, wild } from './made-flags.ts';

function judged(evidence: readonly Evidence[]) {
  const { checks } = judge(evidence.map((data) => ({ atMs: 0, data })));
  const bad = checks.filter(({ verdict }) => verdict !== 'pass').map(({ id, verdict }) => `${id} ${verdict}`);
  return { verdict: verdictOf(checks), bad };
}

const key = (each: Evidence) => [each.kind, 'when' in each ? each.when : '', 'to' in each ? each.to : ''].join();
const but = (changed: Evidence) => good.map((each) => (key(each) === key(changed) ? changed : each));

it('passes where every question has an answer', () => {
  expect(judged(good)).toEqual({ verdict: 'pass', bad: [] });
});

it.each<[string, Evidence[], string[]]>([
  ['a driver that says done and does nothing', but(switched('on', null)), ['on fail']],
  ['an instance that does not go back', but(switched('off', null)), ['off fail']],
  ['evaluations with reason DEFAULT', but(evaluations('on', { defaulted: 3 })), ['evaluated fail']],
  ['evaluations without an answer', but(evaluations('off', { failed: 1 })), ['evaluated fail']],
  ['a variant that stays', but(evaluations('off', { others: 2 })), ['after fail']],
  ['a flag that was on already', but(evaluations('before', { others: 90 })), ['before inconclusive']],
  ['unequal arms', but(arms(arm('on', 260, dice), arm('off', 140, dice))), ['ratio fail', 'variants inconclusive']],
  ['a session with two variants', but(arms(on, off, 1)), ['sticky fail']],
  ['a slower variant', but(arms(arm('on', 200, dice, 1.6), off)), ['variants fail']],
  ['a failing variant', but(arms(arm('on', 200, dice, 1, 60), off)), ['variants fail']],
  [
    'arms that show neither a doubled time nor many more failures',
    but(arms({ ...arm('on', 60, dice), times: wild(60) }, { ...arm('off', 60, dice), times: wild(60) })),
    ['variants inconclusive'],
  ],
  ['no evaluation can be seen', [{ ...asked, isSeen: false }], ['seen inconclusive']],
  ['no flag', [{ ...asked, flag: null }], ['seen inconclusive']],
])('%s', (_, evidence, bad) => {
  expect(judged(evidence).bad).toEqual(bad);
});

it('a flag that no evaluation shows is inconclusive, and nobody is accused', () => {
  const blind = good.map((each) => (each.kind === 'evaluations' ? { ...each, unseen: each.sent, others: 0 } : each));
  const found = judged(blind.map((each) => (each.kind === 'arms' ? { ...each, arms: [] } : each)));
  expect(found.verdict).toBe('inconclusive');
});

it('what was cut off is inconclusive at every place', () => {
  for (let length = 0; length < good.length; length++)
    expect(judged(good.slice(0, length)).verdict, String(length)).toBe('inconclusive');
});

it('accuses no pair of identical variants', () => {
  const random = seededRandom(11);
  let accused = 0;
  for (let i = 0; i < 400; i++) {
    const many = Array.from({ length: 400 }, () => random() < 0.5).filter(Boolean).length;
    const found = judged(but(arms(arm('on', many, random), arm('off', 400 - many, random))));
    if (found.verdict === 'fail') accused++;
  }
  expect(accused).toBeLessThanOrEqual(4);
});

it('the p-value of unequal arms is that of χ²', () => {
  // χ² is 36 and 2.222: 6 and 1.491 standard deviations, on both sides of the normal distribution.
  expect(sampleRatioP(260, 140, 50)).toBeCloseTo(1.97e-9, 10);
  expect(sampleRatioP(60, 440, 10)).toBeCloseTo(0.136, 3);
  expect(sampleRatioP(200, 200, 50)).toBe(1);
});

const nobody = { toUndo: () => ({ doing() {}, undone() {} }) };

it('the file is copied, changed for a share, and put back as it was', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-flags-'));
  try {
    const [file, copy] = [join(folder, 'flags.json'), join(folder, 'copy.json')];
    const text =
      '{"flags": {"f": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off"}}}';
    writeFileSync(file, text);
    const settings = { ...{ flag: 'f', on: 'on', off: 'off', file, command: null } } as unknown as ResolvedFlags;
    const on = { keeper: nobody, folder, signal: AbortSignal.timeout(5000) };
    const driver = await flagDriver(settings, copy, on);
    await driver.set(25);
    const { targeting } = JSON.parse(readFileSync(copy, 'utf8')).flags.f;
    expect(targeting).toEqual({
      fractional: [
        ['on', 25],
        ['off', 75],
      ],
    });
    await driver.set(0);
    expect([readFileSync(copy, 'utf8'), readFileSync(file, 'utf8')]).toEqual([text, text]);
    await expect(flagDriver({ ...settings, flag: 'other' }, copy, on)).rejects.toThrow('has no flag other');
    const failing = await flagDriver({ ...settings, command: ['false'] }, copy, on);
    await expect(failing.set(5)).rejects.toThrow('false ended with 1');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
