import { expect, it } from 'vitest';
import { noGatesOf } from '../../../src/domains/readiness/facts.ts';

it('a policy whose gates are all judged here is not called no policy', () => {
  expect([noGatesOf(), noGatesOf(['candidate'])]).toEqual([
    'No policy says which gates there are.',
    'The policy names no gate that other runs judge.',
  ]);
});
