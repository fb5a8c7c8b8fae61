import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { domains } from '../../src/run/domains.ts';
import { isAlive } from '../alive.ts';
import { bareEnvironment, bin, runCli, startCli } from './cli.ts';
import { runInProcess } from './in-process.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (...args: string[]) => runInProcess(args);
const at = (name: string) => join(folder, name);

test('init writes the folders and a configuration that loads; a second time it keeps what is there', async () => {
  await writeFile(join(folder, '.gitignore'), 'dist');
  const { code, stdout } = await runCli(['init'], { cwd: folder });
  expect(code).toBe(0);
  expect(stdout).toMatch(/Next\n {2}1\. npx shakedown traffic import/);
  for (const command of ['deploy', 'rehearse', 'validate final', 'sign', 'doctor'])
    expect(stdout).toContain(`npx shakedown ${command}`);
  expect((await readdir(folder)).sort()).toEqual([
    '.gitignore',
    'chaos',
    'load',
    'reports',
    'shakedown.config.ts',
    'uat',
  ]);
  expect(await readFile(join(folder, '.gitignore'), 'utf8')).toBe(
    'dist\nreports/runs/\nreports/staging.json\nreports/staging.lock\nload/traffic/raw/\n',
  );
  const { config } = await loadConfig({ domains, cwd: folder });
  expect(config).toMatchObject({ name: 'my-service', load: { mode: 'loop', writes: 'safe' } });
  for (const profile of await readdir(join(folder, 'load/profiles'))) {
    await loadConfig({ domains, cwd: folder, overrides: { profile: join(folder, 'load/profiles', profile) } });
  }

  const file = join(folder, 'shakedown.config.ts');
  await writeFile(file, 'mine');
  expect((await run('init', folder)).stdout).toMatch(/kept +shakedown\.config\.ts/);
  expect(await readFile(file, 'utf8')).toBe('mine');
  expect(await readFile(join(folder, '.gitignore'), 'utf8')).toBe(
    'dist\nreports/runs/\nreports/staging.json\nreports/staging.lock\nload/traffic/raw/\n',
  );
  await run('init', folder, '--force');
  expect(await readFile(file, 'utf8')).toMatch(/defineConfig/);
});

