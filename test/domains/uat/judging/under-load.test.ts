import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeManifest } from '../../../../src/evidence/manifest.ts';
import type { UatBrowser } from '../../../../src/model/browser.ts';
import type { JournalData } from '../../../../src/model/event.ts';
import type { Results } from '../../../../src/model/results.ts';
import type { UatAttempt, UatEvent } from '../../../../src/model/uat.ts';
import { buildResults } from '../../../../src/run/results/build.ts';
import { rendered } from '../../../report/rendered.ts';
import { makeRun } from '../../../run/results/run-folder.ts';
import { experiment, faulted } from '../../chaos/made.ts';
import { attempt, finding } from '../attempts.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

const there: UatBrowser = {
  ...{ name: 'chromium', label: 'Chromium 156.0', version: '156.0', origin: '/usr/bin/chromium' },
  ...{ notRun: null, waived: null },
};
const budgets = { LCP: 2500, INP: 200, CLS: 0.1, FCP: 1800, TTFB: 800 };

interface Made {
  round: number;
  /** null: before the load. */
  atMs: number | null;
  tookMs?: number;
  status?: UatAttempt['status'];
  retry?: number;
  lcp?: number;
  findings?: UatAttempt['observation']['findings'];
  /** As where the harness was killed before it wrote the mark. */
  isUnmarked?: boolean;
  /** It failed, and was to be tried again. */
  again?: true;
  /** The round has no end, as where the harness was killed within it. */
  isCut?: boolean;
}

/** Three minutes of load, a fault from 60 s to 75 s, and these attempts at one scenario. */
async function results(made: Made[], browsers: UatBrowser[] = [there], skipped: UatAttempt[] = []): Promise<Results> {
  const fault = { id: 'f1', fault: 'latency', title: 'Latency', component: 'shop-1 to database' };
  const attempts = made.map((each): UatAttempt => {
    const { round, atMs, tookMs = 4000, status = 'passed', retry = 0, lcp = 400, findings = [] } = each;
    const startedAt = new Date(Date.parse('2026-11-20T09:00:00.000Z') + (atMs ?? -60_000)).toISOString();
    const one = attempt({ id: 'BUY', retry, status, startedAt, durationMs: tookMs, findings, round });
    one.error = status === 'failed' ? { message: 'no confirmation', step: 'Then it is confirmed' } : null;
    one.observation.vitals = Array.from({ length: 20 }, () => ({ metric: 'LCP' as const, value: lcp, page: '/' }));
    return one;
  });
  const rounds = [...new Set(made.map(({ round }) => round))];
  const more: JournalData[] = [
    { type: 'shakedown.uat.started', data: { browsers, sizes: [], chosen: [], scenarioFolder: 'uat', budgets } },
    ...rounds.flatMap((round): JournalData[] => {
      const own = made.filter((each) => each.round === round);
      const startMs = own[0]?.atMs ?? null;
      const kind = startMs === null ? ('quiet' as const) : ('load' as const);
      const endMs = startMs === null ? null : startMs + 10_000;
      return [
        { type: 'shakedown.uat.round.started', data: { round, kind, startMs } },
        ...own.flatMap(({ atMs, tookMs = 4000, status = 'passed', retry = 0, isUnmarked, again }): JournalData[] => {
          const isAgain = again === undefined ? {} : { again };
          const mark = { startMs: atMs, endMs: atMs === null ? null : atMs + tookMs, ...isAgain };
          const about = { round, scenario: 'BUY', browser: 'chromium', size: 'desktop', retry, status } as const;
          return isUnmarked === true ? [] : [{ type: 'shakedown.uat.attempted', data: { ...about, ...mark } }];
        }),
        ...(own.some(({ isCut }) => isCut === true) ? [] : [ended(round, startMs, endMs)]),
      ];
    }),
  ];
  const slow = experiment('Slow database', [{ ...fault, fromMs: 60_000, toMs: 75_000 }]);
  const folder = await makeRun(faulted([...slow, ...more]));
  folders.push(folder);
  await mkdir(join(folder, 'uat'));
  attempts.push(...skipped);
  const planned = [...attempts.slice(0, 1), ...skipped].map(({ scenario, browser, size }) => ({
    scenario,
    browser,
    size,
  }));
  const events: UatEvent[] = [
    { type: 'begin', at: '', planned },
    ...attempts.map((each): UatEvent => ({ type: 'attempt', attempt: each })),
  ];
  const lines = events.map((event) => JSON.stringify(event));
  // A killed run leaves a line unfinished.
  await writeFile(join(folder, 'uat', 'uat.ndjson'), `${lines.join('\n')}\n{"type":"atte`);
  writeManifest(folder);
  return buildResults(folder);
}

