import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mergeShards } from '../../../../src/domains/uat/run/merge.ts';
import { readManifestState } from '../../../../src/evidence/manifest.ts';
import { buildResults } from '../../../../src/run/results/build.ts';
import { renderRun } from '../../../../src/run/simulate/render.ts';
import { attempt, eventsOf } from '../attempts.ts';
import { withUat } from '../project.ts';
import { absent, fullRun, measured, runOf, there } from '../run-folder.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'shakedown-uat-results-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const judged = async (folder: string) => withUat(await buildResults(folder));

describe('a run of scenarios alone', () => {
  it('passes where all was shown', async () => {
    const results = await judged(runOf(base, 'good', eventsOf([measured(), attempt({ id: 'S-2' })])));
    expect(results.objectives.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect([results.word, results.gates[0]?.id]).toEqual(['PASSED', 'uat']);
  });

  it('is inconclusive without WebKit, and where the runner was killed', async () => {
    const without = await judged(runOf(base, 'a', eventsOf([measured()]), [there, absent]));
    expect([without.verdict, without.sentence]).toEqual([
      'inconclusive',
      expect.stringContaining('WebKit was not run'),
    ]);
    const killed = runOf(base, 'b', eventsOf([measured()], false));
    writeFileSync(join(killed, 'uat.ndjson'), `${readFileSync(join(killed, 'uat.ndjson'), 'utf8')}{"type":"att`);
    expect((await judged(killed)).verdict).toBe('inconclusive');
  });

  it('judges vitals by where their interval lies, and an engine that has none is unsupported, not zero', async () => {
    const lcpOf = async (name: string, lcp: (index: number) => number) =>
      (await judged(runOf(base, name, eventsOf([measured({}, lcp)])))).uat.vitals.find(
        ({ metric }) => metric === 'LCP',
      );
    expect(await lcpOf('fast', () => 900)).toMatchObject({ p75: 900, samples: 30, verdict: 'pass' });
    expect(await lcpOf('slow', () => 4000)).toMatchObject({ p75: 4000, verdict: 'fail' });
    expect(await lcpOf('torn', (index) => (index % 4 === 0 ? 4000 : 900))).toMatchObject({ verdict: 'inconclusive' });
    const none = attempt();
    none.observation.unsupported = ['CLS'];
    const { uat } = await judged(runOf(base, 'none', eventsOf([none])));
    expect(uat.vitals.find(({ metric }) => metric === 'CLS')).toMatchObject({ state: 'unsupported', p75: null });
  });
});

describe('mergeShards', () => {
  it('makes one run of the parts, with their evidence', async () => {
    const parts = [
      runOf(base, 'one', eventsOf([measured()]), [there], ['shard 1 of 2']),
      runOf(
        base,
        'two',
        eventsOf([attempt({ id: 'S-2', status: 'failed', error: { message: 'x', step: null } })]),
        [there],
        ['shard 2 of 2'],
      ),
    ];
    const folder = await mergeShards(parts, join(base, 'runs'));
    const results = withUat(await buildResults(folder));
    expect(results.uat.scenarios.map(({ info, cells }) => `${info.id} ${cells[0]?.outcome}`)).toEqual([
      'S-1 passed',
      'S-2 failed',
    ]);
    expect(results.missing.join()).not.toContain('shard');
    expect(readManifestState(folder)).toMatchObject({ files: 5, tampered: [] });
    expect(readFileSync(join(folder, 'evidence', 'two.jpg'), 'utf8')).toBe('two');
  });

  it('refuses what does not belong together', async () => {
    const parts = [runOf(base, 'one', eventsOf([attempt()])), runOf(base, 'two', eventsOf([attempt()]), [absent])];
    await expect(mergeShards(parts, join(base, 'runs'))).rejects.toMatchObject({ code: 'UAT_MERGE' });
  });
});

describe('the User Acceptance Report', () => {
  it('escapes what it is given and stays small', async () => {
    const folder = await fullRun(base);
    await renderRun(folder);
    const page = readFileSync(join(folder, 'uat.html'), 'utf8');
    expect(page).not.toContain('<script');
    expect(Buffer.byteLength(page)).toBeLessThan(300_000);
    expect(page).toMatch(
      /npx playwright@\d+\.\d+\.\d+ show-trace --host 127\.0\.0\.1 --port 0 evidence\/S-2-chromium-phone-0-1-trace\.zip/,
    );
    expect(page).toContain('href="evidence/S-2-chromium-phone-0-1-trace.zip"');
  });
});
