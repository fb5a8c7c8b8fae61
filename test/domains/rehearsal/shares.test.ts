import { expect, it } from 'vitest';
import { podsFor } from '../../../src/domains/rehearsal/switch/kubernetes/shares.ts';

it.each([
  [{ green: 100 }, { green: 1 }],
  [
    { green: 50, control: 50, blue: 0 },
    { green: 1, control: 1 },
  ],
  [
    { green: 25, control: 25, blue: 50 },
    { green: 1, control: 1, blue: 2 },
  ],
  [
    { green: 5, control: 5, blue: 90 },
    { green: 1, control: 1, blue: 18 },
  ],
  [
    { green: 33, blue: 67 },
    { green: 1, blue: 2 },
  ],
])('the fewest pods that make %j are %j', (weights, pods) => {
  expect(podsFor(weights, 20)).toEqual(pods);
});

it('a share that needs more pods than there may be is none', () => {
  expect(podsFor({ green: 1, blue: 99 }, 20)).toBeNull();
  expect(podsFor({ green: 5, control: 5, blue: 90 }, 19)).toBeNull();
});
