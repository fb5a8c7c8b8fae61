/** What a scenario file and `uat/playwright.config.ts` import: `shakedown/uat`. */

export type { Locator, Page } from '@playwright/test';
export { expect } from '@playwright/test';
export { uatConfig } from './playwright-config.ts';
export { approvedLook, Given, scenario, Then, test, tolerate, When } from './scenario.ts';
