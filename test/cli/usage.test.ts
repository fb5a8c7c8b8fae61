import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bareEnvironment, runCli } from './cli.ts';
import { runInProcess } from './in-process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** As the real program, but within this process: most of what can be wrong is seen before anything is started. */
const run = (...args: string[]) => runInProcess(args);

test.each([
  ['an unknown option', ['simulate', '--duratio', '1m'], /unknown option '--duratio'; did you mean --duration\?/],
  ['an unknown command', ['simulat'], /unknown command 'simulat'; did you mean simulate\?/],
  ['a duration without unit', ['simulate', '--duration', '3'], /--duration.* the unit is missing/],
  ['a value outside the choices', ['simulate', '--engine', 'jmeter'], /Allowed choices are auto, k6, autocannon/],
  ['a rate of nothing', ['simulate', '--rate', '0'], /write a number above 0/],
  ['a target that is no address', ['simulate', '--target', 'staging'], /write an address such as https/],
  ['an artifact without its digest', ['simulate', '--artifact', 'shop=1.2'], /write it as shop\.tar\.gz=sha256:/],
  [
    'scenarios in a search for capacity',
    ['simulate', '--find-capacity', '--uat'],
    /--find-capacity cannot be used with --uat: each would distort/,
  ],
  ['a missing argument', ['traffic', 'import', '--out', 'x'], /missing required argument 'files'/],
  ['a missing option', ['report'], /required option '--from <run>' not specified/],
  [
    'what a search for capacity does not heed',
    ['simulate', '--find-capacity', '--duration', '1m', '--parallelism', '2'],
    /cannot be used with --duration, --parallelism: the search goes up in steps/,
  ],
  [
    'faults and visitors in a search',
    ['simulate', '--find-capacity', '--chaos', '--browser-vus', '1'],
    /--find-capacity cannot be used with --browser-vus, --chaos: /,
  ],
  ['to go on with a search', ['simulate', '--find-capacity', '--resume', 'x'], /cannot be used with --resume: /],
  ['the step of no search', ['simulate', '--step', '5s'], /--step does nothing without --find-capacity/],
  [
    'all scenarios and some',
    ['uat', 'run', '--all-scenarios', '--tag', 'smoke'],
    /--all-scenarios cannot be used with --tag: /,
  ],
  [
    'two targets',
    ['simulate', '--target', 'http://a', '--sample-defects', 'slow=1'],
    /--target cannot be used with --sample-d/,
  ],
  ['half a route', ['traffic', 'import', 'x', '--out', 'y', '--max-routes', '1.5'], /write a whole number from 1 on/],
  ['too many arguments', ['doctor', 'x'], /too many arguments for 'doctor'/],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are looked for
  ['control characters', ['\u001b[2J'], /unknown command '[^\u001b]+\[2J'/],
])('refuses %s in one line, with 2', async (_, args, expected) => {
  const { code, stdout, stderr } = await run(...args);
  const [error, hint, ...rest] = stderr.trimEnd().split('\n');
  expect({ code, stdout, rest }).toEqual({ code: 2, stdout: '', rest: [] });
  expect(error).toMatch(/^error USAGE: /);
  expect(error).toMatch(expected);
  expect(hint).toMatch(/^hint: /);
});

