import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { launchable } from '../../../src/environment/browser-programs.ts';
import { makeProject, runProject } from './project.ts';
import { startSite } from './site.ts';

const patienceMs = 400_000;
const scenarios = `
scenario({ id: 'STRICT', title: 'Ends under a strict policy', requirement: 'U1', role: 'tester', looks: true }, async ({ page }) => {
  await Given('a strict policy', async () => { await page.goto('/strict'); });
});
`;

describe.each(['chromium', 'firefox'] as const)('in %s', (browser) => {
  // On a desk without the browser it is skipped; where everything is meant to be checked, it fails.
  const isSkipped = launchable(browser) === null && process.env.CI === undefined;
  it.skipIf(isSkipped)(
    `what a strict policy refuses of the checker is not reported as the page’s${isSkipped ? ` (skipped: no ${browser})` : ''}`,
    async () => {
      const site = await startSite();
      const project = makeProject({ 'strict.uat.ts': scenarios });
      try {
        const { results, stderr } = await runProject(project, [
          '--target',
          site.url,
          '--browser',
          browser,
          '--size',
          'desktop',
        ]);
        const [cell] = results?.uat.scenarios[0]?.cells ?? [];
        expect(cell?.outcome, stderr).toBe('passed');
        expect(results?.uat.checks.find(({ check }) => check === 'axe')?.times, stderr).toBe(1);
        expect(results?.uat.findings.filter(({ kind }) => kind === 'console')).toEqual([]);
      } finally {
        await site.close();
        rmSync(project, { recursive: true, force: true });
      }
    },
    patienceMs,
  );
});
