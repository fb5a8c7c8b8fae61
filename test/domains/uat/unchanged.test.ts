import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readUatEvents } from '../../../src/domains/uat/start.ts';
import { launchable } from '../../../src/environment/browser-programs.ts';
import { makeProject, objectiveOf, runProject, type UatResults } from './project.ts';
import { startTouchySite, type TouchySite } from './touchy-site.ts';

const isSkipped = launchable('chromium') === null && process.env.CI === undefined;
const patienceMs = 400_000;
const about = (id: string, more = '') =>
  `{ id: '${id}', title: 'Does ${id}', requirement: 'U1', role: 'tester'${more} }`;

const scenarios = `
scenario(${about('LINKS')}, async ({ page }) => {
  await Given('a basket', async () => { await page.goto('/sign-in'); });
  await When('a page has links that do something', async () => { await page.goto('/links'); });
  await Then('the basket is as it was', async () => { await page.goto('/basket'); await expect(page.locator('#basket')).toHaveText('full'); });
});
scenario(${about('TOKEN')}, async ({ page }) => {
  await Given('a form with a token', async () => { await page.goto('/sign-in'); await page.goto('/form'); });
  await When('it is sent', async () => { await page.getByRole('button').click(); });
  await Then('it is taken', async () => { await expect(page.locator('#answer')).toHaveText('taken'); });
});
scenario(${about('HANGS')}, async ({ page }) => {
  await Given('a page whose picture never comes', async () => { await page.goto('/hangs', { waitUntil: 'commit' }); await expect(page.getByRole('button')).toBeVisible(); });
  await When('it is used', async () => { await page.getByRole('button').click(); });
});
scenario(${about('TOAST')}, async ({ page }) => {
  await Given('a page', async () => { await page.goto('/toast'); });
  await When('something is saved', async () => { await page.getByRole('button').click(); });
  await Then('that is said for a moment', async () => { await expect(page.getByRole('status')).toHaveText('Saved', { timeout: 1400 }); });
});
scenario(${about('PAGES')}, async ({ page, context }) => {
  await Given('a page that allows no scripts', async () => { await page.goto('/sandboxed'); });
  await When('an answer is no page', async () => { await page.goto('/api'); });
  await When('texts come in slowly', async () => { await page.goto('/fades'); await page.goto('/fades-by-script'); });
  await Then('a table is wide', async () => { await page.goto('/wide'); expect(context.pages()).toHaveLength(1); });
});
scenario(${about('SLOW')}, async ({ page }) => {
  await Given('a page', async () => { await page.goto('/slow'); });
  await When('a click takes its time and leaves the page', async () => { await page.getByRole('button').click(); await page.waitForURL('**/arrived'); });
});
scenario(${about('LEAVES')}, async ({ page }) => {
  await Given('a page', async () => { await page.goto('/slow-and-busy'); });
  await When('a click leaves it and takes its time', async () => { await page.getByRole('button').click(); await page.waitForURL('**/arrived'); });
});
scenario(${about('OFF', ", uat: { checks: 'off' }")}, async ({ page }) => {
  await Given('a page', async () => { await page.goto('/arrived'); });
});
`;
const recorded = `import { test, expect } from 'shakedown/uat';
test('recorded', async ({ page }) => {
  await page.goto('/item?id=1');
  await page.goto('/item?id=2');
  await page.goto('/app');
  await page.getByRole('button', { name: 'Next' }).click();
  await expect(page.locator('input')).toBeVisible();
  await page.goto('/arrived');
});
`;
const gone = `
scenario(${about('CRASHES')}, async ({ page }) => {
  await Given('a page', async () => { await page.goto('/arrived'); });
  await Then('it crashes, which nobody minds', async () => { await page.goto('chrome://crash', { timeout: 2000 }).catch(() => {}); });
});
scenario(${about('FREEZES')}, async ({ page }) => {
  await Given('a page that answers no more', async () => { await page.goto('/toast'); await page.evaluate('setTimeout(() => { for (;;); }, 50)'); });
});
`;