test.each([
  ['yaml', /^# yaml-language-server: \$schema=\.\/node_modules\/shakedown\/dist\/config\/schema\.json\n/],
  ['json', /^\{\n {2}"\$schema": "\.\/node_modules\/shakedown\/dist\/config\/schema\.json",\n/],
])(
  'init writes a configuration in %s that names its schema, says the same, and is the only one',
  async (format, schema) => {
    const { stdout } = await run('init', folder, '--format', format);
    expect(stdout).toContain(`set target.baseUrl and watch in shakedown.config.${format}\n`);
    expect(await readFile(at(`shakedown.config.${format}`), 'utf8')).toMatch(schema);
    const { config } = await loadConfig({ domains, cwd: folder });
    expect((await run('init', folder, '--force')).stdout).toContain(`kept     shakedown.config.${format}`);
    await rm(at(`shakedown.config.${format}`));
    await run('init', folder);
    expect((await loadConfig({ domains, cwd: folder })).config).toEqual(config);
  },
);

test('init into a place that cannot be written is reported', async () => {
  await writeFile(join(folder, 'file'), '');
  const { code, stderr } = await run('init', at('file/project'));
  expect(stderr).toMatch(/^error INIT_WRITE: /);
  expect(code).toBe(2);
});

interface Doctor {
  ok: boolean;
  findings: { name: string; state: string; needed: boolean; version: string | null; advice: string | null }[];
}

test('doctor finds what runs here, and ends with 4 where something needed is missing', async () => {
  const here = await run('doctor', '--json');
  const bare = await runCli(['doctor', '--json'], { cwd: folder, env: bareEnvironment(folder) });
  const find = (text: string, name: string) => (JSON.parse(text) as Doctor).findings.find((one) => one.name === name);
  expect(find(here.stdout, 'node')).toMatchObject({ state: 'found', version: process.versions.node });
  expect(find(here.stdout, 'postgresql')).toMatchObject({ state: 'found', version: expect.stringMatching(/^1\d/) });
  expect(find(bare.stdout, 'k6')).toMatchObject({ state: 'missing', advice: expect.stringMatching(/SHAKEDOWN_K6/) });
  expect(find(bare.stdout, 'webkit')).toMatchObject({ state: 'missing', needed: false });
  expect(find(bare.stdout, 'ffmpeg')).toMatchObject({ state: 'missing', needed: false });
  expect([(JSON.parse(bare.stdout) as Doctor).ok, bare.code]).toEqual([false, 4]);
  const table = await runCli(['doctor'], { cwd: folder, env: bareEnvironment(folder) });
  expect(table.stdout).toMatch(/✖ k6 +missing/);
  expect(table.stdout).toMatch(/Needed and missing: k6\.\n$/);
});

test('sample starts the shop, says where, and ends with Ctrl-C, leaving no process', async () => {
  const { child, output, ended } = startCli(['sample', '--json', '--instances', '2'], { cwd: folder });
  await expect.poll(() => output.stdout, { timeout: 50_000 }).toMatch(/\n$/);
  const { baseUrl, instances, database } = JSON.parse(output.stdout);
  expect((await fetch(`${baseUrl}/`)).status).toBe(200);
  child.kill('SIGINT');
  expect((await ended).code).toBe(0);
  const alive = [...instances, database].filter(({ pid }: { pid: number }) => isAlive(pid));
  expect(alive).toEqual([]);
});

test('import, anonymize: files in, recordings out, damaged lines told', async () => {
  const line = (n: number) =>
    `10.0.0.${n % 3} - - [20/Nov/2026:09:00:${10 + n} +0000] "GET /products/${n} HTTP/1.1" 200 120 "-" "curl/8"`;
  const lines = Array.from({ length: 40 }, (_, n) => line(n));
  await writeFile(join(folder, 'access.log'), `${lines.join('\n')}\nnot a \u001b[31mlog line\n`);
  const imported = await run('traffic', 'import', at('access.log'), '--out', at('raw'), '--max-damaged', '5%');
  expect(imported.stdout).toMatch(/^raw: 40 requests in 3 sessions/);
  expect(imported.stderr).toMatch(/warning: 1 damaged line skipped\n {2}\S*access\.log:41/);
  expect(imported.stderr).not.toContain('\u001b');
  expect(imported.code).toBe(0);
  const strict = await run('traffic', 'import', at('access.log'), '--out', at('strict'), '--max-damaged', '0%');
  expect([strict.code, strict.stderr]).toEqual([
    2,
    expect.stringMatching(/^error TRAFFIC_DAMAGED: [\s\S]*^hint: .*--max-damaged 3%/m),
  ]);

  const anonymized = await run('traffic', 'anonymize', at('raw'), '--out', at('safe'), '--json');
  expect(JSON.parse(anonymized.stdout)).toMatchObject({ requests: 40, keyGiven: false, scan: { passed: true } });
  expect(anonymized.code).toBe(0);
  await mkdir(join(folder, 'keys'));
  await writeFile(join(folder, 'keys/short'), 'short', { mode: 0o600 });
  const short = await run('traffic', 'anonymize', at('raw'), '--out', at('other'), '--key-file', at('keys/short'));
  expect([short.code, short.stderr]).toEqual([2, expect.stringMatching(/^error ANONYMIZE_KEY/)]);
});

test('a Node that is too old is named, with what is needed and 4', async () => {
  const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } });`;
  await writeFile(join(folder, 'older.cjs'), older);
  const entry = fileURLToPath(new URL('../../bin/shakedown.mjs', import.meta.url));
  const { code, stderr } = await promisify(execFile)(process.execPath, [
    '--require',
    at('older.cjs'),
    entry,
    '--version',
  ]).then(
    () => ({ code: 0, stderr: '' }),
    (error: { code: number; stderr: string }) => error,
  );
  expect([code, stderr]).toEqual([
    4,
    expect.stringMatching(/^error NODE_VERSION: Shakedown needs Node 20\.19 or newer, and this is Node 18\.20\.8/),
  ]);
});

test('from a clone whose packages are not installed, one line says so, with 4', async () => {
  for (const part of ['bin', 'src/cli']) await mkdir(at(part), { recursive: true });
  for (const name of ['shakedown.mjs', 'compile.mjs']) await copyFile(join(dirname(bin), name), at(`bin/${name}`));
  await writeFile(at('src/cli/main.ts'), '');
  const { code, stdout, stderr } = await runCli(['simulate'], { cwd: folder, program: at('bin/shakedown.mjs') });
  expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
  expect(stderr).toBe(`error PACKAGE_MISSING: tsx is not installed: run \`npm ci\` in ${folder} first.\n`);
});
