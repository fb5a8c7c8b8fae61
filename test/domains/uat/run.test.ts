import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchable } from '../../../src/environment/browser-programs.ts';
import type { CellOutcome } from '../../../src/model/uat.ts';
import { runCli } from '../../cli/cli.ts';
import { makeProject, objectiveOf, runProject, type UatResults } from './project.ts';
import { type Site, startSite } from './site.ts';

// Without a browser these are skipped on a desk, and fail where everything is meant to be checked.
const isSkipped = launchable('chromium') === null && process.env.CI === undefined;
const about = (id: string) =>
  `{ id: '${id}', title: 'Does ${id}', requirement: 'U1', role: 'tester', tags: ['${id.toLowerCase()}'] }`;

const scenarios = `
scenario(${about('PAGES')}, async ({ page }) => {
  await Given('the start', async () => { await page.goto('/'); });
  await When('a strict policy', async () => { await page.goto('/strict'); });
  await When('much is wrong', async () => { await page.goto('/wrong'); });
  await When('a page is loud', async () => { await page.goto('/loud'); });
});
scenario(${about('BUSY')}, async ({ page, context }) => {
  await Given('a busy page', async () => { await page.goto('/busy'); });
  await When('it asks, opens a window and saves a file', async () => {
    await page.getByRole('button', { name: 'Ask' }).click();
    const [other] = await Promise.all([context.waitForEvent('page'), page.getByRole('link', { name: 'New' }).click()]);
    await other.close();
    await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Save' }).click()]);
  });
  await Then('it is still there', async () => { await expect(page.getByRole('heading')).toHaveText('Busy'); });
});
scenario(${about('FLAKY')}, async ({ page }, { retry }) => {
  await Then('it passes the second time', async () => { expect(retry).toBe(1); });
});
`;
const failing = `
scenario(${about('NEVER')}, async ({ page }) => {
  await Given('a page that never loads', async () => { await page.goto('/never', { timeout: 800 }); });
});
scenario(${about('OUTSIDE')}, async () => {
  throw new Error('thrown outside a step');
});
scenario(${about('CRASH')}, async ({ page }) => {
  await Given('a page that crashes', async () => { await page.goto('chrome://crash', { timeout: 3000 }); });
});
`;
/** Browsers start slowly where the machine has other work. */
const patienceMs = 400_000;

