import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from '@playwright/test';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UatAttempt, UatBrowser, UatEvent } from '../../src/model/uat.ts';
import { openJournal } from '../../src/run/journal.ts';
import { hostInfo } from '../../src/run/simulate/host.ts';
import { mergeShards } from '../../src/run/uat/merge.ts';
import { buildUatResults } from '../../src/run/uat/results.ts';
import { reportUat } from '../../src/run/uat/run.ts';
import { launchable } from '../../src/uat/browsers.ts';
import { writeManifest } from '../../src/uat/manifest.ts';
import { uatSizes } from '../../src/uat/sizes.ts';
import { attempt, eventsOf, finding } from '../uat/attempts.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'shakedown-uat-results-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const there: UatBrowser = {
  name: 'chromium',
  label: 'Chromium 156.0',
  version: '156.0',
  origin: '/usr/bin/chromium',
  notRun: null,
  waived: null,
};
const absent: UatBrowser = {
  name: 'webkit',
  label: 'WebKit',
  version: null,
  origin: null,
  notRun: 'not there',
  waived: null,
};

/** A run's folder as `shakedown uat run` leaves it. */
function runOf(
  name: string,
  events: readonly UatEvent[],
  browsers: UatBrowser[] = [there],
  chosen: string[] = [],
): string {
  const folder = join(base, name);
  mkdirSync(join(folder, 'evidence'), { recursive: true });
  writeFileSync(join(folder, 'evidence', `${name}.jpg`), name);
  const journal = openJournal(join(folder, 'journal.ndjson'), { source: `shakedown/runs/${name}` });
  journal.append('shakedown.run.started', {
    runId: name,
    command: 'shakedown uat run',
    durationMs: 0,
    candidate: { name: '<b>Shop', version: 'v2.1.0', baselineVersion: null },
    environment: { name: 'sample', targetUrl: 'http://127.0.0.1:1' },
    host: hostInfo(),
    programs: [],
    config: null,
  });
  const budgets = { LCP: 2500, INP: 200, CLS: 0.1, FCP: 1800, TTFB: 800 };
  journal.append('shakedown.uat.started', { browsers, sizes: [...uatSizes], chosen, scenarioFolder: 'uat', budgets });
  journal.append('shakedown.run.ended', { endedAt: '2026-11-20T09:01:00.000Z' });
  journal.close();
  writeFileSync(join(folder, 'waivers.json'), '[]');
  writeFileSync(join(folder, 'uat.ndjson'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  writeManifest(folder);
  return folder;
}

const measured = (over: Parameters<typeof attempt>[0] = {}, lcp: (index: number) => number = () => 900): UatAttempt => {
  const made = attempt(over);
  const metrics = ['LCP', 'INP', 'CLS', 'FCP', 'TTFB'] as const;
  made.observation.vitals = Array.from({ length: 30 }, (_, index) =>
    metrics.map((metric) => ({ metric, value: metric === 'CLS' ? 0 : metric === 'LCP' ? lcp(index) : 50, page: '/' })),
  ).flat();
  return made;
};

describe('buildUatResults', () => {
  it('passes where all was shown', async () => {
    const results = await buildUatResults(runOf('good', eventsOf([measured(), attempt({ id: 'S-2' })])));
    expect(results.uat.criteria.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect([results.word, results.gates[0]?.id]).toEqual(['READY', 'uat']);
  });

  it('is inconclusive without WebKit, and where the runner was killed', async () => {
    const without = await buildUatResults(runOf('a', eventsOf([measured()]), [there, absent]));
    expect([without.verdict, without.sentence]).toEqual([
      'inconclusive',
      expect.stringContaining('WebKit was not run'),
    ]);
    const killed = runOf('b', eventsOf([measured()], false));
    writeFileSync(join(killed, 'uat.ndjson'), `${readFileSync(join(killed, 'uat.ndjson'), 'utf8')}{"type":"att`);
    expect((await buildUatResults(killed)).verdict).toBe('inconclusive');
  });

  it('judges vitals by where their interval lies, and an engine that has none is unsupported, not zero', async () => {
    const lcpOf = async (name: string, lcp: (index: number) => number) =>
      (await buildUatResults(runOf(name, eventsOf([measured({}, lcp)])))).uat.vitals.find(
        ({ metric }) => metric === 'LCP',
      );
    expect(await lcpOf('fast', () => 900)).toMatchObject({ p75: 900, samples: 30, verdict: 'pass' });
    expect(await lcpOf('slow', () => 4000)).toMatchObject({ p75: 4000, verdict: 'fail' });
    expect(await lcpOf('torn', (index) => (index % 4 === 0 ? 4000 : 900))).toMatchObject({ verdict: 'inconclusive' });
    const none = attempt();
    none.observation.unsupported = ['CLS'];
    const { uat } = await buildUatResults(runOf('none', eventsOf([none])));
    expect(uat.vitals.find(({ metric }) => metric === 'CLS')).toMatchObject({ state: 'unsupported', p75: null });
  });
});

describe('mergeShards', () => {
  it('makes one run of the parts, with their evidence', async () => {
    const parts = [
      runOf('one', eventsOf([measured()]), [there], ['shard 1 of 2']),
      runOf(
        'two',
        eventsOf([attempt({ id: 'S-2', status: 'failed', error: { message: 'x', step: null } })]),
        [there],
        ['shard 2 of 2'],
      ),
    ];
    const { results, folder } = await mergeShards(parts, join(base, 'runs'));
    expect(results.uat.scenarios.map(({ info, cells }) => `${info.id} ${cells[0]?.outcome}`)).toEqual([
      'S-1 passed',
      'S-2 failed',
    ]);
    expect(results.missing.join()).not.toContain('shard');
    expect(results.uat.evidence).toMatchObject({ files: 5, tampered: [] });
    expect(readFileSync(join(folder, 'evidence', 'two.jpg'), 'utf8')).toBe('two');
  });

  it('refuses what does not belong together', async () => {
    const parts = [runOf('one', eventsOf([attempt()])), runOf('two', eventsOf([attempt()]), [absent])];
    await expect(mergeShards(parts, join(base, 'runs'))).rejects.toMatchObject({ code: 'UAT_MERGE' });
  });
});

const isSkipped = launchable('chromium') === null && process.env.CI === undefined;
describe.skipIf(isSkipped)('the User Acceptance Report', () => {
  it('has no axe violation, fits every width, escapes what it is given and stays small', async () => {
    const hostile = '</code><script>alert(1)</script>';
    const many = Array.from({ length: 60 }, (_, index) => finding({ element: `#field-${index}`, what: hostile }));
    const cells = (['phone', 'tablet', 'desktop'] as const).flatMap((size) => [
      measured({ size, findings: many }),
      attempt({
        id: 'S-2',
        size,
        status: 'failed',
        error: { message: hostile, step: 'Then it is so' },
        steps: [{ title: hostile, durationMs: 3, error: hostile }],
      }),
      attempt({
        id: 'S-3',
        size,
        findings: [
          finding({ kind: 'review' }),
          finding({ kind: 'practice' }),
          finding({ kind: 'console', what: 'boom' }),
        ],
      }),
    ]);
    const folder = runOf('full', eventsOf(cells), [there, absent]);
    const { index } = await reportUat(folder);
    const page = readFileSync(index, 'utf8');
    expect(page).not.toContain('<script');
    expect(Buffer.byteLength(page)).toBeLessThan(300_000);
    const launch = launchable('chromium');
    const browser = await chromium.launch({
      ...(launch?.executablePath == null ? {} : { executablePath: launch.executablePath }),
      args: ['--no-sandbox'],
    });
    for (const [colorScheme, width] of [
      ['light', 1280],
      ['dark', 320],
    ] as const) {
      const shown = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      await shown.goto(pathToFileURL(index).href);
      await shown.evaluate('for (const details of document.querySelectorAll("details")) details.open = true');
      const { violations } = await new AxeBuilder({ page: shown as never }).setLegacyMode(true).analyze();
      expect(
        violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)).slice(0, 3),
        `${colorScheme} ${width}`,
      ).toEqual([]);
      expect(await shown.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(
        0,
      );
      await shown.close();
    }
    await browser.close();
  }, 300_000);
});
