#!/usr/bin/env node
// The package holds what `npm run build` made. A clone runs its sources as they are, so nothing has to be built there.
import { existsSync } from 'node:fs';

const missing = 4;

try {
  if (existsSync(new URL('../src/cli/main.ts', import.meta.url))) {
    const { register } = await import('tsx/esm/api');
    register();
    await import('../src/cli/main.ts');
  } else {
    await import('../dist/cli/main.js');
  }
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write(`error: A package is not installed: ${error.message}\n  Run \`npm ci\` where shakedown is.\n`);
  process.exitCode = missing;
}
