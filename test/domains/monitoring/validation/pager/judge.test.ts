import { describe, expect, it } from 'vitest';
import { speaksOf } from '../../../../../src/domains/monitoring/validation/pager/bench.ts';
import { type Evidence, evidence as schema } from '../../../../../src/domains/monitoring/validation/pager/evidence.ts';
import { judge } from '../../../../../src/domains/monitoring/validation/pager/judge.ts';

function outcome(receiver: string, more: object = {}) {
  const about = { receiver, integration: 'slack', index: 0, alerts: ['Down'], attempts: 1, waitS: 5, strangers: [] };
  return { ...about, firstS: 5.1, takenS: 5.2, log: null, ...more };
}

function behaviour(name: string, outcomes: readonly object[]) {
  return { kind: 'behaviour', behaviour: name, heldS: 13, outcomes };
}

const routedTo = ['on-call', 'chat'];
const once = { 'on-call': 1, chat: 1 };
const good = [
  {
    ...{ kind: 'routes', faults: [] },
    alerts: [{ alert: 'Down', ours: routedTo, amtool: routedTo, byDefault: false }],
    always: [{ alert: 'Watchdog', receivers: ['dead-man'], everyS: 15 }],
  },
  behaviour('as it should', [
    outcome('on-call'),
    outcome('chat'),
    outcome('sales', { alerts: [], firstS: null, takenS: null }),
  ]),
  behaviour('with 503', [
    outcome('on-call', { attempts: 4, takenS: 35 }),
    outcome('chat', { attempts: 4, takenS: 35 }),
  ]),
  { kind: 'silence', alert: 'Watchdog', receiver: 'dead-man', everyS: 15, after: 0, watchedS: 30 },
  { kind: 'false-end', receivers: ['chat'], afterS: 30, endsAfterS: 20, begun: 2 },
  { kind: 'down', downS: 10, receivedS: 70 },
  { kind: 'pair', when: 'both', messages: once, routedTo, firstS: 5 },
  { kind: 'pair', when: 'one killed', messages: once, routedTo, firstS: 20 },
  { kind: 'restart', how: 'in order', messages: once, routedTo },
  { kind: 'restart', how: 'killed', messages: { 'on-call': 2, chat: 2 }, routedTo },
];

function judged(all: readonly object[], ended = true) {
  const { checks } = judge(
    all.map((one) => ({ atMs: 0, data: schema.parse(one) as Evidence })),
    ended,
  );
  return {
    checks,
    said: (id: string) => {
      const one = checks.find((other) => other.id === id);
      return `${one?.verdict}: ${one?.reason}`;
    },
  };
}

type Piece = { kind: string; when?: string; how?: string; behaviour?: string };
const changed = (which: (one: Piece) => boolean, more: object) =>
  good.map((one) => (which(one as Piece) ? { ...one, ...more } : one));
const usual = ({ behaviour: name }: Piece) => name === 'as it should';

describe('the way of a page', () => {
  it('passes where every page came as it should', () => {
    expect(judged(good).checks.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
  });

  it('fails where a page came to the wrong receiver', () => {
    const outcomes = [outcome('on-call'), outcome('chat'), outcome('sales', { alerts: [], strangers: ['Down'] })];
    expect(judged(changed(usual, { outcomes })).said('answers-as-it-should')).toBe(
      'fail: sales was told of Down, where no route leads.',
    );
    const messages = { ...once, sales: 1 };
    expect(judged(changed(({ when }) => when === 'both', { messages })).said('pair-both')).toMatch(
      /^fail: sales got it/,
    );
  });

  it('fails where one of its receivers did not get it', () => {
    const outcomes = [outcome('on-call'), outcome('chat', { takenS: null, firstS: null, attempts: 0 })];
    expect(judged(changed(usual, { outcomes })).said('answers-as-it-should')).toMatch(/^fail: Nothing reached chat/);
    const messages = { chat: 1 };
    expect(judged(changed(({ when }) => when === 'both', { messages })).said('pair-both')).toBe(
      'fail: on-call did not get it.',
    );
    expect(judged(changed(({ how }) => how === 'killed', { messages })).said('killed')).toBe(
      'fail: on-call did not get it.',
    );
    expect(judged(changed(({ how }) => how === 'in order', { messages })).said('restart')).toBe(
      'fail: on-call did not get it.',
    );
  });

  it('fails where it came later than its group waits, though nothing was wrong', () => {
    const outcomes = [outcome('on-call', { takenS: 25 }), outcome('chat')];
    expect(judged(changed(usual, { outcomes })).said('answers-as-it-should')).toMatch(
      /^fail: Late: on-call .* 25.0 s, bound 10.0 s/,
    );
  });

  it('fails where a receiver that is broken costs a page altogether, and not where another one had it', () => {
    const isBroken = ({ behaviour: name }: Piece) => name === 'with 503';
    const lost = outcome('on-call', { takenS: null });
    expect(judged(changed(isBroken, { outcomes: [lost] })).said('answers-with-503')).toMatch(
      /^fail: .*Nobody was told of Down/,
    );
    expect(judged(changed(isBroken, { outcomes: [lost, outcome('chat')] })).said('answers-with-503')).toMatch(/^pass/);
  });

  it('fails where a message came twice, or a dead man’s switch is not heard again, or goes on', () => {
    const messages = { ...once, chat: 2 };
    expect(judged(changed(({ when }) => when === 'both', { messages })).said('pair-both')).toMatch(/^fail/);
    expect(judged(changed(({ how }) => how === 'in order', { messages })).said('restart')).toMatch(/^fail/);
    expect(judged(changed(({ kind }) => kind === 'silence', { everyS: null })).said('dead-man')).toMatch(/^fail/);
    expect(judged(changed(({ kind }) => kind === 'silence', { after: 1 })).said('dead-man')).toMatch(/^fail/);
    expect(judged(changed(({ kind }) => kind === 'down', { receivedS: null })).said('down')).toMatch(/^fail/);
  });

  it('is inconclusive where something was not tried, or nothing could be seen', () => {
    const none = judged(good.filter(({ kind }) => !['pair', 'down', 'silence'].includes(kind)));
    for (const id of ['pair-both', 'pair-one-killed', 'down', 'dead-man'])
      expect(none.said(id)).toMatch(/^inconclusive/);
    expect(judged(good, false).said('tried')).toMatch(/^inconclusive/);
    expect(judged([...good, { kind: 'not-tried', what: 'a pair', why: 'no port' }]).said('tried')).toMatch(
      /^inconclusive: a pair: no port/,
    );
    const unheard = { begun: 0, receivers: [], afterS: null };
    expect(judged(changed(({ kind }) => kind === 'false-end', unheard)).said('false-end')).toMatch(/^inconclusive/);
  });

  it('knows an alert from one whose name begins like its own', () => {
    expect(speaksOf('[FIRING:1] ShopDownAgain', 'ShopDown')).toBe(false);
    expect(speaksOf('[FIRING:1] ShopDown: it is', 'ShopDown')).toBe(true);
  });
});
