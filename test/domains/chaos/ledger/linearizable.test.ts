import { describe, expect, it } from 'vitest';
import type { Call, Operation } from '../../../../src/domains/chaos/ledger/linearizable/call.ts';
import { checkLinearizable } from '../../../../src/domains/chaos/ledger/linearizable/check.ts';
import { seeded } from '../../../random.ts';
import { explainedByBruteForce, makeHistory } from './histories.ts';

const check = (calls: Call[], initial: string | null = null) => checkLinearizable(new Map([['k', calls]]), initial);
const call = (invoked: number, returned: number | null, operation: Operation): Call => ({
  invoked,
  returned,
  operation,
  label: `at ${invoked}`,
});
const read = (value: string | null): Operation => ({ f: 'read', value });
const write = (value: string): Operation => ({ f: 'write', value });

describe('what a register may do', () => {
  it('a read beside a write sees the old value or the new one', () => {
    for (const seen of [null, 'a']) {
      expect(check([call(1, 4, write('a')), call(2, 3, read(seen))]).linearizable).toBe(true);
    }
  });

  it('a read after a write never sees the old one, and the call that shows it is named', () => {
    const found = check([call(1, 2, write('a')), call(3, 4, write('b')), call(5, 6, read('a'))]);
    expect(found.linearizable).toBe(false);
    expect(found.violations).toMatchObject([
      { key: 'k', call: { label: 'at 5' }, detail: expect.stringContaining('read of "a"') },
    ]);
  });

  it('two reads beside one write may not see new and then old', () => {
    expect(check([call(1, 9, write('a')), call(2, 3, read('a')), call(4, 5, read(null))]).linearizable).toBe(false);
  });

  it('a write without an answer may come at any later time, or never', () => {
    const lost = call(1, null, write('a'));
    expect(check([lost, call(2, 3, read(null)), call(4, 5, read('a'))]).linearizable).toBe(true);
    expect(check([lost, call(2, 3, read(null)), call(4, 5, read(null))]).linearizable).toBe(true);
    expect(check([lost, call(2, 3, read('a')), call(4, 5, read(null))]).linearizable).toBe(false);
  });

  it('a refused compare-and-set says that the value was another', () => {
    const refused: Operation = { f: 'cas', from: 'a', to: 'b', done: false };
    expect(check([call(1, 2, write('a')), call(3, 4, refused)]).linearizable).toBe(false);
    expect(check([call(1, 4, write('a')), call(2, 3, refused)]).linearizable).toBe(true);
  });

  it('keys are apart from each other', () => {
    const found = checkLinearizable(
      new Map([
        ['x', [call(1, 2, write('a')), call(5, 6, read('a'))]],
        ['y', [call(3, 4, write('b')), call(7, 8, read(null))]],
      ]),
      null,
    );
    expect(found).toMatchObject({ linearizable: false, keys: 2, calls: 4, violations: [{ key: 'y' }], unended: [] });
  });
});

it('agrees with trying every order, on 4,000 small histories of all kinds', () => {
  const random = seeded(11);
  const counts = { good: 0, bad: 0 };
  for (let seed = 1; seed <= 4000; seed++) {
    const appends = seed % 4 === 0;
    const initial = seed % 2 === 0 ? '' : null;
    const calls = makeHistory({
      seed,
      clients: 2 + (seed % 3),
      calls: 7,
      unanswered: seed % 3 === 0 ? 0.3 : 0,
      values: 3,
      initial,
      ...(appends ? { operations: ['read', 'append', 'write'] as const } : {}),
    });
    // One answer is changed, which makes about half of them wrong.
    const reads = calls.filter(({ operation }) => operation.f === 'read');
    const changed = reads[Math.floor(random() * reads.length)]?.operation;
    if (changed?.f === 'read') changed.value = String(Math.floor(random() * 3));
    const expected = explainedByBruteForce(calls, initial);
    counts[expected ? 'good' : 'bad']++;
    expect(check(calls, initial).linearizable, `seed ${seed}`).toBe(expected);
  }
  expect(Math.min(counts.good, counts.bad)).toBeGreaterThan(800);
});

it('never accuses a real register, whatever the concurrency and however many answers are lost', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const calls = makeHistory({ seed, clients: 2 + (seed % 12), calls: 600, unanswered: (seed % 5) * 0.05 });
    expect(check(calls).linearizable, `seed ${seed}`).toBe(true);
  }
  for (let seed = 1; seed <= 10; seed++) {
    const calls = makeHistory({ seed, clients: 6, calls: 300, operations: ['read', 'append', 'append'], initial: '' });
    expect(check(calls, '').linearizable, `appends, seed ${seed}`).toBe(true);
  }
});

it('finds one stale read among 1,000 calls of 6 clients, each time', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const calls = makeHistory({ seed, clients: 6, calls: 1000, unanswered: 0.005, operations: ['read', 'write'] });
    const target = calls.find(({ invoked, operation }) => operation.f === 'read' && invoked > 1000);
    if (target?.operation.f !== 'read') throw new Error('no read');
    const overwritten = calls.filter(
      ({ returned, operation }) => operation.f === 'write' && (returned ?? 1e9) < target.invoked - 300,
    );
    const stale = overwritten.at(-1)?.operation;
    target.operation.value = stale?.f === 'write' ? stale.value : null;
    const found = check(calls);
    expect(found.linearizable, `seed ${seed}`).toBe(false);
  }
});

it('says that it does not know when its time or memory is over', () => {
  const operations = ['append', 'write'] as const;
  const calls = makeHistory({ seed: 5, clients: 30, calls: 2000, operations, initial: '' });
  const last = Math.max(...calls.map(({ invoked, returned }) => returned ?? invoked));
  calls.push(call(last + 1, last + 2, read('never')));
  const limits = { configurations: 2000 };
  expect(checkLinearizable(new Map([['k', calls]]), '', limits)).toMatchObject({ linearizable: null, unended: ['k'] });
  let now = 0;
  const timed = {
    timeMs: 10,
    now: () => {
      now += 20;
      return now;
    },
  };
  expect(checkLinearizable(new Map([['k', calls]]), '', timed).linearizable).toBeNull();
});
