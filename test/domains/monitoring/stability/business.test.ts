import { expect, test } from 'vitest';
import { businessFacts } from '../../../../src/domains/monitoring/view/business.ts';
import type { Results } from '../../../../src/model/results.ts';

const journey = (name: string, due: number, done: number) => ({
  name,
  steps: [
    { due: 900, done: 900 },
    { due, done },
  ],
});
const shown = (sections: object) => businessFacts({ sections } as Results).map(({ value }) => value);

test('conversion, features and satisfaction stand beside uptime: of each the least', () => {
  const journeys = {
    journeys: [journey('Buy', 200, 197), journey('Search', 400, 400), journey('Never begun', 0, 0)],
    features: [
      { name: 'Cart', due: 50, done: 50 },
      { name: 'Account', due: 40, done: 38 },
    ],
  };
  const feedback = { scale: '1-5', all: { mean: 4.25, answers: 12 } };
  expect(shown({ journeys, uat: { feedback } })).toEqual([
    '98.5\u00a0% (Buy, 200 sessions), the least of 2 journeys',
    '95\u00a0% (Account, 40 sessions), the least of 2 features',
    '4.25 on 1 to 5, of 12 answers',
  ]);
  expect(shown({ journeys: { journeys: [journey('Buy', 1, 0)], features: [] } })).toEqual([
    ...['0\u00a0% (Buy, 1 session)', 'not counted', 'nobody was asked'],
  ]);
});

test('what nobody counted is said to be so', () => {
  expect(shown({})).toEqual(['not counted', 'not counted', 'nobody was asked']);
  expect(shown({ uat: { feedback: { scale: '0-10', all: { mean: null, answers: 0 } } } })[2]).toBe('nobody was asked');
});
