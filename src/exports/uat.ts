/** What `import … from 'shakedown/uat'` gives to scenario files and `uat/playwright.config.ts`. docs/imports.md promises these names. */
export {
  approvedLook,
  expect,
  Given,
  type Locator,
  type Page,
  scenario,
  Then,
  test,
  tolerate,
  uatConfig,
  When,
} from '../domains/uat/public.ts';
