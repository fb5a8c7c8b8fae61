import { expect, it } from 'vitest';
import { Split } from '../../../../src/domains/load/k6/split.ts';
import type { Taker } from '../../../../src/domains/load/k6/taker.ts';
import type { PlannedSession } from '../../../../src/model/plan.ts';
import { request, session } from '../shop.ts';

/** Sessions at these times, of one request each, and a clock that is set by hand. */
function made(starts: readonly number[], shards: number, after: Promise<unknown> = Promise.resolve()) {
  const clock = { ms: 0 };
  const lost: number[] = [];
  let asked = 0;
  const split = new Split({
    source: (async function* () {
      for (const [i, startMs] of starts.entries()) {
        asked++;
        yield session(i, startMs, [request(0)]);
      }
    })(),
    after,
    shards,
    nowMs: () => clock.ms,
    aheadMs: 5000,
    takeOverMs: 1000,
    lost: ({ index }) => lost.push(index),
  });
  return { split, clock, lost, asked: () => asked };
}

/** Reads what is there for a taker until it is to wait, or its stream ends. */
async function given(stream: AsyncGenerator<PlannedSession | null>): Promise<(number | 'end')[]> {
  const found: (number | 'end')[] = [];
  for (;;) {
    const { done, value } = await stream.next();
    if (done === true) return [...found, 'end'];
    if (value === null) return found;
    found.push(value.index);
  }
}

const everyHalfSecond = (count: number) => Array.from({ length: count }, (_, i) => i * 500);
const joined = (split: Split, shard: number, fromMs = 0) => {
  const taker = split.join(shard, fromMs);
  return { taker, stream: split.stream(taker) };
};

it('deals sessions out by their number, and not long before their start', async () => {
  const { split, clock, asked } = made(everyHalfSecond(30), 2);
  const [one, two] = [joined(split, 0), joined(split, 1)];
  expect(await given(one.stream)).toEqual([0, 2, 4, 6, 8, 10]);
  expect(await given(two.stream)).toEqual([1, 3, 5, 7, 9]);
  expect(asked()).toBe(12);
  clock.ms = 1000;
  const more = await given(split.stream(one.taker));
  expect(more).toEqual([12]);
  clock.ms = 14_520;
  expect(await given(split.stream(one.taker))).toEqual([14, 16, 18, 20, 22, 24, 26, 28, 'end']);
});

it('lets others take what one that died had not begun when it is nearly due, and the next of its place the rest', async () => {
  const { split, clock, lost } = made(everyHalfSecond(30), 2);
  const [one, two] = [joined(split, 0), joined(split, 1)];
  await given(one.stream);
  await given(two.stream);
  clock.ms = 1000;
  // Had by then 0 to 10; of these 0, 2 have begun.
  split.leave(one.taker, 1000);
  expect(one.taker.planned).toBe(2);
  const other = (taker: Taker) => given(split.stream(taker));
  // Due within a second: one that starts at 2000.
  expect(await other(two.taker)).toEqual([4, 11]);
  clock.ms = 2600;
  split.serve();
  await split.tick();
  expect(await other(two.taker)).toEqual([6, 13, 15]);
  const fresh = joined(split, 0, 4000);
  expect(await given(fresh.stream)).toEqual([8, 10, 12, 14]);
  clock.ms = 14_520;
  split.serve();
  await split.tick();
  expect([await other(two.taker), await given(split.stream(fresh.taker)), lost]).toEqual([
    [17, 19, 21, 23, 25, 27, 29, 'end'],
    [16, 18, 20, 22, 24, 26, 28, 'end'],
    [],
  ]);
});

it('goes on dealing where nobody is left, counts what is lost, and gives the next one what it can begin', async () => {
  const { split, clock, lost } = made(everyHalfSecond(20), 1);
  const only = joined(split, 0);
  await given(only.stream);
  clock.ms = 1100;
  split.leave(only.taker, 1100);
  expect(await given(only.stream)).toEqual(['end']);
  expect(split.isServed).toBe(false);
  clock.ms = 4100;
  split.serve();
  await split.tick();
  // 3 to 8 should have begun meanwhile.
  expect(lost).toEqual([3, 4, 5, 6, 7, 8]);
  const fresh = joined(split, 0, 5000);
  expect(await given(fresh.stream)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18]);
  expect(split.isServed).toBe(false);
  clock.ms = 5001;
  expect(split.isServed).toBe(true);
  split.serve();
  await split.tick();
  expect(lost).toEqual([3, 4, 5, 6, 7, 8, 9]);
  expect(split.isOver).toBe(false);
  clock.ms = 9520;
  expect(await given(split.stream(fresh.taker))).toEqual([19, 'end']);
  expect(split.isOver).toBe(true);
});

