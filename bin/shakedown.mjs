#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// A clone runs its sources as they are, so that nothing has to be built there; the package holds what `npm run build` made of them.
const isClone = existsSync(new URL('../src/cli/main.ts', import.meta.url));
try {
  if (isClone) {
    const { register } = await import('tsx/esm/api');
    register();
  }
  await import(isClone ? '../src/cli/main.ts' : '../dist/cli/main.js');
} catch (error) {
  const missing = /^Cannot find package '([^']+)'/.exec(error?.message ?? '')?.[1];
  if (missing === undefined) {
    process.stderr.write(`error INTERNAL: ${error?.stack ?? error}\n`);
    process.exitCode = 70;
  } else {
    const folder = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
    process.stderr.write(`error PACKAGE_MISSING: ${missing} is not installed: run \`npm ci\` in ${folder} first.\n`);
    process.exitCode = 4;
  }
}