test('help and version go to stdout, with 0', async () => {
  const [bare, help, version] = await Promise.all([run(), run('simulate', '--help'), run('--version')]);
  expect(bare.stdout).toMatch(/simulate .*replay traffic/s);
  expect(bare.stdout).toMatch(/Exit codes: 0 passed or ready/);
  expect(help.stdout).toMatch(/--duration <time>/);
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  for (const { code, stderr } of [bare, help, version]) expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('a group of commands alone shows its help, with 2', async () => {
  const { code, stderr } = await run('traffic');
  expect(code).toBe(2);
  expect(stderr).toMatch(/import .*anonymize .*inspect/s);
});

test('a mistake in the configuration is reported with its path and a hint', async () => {
  const file = join(folder, 'other.yaml');
  await writeFile(file, 'target: { baseURL: "http://127.0.0.1:1" }\n');
  const { code, stderr } = await run('simulate', '--config', file);
  expect(code).toBe(2);
  expect(stderr).toContain(`error CONFIG_INVALID: ${file} is not valid:\n`);
  expect(stderr).toContain('  target.baseURL: not known; did you mean baseUrl?\n');
});

test.each([
  ['a configuration', ['simulate', '--config', 'none.ts'], 'CONFIG_NOT_FOUND'],
  ['a recording', ['simulate', '--recording', 'none'], 'TRAFFIC_NOT_FOUND'],
  ['a recording to anonymize', ['traffic', 'anonymize', 'none', '--out', 'x'], 'TRAFFIC_NOT_FOUND'],
  ['a file to import', ['traffic', 'import', 'none.log', '--out', 'x'], 'TRAFFIC_NOT_FOUND'],
  ['a run', ['report', '--from', 'none'], 'RUN_NOT_FOUND'],
  ['rules', ['traffic', 'anonymize', 'x', '--out', 'y', '--rules', 'none.yaml'], 'ANONYMIZE_RULES'],
  ['a defect of the sample', ['simulate', '--sample-defects', 'sloow=3'], 'SAMPLE_DEFECT'],
])('%s that is not there ends with 2', async (_, args, expected) => {
  const { code, stderr } = await run(...args);
  expect(stderr).toMatch(new RegExp(`^error ${expected}: `, 'm'));
  expect(code).toBe(2);
});

test('a target that is down is told before anything is sent, and leaves no run behind', async () => {
  const recording = ['--recording', new URL('../../load/traffic/sample-shop', import.meta.url).pathname];
  const { code, stderr } = await run(
    'simulate',
    '--target',
    'http://127.0.0.1:1',
    ...recording,
    '--out',
    join(folder, 'runs'),
    '--own-data',
  );
  expect(stderr).toMatch(/^error TARGET_DOWN: http:\/\/127\.0\.0\.1:1\/ is not up/m);
  expect(code).toBe(5);
  expect(await readdir(join(folder, 'runs'))).toEqual([]);
});

test('a k6 that was insisted on and cannot be had ends with 4', async () => {
  const { code, stderr } = await runCli(['simulate', '--engine', 'k6'], { cwd: folder, env: bareEnvironment(folder) });
  expect(stderr).toMatch(/^error K6_MISSING: /m);
  expect(code).toBe(4);
});

test('a folder that cannot be written is reported', async () => {
  await writeFile(join(folder, 'file'), '');
  const { code, stderr } = await run('simulate', '--out', join(folder, 'file/runs'));
  expect(stderr).toMatch(/^error RUN_FOLDER: .*a part of that path is a file/m);
  expect(code).toBe(2);
});

test('colours: none off a terminal, FORCE_COLOR makes them, NO_COLOR takes them away', async () => {
  const stderrWith = async (env: NodeJS.ProcessEnv) => (await runCli(['nothing'], { cwd: folder, env })).stderr;
  const [off, forced, both] = await Promise.all([
    stderrWith({ NO_COLOR: '' }),
    stderrWith({ NO_COLOR: '', FORCE_COLOR: '1' }),
    stderrWith({ FORCE_COLOR: '1' }),
  ]);
  expect([off, forced, both].map((text) => text.includes('\u001b['))).toEqual([false, true, false]);
});

test('whoever searches its output types ordinary spaces', async () => {
  const recording = fileURLToPath(new URL('../../load/traffic/sample-shop', import.meta.url));
  const { stdout, stderr } = await runCli(['traffic', 'inspect', recording], { cwd: folder });
  expect(stdout).toMatch(/· 3 min \d+ s ·/);
  expect(stdout + stderr).not.toContain('\u00a0');
});
