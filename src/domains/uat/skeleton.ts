/** `uat/playwright.config.ts` of a new project. */
export const playwrightConfig = `import { uatConfig } from 'shakedown/uat';

// A project for each browser that is there, at three sizes. What is given here is laid over it: any setting of Playwright's.
export default uatConfig();
`;

/** A scenario to be filled in. */
export function scenarioSkeleton(id: string, title: string, role: string, requirement: string): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  return `import { expect, Given, scenario, Then, When } from 'shakedown/uat';

scenario(
  { id: ${quoted(id)}, title: ${quoted(title)}, requirement: ${quoted(requirement)}, role: ${quoted(role)}, priority: 'must', tags: [] },
  async ({ page }) => {
    await Given('the start page', async () => {
      await page.goto('/');
    });
    await When('…', async () => {
      // Steps recorded with \`npx playwright codegen\` fit in here unchanged.
    });
    await Then('…', async () => {
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    });
  },
);
`;
}