it('hands what a generator took over for another on when that dies too', async () => {
  const { split, clock, lost } = made(everyHalfSecond(8), 3);
  const [one, two, three] = [joined(split, 0), joined(split, 1), joined(split, 2)];
  for (const { stream } of [one, two, three]) await given(stream);
  clock.ms = 900;
  split.leave(one.taker, 900);
  // Session 3, due at 1500.
  expect(await given(split.stream(two.taker))).toEqual([]);
  expect(await given(split.stream(three.taker))).toEqual([3]);
  clock.ms = 1000;
  split.leave(three.taker, 1000);
  expect(await given(split.stream(two.taker))).toEqual([3]);
  expect(lost).toEqual([]);
  expect([one.taker.planned, two.taker.planned, three.taker.planned]).toEqual([1, 4, 1]);
});

it('takes nothing back whose login has begun', async () => {
  const { split, clock } = made([], 1);
  const only = joined(split, 0);
  const steps = [{ ...request(-2000), login: { step: 0, success: { status: [] } } }];
  for (const [index, startMs] of [1000, 2500, 3500].entries())
    only.taker.give({ ...session(index, startMs, [request(0)]), logins: [{ before: 0, steps }] });
  await given(only.stream);
  clock.ms = 1000;
  expect(only.taker.leave(1000).map(({ index }) => index)).toEqual([2]);
});

it('leaves the plan to the part before until that has all of its own', async () => {
  let free = () => {};
  const before = new Promise<void>((resolve) => {
    free = resolve;
  });
  const { split, asked } = made(everyHalfSecond(4), 1, before);
  const next = joined(split, 0);
  const first = next.stream.next();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(asked()).toBe(0);
  free();
  expect((await first).value?.index).toBe(0);
});

it('forgets what has begun, whatever order it came in', async () => {
  const { split, clock } = made(everyHalfSecond(8), 2);
  const [one, two] = [joined(split, 0), joined(split, 1)];
  await given(one.stream);
  await given(two.stream);
  clock.ms = 100;
  split.leave(one.taker, 100);
  await given(split.stream(two.taker));
  two.taker.forget(1600);
  expect(two.taker.lastDueMs).toBe(3500);
  expect(two.taker.leave(0).map(({ index }) => index)).toEqual([5, 7]);
});

it('ends no stream before the last session can be taken over, a little late', async () => {
  const { split, clock, lost } = made([0, 500], 2);
  const [one, two] = [joined(split, 0), joined(split, 1)];
  // The other one has not taken what is its own.
  expect(await given(one.stream)).toEqual([0]);
  clock.ms = 510;
  expect([await given(split.stream(one.taker)), split.isOver]).toEqual([[], false]);
  split.leave(two.taker, 510);
  expect(await given(split.stream(one.taker))).toEqual([1]);
  clock.ms = 520;
  expect([await given(split.stream(one.taker)), split.isOver, lost]).toEqual([['end'], true, []]);
});

it('ends streams and what waits in them at once when it is closed, and asks the plan for nothing more', async () => {
  const { split, clock, asked } = made([0, 1000, 60_000, 61_000], 2);
  const timers = () => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
  const before = timers();
  const [one, two] = [joined(split, 0), joined(split, 1)];
  expect(await given(two.stream)).toEqual([1]);
  expect(await given(one.stream)).toEqual([0]);
  split.leave(two.taker, 0);
  expect(await given(one.stream)).toEqual([1]);
  const next = one.stream.next();
  await new Promise((resolve) => setImmediate(resolve));
  expect(timers()).toBe(before + 1);
  split.close();
  expect((await next).done).toBe(true);
  expect(timers()).toBe(before);
  clock.ms = 60_500;
  await split.tick();
  expect(asked()).toBe(3);
});
