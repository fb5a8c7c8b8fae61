import { expect, it } from 'vitest';
import { verdictOf } from '../../../src/domains/part.ts';
import type { Evidence, Seen } from '../../../src/domains/rehearsal/configuration/evidence.ts';
import { judge } from '../../../src/domains/rehearsal/configuration/judge.ts';

type Of<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>;

const instance = { name: 'blue-1', differences: [], unseen: [], error: null };
const seen = (when: Seen['when'], change: Partial<Seen['instances'][number]> = {}): Seen => ({
  ...{ kind: 'seen', when },
  instances: [instance, { ...instance, name: 'blue-2', ...change }],
});
const declared: Of<'declared'> = {
  ...{ kind: 'declared', file: 'next.json', error: null, problems: [], schemaError: '', presentError: null },
  ...{ changes: [{ at: 'days', before: '3', after: '2' }], secrets: 1 },
};
const move = (purpose: 'switch' | 'rollback'): Of<'move'> => ({
  ...{ kind: 'move', purpose, from: 'blue', to: 'green', atMs: 0, setMs: 5, stragglersMs: 0, stragglers: 0 },
  ...{ after: 300, achieved: 300, onOld: 0, tied: 0, inFlight: { POST: 24 }, drainMs: 900, drainLeft: 0, kept: [2, 2] },
});
const requests: Of<'requests'> = {
  ...{ kind: 'requests', sent: 900, failed: 0, atSwitch: 900, atInstances: 900, lost: 0, unaccounted: 0 },
  ...{ repeated: 0, duplicated: 0, unsent: 0, examples: [] },
};
const good: Evidence[] = [
  declared,
  seen('before'),
  { kind: 'up', side: 'green', tookMs: 3000, error: null },
  seen('applied'),
  { kind: 'asked', rollbackMs: 5000, tried: ['POST'], notTried: [] },
  { kind: 'baseline', requests: 400, failed: 0, example: '' },
  move('switch'),
  seen('end'),
  move('rollback'),
  requests,
  seen('back'),
  { kind: 'printed', files: 4, found: [] },
];

function judged(evidence: readonly Evidence[]) {
  const { checks } = judge(evidence.map((data) => ({ atMs: 0, data })));
  const bad = checks.filter(({ verdict }) => verdict !== 'pass').map(({ id, verdict }) => `${id} ${verdict}`);
  return { verdict: verdictOf(checks), bad };
}

const but = (changed: Evidence) =>
  good.map((each) =>
    each.kind === changed.kind && (each.kind !== 'seen' || changed.kind !== 'seen' || each.when === changed.when)
      ? changed
      : each,
  );

it('passes where every question has an answer', () => {
  expect(judged(good)).toEqual({ verdict: 'pass', bad: [] });
});

it.each<[string, Evidence[], string[]]>([
  ['a changed instance', but(seen('before', { differences: ['days is 9'] })), ['drift fail']],
  ['not in force on one instance', but(seen('applied', { differences: ['days is 3'] })), ['in-force fail']],
  ['not in force any more at the end', but(seen('end', { differences: ['days is 3'] })), ['in-force fail']],
  ['not back', but(seen('back', { differences: ['days is 2'] })), ['back fail']],
  ['an instance that does not say', but(seen('applied', { error: 'timeout' })), ['in-force inconclusive']],
  ['a secret of which nothing is shown', but(seen('applied', { unseen: ['key'] })), ['in-force inconclusive']],
  [
    'no probe',
    [...good.filter(({ kind }) => kind !== 'seen'), { kind: 'no-probe' }],
    ['drift inconclusive', 'in-force inconclusive', 'back inconclusive'],
  ],
  ['the same configuration', but({ ...declared, changes: [] }), ['changed inconclusive']],
  ['no schema', but({ ...declared, problems: null, schemaError: 'there is no schema' }), ['valid inconclusive']],
  ['a printed secret', but({ kind: 'printed', files: 4, found: ['green-1.log'] }), ['printed fail']],
  ['a failed request', but({ ...requests, failed: 1 }), ['failed fail']],
  ['one that its schema refuses', [{ ...declared, problems: ['days: too small'] }, seen('before')], ['valid fail']],
  ['no file', [{ ...declared, file: null }], ['rendered inconclusive', 'drift inconclusive']],
])('%s', (_, evidence, bad) => {
  expect(judged(evidence).bad).toEqual(bad);
});

it('what was cut off is inconclusive at every place', () => {
  for (let length = 0; length < good.length; length++)
    expect(judged(good.slice(0, length)).verdict, String(length)).toBe('inconclusive');
});
