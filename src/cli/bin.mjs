#!/usr/bin/env node
import { fileURLToPath } from 'node:url';

// Registers the TypeScript loader, so that the sources run as they are, from a clone and from node_modules alike.
try {
  const { register } = await import('tsx/esm/api');
  register();
  await import('./main.ts');
} catch (error) {
  const missing = /^Cannot find package '([^']+)'/.exec(error?.message ?? '')?.[1];
  if (missing === undefined) {
    process.stderr.write(`error INTERNAL: ${error?.stack ?? error}\n`);
    process.exitCode = 70;
  } else {
    const folder = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
    process.stderr.write(`error PACKAGE_MISSING: ${missing} is not installed: run \`npm ci\` in ${folder} first.\n`);
    process.exitCode = 4;
  }
}
