import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { LostGenerators, lostLines, lostShare } from '../../../../src/domains/load/judging/lost.ts';
import type { LostGenerator } from '../../../../src/domains/load/section.ts';
import type { WindowResult } from '../../../../src/model/results.ts';
import { renderReports } from '../../../../src/report/write.ts';
import { domains } from '../../../../src/run/domains.ts';
import { buildResults } from '../../../../src/run/results/build.ts';
import { makeRun } from '../../../run/results/run-folder.ts';

const windows = [
  { planned: 6000, unsent: 900, lost: 900 },
  { planned: 5800, unsent: 430, lost: 405 },
  { planned: 200, unsent: 3 },
] as WindowResult[];

function lost(...events: Parameters<LostGenerators['add']>[0][]) {
  const found = new LostGenerators();
  for (const event of events) found.add(event);
  return found.list;
}

const ended = {
  type: 'shakedown.generator.ended',
  data: { atMs: 14_010, shard: 1, reason: 'killed', lost: 455 },
} as const;

test('what was lost in all takes the place of what a generator had, for the one that it was', () => {
  const other = { ...ended, data: { ...ended.data, shard: 0 } };
  const known = { atMs: 14_010, shard: 1, fromMs: 13_960, toMs: 34_210, lost: 1305 };
  expect(lost(ended, other, { type: 'shakedown.generator.lost', data: known })).toEqual([
    { shard: 1, reason: 'killed', atMs: 14_010, fromMs: 13_960, toMs: 34_210, lost: 1305 },
    { shard: 0, reason: 'killed', atMs: 14_010, fromMs: 14_010, toMs: 14_010, lost: 455, isLeast: true },
  ]);
});

const linesOf = (lostGenerators: LostGenerator[], of: WindowResult[]) => lostLines({ lostGenerators }, { windows: of });

test('what was lost is one line, with its share and its time', () => {
  const of = (shard: number, fromMs: number) => ({
    shard,
    reason: '',
    atMs: fromMs,
    fromMs,
    toMs: fromMs + 5000,
    lost: 300,
  });
  expect(linesOf([of(0, 61_250)], windows)).toEqual([
    '300 of 12,000 requests (2.5 %) were lost, because a load generator died: from 1 min 1.3 s to 1 min 6.3 s.',
  ]);
  // Before its windows were written, only generators are known to have lost something.
  const unwritten = [{ planned: 12_000, unsent: 0 }] as WindowResult[];
  expect(
    linesOf(
      [1, 2, 3, 4, 5].map((one) => of(0, one * 10_000)),
      unwritten,
    )[0],
  ).toBe(
    '1,500 of 12,000 requests (13 %) were lost, because 5 load generators died: from 10.0 s to 15.0 s, from 20.0 s to 25.0 s, from 30.0 s to 35.0 s and 2 more times.',
  );
  expect(linesOf([{ ...of(0, 0), lost: 0 }], windows)).toEqual([]);
});

test('what a harness that was killed could not tell any more is not said to be nothing', () => {
  const cut = { ...lost(ended)[0], lost: 0 } as LostGenerator;
  // Its windows know of more than what it had.
  expect(linesOf([cut], windows)).toEqual([
    'At least 1,305 of 12,000 requests (11 %) were lost, because a load generator died: from 14.0 s on.',
  ]);
  const unwritten = [{ planned: 12_000, unsent: 0 }] as WindowResult[];
  expect(linesOf([cut], unwritten)).toEqual([
    'It is not known how much was lost because a load generator died: from 14.0 s on.',
  ]);
  expect(lostShare([cut], windows)).toBeCloseTo(1305 / 12_000, 10);
});

test('the share that was lost is of what was planned, and no more than was not sent', () => {
  const known = { atMs: 14_010, shard: 1, fromMs: 13_960, toMs: 34_210 };
  const of = (requests: number) =>
    lost(ended, { type: 'shakedown.generator.lost', data: { ...known, lost: requests } });
  expect(lostShare(of(1305), windows)).toBeCloseTo(1305 / 12_000, 10);
  expect(lostShare(of(5000), windows)).toBeCloseTo(1333 / 12_000, 10);
  expect([lostShare([], windows), lostShare(of(5), [])]).toEqual([0, 0]);
});

test('a run that lost a load generator says so wherever it says how much was measured', async () => {
  const isLossy = (window: number) => window >= 14 && window < 20;
  const folder = await makeRun({
    ...{ windows: 60, windowMs: 1000, rate: 100, areUnsentLost: true },
    unsent: (window) => (isLossy(window) ? 100 : 0),
    invalid: (window) => (isLossy(window) ? '100 of 200 requests were lost with a load generator that died' : null),
    more: [
      ended,
      {
        type: 'shakedown.generator.lost',
        data: { atMs: 14_010, shard: 1, fromMs: 13_960, toMs: 19_800, lost: 600 },
      },
    ],
  });
  const results = await buildResults(folder);
  const { index, files } = await renderReports(results, domains);
  await rm(folder, { recursive: true, force: true });
  const coverage = results.objectives.find(({ objective }) => objective.id === 'coverage');
  // 600 of 6,600.
  expect(coverage).toMatchObject({ verdict: 'inconclusive', value: expect.closeTo((100 * 6000) / 6600, 5) });
  const line = '600 of 6,600 requests (9.1 %) were lost, because a load generator died: from 14.0 s to 19.8 s.';
  expect(results.missing).toContain(line);
  expect(results.sections.load?.requests.unsent).toBe(600);
  expect(results.sections.monitoring?.stability?.lostWithGenerators).toBe(600);
  const text = files['summary.md'] ?? '';
  for (const words of [line, 'Lost load', '600 requests lost with load generators that died'])
    expect(text.replaceAll('\u00a0', ' ')).toContain(words);
  expect(index).toContain('Lost load');
  expect((files['performance.html'] ?? '').replaceAll('\u00a0', ' ')).toContain(
    '600 of 1,200 requests were lost with a load generator that died, from 14.0 s to 19.8 s',
  );
});
