// As public.mjs: the runner loads its reporters itself.
import { tsImport } from 'tsx/esm/api';

const isInstalled = import.meta.url.includes('/node_modules/');
export default (isInstalled ? await tsImport('./reporter.ts', import.meta.url) : await import('./reporter.ts')).default;
