import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** What our own lock file says of a package. */
const ours = (name: string): string =>
  JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;

/** What a consumer's project may have beside the package. */
const tools = [
  `typescript@${ours('typescript')}`,
  'typescript-5@npm:typescript@5.9.3',
  `@types/node@${ours('@types/node')}`,
  `vitest@${ours('vitest')}`,
  'jest@30.5.2',
  // Brings Node 24 without the install script that `node@24` has.
  `node-${process.platform}-${process.arch}@24`,
];

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end. Not by a shell, and without the environment that vitest gives to programs of its own. */
export function run(program: string, args: string[], cwd: string): Promise<Ran> {
  const { NODE_OPTIONS: _options, VITEST: _vitest, NODE_ENV: _env, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(program, args, { cwd, env: { ...env, NO_COLOR: '1' }, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}

async function succeed(program: string, args: string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, cwd);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

/** Builds and packs the package as it would be published, and installs the archive into a project of its own, without any install script. */
export async function makeConsumer(): Promise<{ folder: string; files: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-consumer-'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  await succeed('npm', ['pack', '--pack-destination', folder], root);
  const archive = `shakedown-${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}.tgz`;
  const files = (await succeed('tar', ['tzf', archive], folder)).trim().split('\n');
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  await succeed('npm', ['install', ...options, `./${archive}`, ...tools], folder);
  return { folder, files: files.map((path) => path.replace(/^package\//, '')) };
}
