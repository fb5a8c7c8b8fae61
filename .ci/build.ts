// `npm run build`: dist/ from src/, one module for one module, so that what is addressed by `import.meta.url` lies where it lies in a clone.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
// What the compiler leaves: pages' scripts and styles, migrations, the schema, programs that are JavaScript already.
cpSync(join(root, 'src'), dist, { recursive: true, filter: (path) => !path.endsWith('.ts') });

// CommonJS for those whose `require` cannot take ES modules, such as jest's. Node takes the ES modules (`module-sync`), so that one process has one of each.
const bundle = await rolldown({
  cwd: root,
  input: { 'exports/shakedown': 'src/exports/shakedown.ts', 'exports/uat': 'src/exports/uat.ts' },
  platform: 'node',
  external: (id) => /^(?![./]|src\/)/.test(id),
});
await bundle.write({
  dir: dist,
  format: 'cjs',
  preserveModules: true,
  preserveModulesRoot: 'src',
  entryFileNames: '[name].cjs',
});
await bundle.close();
