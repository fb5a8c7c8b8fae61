import { rm } from 'node:fs/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { ErrorTally } from '../../../../src/domains/load/judging/errors.ts';
import type { LoadState } from '../../../../src/domains/load/judging/reading.ts';
import { errorKinds } from '../../../../src/model/sample.ts';
import { buildResults } from '../../../../src/run/results/build.ts';
import { foldRun } from '../../../../src/run/results/fold.ts';
import { type MadeRun, makeRun } from '../../../run/results/run-folder.ts';

test('failures that are repeated are added to those told of first, with their message', async () => {
  const seen = { kind: 'http', status: 503, route: 1, atMs: 1200, message: 'out of stock' } as const;
  const folder = await makeRun({
    windows: 2,
    windowMs: 1000,
    rate: 50,
    more: [
      { type: 'shakedown.error.seen', data: { ...seen, count: 2 } },
      { type: 'shakedown.errors.repeated', data: { errors: [['http', 503, 1, 1900, 40]] } },
    ],
  });
  try {
    const { parts } = await foldRun(folder);
    const state = parts.find(({ id }) => id === 'load')?.state as LoadState;
    const { errors } = state.fold;
    expect([errors.total, errors.of(null).certain]).toEqual([42, 42]);
    const { groups } = errors.groups([], 5);
    expect(groups).toMatchObject([
      { status: 503, count: 42, firstAtMs: 1200, lastAtMs: 1900, message: 'out of stock' },
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('of a run that was cut off, availability is known where every failure was recorded before', async () => {
  const failing = { kind: 'http', status: 404, count: 10, message: 'not there' } as const;
  const made = { windows: 20, windowMs: 1000, rate: 100, durationMs: 60_000, killed: true, failures: () => failing };
  const availability = async (count: number) => {
    const data = { ...failing, route: 0, atMs: 0, count };
    const folder = await makeRun({ ...made, more: [{ type: 'shakedown.error.seen', data }] });
    const { objectives } = await buildResults(folder);
    await rm(folder, { recursive: true, force: true });
    return objectives.find(({ objective }) => objective.id === 'availability');
  };
  // 404 is an answer: the target was there.
  expect((await availability(200))?.value).toBe(100);
  expect(await availability(199)).toMatchObject({ value: null, reason: expect.stringContaining('cut off before') });
});

test('a status is certain, whoever was late; a timeout is not, nor what the generator did', () => {
  const tally = new ErrorTally();
  const at = { route: 0, atMs: 0, message: '' };
  for (const status of [400, 401, 403, 404, 429, 500, 503]) tally.add({ ...at, kind: 'http', status });
  expect([
    tally.total,
    tally.of(null).unavailable,
    tally.of(null).certain,
    tally.of(null).certainlyUnavailable,
  ]).toEqual([7, 2, 7, 2]);
  for (const kind of ['refused', 'reset'] as const) tally.add({ ...at, kind, status: 0 });
  expect([tally.of(null).unavailable, tally.of(null).certain, tally.of(null).certainlyUnavailable]).toEqual([4, 9, 4]);
  tally.add({ ...at, kind: 'timeout', status: 0, count: 5 });
  expect([tally.of(null).unavailable, tally.of(null).certain, tally.of(null).certainlyUnavailable]).toEqual([9, 9, 4]);
  for (const kind of ['extraction', 'blocked', 'unsent', 'other'] as const) tally.add({ ...at, kind, status: 0 });
  expect([tally.total, tally.of(null).certain]).toEqual([18, 9]);
});

describe('on a busy machine', () => {
  const folders: string[] = [];
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));
  const busy: MadeRun = {
    windows: 60,
    windowMs: 1000,
    rate: 200,
    invalid: (window) => (window % 3 === 0 ? 'the generator was 212 ms late (p99), more than 50 ms' : null),
  };

  test.each([401, 403, 404, 400])('%d on 5.6 % of the requests fails, for a status is certain', async (status) => {
    const folder = await makeRun({ ...busy, failures: () => ({ kind: 'http', status, count: 11, message: '' }) });
    folders.push(folder);
    const { word, objectives } = await buildResults(folder);
    expect(word).toBe('FAILED');
    const verdictOf = (id: string) => objectives.find(({ objective }) => objective.id === id)?.verdict;
    expect(verdictOf('error-rate')).toBe('fail');
    // A target that says no is there.
    expect(verdictOf('availability')).not.toBe('fail');
  });
});

test('what was not served, or not to its end, is unavailability, whatever kind it is; what is none of the target’s doing is not', () => {
  const unavailable = errorKinds.filter((kind) => {
    const tally = new ErrorTally();
    tally.add({ kind, status: 0, route: 0, atMs: 0, message: '' });
    return tally.of(null).unavailable === 1;
  });
  expect(unavailable).toEqual(['timeout', 'refused', 'reset', 'truncated', 'dns', 'tls', 'protocol', 'other']);
});

test('a redirection in the place of a page is named with what was recorded', () => {
  const tally = new ErrorTally();
  tally.add({ kind: 'http', status: 302, route: 1, atMs: 0, message: 'status 302, recorded 200', count: 9 });
  const routes = [
    { method: 'GET', route: '/' },
    { method: 'GET', route: '/account' },
  ];
  expect(tally.main(routes)).toBe('status 302, recorded 200, of GET /account');
  expect(tally.main(routes.slice(0, 1))).toBe('status 302, recorded 200');
});
