#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Of `engines` in package.json. */
const leastNode = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);

// In a clone nothing has to be built: its sources are compiled when it is first used. The package holds what `npm run build` made of them.
const isClone = existsSync(new URL('../src/cli/main.ts', import.meta.url));

/** The compiler outlives the Ctrl-C that ends a run in order. What this process starts later uses its own: it may be of another version. */
async function compileWhatIsLoaded() {
  const { register } = await import('tsx/esm/api');
  const given = process.env.ESBUILD_BINARY_PATH;
  try {
    if (given === undefined && process.platform !== 'win32') {
      const ofTsx = createRequire(import.meta.resolve('tsx/esm/api'));
      const ofEsbuild = createRequire(ofTsx.resolve('esbuild'));
      process.env.SHAKEDOWN_COMPILER = ofEsbuild.resolve(`@esbuild/${process.platform}-${process.arch}/bin/esbuild`);
      process.env.ESBUILD_BINARY_PATH = fileURLToPath(new URL('compiler.sh', import.meta.url));
    }
  } catch {
    // Not where it is expected: it is started as usual.
  }
  register();
  if (given === undefined) delete process.env.ESBUILD_BINARY_PATH;
  delete process.env.SHAKEDOWN_COMPILER;
}

if (major < leastNode[0] || (major === leastNode[0] && minor < leastNode[1])) {
  process.stderr.write(
    `error NODE_VERSION: Shakedown needs Node ${leastNode.join('.')} or newer, and this is Node ${process.versions.node} (${process.execPath}).\nhint: Install a newer one from https://nodejs.org, or by nvm, fnm or your system, and see that it comes first on PATH.\n`,
  );
  process.exitCode = 4;
} else if (process.argv.length === 3 && ['--version', '-V'].includes(process.argv[2])) {
  // Scripts ask for it again and again: nothing has to be compiled or loaded for it.
  process.stdout.write(`${createRequire(import.meta.url)('../package.json').version}\n`);
} else await run();

async function run() {
  try {
    if (!isClone) {
      await import('../dist/cli/main.js');
      return;
    }
    const { compiledSources } = await import('./compile.mjs');
    if ((await compiledSources()) !== null) await import('../.compiled/cli/main.js');
    else {
      await compileWhatIsLoaded();
      await import('../src/cli/main.ts');
    }
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
}
