/** What scenario files are written with: the package's `shakedown/uat`. */

export type { Locator, Page } from '@playwright/test';
export { expect } from '@playwright/test';
export { uatConfig } from './playwright-config.ts';
export { approvedLook, Given, scenario, Then, test, tolerate, When } from './scenario.ts';
