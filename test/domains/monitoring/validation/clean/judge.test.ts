import { expect, it } from 'vitest';
import { type Evidence, evidence as schema } from '../../../../../src/domains/monitoring/validation/clean/evidence.ts';
import { judge } from '../../../../../src/domains/monitoring/validation/clean/judge.ts';

const watched = {
  ...{
    kind: 'watched',
    fromEpochMs: 0,
    seconds: 900,
    isOwn: true,
    requests: 10_000,
    messages: 60,
    messagesUnseen: null,
  },
  ...{ alerts: ['Watchdog', 'Down', 'Slow'], always: ['Watchdog'], tooSlow: ['Slow'], missing: [] },
};
const fired = { kind: 'fired', alert: 'Down', labels: { job: 'shop' }, atEpochMs: 10_000, forS: 30 };
const message = {
  kind: 'message',
  receiver: 'chat',
  integration: 'slack',
  status: 'firing',
  alerts: ['Down'],
  atEpochMs: 1,
};
const again = {
  kind: 'again',
  receiver: 'dead-man',
  integration: 'webhook',
  alert: 'Watchdog',
  afterS: 2,
  everyS: 15,
  atEpochMs: 1,
};

function said(id: string, ...all: readonly object[]): string {
  const { checks } = judge(
    all.map((one) => ({ atMs: 0, data: schema.parse(one) as Evidence })),
    true,
  );
  const found = checks.find((one) => one.id === id);
  return `${found?.verdict}: ${found?.reason}`;
}

it('a time in which nothing fired passes with its length and what could not have fired in it', () => {
  expect(said('fired', watched)).toBe(
    'pass: None of 2 fired in 15.0 minutes. 1 of 2 need longer than that to come about: their windows and for are longer.',
  );
  expect(said('messages', watched)).toMatch(/^pass/);
  expect(said('again', watched)).toBe('pass: 60 messages in 15.0 minutes, each in its turn.');
  expect(said('load', watched)).toMatch(/^pass: It answered 10000 requests/);
});

it('what fires, and each message that comes or comes twice, is named', () => {
  expect(said('fired', watched, fired)).toBe('fail: Down {job="shop"} for 30 s.');
  expect(said('messages', watched, message)).toMatch(/^fail: 1 came: chat \(slack\) was told of Down/);
  expect(said('again', watched, again)).toMatch(
    /^fail: 1 came twice: dead-man \(webhook\) was told of Watchdog again after 2\.0 s/,
  );
});

it('what may be right is not accused, and what was not seen does not pass', () => {
  expect(said('fired', { ...watched, missing: ['node'] }, fired)).toMatch(/^inconclusive: Needs review/);
  expect(said('fired', { ...watched, isOwn: false }, fired)).toMatch(/^inconclusive: Needs review/);
  expect(said('load', { ...watched, requests: 0 })).toMatch(/^inconclusive/);
  expect(said('again', { ...watched, messages: 0 })).toMatch(/^inconclusive/);
  expect(said('messages', { ...watched, messagesUnseen: 'they go elsewhere' })).toBe(
    'inconclusive: Not looked at: they go elsewhere.',
  );
  expect(said('watched', fired)).toMatch(/^inconclusive/);
});

it('neither alerts that could not come about nor messages of which none was seen show anything', () => {
  expect(said('fired', { ...watched, tooSlow: ['Down', 'Slow'] })).toBe(
    'inconclusive: None of 2 alerts can come about within 15.0 minutes: nothing was shown.',
  );
  expect(said('fired', { ...watched, alerts: ['Watchdog'], tooSlow: [] })).toMatch(/^inconclusive/);
  expect(said('messages', { ...watched, messages: 0 })).toMatch(/^inconclusive: No message came at all/);
});
