import { expect, it } from 'vitest';
import type { LoadListener } from '../../../../src/domains/load/engine.ts';
import { Losses } from '../../../../src/domains/load/k6/losses.ts';
import type { Period } from '../../../../src/model/stability.ts';
import { request } from '../shop.ts';

function made() {
  const marked: Period[] = [];
  const said: string[] = [];
  const ended: Parameters<NonNullable<LoadListener['generatorEnded']>>[0][] = [];
  const lost: Parameters<NonNullable<LoadListener['generatorLost']>>[0][] = [];
  const accounting = {
    generatorDied: (fromMs: number, toMs: number) => {
      const period = { fromMs, toMs };
      marked.push(period);
      return period;
    },
  };
  const losses = new Losses(accounting, {
    warning: (text) => said.push(text),
    generatorEnded: (event) => ended.push(event),
    generatorLost: (event) => lost.push(event),
  });
  return { losses, marked, said, ended, lost };
}

/** A session of two requests, the second a second after the first. */
const nobodyTook = (startMs: number) => ({ startMs, requests: [request(0), request(1000)] });

it('reports what went with a generator and what nobody was there for, once, with the time when that was planned', () => {
  const { losses, marked, said, lost } = made();
  losses.with(losses.open(1, 14_000, 13_900), 5, { fromMs: 8900, toMs: 14_500 });
  losses.add(nobodyTook(15_000));
  expect(losses.areReported).toBe(false);
  losses.report();
  losses.report();
  expect(losses.areReported).toBe(true);
  expect(lost).toEqual([{ atMs: 14_000, shard: 1, fromMs: 13_900, toMs: 16_000, lost: 7 }]);
  expect(said).toEqual(['2 more requests were lost, as no load generator was there for them.']);
  expect(marked).toEqual([{ fromMs: 8900, toMs: 16_000 }]);
});

it('reports a loss again where more comes of it, and says how much more', () => {
  const { losses, said, lost } = made();
  losses.open(0, 2000, 1900);
  losses.add(nobodyTook(3000));
  losses.report();
  losses.add(nobodyTook(4000));
  expect(losses.areReported).toBe(false);
  losses.report();
  expect(lost.map((one) => [one.atMs, one.toMs, one.lost])).toEqual([
    [2000, 4000, 2],
    [2000, 5000, 4],
  ]);
  expect(said.map((text) => text.slice(0, 1))).toEqual(['2', '2']);
});

it('counts what nobody took for the generator that died last: until then others were there', () => {
  const { losses, lost } = made();
  losses.open(0, 10_000, 9900);
  losses.report();
  losses.open(1, 50_000, 49_900);
  losses.add(nobodyTook(50_500));
  losses.report();
  expect(lost.map((one) => [one.shard, one.fromMs, one.toMs, one.lost])).toEqual([
    [0, 9900, 9900, 0],
    [1, 49_900, 51_500, 2],
  ]);
});

it('takes nothing of what the target did not answer for lost, where nothing was lost', () => {
  const { losses, marked } = made();
  // It had begun nothing, and was heard last half a minute ago.
  losses.with(losses.open(0, 40_000, 10_000), 0, { fromMs: -20_000, toMs: 0 });
  expect(marked.map(({ fromMs, toMs }) => toMs >= fromMs)).toEqual([false]);
});

it('reports sessions of a part that began late, though no generator had died', () => {
  const { losses, ended, lost } = made();
  losses.add(nobodyTook(60_000));
  losses.add(nobodyTook(60_500));
  losses.report();
  expect(ended).toEqual([{ atMs: 60_000, shard: 0, reason: expect.stringContaining('no k6 was ready'), lost: 0 }]);
  expect(lost).toEqual([{ atMs: 60_000, shard: 0, fromMs: 60_000, toMs: 61_500, lost: 4 }]);
});

it('begins with the run where a generator died before that', () => {
  const { losses, lost } = made();
  losses.open(0, -500, null);
  losses.add(nobodyTook(0));
  losses.report();
  expect(lost).toEqual([{ atMs: -500, shard: 0, fromMs: 0, toMs: 1000, lost: 2 }]);
});