function ended(round: number, startMs: number | null, endMs: number | null): JournalData {
  const counts = { wallMs: 10_000, cpuSeconds: 3, passed: 1, failed: 0, flaky: 0 };
  return { type: 'shakedown.uat.round.ended', data: { round, startMs, endMs, ...counts } };
}

const gate = (found: Results, id: string) => found.gates.find((one) => one.id === id)?.verdict;
const objective = (found: Results, id: string) => found.objectives.find((one) => one.objective.id === id);
const quiet: Made = { round: 1, atMs: null };
const calm: Made = { round: 2, atMs: 10_000 };

describe('scenarios under load and faults', () => {
  it('are open where one was skipped, but for the suite’s own choice of sizes', async () => {
    const skip = (isChoice: boolean) => ({ reason: 'skipped by its test (test.skip): “later”', isChoice });
    const of = (id: string, isChoice: boolean) => attempt({ id, status: 'skipped', round: 2, skip: skip(isChoice) });
    expect(objective(await results([quiet, calm], [there], [of('PHONE', true)]), 'scenarios')?.verdict).toBe('pass');
    const left = objective(await results([quiet, calm], [there], [of('PHONE', true), of('PAY', false)]), 'scenarios');
    expect(left).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('PAY did not run: skipped by its test (test.skip): “later”'),
    });
  });

  it('are reported by condition: before the load, under it, and with a fault on or just gone', async () => {
    const found = await results([quiet, calm, { round: 3, atMs: 62_000, lcp: 5000 }, { round: 4, atMs: 80_000 }]);
    expect(found.sections.uat?.underLoad?.runs.map(({ condition, startMs }) => [condition, startMs])).toEqual([
      ['quiet', null],
      ['load', 10_000],
      ['fault', 62_000],
      ['fault', 80_000],
    ]);
    expect(found.sections.uat?.underLoad?.runs.map(({ happening }) => happening)).toEqual([
      [],
      [],
      ['Latency, shop-1 to database'],
      ['just after Latency, shop-1 to database'],
    ]);
    expect(found.sections.uat?.underLoad?.runs[1]?.ratePerSecond).toBe(1200);
    expect(found.sections.uat?.underLoad?.rounds.map(({ faults }) => faults)).toEqual([
      undefined,
      undefined,
      ['Latency, shop-1 to database'],
      ['just after Latency, shop-1 to database'],
    ]);
    expect(found.timeline.bands.filter(({ lane }) => lane === 'uat').map(({ label }) => label)).toEqual([
      '1 of 1 passed',
      '1 of 1 passed (Latency, shop-1 to database)',
      '1 of 1 passed (just after Latency, shop-1 to database)',
    ]);
    expect(gate(found, 'uat')).toBe('pass');
    const lcp = found.sections.uat?.vitals.filter(({ metric }) => metric === 'LCP') ?? [];
    expect(lcp.map(({ condition, p75, verdict }) => [condition, p75, verdict])).toEqual([
      ['quiet', 400, 'pass'],
      ['load', 400, 'pass'],
      ['fault', 5000, 'fail'],
    ]);
    const page = (await rendered(found))['uat.html'];
    for (const words of ['No load', 'Under load', 'With a fault on', 'BUY']) expect(page).toContain(words);
  });

  it('that fail outside of faults fail their gate, with when and where; under a fault the resilience gate has them', async () => {
    const outside = await results([quiet, { ...calm, status: 'failed' }]);
    expect([gate(outside, 'uat'), outside.verdict]).toEqual(['fail', 'fail']);
    expect(objective(outside, 'scenarios')?.reason).toContain('at “Then it is confirmed”, 10');
    const under = await results([quiet, calm, { round: 3, atMs: 62_000, status: 'failed' }]);
    expect(gate(under, 'uat')).toBe('pass');
    expect(objective(under, 'fault-scenarios')).toMatchObject({ verdict: 'fail', value: 0, samples: 1 });
    // It is no key objective: users may be hit by a fault that the experiment allows for.
    expect(gate(under, 'resilience')).toBe('pass');
    expect(under.timeline.bands.filter(({ lane }) => lane === 'uat').map(({ state }) => state)).toEqual([
      'pass',
      'inconclusive',
    ]);
  });

  it('are no pass where they passed only when tried again, or never ran under the load', async () => {
    const flaky = await results([
      { ...calm, status: 'failed' },
      { round: 2, atMs: 15_000, retry: 1 },
    ]);
    expect(flaky.sections.uat?.underLoad?.tallies).toMatchObject([{ condition: 'load', runs: 1, flaky: 1, failed: 0 }]);
    expect(objective(flaky, 'scenarios')).toMatchObject({ verdict: 'inconclusive', value: null });
    const before = await results([quiet]);
    expect(objective(before, 'scenarios')?.reason).toContain('BUY did not run while the load was on');
    const underFault = await results([quiet, { round: 2, atMs: 62_000 }]);
    expect(objective(underFault, 'scenarios')?.reason).toContain('BUY did not run while the load was on and no fault');
    const cut = await results([quiet, { ...calm, status: 'interrupted' }]);
    expect(cut.sections.uat?.underLoad?.cutShort).toBe(1);
    expect(objective(cut, 'scenarios')?.verdict).toBe('inconclusive');
  });

  it('hold errors on pages against the run, but not those under a fault', async () => {
    const error = finding({ kind: 'console', rule: 'console-error', what: 'boom', element: null });
    const outside = await results([{ ...calm, findings: [error] }]);
    expect(objective(outside, 'user-findings')).toMatchObject({ verdict: 'fail', value: 1 });
    expect(objective(outside, 'user-findings')?.reason).toContain('boom on /checkout');
    const under = await results([calm, { round: 3, atMs: 62_000, findings: [error] }]);
    expect(objective(under, 'user-findings')?.verdict).toBe('pass');
    expect(under.sections.uat?.underLoad?.findingsUnderFault).toBe(1);
  });

  it('count for nothing where the harness did not live to hear of them, or they were to be tried again', async () => {
    // The shop may have been gone before the runner: that is no failure of it.
    const unheard = await results([
      quiet,
      calm,
      { round: 3, atMs: 30_000, status: 'failed', isUnmarked: true, isCut: true },
    ]);
    expect(unheard.sections.uat?.underLoad).toMatchObject({
      cutShort: 1,
      tallies: [
        { runs: 1, failed: 0 },
        { runs: 1, failed: 0 },
      ],
    });
    expect(unheard.sections.uat?.underLoad?.rounds[2]).toMatchObject({ passed: 0, failed: 0, cutShort: true });
    expect(unheard.sections.uat?.underLoad?.rounds[1]).not.toHaveProperty('cutShort');
    expect(gate(unheard, 'uat')).toBe('pass');
    const open = await results([calm, { round: 3, atMs: 30_000, status: 'failed', again: true, isCut: true }]);
    expect(open.sections.uat?.underLoad).toMatchObject({ cutShort: 1, tallies: [{ runs: 1, passed: 1 }] });
    const last = await results([calm, { round: 3, atMs: 30_000, status: 'failed', isCut: true }]);
    expect(gate(last, 'uat')).toBe('fail');
  });

  it('leave the gate inconclusive where a browser is not there', async () => {
    const absent = { ...there, notRun: 'not there', version: null, origin: null };
    const none = await results([], [absent]);
    expect(gate(none, 'uat')).toBe('inconclusive');
    expect(objective(none, 'scenarios')?.reason).toContain('Chromium 156.0 is not there');
  });
});
