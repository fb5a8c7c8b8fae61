import { expect, test } from 'vitest';
import type { Objective } from '../../../src/model/verdict.ts';
import { policyLines } from '../../../src/run/results/policy-lines.ts';

const objective = (id: string, more: Partial<Objective> = {}): Objective => ({
  ...{ id, title: id, gate: 'performance', metric: 'error_rate', statistic: 'value', comparison: '<', target: 0.1 },
  ...{ unit: '%', weight: 1, key: true, minimumSamples: 100 },
  ...more,
});
const errors = objective('error-rate');
const rate = objective('throughput', { metric: 'throughput', comparison: '>', target: 1000, unit: '/s' });
const defaults = [errors, rate];
const policy = {
  ...{ name: 'p', title: 'P', gates: ['performance'], maxAgeHours: {} },
  objectives: { throughput: { target: 10 } },
};
const lines = (objectives: object | null, judged: Objective[], gates = ['performance']) =>
  policyLines({ policy, objectives: objectives as never, lenience: [] }, defaults, judged, gates);
const asAsked = [errors, { ...rate, target: 10 }];

test('what the policy itself changes is not said, nor is what is stricter', () => {
  const none = { doubts: [], missing: [], caveats: [] };
  expect(lines(null, asAsked)).toEqual(none);
  expect(
    lines({}, [
      { ...errors, target: 0.05 },
      { ...rate, target: 20 },
    ]),
  ).toEqual(none);
  expect(policyLines({ policy: null, objectives: null, lenience: [] }, defaults, defaults, ['performance'])).toEqual(
    none,
  );
});

test('without a policy, what asks for less than the default objectives is said, and leaves nothing open', () => {
  const found = (objectives: object, judged: Objective[]) =>
    policyLines({ policy: null, objectives: objectives as never, lenience: [] }, defaults, judged, ['performance']);
  expect(found([], [])).toEqual({
    ...{ doubts: [], caveats: [] },
    missing: ['The configuration’s own table of objectives leaves out default ones: error-rate and throughput.'],
  });
  expect(found({ throughput: { target: 10 } }, asAsked)).toEqual({
    ...{ doubts: [], caveats: [] },
    missing: [
      'The configuration asks for less than the default objectives do: throughput (above 10 /s, not above 1,000 /s).',
    ],
  });
});

test.each<[string, Partial<Objective>, RegExp]>([
  ['a wider target', { target: 101 }, /error-rate \(below 101 %, not below 0\.1 %\)/],
  ['no veto', { key: false }, /error-rate \(no longer key\)/],
  ['fewer samples', { minimumSamples: 1 }, /error-rate \(of fewer samples\)/],
  ['one route of many', { route: 'GET /' }, /error-rate \(another figure\)/],
])('%s is asked less, and said', (_, change, line) => {
  expect(lines({ 'error-rate': change }, [{ ...errors, ...change }, asAsked[1] as Objective]).missing).toEqual([
    expect.stringMatching(line),
  ]);
});

test('a table without what the policy names leaves the run open; other defaults that it lacks are said', () => {
  const own = [objective('mine')];
  const { doubts, missing, caveats } = lines(own, own);
  expect(caveats).toEqual(missing);
  expect(doubts).toEqual([
    expect.objectContaining({ clause: expect.stringMatching(/^throughput, which the policy names/) }),
  ]);
  expect(missing).toEqual([expect.stringMatching(/leaves out default ones of the policy’s gates: error-rate/)]);
  expect(lines(own, own, ['uat'])).toEqual({ doubts: [], missing: [], caveats: [] });
});

test('READY by a configuration that asks for less is said in the headline, also where it lets the load disturb more', () => {
  const { caveats } = lines({ 'error-rate': { target: 101 } }, [{ ...errors, target: 101 }, asAsked[1] as Objective]);
  expect(caveats).toEqual([expect.stringMatching(/^The configuration asks for less than the policy .*error-rate/)]);
  const lenience = ['honesty.maxInvalidShare (1, not 0.1)'];
  for (const objectives of [null, {} as never])
    expect(policyLines({ policy, objectives, lenience }, defaults, asAsked, ['performance']).caveats).toEqual([
      'The configuration asks for less than the policy and the default objectives do: honesty.maxInvalidShare (1, not 0.1).',
    ]);
});