describe.skipIf(isSkipped)(isSkipped ? 'scenarios (skipped: no Chromium)' : 'scenarios in Chromium', () => {
  let site: Site;
  let folder: string;
  let outcome: Awaited<ReturnType<typeof runProject>>;
  let results: UatResults;

  beforeAll(async () => {
    site = await startSite();
    folder = makeProject({ 'all.uat.ts': scenarios });
    const target = { baseUrl: site.url, allowHosts: [site.otherHost] };
    writeFileSync(join(folder, 'shakedown.config.json'), JSON.stringify({ target }));
    outcome = await runProject(folder, ['--target', site.url, '--browser', 'chromium', '--size', 'desktop']);
    if (outcome.results === null) throw new Error(outcome.stderr);
    results = outcome.results;
  }, patienceMs);
  afterAll(async () => {
    await site?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });
  const cellOf = (of: UatResults, id: string) => of.uat.scenarios.find(({ info }) => info.id === id)?.cells[0];
  const of = (id: string) => cellOf(results, id);
  const found = (rule: string) => results.uat.findings.filter((each) => each.rule === rule);

  it('bears dialogs, new windows, downloads and frames of elsewhere, and calls a pass on the second try flaky', () => {
    const outcomes = results.uat.scenarios.map(({ info, cells }): [string, CellOutcome | undefined] => [
      info.id,
      cells[0]?.outcome,
    ]);
    expect(outcomes).toEqual([
      ['BUSY', 'passed'],
      ['FLAKY', 'flaky'],
      ['PAGES', 'passed'],
    ]);
    expect([outcome.code, results.verdict, results.gates[0]?.verdict]).toEqual([1, 'fail', 'fail']);
  });

  it(
    'says of a page that never loads, one that crashes and a throw outside a step what failed, with a trace',
    async () => {
      const other = makeProject({ 'failing.uat.ts': failing });
      writeFileSync(
        join(other, 'uat', 'playwright.config.ts'),
        "import { uatConfig } from 'shakedown/uat';\nexport default uatConfig({ retries: 0, timeout: 60_000 });\n",
      );
      const { results: failed } = await runProject(other, [
        '--target',
        site.url,
        '--browser',
        'chromium',
        '--size',
        'phone',
      ]);
      rmSync(other, { recursive: true, force: true });
      if (failed === null) throw new Error('no results');
      expect(cellOf(failed, 'NEVER')).toMatchObject({
        outcome: 'failed',
        error: { step: 'Given a page that never loads' },
      });
      expect(cellOf(failed, 'CRASH')).toMatchObject({
        outcome: 'failed',
        error: { step: 'Given a page that crashes' },
      });
      expect(cellOf(failed, 'OUTSIDE')).toMatchObject({
        outcome: 'failed',
        error: { message: expect.stringContaining('thrown outside a step') },
      });
      expect(cellOf(failed, 'NEVER')?.evidence.map(({ kind }) => kind)).toContain('trace');
      expect(failed.sentence).toMatch(/fails in chromium at phone size/);
    },
    patienceMs,
  );

  it('names console errors, broken links and a field without a label under a strict policy', () => {
    expect(found('console-error')).toMatchObject([{ what: 'boom', pages: ['/loud'], scenarios: ['PAGES'] }]);
    expect(found('uncaught-error')).toMatchObject([{ what: 'Uncaught: late' }]);
    expect(found('broken-link')).toMatchObject([{ element: 'a[href="/missing"]' }]);
    expect(found('label').flatMap(({ pages }) => pages)).toContain('/strict');
    expect(objectiveOf(results, 'steady-scenarios')?.verdict).toBe('inconclusive');
  });

  it('loses nothing of what axe alone finds on a page, frames included', { timeout: patienceMs }, async () => {
    const launch = launchable('chromium');
    const browser = await chromium.launch({
      ...(launch?.executablePath == null ? {} : { executablePath: launch.executablePath }),
      args: ['--no-sandbox'],
    });
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    await page.goto(`${site.url}/wrong`);
    const alone = await new AxeBuilder({ page: page as never })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze();
    await browser.close();
    const expected = alone.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target }) => `${id} ${target.flat().join(' ')}`),
    );
    const told = results.uat.findings.filter(({ kind, pages }) => kind === 'violation' && pages.includes('/wrong'));
    expect(expected.length).toBeGreaterThan(10);
    expect(told.map(({ rule, element }) => `${rule} ${element}`).sort()).toEqual(expected.sort());
  });

  it('keeps a picture of every last step, a trace of what failed, and reports for others', () => {
    const run = outcome.run ?? '';
    expect(of('PAGES')?.evidence.map(({ kind }) => kind)).toEqual(['screenshot']);
    for (const { path } of of('PAGES')?.evidence ?? []) expect(existsSync(join(run, path))).toBe(true);
    const sarif = JSON.parse(readFileSync(join(run, 'accessibility.sarif'), 'utf8')) as {
      runs: { results: { ruleId: string }[] }[];
    };
    expect(sarif.runs[0]?.results.map(({ ruleId }) => ruleId)).toContain('label');
    expect(readFileSync(join(run, 'accessibility.earl.jsonld'), 'utf8')).toContain('earl:failed');
    expect(readFileSync(join(run, 'junit.xml'), 'utf8')).toMatch(/failures="0" errors="1"/);
    expect(readFileSync(join(run, 'uat.html')).length).toBeLessThan(300_000);
  });

  it('is signed on its evidence, renders again alike, and shows when the evidence is changed', {
    timeout: patienceMs,
  }, async () => {
    const run = outcome.run ?? '';
    const id = readdirSync(join(folder, 'reports', 'runs'))[0] ?? '';
    const before = readFileSync(join(run, 'uat.html'), 'utf8');
    await runCli(['report', '--from', id], { cwd: folder });
    expect(readFileSync(join(run, 'uat.html'), 'utf8')).toBe(before);
    const signed = await runCli(['sign', id, '--role', 'Owner', '--person', 'Ada', '--decision', 'reject'], {
      cwd: folder,
    });
    expect([signed.code, signed.stdout]).toEqual([0, expect.stringContaining('rejected by Ada as Owner')]);
    expect(readFileSync(join(run, 'uat.html'), 'utf8')).toContain('Rejected');
    writeFileSync(
      join(run, 'uat.ndjson'),
      readFileSync(join(run, 'uat.ndjson'), 'utf8').replace('"FLAKY"', '"STEADY"'),
    );
    await runCli(['report', '--from', id], { cwd: folder });
    expect(readFileSync(join(run, 'uat.html'), 'utf8')).toContain('uat.ndjson was changed');
    const again = await runCli(['sign', id, '--role', 'Owner', '--person', 'Ada', '--decision', 'accept'], {
      cwd: folder,
    });
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('EVIDENCE_CHANGED')]);
  });
});
