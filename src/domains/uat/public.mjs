// The way in for what an installed package is imported by: Playwright's runner and Node leave TypeScript under node_modules as it is.
import { tsImport } from 'tsx/esm/api';

const isInstalled = import.meta.url.includes('/node_modules/');
export const { approvedLook, expect, Given, scenario, test, Then, tolerate, uatConfig, When } = isInstalled
  ? await tsImport('./public.ts', import.meta.url)
  : await import('./public.ts');
