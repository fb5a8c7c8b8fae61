import { expect, test } from 'vitest';
import type { Objective } from '../../src/model/verdict.ts';
import { classic, metrics } from './classic.ts';

const p95 = classic.find(({ id }) => id === 'response-p95') as Objective;

test.each<[string, Partial<Objective>, string]>([
  ['a figure of this run', {}, 'p95 response time'],
  ['of a route', { route: 'GET /products/:id' }, 'p95 response time of GET /products/:id'],
  [
    'a change, and what it is a change from',
    { comparedWith: 'last' },
    'change of p95 response time against the last run',
  ],
  ['a share of those that are slower', { statistic: 'share above 1500 ms' }, 'share of response times above 1,500 ms'],
  ['a value without a statistic', { metric: 'error_rate', statistic: 'value' }, 'error rate'],
])('the words of an objective say %s', (_, more, words) => {
  expect(metrics.subject({ ...p95, ...more })).toBe(words);
});
