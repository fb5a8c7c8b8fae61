import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchable } from '../../../src/environment/browser-programs.ts';
import { makeProject, objectiveOf, runProject, type UatResults } from './project.ts';
import { type Site, startSite } from './site.ts';

// Without a browser these are skipped on a desk, and fail where everything is meant to be checked.
const isSkipped = launchable('chromium') === null && process.env.CI === undefined;
const patienceMs = 240_000;
const passes = (id: string, more = '') =>
  `scenario({ id: '${id}', title: 'Does ${id}', requirement: '', role: '' ${more} }, async ({ page }) => {
    await Then('the start is there', async () => { await page.goto('/'); });
  });\n`;
const plain = "import { test } from 'shakedown/uat';\n";

describe.skipIf(isSkipped)(isSkipped ? 'what was not run (skipped: no Chromium)' : 'what was not run', () => {
  let site: Site;
  const folders: string[] = [];
  beforeAll(async () => {
    site = await startSite();
  });
  afterAll(() => site?.close());
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  async function run(files: Record<string, string>, config = '{ retries: 0 }') {
    const folder = makeProject(files);
    folders.push(folder);
    const text = `import { uatConfig } from 'shakedown/uat';\nexport default uatConfig(${config});\n`;
    writeFileSync(join(folder, 'uat', 'playwright.config.ts'), text);
    return runProject(folder, ['--target', site.url, '--browser', 'chromium', '--size', 'desktop']);
  }
  const cells = (results: UatResults | null) =>
    results?.uat.scenarios.flatMap(({ info, cells }) => cells.map((cell) => [info.id, cell.outcome, cell.notRun]));
  const scenarios = (results: UatResults | null) =>
    results === null ? undefined : objectiveOf(results, 'business-scenarios');

  it(
    'is open, with its reason, and no pass beside it hides it',
    async () => {
      const { results } = await run({
        'a.uat.ts': `${plain}${passes('GOOD')}${passes('PHONE', ", sizes: ['phone', 'desktop'], browsers: ['firefox', 'chromium']")}
test.skip('later', async () => {});
test('waits', async () => { test.skip(true, 'waits for the back end'); });
test.fixme('broken', async () => {});
test('elsewhere', async ({ browserName }) => { test.skip(browserName === 'chromium', 'not meant for this browser or size'); });
`,
      });
      expect(cells(results)).toEqual([
        ['GOOD', 'passed', undefined],
        ['PHONE', 'passed', undefined],
        ['a-broken', 'not run', 'marked as to be fixed (test.fixme), without a reason'],
        ['a-later', 'not run', 'skipped by its test (test.skip), without a reason'],
        ['a-waits', 'not run', 'skipped by its test (test.skip): “waits for the back end”'],
      ]);
      expect(scenarios(results)).toMatchObject({
        verdict: 'inconclusive',
        words: { observed: '2 of 5 passed, 3 not run', wanted: 'all, in chromium at desktop size' },
      });
      expect(scenarios(results)?.reason).toContain('a-waits in chromium at desktop size');
    },
    patienceMs,
  );

  it(
    'is open for what follows a hook that throws, and for a scenario that is meant for nowhere',
    async () => {
      const { results } = await run({
        'a.uat.ts': `${plain}${passes('GOOD')}${passes('TABLET', ", sizes: ['tablet']")}
test.describe('shop', () => {
  test.describe.configure({ mode: 'serial' });
  test.beforeAll(() => { throw new Error('no database'); });
  test('one', async () => {});
  test('two', async () => {});
});
`,
      });
      expect(cells(results)).toEqual([
        ['GOOD', 'passed', undefined],
        ['a-shop-one', 'failed', undefined],
        ['a-shop-two', 'not run', 'what it depends on, a hook or an earlier test, failed'],
      ]);
      const nowhere = await run({ 'a.uat.ts': `${passes('GOOD')}${passes('TABLET', ", sizes: ['tablet']")}` });
      expect(scenarios(nowhere.results)).toMatchObject({
        verdict: 'inconclusive',
        reason: expect.stringContaining('TABLET is meant for no browser and size of this run'),
      });
    },
    patienceMs,
  );

  it(
    'is told by its outcome where a test says that it fails',
    async () => {
      const { results } = await run({
        'a.uat.ts': `${plain}${passes('GOOD')}
test('known', async () => { test.fail(true, 'BUG-7'); throw new Error('still'); });
test('mended', async () => { test.fail(); });
`,
      });
      const found = results?.uat.scenarios.map(({ info, cells: [cell] }) => [
        info.id,
        cell?.outcome,
        cell?.declaredToFail,
      ]);
      expect(found).toEqual([
        ['GOOD', 'passed', undefined],
        ['a-known', 'passed', 'BUG-7'],
        ['a-mended', 'failed', undefined],
      ]);
      expect(scenarios(results)).toMatchObject({
        verdict: 'fail',
        words: { observed: '1 of 3 passed, 1 declared to fail' },
      });
    },
    patienceMs,
  );

  it(
    'is refused where a forgotten test.only would leave all others out',
    async () => {
      const { code, stderr, results } = await run({
        'a.uat.ts': `${plain}${passes('GOOD')}\ntest.only('alone', async () => {});\n`,
      });
      expect([code, results, stderr]).toEqual([2, null, expect.stringMatching(/UAT_NOT_LOADED.*\.only/s)]);
    },
    patienceMs,
  );

  it(
    'is not hidden by another test of the same or as long a title, nor of another project',
    async () => {
      const long = 'x'.repeat(80);
      const { results } = await run(
        {
          'a.uat.ts': `${plain}
for (const group of ['one', 'two']) test.describe(group, () => { test('buys', async () => { if (group === 'one') throw new Error('no'); }); });
test('${long}1', async () => {});
test('${long}2', async () => { throw new Error('no'); });
test('50 % off', async () => {});
test('50 € off', async () => { throw new Error('no'); });
`,
          'begin.setup.ts': `${plain}test('logs in', async () => {});`,
        },
        `{ retries: 0, projects: [{ name: 'begin', testMatch: '*.setup.ts' }, { name: 'chromium-desktop', dependencies: ['begin'] }, { name: 'narrow', use: { viewport: { width: 400, height: 800 } } }] }`,
      );
      const all = results?.uat.scenarios.flatMap(({ info, cells: own }) => own.map((cell) => ({ info, cell }))) ?? [];
      const failed = all.filter(({ cell }) => cell.outcome === 'failed');
      expect([all.length, failed.length]).toEqual([13, 6]);
      expect(new Set(all.map(({ info }) => info.id)).size).toBe(13);
      expect(all.find(({ info }) => info.id === 'begin.setup.ts-logs-in@begin')?.cell.outcome).toBe('passed');
      expect(failed.filter(({ cell }) => cell.size === 'phone')).toHaveLength(3);
    },
    patienceMs,
  );
});
