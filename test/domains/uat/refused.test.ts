import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { defaultEvidenceLimits } from '../../../src/domains/uat/evidence-limits.ts';
import type { UatSettings } from '../../../src/domains/uat/settings.ts';
import { startScenarios } from '../../../src/domains/uat/start.ts';
import { launchable } from '../../../src/environment/browser-programs.ts';
import { ownModule } from '../../../src/environment/own-files.ts';
import { runCli } from '../../cli/cli.ts';
import { makeProject, runProject } from './project.ts';
import { startSite } from './site.ts';

const plain = (id: string) =>
  `scenario({ id: '${id}', title: 'T', requirement: 'U1', role: 'tester' }, async ({ page }) => { await Given('x', async () => { await page.goto('/'); }); });\n`;
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
const project = (files: Record<string, string>) => {
  const folder = makeProject(files);
  folders.push(folder);
  return folder;
};

describe.skipIf(launchable('chromium') === null && process.env.CI === undefined)('what cannot be run', () => {
  it.each<[string, Record<string, string>, string[], string, RegExp]>([
    [
      'two scenarios with one id',
      { 'a.uat.ts': plain('S-1'), 'b.uat.ts': plain('S-1') },
      [],
      'UAT_DUPLICATE_ID',
      /S-1: at .*a\.uat\.ts:2 and at .*b\.uat\.ts:2/,
    ],
    ['a file that cannot be loaded', { 'a.uat.ts': 'const = 3;' }, [], 'UAT_NOT_LOADED', /a\.uat\.ts/],
    [
      'a choice that leaves none',
      { 'a.uat.ts': plain('S-1') },
      ['--scenario', 'S-9'],
      'UAT_NO_SCENARIOS',
      /No scenario/,
    ],
  ])('%s', async (_, files, args, code, said) => {
    const site = await startSite();
    const folder = project(files);
    const { code: exit, stderr } = await runProject(folder, [
      '--target',
      site.url,
      '--browser',
      'chromium',
      '--size',
      'phone',
      ...args,
    ]);
    await site.close();
    expect(stderr).toContain(`error ${code}`);
    expect(stderr).toMatch(said);
    expect(exit).toBe(2);
    expect(readdirSync(join(folder, 'reports', 'runs')).filter((name) => !name.endsWith('.log'))).toEqual([]);
  });

  it('no browser at all, with 4', async () => {
    const folder = project({ 'a.uat.ts': plain('S-1') });
    const { code, stderr } = await runProject(folder, ['--target', 'http://127.0.0.1:9', '--browser', 'webkit']);
    // Where WebKit is there, this target is not.
    expect([code, stderr]).toEqual(
      launchable('webkit') === null ? [4, expect.stringContaining('UAT_NO_BROWSER')] : [3, expect.anything()],
    );
  });
});

it.each([
  ['a scenario file', `export default { testMatch: '*.uat.ts', reporter: [[process.env.OWN_REPORTER]] };`, 'a.uat.ts'],
  [
    'the configuration',
    `import { uatConfig } from 'shakedown/uat';\nexport default uatConfig();`,
    'playwright.config.ts',
  ],
])('a project without the package, by %s: they cannot be loaded, and why', async (_, config, file) => {
  const folder = project({ 'a.uat.ts': plain('S-1') });
  rmSync(join(folder, 'node_modules'), { recursive: true });
  writeFileSync(join(folder, 'uat', 'playwright.config.ts'), config);
  const settings: UatSettings = {
    ...{ baseUrl: 'http://127.0.0.1:9', allowHosts: [], folder, browsers: [], retries: 0, workers: 1, shard: null },
    selection: { scenarios: [], tags: [], roles: [], browsers: [], sizes: [] },
    ...{ stepBudgetMs: 1, shiftBudget: 1, visualTolerance: 0, visualChanges: 'fail', visualMasks: [], video: 'off' },
    evidence: defaultEvidenceLimits,
    approve: false,
  };
  await expect(
    startScenarios({
      scenarioFolder: join(folder, 'uat'),
      settings,
      signal: new AbortController().signal,
      environment: {
        OWN_REPORTER: ownModule('./reporter.ts', import.meta.resolve('../../../src/domains/uat/start.ts')),
      },
      onPlanned: () => {},
      onAttempt: () => {},
    }),
  ).rejects.toMatchObject({
    code: 'UAT_NOT_LOADED',
    message: expect.stringMatching(
      new RegExp(`^The scenarios cannot be loaded: .*Cannot find (module|package) 'shakedown(/uat)?'.*${file}`),
    ),
    hint: expect.stringContaining('npm install --save-dev shakedown'),
  });
});

it('new writes a scenario that says what it is, and does not overwrite one', async () => {
  const folder = project({});
  const make = () => runCli(['uat', 'new', 'SHOP-20', "Pay by the bank's page", '--role', 'customer'], { cwd: folder });
  expect((await make()).code).toBe(0);
  const text = readFileSync(join(folder, 'uat', 'shop-20.uat.ts'), 'utf8');
  expect(text).toContain("id: 'SHOP-20', title: 'Pay by the bank\\'s page'");
  expect(existsSync(join(folder, 'uat', 'playwright.config.ts'))).toBe(true);
  expect((await make()).stderr).toContain('UAT_EXISTS');
});