describe.skipIf(isSkipped)(isSkipped ? 'a touchy site (skipped: no Chromium)' : 'a touchy site', () => {
  const folders: string[] = [];
  let site: TouchySite;
  let results: UatResults;
  let runFolder: string;
  let whileChecked: string[];
  const run = async (files: Record<string, string>, plain: Record<string, string> = {}) => {
    const folder = makeProject(files);
    folders.push(folder);
    for (const [name, text] of Object.entries(plain)) writeFileSync(join(folder, 'uat', name), text);
    const ran = await runProject(folder, ['--target', site.url, '--browser', 'chromium', '--size', 'desktop']);
    if (ran.results === null) throw new Error(ran.stderr);
    return { ...ran, results: ran.results };
  };
  const found = (rule: string) => results.uat.findings.filter((each) => each.rule === rule);
  const outcomes = ({ uat }: UatResults) => uat.scenarios.map(({ info, cells }) => `${info.id} ${cells[0]?.outcome}`);

  beforeAll(async () => {
    site = await startTouchySite();
    const ran = await run({ 'touchy.uat.ts': scenarios }, { 'recorded.uat.ts': recorded });
    results = ran.results;
    runFolder = ran.run ?? '';
    whileChecked = [...site.inSession];
  }, patienceMs);
  afterAll(async () => {
    await site?.close();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it('lets every scenario pass that passes unwatched', () => {
    expect(outcomes(results).filter((each) => !each.endsWith(' passed'))).toEqual([]);
    expect(results.uat.scenarios).toHaveLength(9);
  });

  it('asks for nothing in the scenario’s session that the scenario does not ask for', () => {
    const counts = new Map<string, number>();
    // The icon is the browser's own affair.
    for (const each of whileChecked.filter((one) => !one.endsWith('/favicon.ico')))
      counts.set(each, (counts.get(each) ?? 0) + 1);
    // What is not there for nobody is asked for once, by its head.
    expect(Object.fromEntries(counts)).toEqual({
      'GET /links': 1,
      'GET /basket': 1,
      'GET /form': 1,
      'POST /form': 1,
      'HEAD /gone': 1,
    });
  });

  it('lists links that may do something as not looked at, and finds the one that leads nowhere', () => {
    const links = results.uat.checks.find(({ check }) => check === 'links');
    expect(links?.notLookedAt).toEqual([
      '/a-1: may do something',
      '/basket/clear: may do something',
      '/logoff: may do something',
    ]);
    expect(found('broken-link').map(({ element, kind }) => [kind, element])).toEqual([['link', 'a[href="/gone"]']]);
  });

  it('holds neither its own script, nor JSON, nor a fade, nor a wide table against the pages', () => {
    expect(results.uat.findings.filter(({ kind }) => kind === 'console')).toEqual([]);
    const accused = results.uat.findings.filter(
      ({ kind, pages }) => kind !== 'review' && pages.some((page) => /api|sandboxed|fades|wide/.test(page)),
    );
    // That it is wider than a window is seen, and is no fault of accessibility.
    const named = accused.filter(({ rule }) => rule !== 'scrolls-sideways').map(({ rule, pages }) => [rule, ...pages]);
    expect(named).toEqual([]);
  });

  it('looks at each state and each address of a recorded test', () => {
    expect(found('image-alt').map(({ pages }) => pages)).toEqual([['/item?id']]);
    expect(found('label').map(({ pages }) => pages)).toEqual([['/app/second']]);
  });

  it('measures a click that takes 600 ms and leaves the page, also where the page goes before any of its timers', () => {
    const slowest = (page: string) =>
      Math.max(
        0,
        ...readUatEvents(runFolder)
          .flatMap((event) => (event.type === 'attempt' ? event.attempt.observation.vitals : []))
          .flatMap((sample) => (sample.metric === 'INP' && sample.page === page ? [sample.value] : [])),
      );
    expect(slowest('/slow')).toBeGreaterThanOrEqual(550);
    expect(slowest('/slow-and-busy')).toBeGreaterThanOrEqual(650);
    expect(results.uat.vitals.find(({ metric }) => metric === 'INP')?.max).toBeGreaterThanOrEqual(650);
  });

  it('says of what was not looked at that it was not', { timeout: patienceMs }, async () => {
    const open = objectiveOf(results, 'accessibility');
    expect([open?.verdict, results.uat.checks.find(({ check }) => check === 'axe')?.notDone.join()]).toEqual([
      expect.not.stringMatching('pass'),
      expect.stringContaining('the checks of OFF Does OFF are off'),
    ]);
    expect(results.uat.checks.find(({ check }) => check === 'axe')?.notDone).toContain(
      '/sandboxed: it allows no scripts, so it cannot be checked',
    );
    const { results: without } = await run({ 'gone.uat.ts': gone });
    expect(outcomes(without)).toEqual(['CRASHES passed', 'FREEZES passed']);
    const said = without.uat.checks.find(({ check }) => check === 'axe')?.notDone.join('; ');
    expect(said).toContain('/arrived: it crashed');
    expect(said).toMatch(/\/toast: (it did not answer within 3 s|not within 30 s)/);
    expect(objectiveOf(without, 'accessibility')?.verdict).toBe('inconclusive');
  });
});
