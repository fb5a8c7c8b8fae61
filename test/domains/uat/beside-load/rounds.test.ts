import { expect, it } from 'vitest';
import { betweenRoundsMs, runRounds } from '../../../../src/domains/uat/beside-load/rounds.ts';
import { addAttempt, noTally } from '../../../../src/domains/uat/run/tally.ts';

const minute = 60_000;

it('spreads rounds over the load: 20 of them, no closer than 15 s and no further than 5 min, or as many as asked for', () => {
  expect(betweenRoundsMs(minute, null)).toBe(15_000);
  expect(betweenRoundsMs(20 * minute, null)).toBe(minute);
  expect(betweenRoundsMs(24 * 60 * minute, null)).toBe(5 * minute);
  expect(betweenRoundsMs(10 * minute, 5)).toBe(2 * minute);
});

/** A load whose clock goes on only as rounds take time. */
function load(durationMs: number, tookMs: number, rounds: number | null) {
  let atMs = 0;
  const begun: number[] = [];
  const run = async () => {
    begun.push(atMs);
    atMs += tookMs;
    return tookMs;
  };
  // Every look at the clock takes half a minute, so that nothing here waits long.
  const now = () => {
    atMs += 30_000;
    return atMs;
  };
  const ended = runRounds({
    durationMs,
    rounds,
    now,
    isFaultOn: () => false,
    signal: new AbortController().signal,
    run,
  });
  return { begun, ended };
}

it('begins no round that could not be ended in time, but always the first', async () => {
  const short = load(minute, 10 * minute, null);
  await short.ended;
  expect(short.begun).toHaveLength(1);
  const long = load(60 * minute, 10 * minute, 20);
  await long.ended;
  expect(long.begun.length).toBeGreaterThan(1);
  expect(long.begun.at(-1)).toBeLessThanOrEqual(50 * minute);
});

it('runs as many rounds as asked for, and none once it is to end', async () => {
  const some = load(4 * minute, 10_000, 2);
  await some.ended;
  expect(some.begun).toHaveLength(2);
  const aborted = AbortSignal.abort();
  let begun = 0;
  await runRounds({
    ...{ durationMs: minute, rounds: null, now: () => 0, isFaultOn: () => true, signal: aborted },
    run: async () => ++begun,
  });
  expect(begun).toBe(0);
});

it('counts a scenario when it is known how it came out: a failure that is tried again is not its last word', () => {
  const tally = noTally();
  const came = [
    addAttempt(tally, { status: 'passed', retry: 0 }, 1),
    addAttempt(tally, { status: 'failed', retry: 0 }, 1),
    addAttempt(tally, { status: 'passed', retry: 1 }, 1),
    addAttempt(tally, { status: 'failed', retry: 1 }, 1),
    addAttempt(tally, { status: 'interrupted', retry: 0 }, 1),
    addAttempt(tally, { status: 'skipped', retry: 0 }, 1),
  ];
  expect(came).toEqual(['passed', null, 'flaky', 'failed', null, null]);
  expect(tally).toEqual({ done: 3, failed: 1, flaky: 1 });
});
