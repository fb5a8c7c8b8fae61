import { expect, test } from 'vitest';
import { withTeardown } from '../../src/evidence/teardown.ts';

test('undoes last first, after the body, and gives its value', async () => {
  const order: string[] = [];
  const value = await withTeardown(async (teardown) => {
    teardown.before('first', () => void order.push('undo first'));
    teardown.before('second', async () => void order.push('undo second'));
    order.push('body');
    return 7;
  });
  expect(value).toBe(7);
  expect(order).toEqual(['body', 'undo second', 'undo first']);
});

test('undoes what was registered before the failure, and throws the failure itself', async () => {
  const order: string[] = [];
  const failure = new Error('no');
  const run = withTeardown(async (teardown) => {
    teardown.before('one', () => void order.push('undone'));
    throw failure;
  });
  await expect(run).rejects.toBe(failure);
  expect(order).toEqual(['undone']);
});

test('an undo that fails stops no other; all failures are reported, the first cause first', async () => {
  const order: string[] = [];
  const error = await withTeardown(async (teardown) => {
    teardown.before('outer', () => void order.push('outer'));
    teardown.before('database', () => {
      throw new Error('port gone');
    });
    throw new Error('load failed');
  }).catch((thrown: AggregateError) => thrown);
  expect(order).toEqual(['outer']);
  expect(error).toBeInstanceOf(AggregateError);
  expect((error as AggregateError).message).toBe('load failed; database: port gone');
});

test('an undo may itself register what is to be undone', async () => {
  const order: string[] = [];
  await withTeardown(async (teardown) => {
    teardown.before('outer', () => {
      order.push('outer');
      teardown.before('inner', () => void order.push('inner'));
    });
  });
  expect(order).toEqual(['outer', 'inner']);
});

test('undefined that is thrown is a failure too', async () => {
  const outcome = await withTeardown(() => Promise.reject(undefined)).then(
    () => 'resolved',
    () => 'rejected',
  );
  expect(outcome).toBe('rejected');
});
