import { rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { launchable } from '../../../src/environment/browser-programs.ts';
import { makeProject, runProject } from './project.ts';
import { startSite } from './site.ts';

const scenarios = `
scenario({ id: 'LEAVES', title: 'Goes on', requirement: 'U1', role: 'tester' }, async ({ page }) => {
  await When('a page is left while the step ends', async () => { await page.goto('/leaving', { waitUntil: 'commit' }); });
  await Then('the one that comes is there', async () => { await expect(page.getByRole('heading')).toHaveText('Arrived'); });
});
`;

const isSkipped = launchable('chromium') === null && process.env.CI === undefined;
it.skipIf(isSkipped)(
  'checks the page that comes where one is left while it is looked at',
  { timeout: 400_000 },
  async () => {
    const site = await startSite();
    const folder = makeProject({ 'leaves.uat.ts': scenarios });
    const { results } = await runProject(folder, ['--target', site.url, '--browser', 'chromium', '--size', 'phone']);
    await site.close();
    rmSync(folder, { recursive: true, force: true });
    expect(results?.uat.scenarios[0]?.cells[0]?.outcome).toBe('passed');
    const axe = results?.uat.checks.find(({ check }) => check === 'axe');
    expect(axe?.times).toBeGreaterThan(0);
    expect(axe?.notDone).toEqual([]);
  },
);
